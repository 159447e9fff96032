// Nested functions (GNU C): frame records, the static chain, trampolines, gotos out of a nested function.
//
// Source: the display-less static chain of Aho, Lam, Sethi, Ullman, "Compilers", 7.3; trampolines after Breuel, "Lexical Closures
// for C++" (1988). A function whose nested functions need the chain keeps one record on its stack: the record of its own outer
// function (offset 0, when it has the chain itself), every captured object, bounds of its variable length arrays, jump
// buffers of labels that nested functions go to, addresses of labels, and trampolines. The record is an ordinary stack slot whose address is passed as
// an ordinary (last) argument, in the register that GCC uses for it: escape analysis and inlining need to know nothing more.
//
// A pointer to a nested function with a chain is the address of a trampoline in the record of the function that declares it: code
// which loads the chain and jumps. It is written when that function is entered, and only if some pointer is made.
//
// Invariant: an outer function is generated before its nested ones (those are found through it), so that records can grow until
// the whole module is generated; nothing looks at their size before.

import type { Decl, Expr, FuncBody, Label } from "../c/ast.ts";
import type { Block, Piece, Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { libcall } from "./call.ts";
import type { FnGen } from "./context.ts";
import type { ModGen } from "./module.ts";
import { genBuiltinLongjmp, genBuiltinSetjmp } from "./nonlocal-jump.ts";
import { jumpToLabel, labelState } from "./scope.ts";
import { mem } from "./types.ts";

/** Where the static chain arrives. */
const CHAIN: Readonly<Record<string, string>> = { x86_64: "r10", i386: "ecx", aarch64: "x18", riscv64: "t2" };
const TRAMPOLINE_SIZE = 32;
/** Words of a jump buffer, and which of them is the stack pointer. */
const BUFFER_WORDS = 5;
const BUFFER_SP = 2;

/** The record of one function. */
export class Frame {
  readonly g: FnGen;
  readonly slot: Value;
  private readonly places: Map<Decl | Expr | Label, number> = new Map();
  private readonly addresses: Map<Label, number> = new Map();
  readonly trampolines: Map<Decl, number> = new Map();
  /** Block that enters the body: trampolines are written before its end. */
  entry: Block = 0;

  constructor(g: FnGen) {
    this.g = g;
    this.slot = g.temp(0, g.target.ptrSize);
  }

  /** Offset of something in the record; room is made at the first question. */
  offsetOf(what: Decl | Expr | Label, size: number, align: number): number {
    let off = this.places.get(what);
    if (off === undefined) {
      off = this.room(size, align);
      this.places.set(what, off);
    }
    return off;
  }

  /** Offset of the word that holds the address of one of the function's labels. */
  addressOf(l: Label): number {
    let off = this.addresses.get(l);
    if (off === undefined) {
      off = this.room(this.g.target.ptrSize, this.g.target.ptrSize);
      this.addresses.set(l, off);
    }
    return off;
  }

  has(what: Expr): boolean {
    return this.places.has(what);
  }

  room(size: number, align: number): number {
    const f = this.g.f;
    const off = Math.ceil(f.a[this.slot]! / align) * align;
    f.a[this.slot] = off + size;
    f.b[this.slot] = Math.max(f.b[this.slot]!, align);
    return off;
  }
}

/** `taken`: places of the arguments, which must not be the chain's (i386 with three register arguments). */
export function chainRegister(g: FnGen, taken: readonly Piece[]): number {
  const register = g.target.regByName(CHAIN[g.target.name]!);
  if (taken.some((p) => p.loc === register))
    g.mg.diags.fatal(g.b.loc, "occ has no register for the static chain of a nested function with three register arguments");
  return register;
}

function pointerMem(g: FnGen): number {
  return mem(g.target.ptrSize, g.target.ptrSize, false, 0);
}

/** Gives the function a record if its nested functions ask for one; after the PARAMs. */
export function openFrame(g: FnGen, body: FuncBody): void {
  if (!body.nested.some((d) => d.needsChain)) return;
  const frame = new Frame(g);
  g.frame = frame;
  g.mg.frames.set(g.decl, frame);
  if (g.chain !== 0) {
    frame.room(g.target.ptrSize, g.target.ptrSize);
    g.b.store(frame.slot, g.chain, pointerMem(g));
  }
}

/** After the parameters: a block for the trampolines, and the places that gotos of nested functions come back to. */
export function enterBody(g: FnGen, body: FuncBody): void {
  const frame = g.frame;
  if (frame === null) return;
  frame.entry = g.b.here();
  const next = g.newBlock();
  g.jmp(next);
  g.start(next);
  for (const l of body.addressed) {
    const s = labelState(g, l);
    g.refer(s.block);
    g.b.store(g.addOff(frame.slot, frame.addressOf(l)), g.b.emit(O.OP_LABELADDR, g.ptrTy, s.block), pointerMem(g));
  }
  g.receives = body.receives;
  for (const l of body.receives) if (!l.inStmtExpr) receive(g, l);
}

/** __label__ inside a statement expression: what was computed around it is not there at the function's entry. */
export function declareLabel(g: FnGen, l: Label): void {
  if (g.reachable && g.receives.includes(l)) receive(g, l);
}

function bufferOf(g: FnGen, l: Label): Value {
  const owner = l.owner!;
  const size = BUFFER_WORDS * g.target.ptrSize;
  return g.addOff(frameOf(g, owner), g.mg.frames.get(owner)!.offsetOf(l, size, g.target.ptrSize));
}

/** &&l of an outer function: for a computed goto there. */
export function outerLabel(g: FnGen, l: Label): Value {
  const frame = g.mg.frames.get(l.owner!)!;
  return g.b.load(g.ptrTy, g.addOff(frameOf(g, l.owner!), frame.addressOf(l)), pointerMem(g));
}

function receive(g: FnGen, l: Label): void {
  const back = g.newBlock();
  const on = g.newBlock();
  g.br(genBuiltinSetjmp(g, bufferOf(g, l)), back, on);
  g.start(back);
  jumpToLabel(g, l);
  g.start(on);
}

/** The stack has moved: a goto from a nested function must find it as it is now. */
export function noteStackPointer(g: FnGen): void {
  if (g.receives.length === 0 || !g.reachable) return;
  const sp = g.b.emit(O.OP_STACKSAVE, g.ptrTy);
  for (const l of g.receives) g.b.store(g.addOff(bufferOf(g, l), BUFFER_SP * g.target.ptrSize), sp, pointerMem(g));
}

/** goto a label of an outer function; as in GCC, cleanups of the scopes that are left do not run. */
export function leaveToOuter(g: FnGen, l: Label): void {
  if (!g.reachable) return;
  genBuiltinLongjmp(g, bufferOf(g, l));
  g.b.unreachable();
}

/** Address of the record of g's function or of one around it. */
export function frameOf(g: FnGen, owner: Decl): Value {
  if (owner === g.decl) return g.frame!.slot;
  let at = g.decl.owner;
  let v = g.chain;
  while (v !== 0 && at !== null && at !== owner) {
    if (!at.needsChain) throw new Error(`${g.f.name}: no chain from '${g.mg.text(at.name)}' to '${g.mg.text(owner.name)}'`);
    v = g.b.load(g.ptrTy, v, pointerMem(g));
    at = at.owner;
  }
  if (v === 0 || at === null)
    g.mg.diags.fatal(
      g.b.loc,
      `'${g.mg.text(g.decl.name)}' has no way to the variables of '${g.mg.text(owner.name)}': this use of a nested function is not supported`,
    );
  return v;
}

/** Offset of a captured object in its owner's record. */
export function capturedOffset(g: FnGen, d: Decl, size: number, align: number, kind: number): number {
  const frame = g.mg.frames.get(d.owner!)!;
  // what the stack protector must know of the record is what it must know of any object in it
  frame.g.f.c[frame.slot] = frame.g.f.c[frame.slot]! | kind;
  return frame.offsetOf(d, size, align);
}

/** The static chain for a call, or 0. */
export function chainFor(g: FnGen, callee: Decl): Value {
  return callee.needsChain ? frameOf(g, callee.owner!) : 0;
}

/** A pointer to a nested function that needs the chain. */
export function trampolineOf(g: FnGen, d: Decl): Value {
  const frame = g.mg.frames.get(d.owner!)!;
  let off = frame.trampolines.get(d);
  if (off === undefined) {
    off = frame.room(TRAMPOLINE_SIZE, 8);
    frame.trampolines.set(d, off);
    g.mg.symOf(d).referenced = true;
  }
  return g.addOff(frameOf(g, d.owner!), off);
}

/** Address of the slot of an array's bound (E_BOUND) that an outer function has evaluated, or 0. */
export function outerBound(g: FnGen, e: Expr): Value {
  if (g.chain === 0) return 0;
  for (let d = g.decl.owner; d !== null; d = d.owner) {
    const frame = g.mg.frames.get(d);
    if (frame?.has(e)) return g.addOff(frameOf(g, d), frame.offsetOf(e, 0, 1));
    if (!d.needsChain) return 0;
  }
  return 0;
}

/** Writes the trampolines that the functions of the module asked for. */
export function writeTrampolines(mg: ModGen): void {
  for (const frame of mg.frames.values()) {
    if (frame.trampolines.size === 0) continue;
    mg.module.execStack = true;
    const { g } = frame;
    const { f } = g;
    const last = f.last[frame.entry]!;
    const next = f.b[last]!;
    f.remove(last);
    g.b.setBlock(frame.entry);
    g.b.loc = g.decl.loc;
    for (const [d, off] of frame.trampolines) writeTrampoline(g, frame, d, off);
    g.b.jmp(next);
  }
}

function writeTrampoline(g: FnGen, frame: Frame, d: Decl, off: number): void {
  const { b } = g;
  const target = b.emit(O.OP_SYM, g.ptrTy, g.mg.symOf(d).id, 0);
  const put = (at: number, v: Value, size: number): void => {
    const aligned = at % size === 0 ? size : 2;
    b.store(g.addOff(frame.slot, off + at), v, mem(size, aligned, false, 0));
  };
  switch (g.target.name) {
    case "x86_64":
      // endbr64; movabs $target, %r11; movabs $record, %r10; jmp *%r11
      put(0, g.i32(0xfa1e0ff3 | 0), 4);
      put(4, g.i32(0xbb49), 2);
      put(6, target, 8);
      put(14, g.i32(0xba49), 2);
      put(16, frame.slot, 8);
      put(24, g.i32(0x00e3ff49), 4);
      return;
    case "i386": {
      // movl $record, %ecx; jmp target
      const end = g.addOff(frame.slot, off + 10);
      put(0, g.i32(0xb9), 1);
      put(1, frame.slot, 4);
      put(5, g.i32(0xe9), 1);
      put(6, b.emit(O.OP_SUB, g.ptrTy, target, end), 4);
      return;
    }
    case "aarch64":
      // bti c; ldr x17, .+12; ldr x18, .+16; br x17; the two words
      words(g, put, [0xd503245f, 0x58000071, 0x58000092, 0xd61f0220]);
      break;
    case "riscv64":
      // auipc t3, 0; ld t2, 24(t3); ld t3, 16(t3); jr t3; the two words
      words(g, put, [0x00000e17, 0x018e3383, 0x010e3e03, 0x000e0067]);
      break;
  }
  put(16, target, 8);
  put(24, frame.slot, 8);
  const start = g.addOff(frame.slot, off);
  libcall(g, "__clear_cache", 0, false, [start, g.addOff(frame.slot, off + TRAMPOLINE_SIZE)]);
}

function words(g: FnGen, put: (at: number, v: Value, size: number) => void, code: readonly number[]): void {
  for (let i = 0; i < code.length; i++) put(4 * i, g.i32(code[i]! | 0), 4);
}
