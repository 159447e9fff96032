// Inlining: a call's callee copied into the caller.
//
// always_inline bodies always; others by size: small ones everywhere, larger ones with the inline keyword, static ones that are
// called once. The callee has been optimised before (bottom-up). Arguments and results match by position, as both sides have
// them in the same pieces.

import type {
  AsmInfo,
  AsmOperand,
  Aux,
  Block,
  CallInfo,
  Func,
  IjmpInfo,
  PhiInfo,
  RetInfo,
  SwitchInfo,
  Value,
} from "../ir/func.ts";
import { BIND_LOCAL, BIND_WEAK, type Module, type Sym } from "../ir/module.ts";
import {
  F_A,
  F_B,
  F_C,
  OP_ADD,
  OP_ALLOCA,
  OP_ASM,
  OP_BR,
  OP_CALL,
  OP_CONST,
  OP_DALLOCA,
  OP_FRAMEADDR,
  OP_IJMP,
  OP_JMP,
  OP_LABELADDR,
  OP_NONE,
  OP_PARAM,
  OP_PHI,
  OP_PROJ,
  OP_RET,
  OP_RETADDR,
  OP_STACKPARAM,
  OP_STACKRESTORE,
  OP_STACKSAVE,
  OP_SWITCH,
  OP_SYM,
  OP_UNDEF,
  OP_VASTART,
  opFlags,
  TY_NONE,
} from "../ir/ops.ts";
import type { Bisect } from "./bisect.ts";
import type { OptOptions } from "./options.ts";

/** Instructions a body may have to be inlined anywhere, with the inline keyword, as the only call of a static function. */
const SMALL = 12;
const HINTED = 70;
const CALLED_ONCE = 400;
const MAX_CALLER = 20_000;

/** Inlines calls of f, `rounds` levels deep at most; `refs` as from countReferences, kept up to date. */
export function inlineCalls(
  f: Func,
  m: Module,
  o: OptOptions,
  refs: Int32Array,
  bisect: Bisect | undefined,
  rounds: number,
): boolean {
  let changed = false;
  for (let round = 0; round < rounds; round++) {
    const calls: Value[] = [];
    for (const b of f.order) {
      for (let v = f.first[b]!; v !== 0; v = f.next[v]!) if (f.op[v] === OP_CALL) calls.push(v);
    }
    let any = false;
    for (const v of calls) {
      if (f.op[v] !== OP_CALL) continue;
      const info = f.aux[v] as CallInfo;
      const s = m.syms[info.sym];
      const g = s?.func;
      if (s === undefined || g === undefined || g === f) continue;
      if (!s.alwaysInline && !worthwhile(f, g, s, info, refs, o)) continue;
      const why = obstacle(f, g, info, s, o);
      if (why !== "") {
        if (s.alwaysInline) o.diags.error(f.loc[v]!, `inlining failed in call to 'always_inline' '${s.name}': ${why}`);
        continue;
      }
      if (!s.alwaysInline && bisect !== undefined && !bisect.allow("inline", f.name, s.name, f.loc[v])) continue;
      inlineOne(f, v, g, refs);
      refs[s.id]--;
      any = true;
    }
    if (!any) break;
    f.resolveCopies();
    changed = true;
  }
  return changed;
}

