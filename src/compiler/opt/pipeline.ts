// The optimiser: which passes run on what, in which order (docs/passes.md).
//
// Functions are taken bottom-up over the call graph, so that a callee is in its early-optimised form when it is inlined; the late
// passes run on what is left after all inlining. What no level may do without also runs at -O0: always_inline bodies, settled
// __builtin_constant_p and __builtin_object_size, no unreachable code.
// The pass list is data; `after` is checked at start-up (Go's cmd/compile does the same).

import type { CallInfo, Func } from "../ir/func.ts";
import type { Module } from "../ir/module.ts";
import { OP_CALL, OP_ISCONST, OP_OBJSIZE, OP_SUBOBJ } from "../ir/ops.ts";
import { printFunc } from "../ir/print.ts";
import { verifyOrThrow } from "../ir/verify.ts";
import { Bisect } from "./bisect.ts";
import { eliminateDead } from "./dce.ts";
import { numberValues } from "./gvn.ts";
import { reduceInduction } from "./induction.ts";
import { countReferences, inlineCalls } from "./inline.ts";
import { propagateConstants } from "./ipa-constants.ts";
import { simplifyLibcalls } from "./libcalls.ts";
import { hoistInvariants } from "./licm.ts";
import { forwardMemory } from "./memory.ts";
import { findNeverWritten } from "./never-written.ts";
import type { OptOptions, Pass, PassCx } from "./options.ts";
import { placeBlocks } from "./place.ts";
import { promote } from "./promote.ts";
import { inferEffects, markCalls } from "./purity.ts";
import { diagnoseSurvivors, dropUnreferenced } from "./references.ts";
import { rotateLoops } from "./rotate.ts";
import { settleConstants } from "./settle.ts";
import { cleanCfg, conditionPhis } from "./simplify-cfg.ts";
import { loopTailRecursion, selfCalls } from "./tail-recursion.ts";

const pass = (name: string, after: readonly string[], optional: boolean, run: Pass["run"]): Pass => ({
  name,
  after,
  optional,
  run,
});

const CLEAN = pass("cfg", [], false, (f) => cleanCfg(f));
const PROMOTE = pass("promote", ["cfg"], true, (f) => promote(f));
const VALUES = pass("values", ["cfg"], true, (f, cx) => numberValues(f, cx));
const MEMORY = pass("memory", ["cfg"], true, (f, cx) => forwardMemory(f, cx));
const DEAD = pass("dead", ["cfg"], true, (f) => eliminateDead(f));
const SETTLE = pass("settle", ["cfg"], false, (f, cx) => settleConstants(f, cx.m, cx.o, cx.late));

const CONDITIONS = pass("conditions", ["cfg"], true, (f) => conditionPhis(f));
const LIBCALLS = pass("libcalls", ["values"], true, (f, cx) => simplifyLibcalls(f, cx));
const LICM = pass("licm", ["values"], true, (f, cx) => hoistInvariants(f, cx));
const ROTATE = pass("rotate", ["values"], true, (f, cx) => rotateLoops(f, cx));
const INDUCTION = pass("induction", ["licm"], true, (f, cx) => reduceInduction(f, cx));
const PLACE = pass("place", ["cfg"], true, (f, cx) => placeBlocks(f, cx));
const RECURSION = pass("recursion", ["promote"], true, (f, cx) => loopTailRecursion(f, cx));

/** Every function, as soon as its callees are done; again after calls in it were inlined. */
const EARLY: readonly Pass[] = [CLEAN, PROMOTE, VALUES, CLEAN];
/** Repeated as long as it changes something. */
const AGAIN: readonly Pass[] = [LIBCALLS, SETTLE, MEMORY, CONDITIONS, PROMOTE, VALUES, CLEAN, DEAD];
/** Opens the late round. */
const LATE: readonly Pass[] = [SETTLE, VALUES, CLEAN];
/** After loops are rotated: guards that are decided go, blocks meet. */
const ROTATED: readonly Pass[] = [CLEAN, VALUES, CLEAN];
/** Once, at the end, when LICM or INDUCTION, which takes the preheaders that LICM makes, has changed something. */
const LAST: readonly Pass[] = [VALUES, CLEAN, DEAD];

const seen = new Set<string>();
for (const p of [...EARLY, ...AGAIN, ...LATE, ROTATE, LICM, INDUCTION, ...LAST, PLACE, RECURSION]) {
  for (const a of p.after) if (!seen.has(a)) throw new Error("pass " + p.name + " must come after " + a);
  seen.add(p.name);
}
const MAX_ROUNDS = 4;
const MAX_INLINE_ROUNDS = 6;

function runPass(p: Pass, f: Func, cx: PassCx): boolean {
  const o = cx.o;
  if (p.optional) {
    if (o.disabled?.includes(p.name)) return false;
    if (cx.bisect !== undefined && !cx.bisect.allow(p.name, f.name, "", 0)) {
      // Side by side with the dumps of a compilation that ran it.
      if (o.dump?.wants(p.name, f.name)) o.dump.emit(p.name, f.name, printFunc(f, cx.m));
      return false;
    }
  }
  const t0 = o.times === undefined ? 0 : performance.now();
  const changed = p.run(f, cx);
  if (o.times !== undefined) o.times.set(p.name, (o.times.get(p.name) ?? 0) + performance.now() - t0);
  if (o.check) verifyOrThrow(f, p.name, cx.m);
  if (o.dump?.wants(p.name, f.name)) o.dump.emit(p.name, f.name, printFunc(f, cx.m));
  return changed;
}

