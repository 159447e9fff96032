// switch: cases become sorted, disjoint ranges; a constant selector becomes a jump.

import { slt64, ult64 } from "../base/i64.ts";
import type { CaseLabel, Stmt } from "../c/ast.ts";
import type { SwitchInfo, Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { bin, icmp } from "./arith.ts";
import type { FnGen } from "./context.ts";
import { genExpr, intConst } from "./expr.ts";
import { genStmt } from "./stmt.ts";

export function genSwitch(g: FnGen, s: Stmt): void {
  const exit = g.newBlock();
  const brk = g.breakBlock;
  const brkCleanup = g.breakCleanup;
  g.breakBlock = exit;
  g.breakCleanup = g.cleanup;
  if (g.reachable) dispatch(g, s, exit);
  genStmt(g, s.a!);
  // the statement may be generated again (arg-pack.ts)
  for (const c of s.cases ?? []) c.stmt.block = 0;
  if (s.dflt !== null) s.dflt.block = 0;
  g.breakBlock = brk;
  g.breakCleanup = brkCleanup;
  g.start(exit);
}

function less(unsigned: boolean, al: number, ah: number, bl: number, bh: number): boolean {
  return unsigned ? ult64(al, ah, bl, bh) : slt64(al, ah, bl, bh);
}

function dispatch(g: FnGen, s: Stmt, exit: number): void {
  const e = s.e!;
  const v = genExpr(g, e);
  g.b.loc = s.loc;
  const ty = g.f.ty[v]!;
  const unsigned = e.type.unsigned;
  const cases = s.cases ?? [];
  for (const c of cases) if (c.stmt.block === 0) c.stmt.block = g.newBlock();
  if (s.dflt !== null && s.dflt.block === 0) s.dflt.block = g.newBlock();
  const dflt = s.dflt === null ? exit : s.dflt.block;
  const list: CaseLabel[] = [];
  for (const c of cases) {
    // an I32 selector sees its 32 bits only
    const x: CaseLabel = ty === O.TY_I32 ? { ...c, loHi: c.lo >> 31, hiHi: c.hi >> 31 } : c;
    if (x.wide !== null || !less(unsigned, x.hi, x.hiHi, x.lo, x.loHi)) list.push(x);
  }
  const f = g.f;
  if (f.op[v] === O.OP_CONST && ty !== O.TY_I128) {
    const lo = f.a[v]!;
    const h = f.b[v]!;
    for (const c of list) {
      if (!less(unsigned, lo, h, c.lo, c.loHi) && !less(unsigned, c.hi, c.hiHi, lo, h)) {
        g.jmp(c.stmt.block);
        return;
      }
    }
    g.jmp(dflt);
    return;
  }
  if (list.length === 0) {
    g.jmp(dflt);
    return;
  }
  if (ty === O.TY_I128) {
    compareChain(g, v, unsigned, list, dflt);
    return;
  }
  list.sort((x, y) => (less(unsigned, x.lo, x.loHi, y.lo, y.loHi) ? -1 : 1));
  const n = list.length;
  const info: SwitchInfo = {
    lo: new Int32Array(n),
    loHi: new Int32Array(n),
    hi: new Int32Array(n),
    hiHi: new Int32Array(n),
    targets: [],
    dflt,
    unsigned,
  };
  for (let i = 0; i < n; i++) {
    const c = list[i]!;
    info.lo[i] = c.lo;
    info.loHi[i] = c.loHi;
    info.hi[i] = c.hi;
    info.hiHi[i] = c.hiHi;
    info.targets.push(c.stmt.block);
    g.refer(c.stmt.block);
  }
  g.refer(dflt);
  g.b.emit(O.OP_SWITCH, 0, v, 0, 0, info);
  g.b.block = 0;
}

/** A selector of 128 bits. */
function compareChain(g: FnGen, v: Value, unsigned: boolean, list: readonly CaseLabel[], dflt: number): void {
  const ty = O.TY_I128;
  const le = unsigned ? O.OP_ULE : O.OP_SLE;
  for (const c of list) {
    const next = g.newBlock();
    const lo = intConst(g, c.wide![0]);
    const hi = intConst(g, c.wide![1]);
    g.br(bin(g, O.OP_AND, O.TY_I32, icmp(g, le, ty, lo, v), icmp(g, le, ty, v, hi)), c.stmt.block, next);
    g.start(next);
  }
  g.jmp(dflt);
}
