// Arithmetic as a suite: generated programs of what Csmith leaves out: reals, complex numbers, vectors, __int128, bit-fields,
// overflow and bit-counting built-ins, atomics, divisions by constants, conversions of every kind to every other.
//
// Program N of seed S is a list of functions of a few parameters, each called with values from the edges of its types; what they
// return is printed exactly. Nothing in a program is undefined (checked by UBSan in a test): signed overflow wraps (-fwrapv),
// shift counts are masked, divisors are made neither 0 nor -1, reals go to integers only where they fit, an index is masked, and a
// function reads nothing that is not set. Contraction is off (-ffp-contract=off): whether a*b+c rounds once is the compiler's choice.

import type { GeneratedSuite } from "./generated-tests.ts";
import { Random } from "./random.ts";

const FUNCTIONS = 24;
const CALLS = 6;

interface Int {
  readonly kind: "int";
  readonly name: string;
  readonly bits: number;
  readonly signed: boolean;
}
interface Real {
  readonly kind: "real";
  readonly name: string;
}
interface Complex {
  readonly kind: "complex";
  readonly name: string;
  readonly part: Real;
}
interface Vector {
  readonly kind: "vector";
  readonly name: string;
  readonly lane: Int | Real;
  readonly lanes: number;
  /** What a comparison of two of it gives. */
  readonly mask: string;
}
type Type = Int | Real | Complex | Vector;

const int = (name: string, bits: number, signed: boolean): Int => ({ kind: "int", name, bits, signed });
const INTS: readonly Int[] = [
  int("s8", 8, true),
  int("u8", 8, false),
  int("s16", 16, true),
  int("u16", 16, false),
  int("s32", 32, true),
  int("u32", 32, false),
  int("s64", 64, true),
  int("u64", 64, false),
  int("s128", 128, true),
  int("u128", 128, false),
];
const S32 = INTS[4]!;
const U32 = INTS[5]!;
const S64 = INTS[6]!;
const U64 = INTS[7]!;
const FLOAT: Real = { kind: "real", name: "float" };
const DOUBLE: Real = { kind: "real", name: "double" };
const LONG: Real = { kind: "real", name: "ldouble" };
const REALS: readonly Real[] = [FLOAT, DOUBLE, LONG];
const COMPLEX: readonly Complex[] = [
  { kind: "complex", name: "cfloat", part: FLOAT },
  { kind: "complex", name: "cdouble", part: DOUBLE },
  { kind: "complex", name: "cldouble", part: LONG },
];
/** Suffix of constants and of built-in functions' names. */
const SUFFIX: Readonly<Record<string, string>> = { float: "f", double: "", ldouble: "l" };
const vector = (name: string, lane: Int | Real, lanes: number, mask: string): Vector => ({
  kind: "vector",
  name,
  lane,
  lanes,
  mask,
});
const VECTORS: readonly Vector[] = [
  vector("v16s8", INTS[0]!, 16, "v16s8"),
  vector("v8u16", INTS[3]!, 8, "v8s16"),
  vector("v8s16", INTS[2]!, 8, "v8s16"),
  vector("v4s32", S32, 4, "v4s32"),
  vector("v4u32", U32, 4, "v4s32"),
  vector("v2u64", U64, 2, "v2s64"),
  vector("v2s64", S64, 2, "v2s64"),
  vector("v2s32", S32, 2, "v2s32"),
  vector("v4f", FLOAT, 4, "v4s32"),
  vector("v2d", DOUBLE, 2, "v2s64"),
  vector("v8s32", S32, 8, "v8s32"),
];

const HEAD = `typedef signed char s8; typedef unsigned char u8; typedef short s16; typedef unsigned short u16;
typedef int s32; typedef unsigned u32; typedef long long s64; typedef unsigned long long u64;
typedef __int128 s128; typedef unsigned __int128 u128;
typedef long double ldouble; typedef _Complex float cfloat; typedef _Complex double cdouble; typedef _Complex long double cldouble;
${VECTORS.map((v) => `typedef ${v.lane.name} ${v.name} __attribute__((vector_size(${(v.lanes * laneBits(v)) / 8})));`).join("\n")}
int printf(const char *, ...);
struct Bits { u32 a : 3; s32 b : 7; u64 c : 37; s64 d : 17; u8 e : 1; s16 f : 15; u32 g; _Bool h : 1; s32 i : 31; };
static u64 mem[8];
static struct Bits bits;
__attribute__((noipa)) static cfloat run_cfloat(cfloat v) { return v; }
__attribute__((noipa)) static cdouble run_cdouble(cdouble v) { return v; }
__attribute__((noipa)) static cldouble run_cldouble(cldouble v) { return v; }
static void put_int(const char *name, u128 v) { printf("%s %llx%016llx\\n", name, (u64)(v >> 64), (u64)v); }
static void put_real(const char *name, ldouble v) {
  union { double d; u64 u; } x = { v }, y = { v - x.d };
  if (v != v) printf("%s nan\\n", name);
  else printf("%s r%016llx %016llx\\n", name, x.u, y.d != y.d ? 0 : y.u);
}
`;