/** Why a body cannot be inlined, or "". */
function obstacle(f: Func, g: Func, info: CallInfo, s: Sym, o: OptOptions): string {
  if (s.noinline && !s.alwaysInline) return "noinline";
  if (s.bind === BIND_WEAK) return "function body can be overwritten at link time";
  if (o.interposable && s.bind !== BIND_LOCAL && !s.alwaysInline && !s.inlineHint)
    return "function body can be overwritten at link time";
  if (g.variadic) return "function uses variable argument lists";
  if (g.callsSetjmp) return "function uses setjmp";
  if (s.naked || (s.optimize !== "" && !s.alwaysInline)) return "optimization level attribute mismatch";
  if (g.params.length !== info.args.length) return "mismatched arguments";
  for (let k = 0; k < g.params.length; k++)
    if (g.params[k]!.ty !== info.argLocs[k]!.ty || f.ty[info.args[k]!] !== g.params[k]!.ty) return "mismatched arguments";
  if (g.ret.length < info.rets.length) return "mismatched return value";
  for (let k = 0; k < info.rets.length; k++) if (g.ret[k]!.ty !== info.rets[k]!.ty) return "mismatched return value";
  for (const b of g.order) {
    if (g.labelId[b] !== 0) return "function contains labels whose addresses are static data";
    for (let v = g.first[b]!; v !== 0; v = g.next[v]!) {
      const op = g.op[v];
      if (op === OP_VASTART || op === OP_IJMP) return "function has a computed goto or variable arguments";
      if ((op === OP_FRAMEADDR || op === OP_RETADDR) && !s.alwaysInline) return "function reads its frame";
      if (op === OP_CALL && g.aux[v] !== undefined && (g.aux[v] as CallInfo).sym === g.sym) return "function is recursive";
    }
  }
  return "";
}

function sizeOf(g: Func): number {
  let n = 0;
  for (const b of g.order) {
    for (let v = g.first[b]!; v !== 0; v = g.next[v]!) {
      const op = g.op[v]!;
      if (
        op === OP_CONST ||
        op === OP_PARAM ||
        op === OP_PROJ ||
        op === OP_PHI ||
        op === OP_SYM ||
        op === OP_ALLOCA ||
        op === OP_JMP
      )
        continue;
      n += op === OP_CALL ? 3 + (g.aux[v] as CallInfo).args.length : op === OP_ASM ? 4 : 1;
    }
  }
  return n;
}

function worthwhile(f: Func, g: Func, s: Sym, info: CallInfo, refs: Int32Array, o: OptOptions): boolean {
  if (o.level === 0 || o.noInline || s.noinline || s.cold || info.noreturn) return false;
  if (o.level === 1 && !s.inlineHint && refs[s.id] !== 1) return false;
  if (s.externInline && !s.inlineHint) return false;
  let n = sizeOf(g);
  if (f.nval > MAX_CALLER) return n <= 4;
  // Constant arguments usually fold something away.
  for (const a of info.args) {
    if (f.op[a] === OP_CONST || f.op[a] === OP_SYM) {
      n -= n >> 3;
    }
  }
  const limit = o.size ? SMALL >> 1 : SMALL;
  if (n <= limit) return true;
  if (s.inlineHint && n <= (o.size ? HINTED >> 2 : HINTED)) return true;
  return s.bind === BIND_LOCAL && !s.used && n <= CALLED_ONCE && refs[s.id] === 1;
}

/** References to each symbol in the unit; a use other than a direct call counts as many. */
export function countReferences(m: Module): Int32Array {
  const n = new Int32Array(m.syms.length);
  for (const f of m.funcs) countIn(f, n);
  for (const s of m.syms) {
    if (s === undefined) continue;
    if (s.init !== undefined) for (const r of s.init.relocs) n[r.sym] += ADDRESS_USE;
    if (s.alias !== 0) n[s.alias] += ADDRESS_USE;
  }
  return n;
}
const ADDRESS_USE = 1000;
function countIn(f: Func, n: Int32Array): void {
  for (const b of f.order) {
    for (let v = f.first[b]; v !== 0; v = f.next[v]) {
      if (f.op[v] === OP_CALL) n[(f.aux[v] as CallInfo).sym]++;
      else if (f.op[v] === OP_SYM) n[f.a[v]] += ADDRESS_USE;
    }
  }
}

