// ABI conformance as a suite: generated functions whose callers and callees are compiled by different compilers.
//
// Program N of seed S has a file of callees, which print every argument they receive, and a file of callers, which pass known
// values and print what comes back. Each program makes two tests: the compiler under test takes the callers or the callees,
// GCC the other file; the output must be the one that GCC alone produces.

import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import type { Arch } from "../arch.ts";
import { writeAtomically } from "../cache.ts";
import { generatedTest, programSeed } from "./generated-tests.ts";
import { Random } from "./random.ts";
import type { TestCase } from "./suite.ts";

const FUNCTIONS = 16;

interface GenType {
  readonly name: string;
  /** Statements that print `v`; expressions that give a value. */
  print(v: string): string;
  value(r: Random): string;
  readonly promoted: boolean;
}

const int = (name: string, bits: number, signed: boolean): GenType => ({
  name,
  print: (v) => `printf("%llx ", (unsigned long long)(${v}));`,
  value: (r) =>
    bits === 1
      ? String(r.below(2))
      : `(${name})${signed && r.below(2) === 1 ? "-" : ""}0x${(r.below(0x7fffffff) + 1).toString(16)}${r.below(0x7fff).toString(16)}ULL`,
  promoted: bits >= 32,
});
const real = (name: string, promoted: boolean): GenType => ({
  name,
  print: (v) => `printf("%.9Lg ", (long double)(${v}));`,
  value: (r) => `(${name})${r.below(2) === 1 ? "-" : ""}${r.below(100000)}.${r.below(8) * 125}`,
  promoted,
});
const complex = (name: string): GenType => ({
  name,
  print: (v) => `printf("%.9Lg,%.9Lg ", (long double)__real__ (${v}), (long double)__imag__ (${v}));`,
  value: (r) => `(${r.below(1000)}.5 + ${r.below(1000)}.25i)`,
  promoted: true,
});

const SCALARS: readonly GenType[] = [
  int("signed char", 8, true),
  int("unsigned char", 8, false),
  int("short", 16, true),
  int("unsigned short", 16, false),
  int("int", 32, true),
  int("unsigned", 32, false),
  int("long", 64, true),
  int("unsigned long", 64, false),
  int("_Bool", 1, false),
  {
    name: "__int128",
    print: (v) => `printf("%llx:%llx ", (unsigned long long)((unsigned __int128)(${v}) >> 64), (unsigned long long)(${v}));`,
    value: (r) =>
      `((__int128)${r.below(2) === 1 ? "-" : ""}0x${r.below(0x7fffffff).toString(16)}LL << 64 | 0x${r.below(0x7fffffff).toString(16)}ULL)`,
    promoted: true,
  },
  real("float", false),
  real("double", true),
  real("long double", true),
  complex("_Complex float"),
  complex("_Complex double"),
  {
    name: "char *",
    print: (v) => `printf("%lx ", (unsigned long)(${v}));`,
    value: (r) => `(char *)0x${(r.below(0x7fffffff) + 1).toString(16)}UL`,
    promoted: true,
  },
];

const vector = (name: string, element: GenType, count: number): GenType => ({
  name,
  print: (v) => Array.from({ length: count }, (_, i) => element.print(`(${v})[${i}]`)).join(" "),
  value: (r) => `((${name}){ ${Array.from({ length: count }, () => element.value(r)).join(", ")} })`,
  promoted: true,
});

/** Vectors that every target passes without extensions of its instruction set. */
const VECTORS: readonly GenType[] = [
  vector("v2si", int("int", 32, true), 2),
  vector("v2sf", real("float", false), 2),
  vector("v4si", int("int", 32, true), 4),
  vector("v2df", real("double", true), 2),
  vector("v16qi", int("signed char", 8, true), 16),
];
const VECTOR_TYPES = [
  "typedef int v2si __attribute__((vector_size(8)));",
  "typedef float v2sf __attribute__((vector_size(8)));",
  "typedef int v4si __attribute__((vector_size(16)));",
  "typedef double v2df __attribute__((vector_size(16)));",
  "typedef signed char v16qi __attribute__((vector_size(16)));",
];

/** Types of bit-fields, and how many bits they have. */
const BIT_TYPES: readonly (readonly [string, number])[] = [
  ["unsigned", 31],
  ["unsigned char", 7],
  ["unsigned short", 15],
  ["unsigned long", 47],
  ["_Bool", 1],
];

