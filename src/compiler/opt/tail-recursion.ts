// Tail recursion becomes a loop: a function's call of itself in tail position jumps back to the start with new parameters.
//
// What stays to be done with the result of the call may be an addition and a multiplication of values that are known before it
// (x + f(…), x * f(…), x + y * f(…)): accumulators a and m collect them, and each return gives a + m * result. Source: Cooper and
// Torczon, "Engineering a Compiler", 8.7 and 10.4 (tail-recursion elimination); Muchnick, "Advanced Compiler Design and
// Implementation", 15.1. Arithmetic wraps, so that the order of additions and of multiplications is free.
// Invariant: PARAMs and ALLOCAs stay in the entry block; the rest of it becomes the loop's header. A local is one object for all
// rounds: as its address is known to nobody at a call that becomes a jump, none can tell.

import { computeCfg, removePhiEdge, removeUnreachable } from "../ir/cfg.ts";
import { exposedBlocks, plainFrame } from "../ir/frame-escape.ts";
import type { Block, CallInfo, Func, PhiInfo, RetInfo, Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { behindExtension, lastCall, mayTailCall, onlyReturns, valueFrom } from "../ir/tail-position.ts";
import type { PassCx } from "./options.ts";

/** A call to turn into a jump: the result is add + mul * (the call's), 0 = nothing to add or multiply. */
interface Site {
  block: Block;
  call: Value;
  /** The block that returns, when the call's block jumps there; else 0. */
  ret: Block;
  add: Value;
  /** The addend is subtracted. */
  negative: boolean;
  mul: Value;
}

/** Turns the self-recursive tail calls of f into jumps. */
export function loopTailRecursion(f: Func, cx: PassCx): boolean {
  const s = cx.m.syms[f.sym]!;
  // a body that may be replaced calls itself as long as it runs, as GCC sees it
  if (!mayTailCall(s)) return false;
  if (f.variadic || f.callsSetjmp || f.hasDalloca || !callsItself(f) || !plainFrame(f) || readsReturnAddress(f)) return false;
  const exposed = exposedBlocks(f);
  const narrow = cx.o.target.name !== "riscv64";
  const sites: Site[] = [];
  for (const b of f.order) {
    if (exposed[b] !== 0) continue;
    const site = siteAt(f, b, narrow);
    if (site !== undefined) sites.push(site);
  }
  if (sites.length === 0) return false;
  rewrite(f, sites);
  return true;
}

/** Number of direct calls of f in itself. */
export function selfCalls(f: Func): number {
  let n = 0;
  for (const b of f.order)
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) if (f.op[v] === O.OP_CALL && (f.aux[v] as CallInfo).sym === f.sym) n++;
  return n;
}

function callsItself(f: Func): boolean {
  return selfCalls(f) > 0;
}

function readsReturnAddress(f: Func): boolean {
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      if (f.op[v] === O.OP_RETADDR || (f.op[v] === O.OP_LABELADDR && f.a[v] === f.entry)) return true;
    }
  }
  return f.labelId[f.entry] !== 0;
}

function siteAt(f: Func, b: Block, narrow: boolean): Site | undefined {
  const t = f.last[b]!;
  const r = f.op[t] === O.OP_JMP ? f.b[t]! : 0;
  if (r === 0 ? f.op[t] !== O.OP_RET : r === b || !onlyReturns(f, r)) return undefined;
  const call = lastCall(f, b);
  if (call === 0) return undefined;
  const info = f.aux[call] as CallInfo;
  if (info.sym !== f.sym || info.noreturn || info.outArgs.length > 0 || info.args.length !== f.params.length) return undefined;
  for (let k = 0; k < info.args.length; k++) {
    const p = f.params[k]!;
    if (info.argLocs[k]!.loc !== p.loc || info.argLocs[k]!.ty !== p.ty || f.ty[info.args[k]!] !== p.ty) return undefined;
  }
  if (info.rets.length !== f.ret.length) return undefined;
  const site: Site = { block: b, call, ret: r, add: 0, negative: false, mul: 0 };
  const vals = (f.aux[f.last[r === 0 ? b : r]!] as RetInfo).vals;
  for (let k = 0; k < vals.length; k++) {
    const want = f.ret[k]!;
    if (info.rets[k]!.loc !== want.loc || info.rets[k]!.ty !== want.ty) return undefined;
    let v = vals[k]!;
    if (narrow) v = behindExtension(f, v, want);
    if (r !== 0) v = valueFrom(f, v, r, b);
    if (narrow) v = behindExtension(f, v, want);
    if (f.op[v] === O.OP_UNDEF || isResult(f, v, call, k)) continue;
    if (info.hiddenResult === true && v === info.args[0] && f.op[v] === O.OP_PARAM) continue;
    if (vals.length !== 1 || !accumulates(f, v, site)) return undefined;
  }
  return site;
}

