// Leaving scopes (cleanup attribute, variable length arrays) and the sizes of variably modified types.

import type { Decl, Expr, Label } from "../c/ast.ts";
import { COUNT_VLA, type CType, K_ARRAY, K_FUNCTION, K_POINTER } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { bin } from "./arith.ts";
import { emitCall } from "./call.ts";
import { Cleanup, type FnGen, LabelState } from "./context.ts";
import { intCast } from "./convert.ts";
import { genExpr } from "./expr.ts";
import { slotOf } from "./lvalue.ts";
import { capturedOffset, frameOf, noteStackPointer, outerSize } from "./nested.ts";
import { isSignedInt, mem } from "./types.ts";

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
    } else if (c.parent === null || c.parent === to || c.parent.decl !== null) {
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
  return t.kind === K_ARRAY && t.size < 0 && (t.count === COUNT_VLA || (t.count > 0 && isVla(t.base!)));
}

/** What stands for a run-time size: qualified variants of a type share the expression of its length. */
function sizeKey(t: CType): CType | Expr {
  return t.count === COUNT_VLA ? t.vla! : t.unqual;
}

/** Where the size of a type that has been evaluated is kept, here or in an outer function; 0 if it has not been. */
function sizeSlot(g: FnGen, t: CType): Value {
  const key = sizeKey(t);
  if (g.frame?.has(key)) return g.addOff(g.frame.slot, g.frame.offsetOf(key, 0, 1));
  return g.vlaSizes.get(key) ?? outerSize(g, key);
}

function newSizeSlot(g: FnGen, t: CType): Value {
  const key = sizeKey(t);
  const size = g.target.ptrSize;
  if (g.frame !== null) return g.addOff(g.frame.slot, g.frame.offsetOf(key, size, size));
  const s = g.temp(size, size);
  g.vlaSizes.set(key, s);
  return s;
}

function ptrMem(g: FnGen): number {
  return mem(g.target.ptrSize, g.target.ptrSize, false, 0);
}

/**
 * Evaluates the sizes of all variably modified parts of a declared type and remembers them. What an earlier declaration has evaluated
 * (a typedef, the operand of typeof) keeps its size: C11 6.7.8p3.
 */
export function evaluateVlaType(g: FnGen, t: CType): void {
  switch (t.kind) {
    case K_ARRAY:
      if (!isVla(t)) evaluateVlaType(g, t.base!);
      else if (sizeSlot(g, t) === 0) {
        evaluateVlaType(g, t.base!);
        const v = computeVlaSize(g, t);
        g.b.store(newSizeSlot(g, t), v, ptrMem(g));
      }
      return;
    case K_POINTER:
    case K_FUNCTION:
      evaluateVlaType(g, t.base!);
      return;
  }
}

function computeVlaSize(g: FnGen, t: CType): Value {
  const elem = t.base!;
  const one = elem.size >= 0 ? g.ptrNum(elem.size) : vlaSize(g, elem);
  let n: Value;
  if (t.count === COUNT_VLA) n = intCast(g, genExpr(g, t.vla!), g.ptrTy, isSignedInt(t.vla!.type));
  else n = g.ptrNum(t.count);
  return bin(g, O.OP_MUL, g.ptrTy, n, one);
}

/** Size in bytes of a type that may be a VLA: as evaluated at its declaration, or now for a type named in an expression. */
export function vlaSize(g: FnGen, t: CType): Value {
  if (t.size >= 0) return g.ptrNum(t.size);
  if (!isVla(t)) throw new Error("size of an incomplete type");
  const s = sizeSlot(g, t);
  if (s !== 0) return g.b.load(g.ptrTy, s, ptrMem(g));
  return computeVlaSize(g, t);
}

/** A variable length array comes to life: its storage is freed when the scope is left. */
export function declareVla(g: FnGen, d: Decl): void {
  evaluateVlaType(g, d.type);
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
  if (d.slot === 0) d.slot = g.temp(g.target.ptrSize, g.target.ptrSize);
  return d.slot;
}

export function vlaAddress(g: FnGen, d: Decl): Value {
  return g.b.load(g.ptrTy, vlaSlot(g, d), ptrMem(g));
}
