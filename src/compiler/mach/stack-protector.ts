// Stack protector: a guard value between a function's arrays and its saved registers, compared before each return.
//
// Which functions are protected and which objects lie next to the guard follows the GCC manual, "Program Instrumentation Options"
// (-fstack-protector and its kin, ssp-buffer-size = 8). Runs on the final IR, after inlining and promotion, so that only what really
// is in memory counts. Invariants: the front end describes an object in the `c` of its ALLOCA (STACK_*); afterwards `c` is the
// object's rank in the frame, which the frame layouts sort by; a returning block ends in a comparison with __stack_chk_fail behind it.

import { AO_OUT, type AsmInfo, type CallInfo, type Func, newCall, registerOperand, type Value } from "../ir/func.ts";
import type { Module, Sym } from "../ir/module.ts";
import * as O from "../ir/ops.ts";

/** What an ALLOCA is for: an object of the program (not a parameter or a copy of the compiler's). */
export const STACK_OBJECT = 1;
/** It is an array, or a record that holds one. */
export const STACK_ARRAY = 2;
/** An array of fewer than 8 characters. */
export const STACK_SMALL_CHARS = 4;
/** An array of at least 8 characters, or one of unknown length. */
export const STACK_LARGE_CHARS = 8;
/** It is a record. */
export const STACK_RECORD = 16;

const RANK_ARRAY = 1;
const RANK_CHARS = 2;
const RANK_GUARD = 3;

/** Where the guard value is kept. */
export type GuardPlace =
  /** A variable; `segment` is MEM_GS, MEM_FS or 0. */
  | { readonly kind: "symbol"; readonly name: string; readonly segment: number }
  /** A fixed offset in a segment (x86). */
  | { readonly kind: "segment"; readonly segment: number; readonly offset: number }
  /** An offset from a register. */
  | { readonly kind: "register"; readonly register: number; readonly offset: number }
  /** An offset from a system register (AArch64). */
  | { readonly kind: "system"; readonly name: string; readonly offset: number };

export type StackMode = "none" | "default" | "strong" | "all" | "explicit";

export interface StackProtection {
  readonly mode: StackMode;
  readonly guard: GuardPlace;
}

/** Protects f if it is to be; ALLOCAs get their ranks. */
export function protectStack(f: Func, m: Module, ptrTy: number, p: StackProtection): void {
  const s = m.syms[f.sym]!;
  const mode = s.stackMode === "" ? p.mode : (s.stackMode as StackMode);
  const wanted = isProtected(f, s, mode);
  const separate = mode === "strong" || mode === "all" || (mode === "explicit" && s.stackProtect);
  for (let v = f.first[f.entry]!; v !== 0; v = f.next[v]!)
    if (f.op[v] === O.OP_ALLOCA) f.c[v] = wanted ? rankOf(f.c[v]!, separate) : 0;
  if (!wanted) return;
  const size = O.TY_SIZE[ptrTy]!;
  const word = size | ((31 - Math.clz32(size)) << O.MEM_ALIGN_SHIFT);
  const slot = f.insertAtHead(f.entry, O.OP_ALLOCA, ptrTy, size, size, RANK_GUARD, f.declLoc);
  const rets: Value[] = [];
  // a call in tail position is a return: it comes back to the caller
  for (const b of f.order) if (f.op[f.last[b]!] === O.OP_RET || f.op[f.last[b]!] === O.OP_CALL) rets.push(f.last[b]!);
  const first = bodyStart(f);
  const guard = loadGuard(f, m, first, ptrTy, word, p.guard);
  f.insertBefore(first, O.OP_STORE, 0, slot, guard, word, f.declLoc);
  if (rets.length === 0) return;
  const fail = f.newBlock();
  f.order.pop();
  for (const ret of rets) {
    const b = f.blk[ret]!;
    const out = f.newBlock();
    f.order.pop();
    f.order.splice(f.order.indexOf(b) + 1, 0, out);
    f.unlink(ret);
    f.linkLast(ret, out);
    const loc = f.loc[ret]!;
    const end = f.append(b, O.OP_UNREACHABLE, 0, 0, 0, 0, loc);
    const mine = f.insertBefore(end, O.OP_LOAD, ptrTy, slot, 0, word, loc);
    const now = loadGuard(f, m, end, ptrTy, word, p.guard);
    const differs = f.insertBefore(end, O.OP_NE, O.TY_I32, mine, now, ptrTy, loc);
    f.remove(end);
    const branch = f.append(b, O.OP_BR, 0, differs, fail, out, loc);
    f.prob[branch] = 1;
  }
  f.order.push(fail);
  f.append(fail, O.OP_CALL, 0, 0, 0, 0, f.declLoc, failCall(m));
  f.append(fail, O.OP_UNREACHABLE, 0, 0, 0, 0, f.declLoc);
}