function inlineOne(f: Func, call: Value, g: Func, refs: Int32Array): void {
  const info = f.aux[call] as CallInfo;
  const before = f.blk[call]!;
  const callLoc = f.loc[call]!;
  // the code behind the call goes to a block of its own
  const after = f.newBlock();
  f.order.pop();
  let v = f.next[call]!;
  const projs: Value[] = [];
  f.last[before] = call;
  f.next[call] = 0;
  if (v !== 0) {
    f.first[after] = v;
    f.prev[v] = 0;
    let last = v;
    for (; v !== 0; v = f.next[v]!) {
      f.blk[v] = after;
      last = v;
    }
    f.last[after] = last;
  }
  for (let k = 0; k < f.succCount(after); k++) {
    for (let p = f.first[f.succ(after, k)]!; p !== 0 && f.op[p] === OP_PHI; p = f.next[p]!) {
      const phi = f.aux[p] as PhiInfo;
      for (let i = 0; i < phi.blocks.length; i++) if (phi.blocks[i] === before) phi.blocks[i] = after;
    }
  }
  for (let p = f.first[after]!; p !== 0; p = f.next[p]!) if (f.op[p] === OP_PROJ && f.a[p] === call) projs.push(p);
  const blockMap = new Map<Block, Block>();
  const newBlocks: Block[] = [];
  for (const b of g.order) {
    const nb = f.newBlock();
    f.order.pop();
    blockMap.set(b, nb);
    newBlocks.push(nb);
  }
  f.order.splice(f.order.indexOf(before) + 1, 0, ...newBlocks, after);
  const map = new Int32Array(g.nval);
  const mapped: Value[] = [];
  const rets: { block: Block; vals: Value[] }[] = [];
  /** Memory in which the caller has left by-value arguments: one slot for the whole outgoing area. */
  let area: Value = 0;
  if (info.outArgs.length > 0) {
    let align = 16;
    for (const x of info.outArgs) align = Math.max(align, f.b[x]!);
    area = f.insertAtHead(f.entry, OP_ALLOCA, f.ty[info.outArgs[0]!]!, info.stackSize, align, 0, callLoc);
    for (const x of info.outArgs) {
      // OUTARG off becomes area + off
      const off = f.a[x]!;
      if (off === 0) f.replaceWith(x, area);
      else {
        const c = f.insertBefore(x, OP_CONST, f.ty[x]!, off, 0, 0, callLoc);
        f.op[x] = OP_ADD;
        f.a[x] = area;
        f.b[x] = c;
      }
    }
  }
  const pointer = stackPointerType(g);
  const dynamic = pointer !== 0;
  let saved: Value = 0;
  if (dynamic) saved = f.append(before, OP_STACKSAVE, pointer, 0, 0, 0, callLoc);
  for (const b of g.order) {
    const nb = blockMap.get(b)!;
    for (let x = g.first[b]!; x !== 0; x = g.next[x]!) {
      const op = g.op[x]!;
      if (op === OP_NONE) continue;
      const loc = g.loc[x]!;
      if (op === OP_PARAM) {
        map[x] = info.args[g.a[x]!]!;
        continue;
      }
      if (op === OP_ALLOCA) {
        map[x] = f.insertAtHead(f.entry, OP_ALLOCA, g.ty[x]!, g.a[x]!, g.b[x]!, g.c[x]!, loc);
        continue;
      }
      if (op === OP_STACKPARAM) {
        if (area === 0) area = f.insertAtHead(f.entry, OP_ALLOCA, g.ty[x]!, Math.max(16, g.paramStack), 16, 0, callLoc);
        const c = f.append(nb, OP_CONST, g.ty[x]!, g.a[x]!, g.a[x]! >> 31, 0, loc);
        map[x] = f.append(nb, OP_ADD, g.ty[x]!, area, c, 0, loc);
        continue;
      }
      if (op === OP_RET) {
        rets.push({ block: nb, vals: (g.aux[x] as RetInfo).vals.slice() });
        if (saved !== 0) f.append(nb, OP_STACKRESTORE, TY_NONE, saved, 0, 0, loc);
        f.append(nb, OP_JMP, TY_NONE, 0, after, 0, loc);
        continue;
      }
      const y = f.append(nb, op, g.ty[x]!, g.a[x]!, g.b[x]!, g.c[x]!, loc, cloneAux(op, g.aux[x], blockMap));
      f.prob[y] = op === OP_BR ? g.prob[x]! : 0;
      map[x] = y;
      mapped.push(y);
      if (op === OP_CALL) refs[(g.aux[x] as CallInfo).sym]++;
      else if (op === OP_SYM) refs[g.a[x]] += ADDRESS_USE;
      if (op === OP_JMP) f.b[y] = blockMap.get(g.b[x]!)!;
      else if (op === OP_BR) {
        f.b[y] = blockMap.get(g.b[x]!)!;
        f.c[y] = blockMap.get(g.c[x]!)!;
      } else if (op === OP_LABELADDR) f.a[y] = blockMap.get(g.a[x]!)!;
    }
  }
  const mapper = { map: (x: Value): Value => map[x]! };
  for (const y of mapped) {
    const fl = opFlags[f.op[y]!]!;
    if (fl & (F_A | F_B | F_C) || f.aux[y] !== undefined) f.mapOperands(y, mapper);
  }
  // results
  for (const p of projs) {
    const k = f.b[p]!;
    const ty = f.ty[p]!;
    if (rets.length === 0) {
      f.op[p] = OP_UNDEF;
      f.a[p] = 0;
      f.b[p] = 0;
      continue;
    }
    if (rets.length === 1) {
      f.replaceWith(p, map[rets[0]!.vals[k]!]!);
      continue;
    }
    const phi: PhiInfo = { blocks: rets.map((r) => r.block), vals: rets.map((r) => map[r.vals[k]!]!) };
    const q = f.insertBefore(f.first[after]!, OP_PHI, ty, 0, 0, 0, callLoc, phi);
    f.replaceWith(p, q);
  }
  f.remove(call);
  f.append(before, OP_JMP, TY_NONE, 0, blockMap.get(g.entry)!, 0, callLoc);
  if (g.hasDalloca && saved === 0) f.hasDalloca = true;
  if (g.usesFrameAddr) f.usesFrameAddr = true;
  if (dynamic) f.hasDalloca = true;
}

