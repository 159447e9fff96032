// Leaving scopes (cleanup attribute, variable length arrays) and the sizes of variably modified types.

import type { Decl, Expr, Label } from "../c/ast.ts";
import { COUNT_VLA, type CType, K_ARRAY, K_FUNCTION, K_POINTER, type Member, type RecordInfo } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { bin, icmp } from "./arith.ts";
import { emitCall } from "./call.ts";
import { Cleanup, type FnGen, LabelState } from "./context.ts";
import { intCast } from "./convert.ts";
import { genExpr } from "./expr.ts";
import { slotOf } from "./lvalue.ts";
import { capturedOffset, frameOf, noteStackPointer, outerBound } from "./nested.ts";
import { alignAt, isSignedInt, mem } from "./types.ts";

/** Emits what leaving all scopes from `from` out to (not including) `to` needs. */
export function unwind(g: FnGen, from: Cleanup | null, to: Cleanup | null): void {
  if (!g.reachable) return;
  const saved = g.cleanup;
  for (let c = from; c !== to && c !== null; c = c.parent) {
    g.cleanup = c.parent;
    if (c.decl !== null) {
      const fn = c.decl.attrs.cleanup!;
      emitCall(g, fn, [slotOf(g, c.decl)]);
      if (!g.reachable) break;
    } else if (!c.keep && (c.parent === null || c.parent === to || c.parent.decl !== null)) {
      // of several stack restores in a row only the outermost counts
      g.b.emit(O.OP_STACKRESTORE, 0, g.b.load(g.ptrTy, c.saved, ptrMem(g)));
      noteStackPointer(g);
    }
  }
  g.cleanup = saved;
}

/** Closes the scopes opened since `to`. */
export function closeScope(g: FnGen, to: Cleanup | null): void {
  if (g.cleanup === to) return;
  unwind(g, g.cleanup, to);
  g.cleanup = to;
}

function commonAncestor(a: Cleanup | null, b: Cleanup | null): Cleanup | null {
  while (a !== b) {
    const da = a === null ? 0 : a.depth;
    const db = b === null ? 0 : b.depth;
    if (da >= db) a = a === null ? null : a.parent;
    if (db > da || (db === da && b !== null)) b = b === null ? null : b.parent;
  }
  return a;
}

export function labelState(g: FnGen, l: Label): LabelState {
  let s = g.labels.get(l);
  if (s === undefined) {
    s = new LabelState(g.newBlock());
    g.labels.set(l, s);
  }
  return s;
}

/** goto: leaves the scopes that the label is not in; for a label further down that is known only when it comes. */
export function jumpToLabel(g: FnGen, l: Label): void {
  if (!g.reachable) return;
  const s = labelState(g, l);
  if (s.placed) {
    unwind(g, g.cleanup, commonAncestor(g.cleanup, s.cleanup));
    g.jmp(s.block);
  } else if (g.cleanup === null) g.jmp(s.block);
  else {
    const edge = g.newBlock();
    g.jmp(edge);
    s.pending.push({ block: edge, cleanup: g.cleanup });
    g.refer(s.block);
  }
}

/** Places a label here and settles the gotos that waited for its scope. */
export function placeLabel(g: FnGen, l: Label): void {
  const s = labelState(g, l);
  s.cleanup = g.cleanup;
  s.placed = true;
  g.jmp(s.block);
  const resume = g.cleanup;
  for (const p of s.pending) {
    g.place(p.block);
    g.cleanup = p.cleanup;
    unwind(g, p.cleanup, commonAncestor(p.cleanup, s.cleanup));
    g.jmp(s.block);
  }
  s.pending.length = 0;
  g.cleanup = resume;
  // a later goto may come back here: the block is placed even if nothing reaches it so far
  g.refer(s.block);
  g.start(s.block);
}

// ---- variably modified types ----

/** Has t a run-time size? */
export function isVla(t: CType): boolean {
  if (t.size >= 0) return false;
  if (t.kind === K_ARRAY) return t.count === COUNT_VLA || (t.count >= 0 && isVla(t.base!));
  return t.record?.complete === true;
}

function ptrMem(g: FnGen): number {
  return mem(g.target.ptrSize, g.target.ptrSize, false, 0);
}

/** E_BOUND: the length, remembered for all sizes of the type. */
export function genBound(g: FnGen, e: Expr): Value {
  const v = genExpr(g, e.a!);
  const size = g.target.ptrSize;
  let s: Value;
  if (g.frame !== null) s = g.addOff(g.frame.slot, g.frame.offsetOf(e, size, size));
  else {
    s = g.bounds.get(e) ?? 0;
    if (s === 0) {
      s = g.temp(size, size);
      g.bounds.set(e, s);
    }
  }
  g.b.store(s, intCast(g, v, g.ptrTy, isSignedInt(e.type)), ptrMem(g));
  return v;
}

/** A bound as it was evaluated; what was not (in a prototype) is evaluated now. */
function boundValue(g: FnGen, e: Expr): Value {
  const s = g.frame?.has(e) ? g.addOff(g.frame.slot, g.frame.offsetOf(e, 0, 1)) : (g.bounds.get(e) ?? outerBound(g, e));
  if (s !== 0) return g.b.load(g.ptrTy, s, ptrMem(g));
  return intCast(g, genExpr(g, e.a!), g.ptrTy, isSignedInt(e.type));
}