/** Divisor that neither is 0 nor makes the least number overflow. */
const DIVISOR = (e: string, t: Int): string =>
  t.signed
    ? `({ ${t.name} d_ = ${e}; d_ == 0 || d_ == -1 ? (${t.name})3 : d_; })`
    : `({ ${t.name} d_ = ${e}; d_ ? d_ : (${t.name})5; })`;

function laneBits(v: Vector): number {
  if (v.lane.kind === "int") return v.lane.bits;
  return v.lane.name === "float" ? 32 : 64;
}

interface Variable {
  readonly name: string;
  readonly type: Type;
}
interface Function {
  readonly name: string;
  readonly result: Type;
  readonly params: readonly Type[];
}

class Generator {
  private readonly r: Random;
  private readonly functions: Function[] = [];
  private vars: Variable[] = [];
  private names = 0;

  constructor(seed: number) {
    this.r = new Random(seed);
  }

  private chance(percent: number): boolean {
    return this.r.below(100) < percent;
  }

  private type(): Type {
    const n = this.r.below(100);
    if (n < 62) return this.r.pick(INTS);
    if (n < 78) return this.r.pick([FLOAT, DOUBLE, DOUBLE, LONG]);
    if (n < 84) return this.r.pick(COMPLEX);
    return this.r.pick(VECTORS);
  }

  /** An integer constant of the type, mostly from an edge. */
  private intConstant(t: Int): string {
    const n = this.r.below(10);
    if (n < 3) return `(${t.name})${this.r.below(20) - (t.signed ? 6 : 0)}`;
    const up = this.r.below(t.bits);
    if (n < 7) return `(${t.name})(((u128)1 << ${up}) ${this.r.pick(["", "- 1", "+ 1", "- 2"])})`;
    if (n < 8) return `(${t.name})~((u128)1 << ${up})`;
    const word = () => `${this.r.below(0x7fffffff)}`;
    return t.bits > 32 ? `(${t.name})((u128)${word()}u << ${this.r.below(t.bits - 31)} ^ ${word()})` : `(${t.name})${word()}`;
  }

  private realConstant(t: Real): string {
    const texts = ["0.0", "-0.0", "1.0", "-1.0", "0.5", "2.0", "3.25", "-7.75", "0.1", "1e10", "-1e-10", "16777217.0", "255.0"];
    const wide = ["1e300", "-1e-300", "9007199254740993.0", "4294967296.0", "0x1p-1074", "0x1.fffffffffffffp1023"];
    const narrow = ["0x1p-149f", "0x1.fffffep127f", "3.4e37f", "33554433.0f"];
    const long = ["0.1L", "1e4000L", "-1e-4000L", "18446744073709551617.0L", "0x1.8p-16440L", "1e19L"];
    const special = { float: narrow, double: wide, ldouble: long }[t.name]!;
    return `(${t.name})${this.r.pick([...texts, ...special])}`;
  }

  private constant(t: Type): string {
    if (t.kind === "int") return this.intConstant(t);
    if (t.kind === "real") return this.realConstant(t);
    if (t.kind === "complex") return `__builtin_complex(${this.realConstant(t.part)}, ${this.realConstant(t.part)})`;
    const lanes: string[] = [];
    for (let i = 0; i < t.lanes; i++) lanes.push(this.constant(t.lane));
    if (this.chance(30)) lanes.fill(lanes[0]!);
    return `((${t.name}){${lanes.join(", ")}})`;
  }

  private variable(t: Type): string | undefined {
    const fit = this.vars.filter((v) => v.type === t);
    return fit.length === 0 ? undefined : this.r.pick(fit).name;
  }

  private leaf(t: Type): string {
    if (this.chance(75)) {
      const name = this.variable(t);
      if (name !== undefined) return name;
      const other = this.vars.filter((v) => v.type.kind === t.kind && t.kind !== "vector");
      if (other.length > 0 && t.kind !== "vector") return this.convert(this.r.pick(other), t);
    }
    return this.constant(t);
  }

