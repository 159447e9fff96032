// Symbolic check of a register allocation.
//
// The rewritten code is executed symbolically: every location (register or spill slot) holds the set of virtual registers whose
// current value it has. A definition makes a value the only one of its location and takes it from all others; a move copies the set;
// a copy of the program renames. At a join a location keeps what it has on all ways in. Each operand must then find its
// value in the register that it was given. Source: regalloc2's checker (Fallin 2021), after Rideau & Leroy, "Validating Register
// Allocation and Spilling" (CC 2010). The code is not in SSA form here: a value that is not yet defined on some way in may be anywhere.

import type { Block } from "../ir/func.ts";
import { FIRST_VREG, M_COPY, M_PCOPY, type MFunc, type MInst, type RegFile } from "./minst.ts";

/** What the rewriter tells: operands before rewriting, and which value a repeated computation gives. */
export interface RewriteTrace {
  readonly original: Map<MInst, readonly number[]>;
  readonly remats: Map<MInst, number>;
  /** Places (registers, or -1 - slot) that an instruction exchanges; destination and source of a slot's copy. */
  readonly exchanges: Map<MInst, readonly [number, number]>;
  readonly copies: Map<MInst, readonly [number, number]>;
}

/** Registers are themselves, spill slots are -1 - slot. */
type Location = number;

class State {
  /** Values by location; a location that is not named holds nothing known. */
  readonly at: Map<Location, Set<number>> = new Map();
  /** Values that may have been defined. */
  readonly defined: Set<number> = new Set();

  copy(): State {
    const s = new State();
    for (const [l, set] of this.at) s.at.set(l, new Set(set));
    for (const d of this.defined) s.defined.add(d);
    return s;
  }

  /** `value` is computed into a location. */
  define(value: number, loc: Location): void {
    for (const set of this.at.values()) set.delete(value);
    this.at.set(loc, new Set([value]));
    this.defined.add(value);
  }

  exchange(a: Location, b: Location): void {
    const old = new Set(this.at.get(a));
    this.move(a, b);
    this.at.set(b, old);
  }

  move(dst: Location, src: Location): void {
    this.at.set(dst, new Set(this.at.get(src)));
  }

  /** The program's own (parallel) copy: whoever holds a source now holds its destination too. */
  rename(inst: MInst): void {
    const n = inst.nd;
    const r = inst.regs;
    const added: [Set<number>, number][] = [];
    for (const set of this.at.values()) for (let k = 0; k < n; k++) if (set.has(r[n + k]!)) added.push([set, r[k]!]);
    for (const set of this.at.values()) for (let k = 0; k < n; k++) set.delete(r[k]!);
    for (const [set, d] of added) set.add(d);
    // a copy of what is not defined yet defines nothing
    const sources = r.slice(n).map((x) => this.defined.has(x));
    for (let k = 0; k < n; k++) {
      if (sources[k]) this.defined.add(r[k]!);
      else this.defined.delete(r[k]!);
    }
  }

  /** Meets another way in; gives true when something was lost or became defined. */
  meet(o: State): boolean {
    let changed = false;
    for (const [l, set] of this.at) {
      const other = o.at.get(l);
      for (const v of set) {
        if (other?.has(v) || !o.defined.has(v)) continue;
        set.delete(v);
        changed = true;
      }
    }
    for (const [l, other] of o.at) {
      for (const v of other) {
        if (this.defined.has(v)) continue;
        // not defined on the ways met so far: it is wherever the other has it
        let set = this.at.get(l);
        if (set === undefined) {
          set = new Set();
          this.at.set(l, set);
        }
        set.add(v);
        changed = true;
      }
    }
    for (const d of o.defined) {
      if (this.defined.has(d)) continue;
      this.defined.add(d);
      changed = true;
    }
    return changed;
  }
}