/** Evaluates the bounds in the type of a parameter, those which no earlier parameter nor an outer function has. */
export function evaluateParameter(g: FnGen, t: CType): void {
  switch (t.kind) {
    case K_ARRAY:
    case K_POINTER:
    case K_FUNCTION: {
      evaluateParameter(g, t.base!);
      const e = t.vla;
      if (e !== null && !g.bounds.has(e) && !g.frame?.has(e) && outerBound(g, e) === 0) genBound(g, e);
      return;
    }
  }
  const r = t.record;
  if (r?.variable === true && (r.owner === null || r.owner === g.decl)) {
    for (const m of r.members) if (m.type.kind !== K_POINTER || m.type.base!.record !== r) evaluateParameter(g, m.type);
  }
}

/** x rounded up to a multiple of a power of two. */
function roundUp(g: FnGen, x: Value, align: number): Value {
  if (align <= 1) return x;
  const y = bin(g, O.OP_ADD, g.ptrTy, x, g.ptrNum(align - 1));
  return bin(g, O.OP_AND, g.ptrTy, y, g.ptrNum(-align));
}

/** Largest power of two that every size of t is a multiple of. */
function granule(t: CType): number {
  let e = t;
  while (e.kind === K_ARRAY && e.size < 0) e = e.base!;
  return e.size < 0 ? e.align : alignAt(1 << 28, e.size);
}

/** Offset of segment n of a record of run-time size; n = number of segments: where the last one ends. */
function segmentStart(g: FnGen, r: RecordInfo, n: number): Value {
  let at = g.ptrNum(0);
  let known = 1 << 28;
  for (let i = 0; i < n; i++) {
    const s = r.segments[i]!;
    if (i > 0) {
      if (known < s.align) at = roundUp(g, at, s.align);
      known = Math.max(known, s.align);
    }
    at = g.addOff(at, s.length);
    known = alignAt(known, s.length);
    if (s.tail !== null) {
      at = bin(g, O.OP_ADD, g.ptrTy, at, vlaSize(g, s.tail));
      known = Math.min(known, granule(s.tail));
    }
  }
  const next = r.segments[n];
  return next !== undefined && n > 0 && known < next.align ? roundUp(g, at, next.align) : at;
}

/** Run-time part of a member's offset. */
export function segmentOffset(g: FnGen, r: RecordInfo, m: Member): Value {
  return segmentStart(g, r, m.segment);
}

function recordSize(g: FnGen, t: CType): Value {
  const r = t.record!;
  if (!r.isUnion) return roundUp(g, segmentStart(g, r, r.segments.length), t.align);
  const slot = g.temp(g.target.ptrSize, g.target.ptrSize);
  g.b.store(slot, g.ptrNum(r.segments[0]!.length), ptrMem(g));
  for (const m of r.members) {
    if (m.type.size >= 0) continue;
    const size = vlaSize(g, m.type);
    const larger = g.newBlock();
    const next = g.newBlock();
    g.b.here();
    g.br(icmp(g, O.OP_ULT, g.ptrTy, g.b.load(g.ptrTy, slot, ptrMem(g)), size), larger, next);
    g.start(larger);
    if (g.reachable) g.b.store(slot, size, ptrMem(g));
    g.start(next);
  }
  return roundUp(g, g.b.load(g.ptrTy, slot, ptrMem(g)), t.align);
}

/** Size in bytes of a type that may have a run-time size. */
export function vlaSize(g: FnGen, t: CType): Value {
  if (t.size >= 0) return g.ptrNum(t.size);
  if (!isVla(t)) throw new Error("size of an incomplete type");
  if (t.kind !== K_ARRAY) return recordSize(g, t);
  const n = t.count === COUNT_VLA ? boundValue(g, t.vla!) : g.ptrNum(t.count);
  return bin(g, O.OP_MUL, g.ptrTy, n, vlaSize(g, t.base!));
}

/** Storage of run-time size for a value; it lives until a scope around is left that restores the stack, or the function. */
export function dynamicTemp(g: FnGen, t: CType): Value {
  g.f.hasDalloca = true;
  const p = g.b.emit(O.OP_DALLOCA, g.ptrTy, vlaSize(g, t), Math.max(16, t.align));
  noteStackPointer(g);
  return p;
}

/** What was just put on the stack must outlive the scopes opened since `to`. */
export function keepStack(g: FnGen, to: Cleanup | null): void {
  for (let c = g.cleanup; c !== to && c !== null; c = c.parent) c.keep = true;
}

/** A variable length array comes to life: its storage is freed when the scope is left. */
export function declareVla(g: FnGen, d: Decl): void {
  const size = vlaSize(g, d.type);
  // in memory: a goto of a nested function may come into the scope without passing here
  const saved = g.temp(g.target.ptrSize, g.target.ptrSize);
  g.b.store(saved, g.b.emit(O.OP_STACKSAVE, g.ptrTy), ptrMem(g));
  g.cleanup = new Cleanup(g.cleanup, null, saved);
  g.f.hasDalloca = true;
  const align = Math.max(16, d.type.align, d.attrs.aligned);
  const p = g.b.emit(O.OP_DALLOCA, g.ptrTy, size, align);
  // the address lives in a slot of its own: the declaration may be passed several times
  g.b.store(vlaSlot(g, d), p, ptrMem(g));
  noteStackPointer(g);
}

/** Slot that holds the address of a VLA object. */
export function vlaSlot(g: FnGen, d: Decl): Value {
  if (d.captured) {
    const size = g.target.ptrSize;
    return g.addOff(frameOf(g, d.owner!), capturedOffset(g, d, size, size, 0));
  }
  if (d.slot === 0) g.setSlot(d, g.temp(g.target.ptrSize, g.target.ptrSize));
  return d.slot;
}

export function vlaAddress(g: FnGen, d: Decl): Value {
  return g.b.load(g.ptrTy, vlaSlot(g, d), ptrMem(g));
}