  /** A variable as another type of the same kind. */
  private convert(v: Variable, t: Type): string {
    return v.type === t ? v.name : `(${t.name})${v.name}`;
  }

  private call(t: Type, depth: number): string | undefined {
    const fit = this.functions.filter((f) => f.result === t);
    if (fit.length === 0) return undefined;
    const f = this.r.pick(fit);
    return `${f.name}(${f.params.map((p) => this.expression(p, depth + 1)).join(", ")})`;
  }

  private expression(t: Type, depth: number): string {
    if (depth >= 4 || this.chance(10 + depth * 12)) return this.leaf(t);
    if (this.chance(4)) {
      const call = this.call(t, depth + 1);
      if (call !== undefined) return call;
    }
    if (this.chance(6))
      return `(${this.condition(depth + 1)} ? ${this.expression(t, depth + 1)} : ${this.expression(t, depth + 1)})`;
    switch (t.kind) {
      case "int":
        return this.intExpression(t, depth + 1);
      case "real":
        return this.realExpression(t, depth + 1);
      case "complex":
        return this.complexExpression(t, depth + 1);
      case "vector":
        return this.vectorExpression(t, depth + 1);
    }
  }

  private condition(depth: number): string {
    const t = this.r.pick<Type>([...INTS, ...REALS]);
    const n = this.r.below(10);
    if (n === 0) return `!(${this.condition(depth + 1)})`;
    if (n < 3 && depth < 4) return `(${this.condition(depth + 1)} ${this.r.pick(["&&", "||"])} ${this.condition(depth + 1)})`;
    if (n === 3 && t.kind === "int") return `(${this.expression(t, depth)} & ${this.intConstant(t)})`;
    const operator = this.r.pick(["<", "<=", ">", ">=", "==", "!="]);
    const right = this.chance(50) ? this.constant(t) : this.expression(t, depth + 1);
    if (t.kind === "real" && this.chance(15))
      return `__builtin_${this.r.pick(["isless", "isgreaterequal", "isunordered", "islessgreater"])}(${this.expression(t, depth)}, ${right})`;
    return `(${this.expression(t, depth)} ${operator} ${right})`;
  }

  private intExpression(t: Int, depth: number): string {
    const e = (u: Type = t) => this.expression(u, depth);
    const cast = (s: string) => `(${t.name})(${s})`;
    const other = this.r.pick(INTS);
    switch (this.r.below(22)) {
      case 0:
      case 1:
      case 2:
        return cast(`${e()} ${this.r.pick(["+", "-", "*"])} ${this.chance(40) ? this.intConstant(t) : e()}`);
      case 3:
      case 4:
        return cast(`${e()} ${this.r.pick(["&", "|", "^"])} ${this.chance(50) ? this.intConstant(t) : e()}`);
      case 5:
        return cast(`${e()} ${this.r.pick(["/", "%"])} ${DIVISOR(e(), t)}`);
      case 6:
      case 7:
        return cast(`${e()} ${this.r.pick(["/", "%"])} ${DIVISOR(this.intConstant(t), t)}`);
      case 8:
      case 9: {
        const bits = Math.max(t.bits, 32);
        const count = this.chance(60) ? `${this.r.below(t.bits)}` : `(${e(this.r.pick(INTS))} & ${bits - 1})`;
        return cast(`${e()} ${this.r.pick(["<<", ">>"])} ${count}`);
      }
      case 10:
        return cast(`${this.r.pick(["-", "~", "!"])}${e()}`);
      case 11:
      case 12:
        return cast(e(other));
      case 13:
        return cast(this.condition(depth));
      case 14:
        return this.fromReal(t, depth);
      case 15:
        return cast(this.counted(depth));
      case 16:
        return cast(
          `({ ${other.name} o_; _Bool v_ = __builtin_${this.r.pick(["add", "sub", "mul"])}_overflow(${e(this.r.pick(INTS))}, ${e(this.r.pick(INTS))}, &o_); (${t.name})o_ + v_; })`,
        );
      case 17: {
        // a rotation
        const u = this.r.pick([U32, U64]);
        const n = 1 + this.r.below(u.bits - 1);
        return cast(`({ ${u.name} w_ = ${e(u)}; w_ << ${n} | w_ >> ${u.bits - n}; })`);
      }
      case 18: {
        const v = this.r.pick(VECTORS.filter((x) => x.lane.kind === "int"));
        return cast(`(${e(v)})[${this.chance(50) ? this.r.below(v.lanes) : `${e(U32)} & ${v.lanes - 1}`}]`);
      }
      case 19:
        return cast(`bits.${this.r.pick([..."abcdefghi"])}`);
      case 20:
        return cast(this.r.pick(["mem[INDEX]", "((u8 *)mem)[BYTE]", "((s8 *)mem)[BYTE]", "*(u16 *)((u8 *)mem + (BYTE & ~1))"]))
          .replace("INDEX", `${e(U32)} & 7`)
          .replace("BYTE", `${e(U32)} & 63`);
      default: {
        const order = this.r.pick([
          `${"a_ < b_"} ? a_ : b_`,
          "a_ > b_ ? a_ : b_",
          "a_ < 0 ? -a_ : b_",
          "a_ >= b_",
          "a_ == b_ ? a_ : b_",
        ]);
        return cast(`({ ${other.name} a_ = ${e(other)}, b_ = ${e(other)}; ${order}; })`);
      }
    }
  }