/** The first operand that is not where it should be, as text; undefined = the allocation is right. Run before the markers are removed. */
export function checkAllocation(m: MFunc, regs: RegFile, trace: RewriteTrace): string | undefined {
  const allocatable = new Set<number>();
  for (const list of regs.order) for (const r of list) allocatable.add(r);
  const entry: (State | undefined)[] = new Array(m.blocks.length).fill(undefined);
  const start = new State();
  for (let r = 0; r < FIRST_VREG; r++) start.define(r, r);
  entry[m.order[0]!] = start;
  const work: Block[] = [m.order[0]!];
  const queued = new Set<Block>(work);
  while (work.length > 0) {
    const b = work.shift()!;
    queued.delete(b);
    const s = entry[b]!.copy();
    const block = m.blocks[b]!;
    for (const inst of block.insts) step(s, inst, trace, allocatable, undefined);
    for (const succ of block.succs) {
      const e = entry[succ];
      let changed: boolean;
      if (e === undefined) {
        entry[succ] = s.copy();
        changed = true;
      } else changed = e.meet(s);
      if (changed && !queued.has(succ)) {
        queued.add(succ);
        work.push(succ);
      }
    }
  }
  const errors: string[] = [];
  for (const b of m.order) {
    const e = entry[b];
    if (e === undefined) continue;
    const s = e.copy();
    const insts = m.blocks[b]!.insts;
    for (let i = 0; i < insts.length; i++) {
      step(s, insts[i]!, trace, allocatable, errors);
      if (errors.length > 0) return `${m.name}: block ${b}, instruction ${i} (row ${insts[i]!.op}): ${errors[0]}`;
    }
  }
  return undefined;
}

/** Executes one instruction; with `errors` also checks its operands. */
function step(s: State, inst: MInst, trace: RewriteTrace, allocatable: ReadonlySet<number>, errors: string[] | undefined): void {
  const r = inst.regs;
  const original = trace.original.get(inst);
  if (original === undefined) {
    if (inst.op === M_COPY || inst.op === M_PCOPY) s.rename(inst);
    else inserted(s, inst, trace);
    return;
  }
  if (errors !== undefined) checkOperands(s, inst, original, allocatable, errors);
  if (inst.clobbers !== undefined) for (const c of inst.clobbers) s.at.delete(c);
  for (let k = 0; k < inst.nd; k++) s.define(original[k]!, r[k]!);
}

function checkOperands(
  s: State,
  inst: MInst,
  original: readonly number[],
  allocatable: ReadonlySet<number>,
  errors: string[],
): void {
  const r = inst.regs;
  for (let k = inst.nd; k < r.length; k++) {
    const want = original[k]!;
    if (want < FIRST_VREG && !allocatable.has(want)) continue;
    if (s.defined.has(want) && !s.at.get(r[k]!)?.has(want))
      errors.push(`operand ${k} should be v${want}, but register ${r[k]} holds {${[...(s.at.get(r[k]!) ?? [])].join(" ")}}`);
  }
  for (let k = 0; k < inst.nd; k++) {
    for (let j = 0; j < k; j++)
      if (r[j] === r[k] && original[j] !== original[k]) errors.push(`results ${j} and ${k} share register ${r[k]}`);
    if (inst.clobbers?.includes(r[k]!)) errors.push(`result ${k} lies in the clobbered register ${r[k]}`);
    if (((inst.early >>> k) & 1) === 0) continue;
    for (let j = inst.nd; j < r.length; j++)
      if (r[j] === r[k] && original[j] !== original[k])
        errors.push(`early result ${k} overwrites operand ${j} in register ${r[k]}`);
  }
}

/** A move, load, store or repeated computation that the rewriter put in. */
function inserted(s: State, inst: MInst, trace: RewriteTrace): void {
  const value = trace.remats.get(inst);
  const r = inst.regs;
  const exchange = trace.exchanges.get(inst);
  const copy = trace.copies.get(inst);
  if (exchange !== undefined) s.exchange(exchange[0], exchange[1]);
  else if (copy !== undefined) s.move(copy[0], copy[1]);
  else if (value !== undefined) s.at.set(r[0]!, new Set([value]));
  else if (inst.slot >= 0) {
    if (inst.nd === 1) s.move(r[0]!, -1 - inst.slot);
    else s.move(-1 - inst.slot, r[0]!);
  } else s.move(r[0]!, r[1]!);
}
