import { expect, test } from "vitest";
import * as A from "../../src/compiler/c/ast.ts";
import { type CType, K_INT, Member } from "../../src/compiler/c/ctype.ts";
import { Interp } from "../../src/compiler/ir/interp.ts";
import { OP_CALL } from "../../src/compiler/ir/ops.ts";
import { block, doing, expr, Hand, int, load, ret, variable } from "./hand.ts";

function run(h: Hand, name: string, args: bigint[]): bigint {
  const m = h.generate();
  const f = m.funcs.find((x) => x.name === name)!;
  const it = new Interp(m, () => [0n]);
  return BigInt.asIntN(32, it.call(f, args)[0] as bigint);
}

test("a loop over a local", () => {
  const h = new Hand();
  const t = h.types.integer(4, false)!;
  expect(t.kind).toBe(K_INT);
  const n = h.local("n", t);
  const s = h.local("s", t);
  const w = new A.Stmt(A.S_WHILE, 1);
  w.e = expr(A.E_GT, t, load(variable(n)), int(t, 0));
  const add = expr(A.E_OPASSIGN, t, variable(s), load(variable(n)));
  add.binop = A.E_ADD;
  add.compType = t;
  const dec = expr(A.E_POSTINC, t, variable(n));
  dec.num = -1;
  w.a = block(doing(add), doing(dec));
  h.func("sum", t, [n], block(doing(expr(A.E_ASSIGN, t, variable(s), int(t, 0))), w, ret(load(variable(s)))));
  expect(run(h, "sum", [10n])).toBe(55n);
});

test("a constant false condition leaves no call", () => {
  const h = new Hand();
  const t = h.types.integer(4, false)!;
  const bad = new A.Decl(A.D_FUNC, h.name("bad"), h.types.func(t, [], true, false));
  bad.linkage = A.LINK_EXTERNAL;
  const fn = expr(A.E_VAR, bad.type);
  fn.decl = bad;
  const call = expr(A.E_CALL, t, expr(A.E_ADDR, h.types.pointer(bad.type), fn));
  call.args = [];
  const s = new A.Stmt(A.S_IF, 1);
  s.e = expr(A.E_LOGAND, t, int(t, 0), load(variable(h.local("x", t))));
  s.a = doing(call);
  h.func("f", t, [], block(s, ret(int(t, 3))));
  const m = h.generate();
  const f = m.funcs[0]!;
  for (const b of f.order) for (let v = f.first[b]!; v !== 0; v = f.next[v]!) expect(f.op[v]).not.toBe(OP_CALL);
  expect(m.byName.has("bad")).toBe(false);
});

function packed(h: Hand, members: [string, CType, number, number][], size: number, align: number): CType {
  const r = h.types.record(h.name("S"), false);
  for (const [name, t, pos, width] of members) {
    const m = new Member(h.name(name), t);
    m.bitPos = pos;
    m.bitWidth = width;
    m.off = pos >> 3;
    r.record!.members.push(m);
  }
  r.size = size;
  r.align = align;
  r.record!.complete = true;
  return r;
}

test.each([
  [0, 5, true, -3],
  [3, 13, false, 0x1abc],
  [6, 32, true, -123456789],
  [31, 32, false, 0x7654321],
  [7, 1, true, -1],
])("bit-field at %i of width %i", (pos, width, signed, value) => {
  const h = new Hand();
  const t = h.types.integer(4, !signed)!;
  const it = h.types.integer(4, false)!;
  const rec = packed(
    h,
    [
      ["lo", t, 0, pos],
      ["f", t, pos, width],
      ["hi", t, pos + width, 80 - pos - width],
    ],
    10,
    1,
  );
  const s = h.local("s", rec);
  const v = h.local("v", it);
  const member = (): A.Expr => {
    const e = expr(A.E_MEMBER, t, variable(s));
    e.member = rec.record!.members[1]!;
    e.lvalue = true;
    return e;
  };
  const cast = (to: CType, e: A.Expr): A.Expr => (e.type === to ? e : expr(A.E_CAST, to, e));
  const set = expr(A.E_ASSIGN, t, member(), cast(t, load(variable(v))));
  h.func("f", it, [v], block(doing(set), ret(cast(it, load(member())))));
  expect(run(h, "f", [BigInt.asUintN(32, BigInt(value))])).toBe(BigInt(value));
});