  private counted(depth: number): string {
    const u = this.r.pick([U32, U64]);
    const l = u === U64 ? "ll" : "";
    const x = this.expression(u, depth);
    return this.r.pick([
      `__builtin_popcount${l}(${x})`,
      `__builtin_parity${l}(${x})`,
      `__builtin_ffs${l}(${x})`,
      `__builtin_clz${l}(${x} | 1)`,
      `__builtin_ctz${l}(${x} | 0x40000000)`,
      `__builtin_clrsb${l}(${x})`,
      `__builtin_bswap${u.bits}(${x})`,
      `__builtin_bswap16(${x})`,
    ]);
  }

  /** A real as an integer, where it fits. */
  private fromReal(t: Int, depth: number): string {
    const real = this.r.pick(REALS);
    const edge = t.signed ? t.bits - 1 : t.bits;
    const most = `0x1p${edge}`;
    const least = t.signed ? (t.bits >= 32 ? `-0x1p${edge}` : `-0x1p${edge} - 1`) : "-1";
    const inside = t.signed && t.bits >= 32 ? ">=" : ">";
    // a float's edge must be one: -2^7 - 1 is, and so are the others
    return `({ ${real.name} f_ = ${this.expression(real, depth)}; f_ ${inside} ${least} && f_ < ${most} ? (${t.name})f_ : (${t.name})9; })`;
  }

  private realExpression(t: Real, depth: number): string {
    const e = (u: Type = t) => this.expression(u, depth);
    const suffix = SUFFIX[t.name]!;
    switch (this.r.below(11)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return `(${e()} ${this.r.pick(["+", "-", "*", "/"])} ${this.chance(40) ? this.realConstant(t) : e()})`;
      case 4:
        return `(-${e()})`;
      case 5:
      case 6:
        return `((${t.name})${e(this.r.pick(INTS))})`;
      case 7:
        return `((${t.name})${e(this.r.pick(REALS))})`;
      case 8:
        return this.r.pick([
          `__builtin_fabs${suffix}(${e()})`,
          `__builtin_copysign${suffix}(${e()}, ${e()})`,
          `(__builtin_signbit(${e()}) ? 2 : (${t.name})1)`,
        ]);
      case 9:
        return `(__${this.r.pick(["real", "imag"])}__ (${e(COMPLEX[REALS.indexOf(t)]!)}))`;
      default: {
        const v = VECTORS.find((x) => x.lane === t);
        if (v === undefined) return `(${e()} - ${e()})`;
        return `(${e(v)})[${this.r.below(v.lanes)}]`;
      }
    }
  }

  private complexExpression(t: Complex, depth: number): string {
    const e = (u: Type = t) => this.expression(u, depth);
    switch (this.r.below(6)) {
      case 0:
      case 1:
        return `(${e()} ${this.r.pick(["+", "-"])} ${e()})`;
      case 2:
        // of constants GCC makes the correctly rounded product, in one step, which code that runs does not give
        return `(run_${t.name}(${e()}) ${this.r.pick(["*", "/"])} ${this.chance(50) ? e() : `(${t.part.name})${this.r.below(9) + 1}`})`;
      case 3:
        return `__builtin_complex(${e(t.part)}, ${e(t.part)})`;
      case 4:
        return `(~${e()})`;
      default:
        return `((${t.name})${e(this.r.pick<Type>([...COMPLEX, ...INTS.slice(4, 8), ...REALS]))})`;
    }
  }