/** IR type of pointers, told by a dynamic allocation of g; 0 when it has none. */
function stackPointerType(g: Func): number {
  for (let v = 1; v < g.nval; v++) if (g.op[v] === OP_DALLOCA) return g.ty[v]!;
  return 0;
}

function cloneAux(op: number, aux: Aux | undefined, blocks: Map<Block, Block>): Aux | undefined {
  if (aux === undefined) return undefined;
  switch (op) {
    case OP_PHI: {
      const x = aux as PhiInfo;
      return { blocks: x.blocks.map((b) => blocks.get(b)!), vals: x.vals.slice() };
    }
    case OP_CALL: {
      const x = aux as CallInfo;
      return { ...x, args: x.args.slice(), outArgs: x.outArgs.slice(), tail: false };
    }
    case OP_ASM: {
      const x = aux as AsmInfo;
      return {
        ...x,
        operands: x.operands.map((o): AsmOperand => ({ ...o })),
        labels: x.labels.map((l) => ({ name: l.name, block: blocks.get(l.block)! })),
        fallthrough: x.labels.length > 0 ? blocks.get(x.fallthrough)! : 0,
      };
    }
    case OP_SWITCH: {
      const x = aux as SwitchInfo;
      return { ...x, targets: x.targets.map((b) => blocks.get(b)!), dflt: blocks.get(x.dflt)! };
    }
    case OP_IJMP: {
      const x = aux as IjmpInfo;
      return { targets: x.targets.map((b) => blocks.get(b)!) };
    }
    default:
      return Array.isArray(aux) || aux instanceof Int32Array ? aux : { ...aux };
  }
}
