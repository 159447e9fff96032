// Layout of random records, compared byte by byte with GCC on three targets: each member set to all ones must light the same bits.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { CType } from "../../src/compiler/c/ctype.ts";
import { parse, type TargetName } from "./harness.ts";

/** xorshift32: the same records on every machine. */
class Random {
  private s: number;
  constructor(seed: number) {
    this.s = seed | 1;
  }
  below(n: number): number {
    this.s ^= this.s << 13;
    this.s ^= this.s >>> 17;
    this.s ^= this.s << 5;
    return (this.s >>> 0) % n;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const INTS = [
  "char",
  "unsigned char",
  "short",
  "unsigned short",
  "int",
  "unsigned int",
  "long",
  "unsigned long",
  "long long",
  "_Bool",
  "enum small",
] as const;
const WIDTH: Record<string, number> = {
  _Bool: 1,
  char: 8,
  "unsigned char": 8,
  short: 16,
  "unsigned short": 16,
  int: 32,
  "unsigned int": 32,
  "enum small": 32,
};

function record(r: Random, n: number, depth: number): { text: string; fields: string[] } {
  const fields: string[] = [];
  let body = "";
  const count = 1 + r.below(7);
  for (let i = 0; i < count; i++) {
    const name = `m${n}_${depth}_${i}`;
    const k = r.below(10);
    const attr =
      r.below(12) === 0
        ? " __attribute__((aligned(" + r.pick([1, 2, 4, 8, 16, 32]) + ")))"
        : r.below(14) === 0
          ? " __attribute__((packed))"
          : "";
    if (k < 5) {
      const t = r.pick(INTS);
      const max = WIDTH[t] ?? 64;
      const w = r.below(9) === 0 ? 0 : 1 + r.below(max);
      if (w === 0 || r.below(9) === 0) body += `${t} : ${w};`;
      else {
        body += `${t} ${name} : ${w}${attr};`;
        fields.push(name);
      }
    } else if (k === 9 && depth < 2) {
      const inner = record(r, n, depth + 1);
      const kind = r.pick(["struct", "struct", "union"]);
      const packed = r.below(5) === 0 ? " __attribute__((packed))" : "";
      if (inner.fields.length === 0) continue;
      body += `${kind} {${inner.text}}${packed} ${name};`;
      fields.push(...inner.fields.map((f) => `${name}.${f}`));
    } else {
      const t = r.pick([...INTS, "float", "double", "char *", "long double", "char16"]);
      body += `${t === "char16" ? "short" : t} ${name}${attr};`;
      fields.push(name);
    }
  }
  return { text: body, fields };
}

interface Case {
  decl: string;
  tag: string;
  fields: string[];
}

/** @param more attribute of every outer record, or "" */
function cases(seed: number, n: number, more: string): Case[] {
  const r = new Random(seed);
  const out: Case[] = [];
  while (out.length < n) {
    const i = out.length;
    const { text, fields } = record(r, i, 0);
    if (fields.length === 0) continue;
    const attrs = r.pick([
      "",
      "",
      "",
      " __attribute__((packed))",
      " __attribute__((packed, aligned(4)))",
      " __attribute__((aligned(32)))",
    ]);
    const kind = r.below(6) === 0 ? "union" : "struct";
    const all = more === "" ? attrs : `${attrs} __attribute__((${more}))`;
    out.push({ decl: `${kind} s${i} {${text}}${all};`, tag: `${kind} s${i}`, fields });
  }
  return out;
}

/** Bits of the member, by our layout. */
function bitsOf(t: CType, path: string[], text: (n: number) => string): { at: number; width: number; bool: boolean } {
  let type = t;
  let off = 0;
  for (const [i, name] of path.entries()) {
    const m = type.record!.members.find((x) => x.name !== 0 && text(x.name) === name)!;
    if (i === path.length - 1) {
      if (m.bitWidth >= 0) return { at: off * 8 + m.bitPos, width: m.bitWidth, bool: false };
      return { at: (off + m.off) * 8, width: 8, bool: true };
    }
    off += m.off;
    type = m.type;
  }
  throw new Error("no path");
}

const GCC: Record<TargetName, string> = { x86_64: "gcc", aarch64: "aarch64-linux-gnu-gcc", riscv64: "riscv64-linux-gnu-gcc" };

for (const [target, more] of [
  ["x86_64", ""],
  ["aarch64", ""],
  ["riscv64", ""],
  ["x86_64", "ms_struct"],
] as const) {
  test(`random records ${more} are laid out as ${GCC[target]} does`, () => {
    const list = cases(20240607, 250, more);
    const enums = "enum small { SMALL_A, SMALL_B = 70000 };\n";
    // ours
    const ours = parse(enums + list.map((c) => `${c.decl} ${c.tag} v${c.tag.split(" s")[1]};`).join("\n"), target);
    expect(ours.errors).toEqual([]);
    // theirs: one size table and one object per member with that member = 1
    let c = enums;
    for (const x of list) c += `${x.decl}\n`;
    c += `const unsigned long sizes[] = {${list.map((x) => `sizeof(${x.tag}), _Alignof(${x.tag})`).join(",")}};\n`;
    for (const [i, x] of list.entries())
      for (const [k, f] of x.fields.entries()) c += `const ${x.tag} b${i}_${k} = { .${f} = 1 };\n`;
    const dir = mkdtempSync(join(tmpdir(), "layout-"));
    try {
      writeFileSync(join(dir, "t.c"), c);
      execFileSync(
        GCC[target],
        ["-w", "-O0", "-fno-pie", ...(target === "riscv64" ? ["-msmall-data-limit=0"] : []), "-c", "t.c", "-o", "t.o"],
        { cwd: dir, stdio: "pipe" },
      );
      const nm = execFileSync("nm", ["t.o"], { cwd: dir, encoding: "utf8" }).toString();
      const prefix = target === "x86_64" ? "" : GCC[target].replace("gcc", "");
      execFileSync(`${prefix}objcopy`, ["-O", "binary", "-j", ".rodata", "t.o", "t.bin"], { cwd: dir });
      const bytes = readFileSync(join(dir, "t.bin"));
      const symbols = new Map([...nm.matchAll(/^([0-9a-f]+) R (\w+)$/gm)].map((m) => [m[2]!, Number.parseInt(m[1]!, 16)]));
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const wrong: string[] = [];
      const at = symbols.get("sizes")!;
      for (const [i, x] of list.entries()) {
        const t = ours.objects.get(`v${i}`)!.type;
        const size = view.getUint32(at + 16 * i, true);
        const align = view.getUint32(at + 16 * i + 8, true);
        if (t.size !== size || t.align !== align) {
          wrong.push(`${x.decl} size ${t.size}/${size} align ${t.align}/${align}`);
          continue;
        }
        for (const [k, f] of x.fields.entries()) {
          const sym = symbols.get(`b${i}_${k}`);
          if (sym === undefined) continue;
          const b = bitsOf(t, f.split("."), (n) => ours.p.text(n));
          let first = -1;
          for (let bit = 0; bit < size * 8 && first < 0; bit++)
            if (((bytes[sym + (bit >> 3)]! >> (bit & 7)) & 1) === 1) first = bit;
          // floating members of value 1 light bits inside them; integers their first bit
          const inside = b.bool ? first >= b.at && first < b.at + 128 : first === b.at;
          if (first >= 0 && !inside) wrong.push(`${x.decl} .${f} at bit ${b.at}, GCC ${first}`);
        }
      }
      expect(wrong).toEqual([]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }, 120_000);
}