  private vectorExpression(t: Vector, depth: number): string {
    const e = (u: Type = t) => this.expression(u, depth);
    const lane = t.lane;
    const masks = VECTORS.filter((v) => v.mask === t.name && v.lanes === t.lanes);
    const n = this.r.below(10);
    if (n === 0 && masks.length > 0) {
      const from = this.r.pick(masks);
      return `((${t.name})(${e(from)} ${this.r.pick(["<", "<=", "==", "!=", ">"])} ${e(from)}))`;
    }
    if (n === 1) {
      const alike = VECTORS.filter((v) => v !== t && v.lanes * laneBits(v) === t.lanes * laneBits(t) && v.lane.kind === "int");
      if (alike.length > 0 && lane.kind === "int") return `((${t.name})${e(this.r.pick(alike))})`;
    }
    if (n === 2 && t.lanes <= 8) {
      const mask = VECTORS.find((v) => v.name === t.mask);
      if (mask !== undefined) return `__builtin_shuffle(${e()}, ${e()}, ${e(mask)})`;
    }
    if (n === 3) {
      const same = VECTORS.filter((v) => v.lanes === t.lanes && v !== t && v.lane.kind === "int" && lane.kind === "int");
      if (same.length > 0) return `__builtin_convertvector(${e(this.r.pick(same))}, ${t.name})`;
    }
    if (n === 4) return `(-${e()})`;
    if (lane.kind === "real")
      return `(${e()} ${this.r.pick(["+", "-", "*", "/"])} ${this.chance(70) ? e() : this.realConstant(lane)})`;
    if (n === 5) return `(~${e()})`;
    if (n === 6)
      return `(${e()} ${this.r.pick(["<<", ">>"])} ${this.chance(50) ? this.r.below(lane.bits) : `(${e()} & ${lane.bits - 1})`})`;
    if (n === 7) return `(${e()} ${this.r.pick(["/", "%"])} (${e()} & 7 | 2))`;
    return `(${e()} ${this.r.pick(["+", "-", "*", "&", "|", "^"])} ${this.chance(80) ? e() : this.leaf(lane)})`;
  }

  private statement(depth: number): string {
    const pad = "  ".repeat(depth + 1);
    const v = this.r.pick(this.vars.filter((x) => !x.name.startsWith("i")));
    const simple = () => {
      const t = v.type;
      if (t.kind === "int" && this.chance(25))
        return `${v.name} ${this.r.pick(["+=", "-=", "*=", "&=", "|=", "^="])} ${this.expression(this.r.pick(INTS), 1)};`;
      if (t.kind === "int" && this.chance(10)) return `${v.name}${this.r.pick(["++", "--"])};`;
      if (t.kind === "int" && t.bits <= 64 && this.chance(8))
        return `${v.name} ^= __atomic_${this.r.pick(["fetch_add", "fetch_xor", "add_fetch", "exchange_n", "fetch_nand"])}(&mem[${this.r.below(8)}], ${this.expression(U64, 1)}, __ATOMIC_SEQ_CST);`;
      if (t.kind === "real" && this.chance(25))
        return `${v.name} ${this.r.pick(["+=", "-=", "*=", "/="])} ${this.expression(this.r.pick<Type>([...REALS, S32, U64]), 1)};`;
      if (t.kind === "vector" && this.chance(25)) return `${v.name}[${this.r.below(t.lanes)}] = ${this.expression(t.lane, 1)};`;
      if (this.chance(12))
        return `bits.${this.r.pick([..."abcdefghi"])} ${this.r.pick(["=", "+=", "-=", "^=", "|="])} ${this.expression(this.r.pick(INTS), 1)};`;
      if (this.chance(8))
        return `mem[${this.expression(U32, 2)} & 7] ${this.r.pick(["=", "+=", "^="])} ${this.expression(U64, 1)};`;
      if (this.chance(4))
        return `((u16 *)mem)[${this.expression(U32, 2)} & 31] ${this.r.pick(["=", "+="])} ${this.expression(U32, 1)};`;
      return `${v.name} = ${this.expression(t, 0)};`;
    };
    const n = depth < 3 ? this.r.below(14) : 99;
    if (n < 2) return `${pad}if (${this.condition(1)}) {\n${this.block(depth)}${pad}} else {\n${this.block(depth)}${pad}}\n`;
    if (n === 2) return `${pad}if (${this.condition(1)}) {\n${this.block(depth)}${pad}}\n`;
    if (n === 3) {
      const i = `i${++this.names}`;
      const t = this.r.pick(INTS.slice(0, 8));
      const [from, to, by] = this.r.pick([
        ["0", "7", "++"],
        ["3", "90", " += 11"],
        ["9", "1", "--"],
        ["100", "2", " -= 9"],
      ] as const);
      this.vars.push({ name: i, type: t });
      const body = this.block(depth);
      this.vars = this.vars.filter((x) => x.name !== i);
      return `${pad}for (${t.name} ${i} = ${from}; ${i} ${by.includes("-") ? ">" : "<"} ${to}; ${i}${by}) {\n${body}${pad}}\n`;
    }
    if (n === 4) {
      const t = this.r.pick(INTS.slice(0, 8));
      const cases: string[] = [];
      const used = new Set<number>();
      const spread = this.r.pick([1, 1, 3, 9]);
      for (let k = 0; k < 3 + this.r.below(6); k++) {
        const at = this.r.below(12) * spread;
        if (used.has(at)) continue;
        used.add(at);
        cases.push(`${pad}case ${at}:\n${this.statement(3)}${this.chance(70) ? `${pad}  break;\n` : ""}`);
      }
      return `${pad}switch (${this.expression(t, 1)} ${this.r.pick(["& 15", "% 12", ""])}) {\n${cases.join("")}${pad}default:\n${this.statement(3)}${pad}}\n`;
    }
    return `${pad}${simple()}\n`;
  }

