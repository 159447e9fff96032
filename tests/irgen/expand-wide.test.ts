import { expect, test } from "vitest";
import { Builder } from "../../src/compiler/ir/builder.ts";
import { Func, type Value } from "../../src/compiler/ir/func.ts";
import { Interp } from "../../src/compiler/ir/interp.ts";
import { Module, SYM_FUNC } from "../../src/compiler/ir/module.ts";
import * as O from "../../src/compiler/ir/ops.ts";
import { verify } from "../../src/compiler/ir/verify.ts";
import { expandWide } from "../../src/compiler/mach/expand-wide.ts";
import { testTarget } from "./hand.ts";

type Make = (b: Builder, x: Value, y: Value, n: Value) => Value;

function build(make: Make): { m: Module; f: Func } {
  const m = new Module();
  const s = m.symbol("f");
  s.kind = SYM_FUNC;
  const f = new Func(s.id, "f");
  const b = new Builder(f);
  f.entry = f.newBlock();
  b.setBlock(f.entry);
  const p: Value[] = [];
  for (let i = 0; i < 5; i++) {
    f.params.push({ ty: O.TY_I64, loc: 10 + i });
    p.push(b.emit(O.OP_PARAM, O.TY_I64, i));
  }
  f.ret = [
    { ty: O.TY_I64, loc: 10 },
    { ty: O.TY_I64, loc: 11 },
  ];
  const join = (lo: Value, hi: Value): Value => {
    const top = b.emit(O.OP_SHL, O.TY_I128, b.emit(O.OP_ZEXT64, O.TY_I128, hi), b.iconst(O.TY_I32, 64, 0));
    return b.emit(O.OP_OR, O.TY_I128, b.emit(O.OP_ZEXT64, O.TY_I128, lo), top);
  };
  const n = b.emit(O.OP_TRUNC, O.TY_I32, p[4]!, 0, O.TY_I64);
  let r = make(b, join(p[0]!, p[1]!), join(p[2]!, p[3]!), n);
  if (f.ty[r] === O.TY_I32) r = b.emit(O.OP_ZEXT64, O.TY_I128, b.emit(O.OP_ZEXT32, O.TY_I64, r));
  const lo = b.emit(O.OP_TRUNC, O.TY_I64, r, 0, O.TY_I128);
  const hi = b.emit(O.OP_TRUNC, O.TY_I64, b.emit(O.OP_SHR, O.TY_I128, r, b.iconst(O.TY_I32, 64, 0)), 0, O.TY_I128);
  b.emit(O.OP_RET, 0, 0, 0, 0, { vals: [lo, hi] });
  s.func = f;
  m.funcs.push(f);
  return { m, f };
}

const bin =
  (op: number): Make =>
  (b, x, y) =>
    b.emit(op, O.TY_I128, x, y);
const cmp =
  (op: number): Make =>
  (b, x, y) =>
    b.emit(op, O.TY_I32, x, y, O.TY_I128);
const sh =
  (op: number): Make =>
  (b, x, _y, n) =>
    b.emit(op, O.TY_I128, x, n);
const shc =
  (op: number, k: number): Make =>
  (b, x) =>
    b.emit(op, O.TY_I128, x, b.iconst(O.TY_I32, k, 0));

const cases: [string, Make][] = [
  ["add", bin(O.OP_ADD)],
  ["sub", bin(O.OP_SUB)],
  ["mul", bin(O.OP_MUL)],
  ["and", bin(O.OP_AND)],
  ["xor", bin(O.OP_XOR)],
  ["eq", cmp(O.OP_EQ)],
  ["ne", cmp(O.OP_NE)],
  ["slt", cmp(O.OP_SLT)],
  ["sle", cmp(O.OP_SLE)],
  ["ult", cmp(O.OP_ULT)],
  ["ule", cmp(O.OP_ULE)],
  ["shl", sh(O.OP_SHL)],
  ["shr", sh(O.OP_SHR)],
  ["sar", sh(O.OP_SAR)],
  ["shl 1", shc(O.OP_SHL, 1)],
  ["shl 64", shc(O.OP_SHL, 64)],
  ["shr 77", shc(O.OP_SHR, 77)],
  ["sar 100", shc(O.OP_SAR, 100)],
  ["sar 3", shc(O.OP_SAR, 3)],
  ["bswap", (b, x) => b.emit(O.OP_BSWAP, O.TY_I128, x)],
  ["clz", (b, x) => b.emit(O.OP_CLZ, O.TY_I128, b.emit(O.OP_OR, O.TY_I128, x, b.emit(O.OP_CONST, O.TY_I128, 1, 0, 0)))],
  ["select", (b, x, y, n) => b.emit(O.OP_SELECT, O.TY_I128, n, x, y)],
];
const words = [0n, 1n, 2n, 0x7fffffffffffffffn, 0x8000000000000000n, 0xffffffffffffffffn, 0x123456789abcdef0n];

test.each(cases)("%s of 128-bit values as pairs", (_name, make) => {
  const a = build(make);
  const b = build(make);
  expect(expandWide(b.f, b.m, testTarget, { softF128: true })).toBe(true);
  expect(verify(b.f, b.m)).toEqual([]);
  for (let v = 1; v < b.f.nval; v++) if (b.f.op[v] !== O.OP_NONE) expect(b.f.ty[v]).not.toBe(O.TY_I128);
  for (const n of [0n, 1n, 63n, 64n, 65n, 127n]) {
    for (const lo of words) {
      for (const hi of words) {
        const args = [lo, hi, hi ^ 5n, lo, n];
        const want = new Interp(a.m, () => []).call(a.f, args);
        expect(new Interp(b.m, () => []).call(b.f, args)).toEqual(want);
      }
    }
  }
});