function isResult(f: Func, v: Value, call: Value, k: number): boolean {
  return f.op[v] === O.OP_PROJ && f.a[v] === call && f.b[v] === k;
}

/** Is v x + result, result - x, x * result or a sum of x and y * result? */
function accumulates(f: Func, v: Value, site: Site): boolean {
  if (f.ty[v] !== O.TY_I32 && f.ty[v] !== O.TY_I64) return false;
  // an operation on bits of the result that the call does not define would spread them
  if (f.ret[0]!.size !== undefined && f.ret[0]!.size !== O.TY_SIZE[f.ty[v]!]) return false;
  const call = site.call;
  let rest = v;
  const op = f.op[v];
  if (op === O.OP_ADD || op === O.OP_SUB) {
    const left = dependsOn(f, f.a[v]!, call);
    const right = dependsOn(f, f.b[v]!, call);
    if (left === right || (op === O.OP_SUB && right)) return false;
    rest = left ? f.a[v]! : f.b[v]!;
    site.add = left ? f.b[v]! : f.a[v]!;
    site.negative = op === O.OP_SUB;
    if (isResult(f, rest, call, 0)) return true;
  }
  if (f.op[rest] !== O.OP_MUL) return false;
  const a = f.a[rest]!;
  const b = f.b[rest]!;
  if (isResult(f, a, call, 0) && !dependsOn(f, b, call)) site.mul = b;
  else if (isResult(f, b, call, 0) && !dependsOn(f, a, call)) site.mul = a;
  else return false;
  return true;
}

/** Is x computed from what the call gave? Only values behind it in its block can be. */
function dependsOn(f: Func, x: Value, call: Value): boolean {
  if (f.blk[x] !== f.blk[call]) return false;
  const tainted = new Set<Value>([call]);
  const buf: number[] = [];
  for (let v = f.next[call]!; v !== 0; v = f.next[v]!) {
    const n = f.operands(v, buf);
    for (let k = 0; k < n; k++) if (tainted.has(buf[k]!)) tainted.add(v);
    if (v === x) break;
  }
  return tainted.has(x);
}

function rewrite(f: Func, sites: readonly Site[]): void {
  const entry = f.entry;
  const header = splitEntry(f);
  const adds = sites.some((x) => x.add !== 0);
  const muls = sites.some((x) => x.mul !== 0);
  const ty = f.ret.length > 0 ? f.ret[0]!.ty : O.TY_I32;
  // parameters of the round, and the accumulators
  const phis = new Map<Value, Value>();
  const params: Value[] = [];
  for (let v = f.first[entry]!; v !== 0; v = f.next[v]!) if (f.op[v] === O.OP_PARAM) params.push(v);
  const phi = (type: number, first: Value): Value => {
    const at = f.first[header]!;
    return f.insertBefore(at, O.OP_PHI, type, 0, 0, 0, f.loc[at]!, { blocks: [entry], vals: [first] });
  };
  const changing = params.filter((p) => sites.some((x) => (f.aux[x.call] as CallInfo).args[f.a[p]!] !== p));
  for (const p of changing) phis.set(p, phi(f.ty[p]!, p));
  const acc = adds ? phi(ty, f.constant(ty, 0, 0)) : 0;
  const factor = muls ? phi(ty, f.constant(ty, 1, 0)) : 0;
  const map = { map: (v: Value): Value => phis.get(v) ?? v };
  const fresh = new Set<Value>([...phis.values(), acc, factor]);
  for (const b of f.order) for (let v = f.first[b]!; v !== 0; v = f.next[v]!) if (!fresh.has(v)) f.mapOperands(v, map);
  // returns that stay give a + m * result
  const jumping = new Set(sites.filter((x) => x.ret === 0).map((x) => x.block));
  if (adds || muls) {
    for (const b of f.order) {
      const t = f.last[b]!;
      if (f.op[t] !== O.OP_RET || jumping.has(b)) continue;
      const info = f.aux[t] as RetInfo;
      let v = info.vals[0]!;
      if (f.op[v] === O.OP_UNDEF) continue;
      if (muls) v = f.insertBefore(t, O.OP_MUL, ty, v, factor, 0, f.loc[t]!);
      if (adds) v = f.insertBefore(t, O.OP_ADD, ty, v, acc, 0, f.loc[t]!);
      f.aux[t] = { vals: [v] };
    }
  }
  for (const x of sites) jumpBack(f, x, header, phis, acc, factor);
  removeUnreachable(f, computeCfg(f));
}