  private block(depth: number): string {
    let text = "";
    for (let k = 0; k < 1 + this.r.below(3); k++) text += this.statement(depth + 1);
    return text;
  }

  private define(): string {
    const params: Type[] = [];
    for (let k = 0; k < 1 + this.r.below(4); k++) params.push(this.type());
    const result = this.type();
    const name = `f${this.functions.length}`;
    this.vars = params.map((type, k) => ({ name: `p${k}`, type }));
    let body = "";
    for (let k = 0; k < 2 + this.r.below(4); k++) {
      const type = this.type();
      const local = `x${k}`;
      body += `  ${type.name} ${local} = ${this.expression(type, 2)};\n`;
      this.vars.push({ name: local, type });
    }
    for (let k = 0; k < 2 + this.r.below(7); k++) body += this.statement(0);
    body += `  return ${this.expression(result, 0)};\n`;
    const how = this.r.pick([
      "",
      "",
      "__attribute__((noinline)) ",
      "__attribute__((noipa)) ",
      "__attribute__((always_inline)) inline ",
    ]);
    const text = `${how}static ${result.name} ${name}(${params.map((p, k) => `${p.name} p${k}`).join(", ")}) {\n${body}}\n`;
    this.functions.push({ name, result, params });
    return text;
  }

  private print(f: Function): string {
    const args = f.params.map((p) => this.constant(p)).join(", ");
    const t = f.result;
    const name = `"${f.name}"`;
    if (t.kind === "int") return `  put_int(${name}, ${f.name}(${args}));\n`;
    if (t.kind === "real") return `  put_real(${name}, ${f.name}(${args}));\n`;
    if (t.kind === "complex")
      return `  { ${t.name} c = ${f.name}(${args}); put_real(${name}, __real__ c); put_real(${name}, __imag__ c); }\n`;
    const put = t.lane.kind === "int" ? "put_int" : "put_real";
    return `  { ${t.name} v = ${f.name}(${args}); for (int k = 0; k < ${t.lanes}; k++) ${put}(${name}, v[k]); }\n`;
  }

  program(): string {
    let text = HEAD;
    for (let k = 0; k < FUNCTIONS; k++) text += this.define();
    let main = "";
    for (let k = 0; k < CALLS; k++) for (const f of this.functions) main += this.print(f);
    main += `  for (int k = 0; k < 8; k++) put_int("mem", mem[k]);\n`;
    for (const f of "abcdefghi") main += `  put_int("bits.${f}", bits.${f});\n`;
    return `${text}int main(void) {\n${main}  return 0;\n}\n`;
  }
}

/** The text of one program. */
export function arithmeticProgram(seed: number): string {
  return new Generator(seed).program();
}

/** The suite `arithmetic`. */
export const ARITHMETIC_SUITE: GeneratedSuite = {
  name: "arithmetic",
  version: 2,
  options: ["-w", "-Wno-psabi", "-std=gnu17", "-fwrapv", "-fno-strict-aliasing", "-ffp-contract=off"],
  program: arithmeticProgram,
};