/** Callees first; a cycle is entered where it is first met. */
function bottomUp(m: Module): Func[] {
  const out: Func[] = [];
  const state = new Uint8Array(m.syms.length);
  const stack: Func[] = [];
  const lists: Func[][] = [];
  for (const root of m.funcs) {
    if (state[root.sym] !== 0) continue;
    state[root.sym] = 1;
    stack.push(root);
    lists.push(callees(m, root));
    while (stack.length !== 0) {
      const list = lists[lists.length - 1];
      const g = list.pop();
      if (g === undefined) {
        out.push(stack.pop() as Func);
        lists.pop();
      } else if (state[g.sym] === 0) {
        state[g.sym] = 1;
        stack.push(g);
        lists.push(callees(m, g));
      }
    }
  }
  return out;
}
function callees(m: Module, f: Func): Func[] {
  const out: Func[] = [];
  for (const b of f.order) {
    for (let v = f.first[b]; v !== 0; v = f.next[v]) {
      if (f.op[v] !== OP_CALL) continue;
      const g = m.syms[(f.aux[v] as CallInfo).sym]?.func;
      if (g !== undefined && g !== f) out.push(g);
    }
  }
  return out;
}

function inline(f: Func, cx: PassCx, refs: Int32Array): boolean {
  const o = cx.o;
  const t0 = o.times === undefined ? 0 : performance.now();
  const changed = inlineCalls(f, cx.m, o, refs, cx.bisect, MAX_INLINE_ROUNDS);
  if (o.times !== undefined) o.times.set("inline", (o.times.get("inline") ?? 0) + performance.now() - t0);
  if (changed && o.check) verifyOrThrow(f, "inline", cx.m);
  return changed;
}

/** Runs AGAIN until nothing changes, some rounds at most. */
function repeat(f: Func, cx: PassCx): void {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let changed = false;
    for (const p of AGAIN) if (runPass(p, f, cx) && p !== DEAD) changed = true;
    if (!changed) break;
  }
}

function early(f: Func, cx: PassCx, refs: Int32Array): void {
  markCalls(f, cx.m);
  inline(f, cx, refs);
  for (const p of EARLY) runPass(p, f, cx);
  repeat(f, cx);
  // Folding may have made indirect calls direct.
  for (let round = 0; round < MAX_ROUNDS && inline(f, cx, refs); round++) {
    for (const p of EARLY) runPass(p, f, cx);
    repeat(f, cx);
  }
  const calls = cx.o.siblingCalls === true ? selfCalls(f) : 0;
  if (calls !== 0 && runPass(RECURSION, f, cx)) {
    refs[f.sym] -= calls - selfCalls(f);
    for (const p of EARLY) runPass(p, f, cx);
    repeat(f, cx);
  }
}

function hasUnsettled(f: Func): boolean {
  for (const b of f.order)
    for (let v = f.first[b]; v !== 0; v = f.next[v])
      if (f.op[v] === OP_ISCONST || f.op[v] === OP_OBJSIZE || f.op[v] === OP_SUBOBJ) return true;
  return false;
}

/** Optimises the module as its options ask. */
export function optimize(m: Module, o: OptOptions): void {
  const bisect = o.bisect === undefined ? undefined : new Bisect(o.bisect, (text) => o.dump?.match(text));
  const cx: PassCx = { m, o, bisect, late: false };
  const refs = countReferences(m);
  const order = bottomUp(m);
  if (o.level === 0) {
    for (const f of order) {
      inlineCalls(f, m, o, refs, bisect, MAX_INLINE_ROUNDS);
      runPass(CLEAN, f, cx);
    }
    dropUnreferenced(m, false);
    cx.late = true;
    for (const f of m.funcs) {
      // Conditions that were only waiting for __builtin_constant_p must not keep their calls.
      if (hasUnsettled(f)) {
        runPass(SETTLE, f, cx);
        runPass(VALUES, f, cx);
      }
      runPass(CLEAN, f, cx);
    }
    diagnoseSurvivors(m, o.diags);
    return;
  }
  // before anything else: constants of the source are seen here, and each function is optimised with its own
  findNeverWritten(m);
  propagateConstants(m);
  for (const f of order) {
    early(f, cx, refs);
    inferEffects(f, cx.m, o);
  }
  // once more with what folding has found out; a branch that dies with it may have held the only call of something undefined
  for (const f of propagateConstants(m)) {
    repeat(f, cx);
    if (o.check) verifyOrThrow(f, "constant parameters", m);
  }
  dropUnreferenced(m, true);
  cx.late = true;
  for (const f of m.funcs) {
    let changed = false;
    for (const p of LATE) if (runPass(p, f, cx)) changed = true;
    if (changed) repeat(f, cx);
    if (runPass(ROTATE, f, cx)) for (const p of ROTATED) runPass(p, f, cx);
    const hoisted = runPass(LICM, f, cx);
    if (runPass(INDUCTION, f, cx) || hoisted) for (const p of LAST) runPass(p, f, cx);
    runPass(PLACE, f, cx);
  }
  dropUnreferenced(m, true);
  diagnoseSurvivors(m, o.diags);
}