/** Everything of the entry block but what belongs there goes to a block of its own; gives that. */
function splitEntry(f: Func): Block {
  const entry = f.entry;
  const header = f.newBlock();
  f.order.pop();
  f.order.splice(1, 0, header);
  for (let v = f.first[entry]!; v !== 0; ) {
    const next = f.next[v]!;
    const op = f.op[v]!;
    const stays = op === O.OP_PARAM || op === O.OP_ALLOCA || op === O.OP_CONST || op === O.OP_FCONST || op === O.OP_SYM;
    if (!stays && op !== O.OP_UNDEF && op !== O.OP_STACKPARAM) {
      f.unlink(v);
      f.linkLast(v, header);
    }
    v = next;
  }
  f.append(entry, O.OP_JMP, 0, 0, header, 0, f.declLoc);
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0 && f.op[v] === O.OP_PHI; v = f.next[v]!) {
      const p = f.aux[v] as PhiInfo;
      for (let k = 0; k < p.blocks.length; k++) if (p.blocks[k] === entry) p.blocks[k] = header;
    }
  }
  return header;
}

/** The block of the call ends in a jump to the header. */
function jumpBack(f: Func, x: Site, header: Block, phis: ReadonlyMap<Value, Value>, acc: Value, factor: Value): void {
  const moved = x.block === f.entry ? header : x.block;
  if (x.ret !== 0) removePhiEdge(f, x.ret, moved);
  const info = f.aux[x.call] as CallInfo;
  const args = info.args;
  const map = (v: Value): Value => phis.get(v) ?? v;
  const loc = f.loc[x.call]!;
  const ty = f.ret.length > 0 ? f.ret[0]!.ty : O.TY_I32;
  const behind = f.last[moved]!;
  let nextAcc = acc;
  let nextFactor = factor;
  if (x.add !== 0) {
    let d = map(x.add);
    if (factor !== 0) d = f.insertBefore(behind, O.OP_MUL, ty, d, factor, 0, loc);
    nextAcc = f.insertBefore(behind, x.negative ? O.OP_SUB : O.OP_ADD, ty, acc, d, 0, loc);
  }
  if (x.mul !== 0) nextFactor = f.insertBefore(behind, O.OP_MUL, ty, factor, map(x.mul), 0, loc);
  for (const [p, phi] of phis) edge(f, phi, moved, args[f.a[p]!]!);
  if (acc !== 0) edge(f, acc, moved, nextAcc);
  if (factor !== 0) edge(f, factor, moved, nextFactor);
  // what was computed from the result goes
  const buf: number[] = [];
  const dead = new Set<Value>([x.call]);
  for (let v = f.next[x.call]!; v !== 0; v = f.next[v]!) {
    const n = f.operands(v, buf);
    for (let k = 0; k < n; k++) if (dead.has(buf[k]!)) dead.add(v);
  }
  if (f.op[behind] === O.OP_RET || f.op[behind] === O.OP_JMP) dead.add(behind);
  for (const v of [...dead].reverse()) f.remove(v);
  f.append(moved, O.OP_JMP, 0, 0, header, 0, loc);
}

function edge(f: Func, phi: Value, from: Block, v: Value): void {
  const p = f.aux[phi] as PhiInfo;
  p.blocks.push(from);
  p.vals.push(v);
}