/** The first value behind the parameters. */
function bodyStart(f: Func): Value {
  let at = f.first[f.entry]!;
  for (let v = at; v !== 0; v = f.next[v]!) if (f.op[v] === O.OP_PARAM || f.op[v] === O.OP_ALLOCA) at = f.next[v]!;
  return at;
}

function isProtected(f: Func, s: Sym, mode: StackMode): boolean {
  if (mode === "none" || s.naked || s.noStackProtect) return false;
  if (mode === "all" || s.stackProtect) return true;
  if (mode === "explicit") return false;
  const strong = mode === "strong";
  const objects = new Set<Value>();
  for (let v = f.first[f.entry]!; v !== 0; v = f.next[v]!) {
    if (f.op[v] !== O.OP_ALLOCA) continue;
    const c = f.c[v]!;
    if ((c & STACK_LARGE_CHARS) !== 0 || (strong && (c & STACK_ARRAY) !== 0)) return true;
    if ((c & STACK_OBJECT) !== 0) objects.add(v);
  }
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      if (f.op[v] === O.OP_DALLOCA) return true;
      if (strong && f.op[v] === O.OP_CALL && (f.aux[v] as CallInfo).hiddenResult === true) return true;
    }
  }
  return strong && addressTaken(f, objects);
}

/** Does any of the objects (grown by the addresses inside them) do more than be read and written by name? */
function addressTaken(f: Func, objects: Set<Value>): boolean {
  const buf: number[] = [];
  const inside = (v: Value): boolean => f.op[v] === O.OP_ADD && objects.has(f.a[v]!) && f.op[f.b[v]!] === O.OP_CONST;
  for (let size = -1; size !== objects.size; ) {
    size = objects.size;
    for (const b of f.order) for (let v = f.first[b]!; v !== 0; v = f.next[v]!) if (inside(v)) objects.add(v);
  }
  if (objects.size === 0) return false;
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      switch (f.op[v]) {
        case O.OP_LOAD:
        case O.OP_BLKCPY:
        case O.OP_BLKSET:
          break;
        case O.OP_STORE:
          if (objects.has(f.b[v]!)) return true;
          break;
        default: {
          if (objects.has(v)) break;
          const n = f.operands(v, buf);
          for (let k = 0; k < n; k++) if (objects.has(buf[k]!)) return true;
        }
      }
    }
  }
  return false;
}

/** Arrays of characters lie next to the guard, other arrays below them; without `separate` only what -fstack-protector is about moves. */
function rankOf(c: number, separate: boolean): number {
  if (!separate) return (c & STACK_LARGE_CHARS) !== 0 ? RANK_CHARS : 0;
  if ((c & (STACK_SMALL_CHARS | STACK_LARGE_CHARS)) !== 0 && (c & STACK_RECORD) === 0) return RANK_CHARS;
  return (c & STACK_ARRAY) !== 0 ? RANK_ARRAY : 0;
}

/** The guard's value, computed before `at`. */
function loadGuard(f: Func, m: Module, at: Value, ptrTy: number, word: number, g: GuardPlace): Value {
  const loc = f.loc[at]!;
  const number = (n: number): Value => f.insertBefore(at, O.OP_CONST, ptrTy, n, n >> 31, 0, loc);
  const load = (address: Value, flags: number): Value => f.insertBefore(at, O.OP_LOAD, ptrTy, address, 0, word | flags, loc);
  const behind = (base: Value, n: number): Value =>
    n === 0 ? base : f.insertBefore(at, O.OP_ADD, ptrTy, base, number(n), 0, loc);
  switch (g.kind) {
    case "symbol": {
      const s = m.symbol(g.name);
      s.referenced = true;
      return load(f.insertBefore(at, O.OP_SYM, ptrTy, s.id, 0, 0, loc), g.segment);
    }
    case "segment":
      return load(number(g.offset), g.segment);
    case "register":
      return load(behind(f.insertBefore(at, O.OP_READREG, ptrTy, g.register, 0, 0, loc), g.offset), 0);
    default: {
      const read = f.insertBefore(at, O.OP_ASM, 0, 0, 0, 0, loc, systemRegister(g.name, ptrTy, loc));
      return load(behind(f.insertBefore(at, O.OP_PROJ, ptrTy, read, 0, 0, loc), g.offset), 0);
    }
  }
}

function systemRegister(name: string, ptrTy: number, loc: number): AsmInfo {
  const value = registerOperand(AO_OUT, "r", ptrTy, 0);
  value.outIndex = 0;
  return {
    template: `mrs\t%0, ${name}`,
    operands: [value],
    clobbers: [],
    volatile: true,
    memory: false,
    basic: false,
    inline: false,
    labels: [],
    fallthrough: 0,
    loc,
  };
}

function failCall(m: Module): CallInfo {
  const s = m.symbol("__stack_chk_fail");
  s.referenced = true;
  return { ...newCall(s.id), noreturn: true };
}