/** A struct or union of scalars, arrays, vectors, bit-fields and earlier records. */
function record(r: Random, name: string, earlier: readonly GenType[], decls: string[]): GenType {
  if (r.below(40) === 0) {
    decls.push(`typedef struct {} ${name};`);
    return { name, print: (v) => `(void)&(${v});`, value: () => `({ ${name} x_; x_; })`, promoted: true };
  }
  const n = 1 + r.below(r.below(3) === 0 ? 9 : 4);
  const union = r.below(8) === 0;
  // half of the records keep to one kind of scalar: floating-point and small records have rules of their own in every ABI
  const pool = r.below(2) === 0 ? SCALARS.filter((t) => /float|double/.test(t.name) && !/Complex|long/.test(t.name)) : SCALARS;
  const fields: string[] = [];
  const parts: { path: string; type: GenType }[] = [];
  for (let i = 0; i < n; i++) {
    const kind = r.below(15);
    const aligned = r.below(20) === 0 ? ` __attribute__((aligned(${r.pick([2, 4, 8, 16])})))` : "";
    if (kind === 0 && earlier.length > 0) {
      const t = r.pick(earlier);
      fields.push(`${t.name} m${i};`);
      parts.push({ path: `m${i}`, type: t });
    } else if (kind === 1) {
      const t = r.pick(pool);
      const len = 1 + r.below(r.below(3) === 0 ? 17 : 3);
      fields.push(`${t.name} m${i}[${len}];`);
      for (let k = 0; k < len; k++) parts.push({ path: `m${i}[${k}]`, type: t });
    } else if (kind === 2 && !union) {
      const [type, most] = r.pick(BIT_TYPES);
      const bits = 1 + r.below(most);
      fields.push(`${type} m${i}:${bits};`);
      if (r.below(8) === 0) fields.push(`${type} :0;`);
      parts.push({ path: `m${i}`, type: int(type, bits === 1 ? 1 : 32, false) });
    } else if (kind === 3) {
      const t = r.pick(VECTORS);
      fields.push(`${t.name} m${i};`);
      parts.push({ path: `m${i}`, type: t });
    } else if (kind === 4) {
      const [t, u] = [r.pick(pool), r.pick(pool)];
      fields.push(`${r.below(2) === 0 ? "struct" : "union"} { ${t.name} m${i}; ${u.name} n${i}; };`);
      parts.push({ path: `m${i}`, type: t });
    } else {
      const t = r.pick(pool);
      fields.push(`${t.name} m${i}${aligned};`);
      parts.push({ path: `m${i}`, type: t });
    }
  }
  const used = union ? parts.slice(0, 1) : parts;
  const packed = r.below(10) === 0 ? "__attribute__((packed)) " : "";
  decls.push(`typedef ${union ? "union" : "struct"} ${packed}{ ${fields.join(" ")} } ${name};`);
  return {
    name,
    print: (v) => used.map((p) => p.type.print(`(${v}).${p.path}`)).join(" "),
    value: (rr) =>
      `({ ${name} x_; __builtin_memset(&x_, 0, sizeof x_); ${used.map((p) => `x_.${p.path} = ${p.type.value(rr)};`).join(" ")} x_; })`,
    promoted: true,
  };
}

function generate(seed: number): { callees: string; callers: string } {
  const r = new Random(seed);
  const decls: string[] = [];
  const records: GenType[] = [];
  for (let i = 0; i < 6; i++) records.push(record(r, `R${i}`, records, decls));
  const any = (): GenType => (r.below(5) < 2 ? r.pick(records) : r.pick(r.below(12) === 0 ? VECTORS : SCALARS));
  const head = `#include <stdio.h>\n#include <stdarg.h>\n${VECTOR_TYPES.join("\n")}\n${decls.join("\n")}\n`;
  const callees: string[] = [];
  const protos: string[] = [];
  const calls: string[] = [];
  for (let f = 0; f < FUNCTIONS; f++) {
    const ret = r.below(6) === 0 ? undefined : any();
    const params = Array.from({ length: r.below(r.below(4) === 0 ? 14 : 6) }, any);
    const variadic = r.below(3) === 0;
    const named = variadic && params.length === 0 ? [SCALARS[4]!] : params;
    const extra = variadic ? Array.from({ length: 1 + r.below(8) }, any).filter((t) => t.promoted) : [];
    const proto = `${ret?.name ?? "void"} f${f}(${named.map((t, i) => `${t.name} p${i}`).join(", ") || "void"}${variadic ? ", ..." : ""})`;
    protos.push(`${proto};`);
    const last = named.length - 1;
    callees.push(
      `${proto} {\n  ${named.map((t, i) => t.print(`p${i}`)).join("\n  ")}\n` +
        (variadic
          ? `  va_list ap; va_start(ap, p${last});\n${extra.map((t, i) => `  { ${t.name} e${i} = va_arg(ap, ${t.name}); ${t.print(`e${i}`)} }`).join("\n")}\n  va_end(ap);\n`
          : "") +
        `  printf("in f${f}\\n");\n  ${ret === undefined ? "" : `return ${ret.value(r)};`}\n}`,
    );
    const args = [...named, ...extra].map((t) => `(${t.name})${"("}${t.value(r)})`);
    const plain = [...named, ...extra].map((t, i) =>
      records.includes(t) || VECTORS.includes(t) ? args[i]!.slice(t.name.length + 2) : args[i]!,
    );
    const call = `f${f}(${plain.join(", ")})`;
    calls.push(
      ret === undefined ? `  ${call};` : `  { ${ret.name} r = ${call}; ${ret.print("r")} printf("back from f${f}\\n"); }`,
    );
  }
  return {
    callees: `${head}${callees.join("\n")}\n`,
    callers: `${head}${protos.join("\n")}\nint main(void) {\n${calls.join("\n")}\n  return 0;\n}\n`,
  };
}

/** `count` programs of `seed`, two tests each. The generated source is kept in the cache under the generator's version. */
export function abiTests(cacheDir: string, _arch: Arch, seed: number, count: number): TestCase[] {
  const dir = path.join(cacheDir, "abi-pairs-2");
  mkdirSync(dir, { recursive: true });
  const tests: TestCase[] = [];
  for (let n = 0; n < count; n++) {
    const own = programSeed(seed, n);
    const callees = path.join(dir, `${own}-callees.c`);
    const callers = path.join(dir, `${own}-callers.c`);
    const g = generate(own);
    if (!existsSync(callees)) writeAtomically(callees, g.callees);
    if (!existsSync(callers)) writeAtomically(callers, g.callers);
    for (const [side, cut, gcc] of [
      ["caller", callers, callees],
      ["callee", callees, callers],
    ] as const) {
      const test = generatedTest("abi", own, dir, cut, ["-w", "-std=gnu17"]);
      tests.push({ ...test, id: `${test.id}-${side}`, gccFiles: [gcc], libs: ["-lm"] });
    }
  }
  return tests;
}
