// The optimiser: which passes run on what, in which order.
//
// Functions are taken bottom-up over the call graph, so that a callee is in its final form when it is inlined. What no level may
// do without also runs at -O0: always_inline bodies, settled __builtin_constant_p, no unreachable code.

import type { Diagnostics } from "../../base/diagnostics.ts";
import type { CallInfo, Func } from "../../ir/func.ts";
import { type Module, SYM_DATA, SYM_FUNC, SYM_UNDEF } from "../../ir/module.ts";
import { OP_CALL, OP_SYM, OP_TLSADDR } from "../../ir/ops.ts";
import { verifyOrThrow } from "../../ir/verify.ts";
import type { TargetInfo } from "../../target/abi.ts";
import { promote } from "../promote.ts";
import { cleanCfg } from "./clean-cfg.ts";
import { eliminateDead } from "./dce.ts";
import { shareValues } from "./gvn.ts";
import { inlineCalls } from "./inline.ts";
import { forwardMemory } from "./memory.ts";
import { settleConstants } from "./settle.ts";
import { simplify } from "./simplify.ts";

export interface OptOptions {
  readonly level: 0 | 1 | 2 | 3;
  readonly size: boolean;
  readonly target: TargetInfo;
  readonly nullChecksDeletable: boolean;
  /** Global functions may be replaced at run time (-fPIC) and are not inlined. */
  readonly interposable: boolean;
  readonly noInline: boolean;
  readonly check: boolean;
  readonly diags: Diagnostics;
}

export function optimize(m: Module, o: OptOptions): void {
  const done = new Set<Func>();
  const busy = new Set<Func>();
  const visit = (f: Func): void => {
    if (done.has(f) || busy.has(f)) return;
    busy.add(f);
    for (const g of callees(m, f)) visit(g);
    busy.delete(f);
    done.add(f);
    optimizeFunction(m, f, o);
  };
  // iterative enough in practice: call chains in one unit are short
  for (const f of m.funcs) visit(f);
  if (o.level > 0) dropUnreferenced(m);
  else m.funcs = m.funcs.filter((f) => !m.syms[f.sym]!.externInline);
  for (const f of m.funcs) {
    settleConstants(f, m, o, true);
    if (o.level > 0) {
      for (let k = 0; k < 3; k++) {
        const a = simplify(f, m, o);
        const b = cleanCfg(f);
        eliminateDead(f);
        if (!a && !b) break;
      }
    } else {
      simplify(f, m, o);
      cleanCfg(f);
    }
    check(f, m, o, "settling");
  }
  if (o.level > 0) dropUnreferenced(m);
  diagnoseSurvivors(m, o.diags);
}

function check(f: Func, m: Module, o: OptOptions, what: string): void {
  if (o.check) verifyOrThrow(f, `after ${what}`, m);
}

function optimizeFunction(m: Module, f: Func, o: OptOptions): void {
  if (o.level === 0) {
    inlineCalls(f, m, o);
    cleanCfg(f);
    check(f, m, o, "inlining");
    return;
  }
  cleanCfg(f);
  for (let round = 0; round < 3; round++) {
    const inlined = inlineCalls(f, m, o);
    check(f, m, o, "inlining");
    promote(f);
    check(f, m, o, "promotion");
    let changed = true;
    for (let k = 0; changed && k < 4; k++) {
      changed = simplify(f, m, o);
      check(f, m, o, "simplification");
      changed = cleanCfg(f) || changed;
      check(f, m, o, "CFG cleaning");
      changed = shareValues(f) || changed;
      check(f, m, o, "value sharing");
      changed = forwardMemory(f) || changed;
      check(f, m, o, "memory forwarding");
      changed = settleConstants(f, m, o, false) || changed;
      eliminateDead(f);
      check(f, m, o, "dead code elimination");
    }
    if (!inlined && round > 0) break;
  }
}

function callees(m: Module, f: Func): Func[] {
  const out = new Set<Func>();
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      if (f.op[v] !== OP_CALL) continue;
      const g = m.syms[(f.aux[v] as CallInfo).sym]?.func;
      if (g !== undefined && g !== f) out.add(g);
    }
  }
  return [...out];
}

/** Static functions and data that nothing refers to any more, and bodies that exist for inlining only, go. */
export function dropUnreferenced(m: Module): void {
  const seen = new Uint8Array(m.syms.length);
  const work: number[] = [];
  const reach = (id: number): void => {
    if (id > 0 && seen[id] === 0) {
      seen[id] = 1;
      work.push(id);
    }
  };
  for (const s of m.syms) {
    if (s === undefined) continue;
    const external = s.bind !== 0 && !s.externInline;
    if (s.kind !== SYM_UNDEF && (external || s.used || s.retain || s.ctor >= 0 || s.dtor >= 0)) reach(s.id);
    if (s.alias !== 0 && (external || s.used)) reach(s.id);
  }
  while (work.length > 0) {
    const s = m.syms[work.pop()!]!;
    if (s.alias !== 0) reach(s.alias);
    if (s.init !== undefined) for (const r of s.init.relocs) reach(r.sym);
    const f = s.func;
    if (f === undefined || s.externInline) continue;
    for (const b of f.order) {
      for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
        const op = f.op[v];
        if (op === OP_SYM || op === OP_TLSADDR) reach(f.a[v]!);
        else if (op === OP_CALL) reach((f.aux[v] as CallInfo).sym);
      }
    }
  }
  m.funcs = m.funcs.filter((f) => seen[f.sym] === 1 && !m.syms[f.sym]!.externInline);
  for (const s of m.syms) {
    if (s === undefined) continue;
    s.referenced = seen[s.id] === 1;
    if (seen[s.id] === 1) {
      if (s.externInline && s.kind === SYM_FUNC) s.kind = SYM_UNDEF;
      continue;
    }
    if (s.kind === SYM_DATA || s.kind === SYM_FUNC || s.alias !== 0) {
      s.kind = SYM_UNDEF;
      s.alias = 0;
      s.init = undefined;
      s.func = undefined;
      s.ctor = -1;
      s.dtor = -1;
    }
  }
}

/** Calls that are still there to functions declared with attribute error or warning. */
function diagnoseSurvivors(m: Module, diags: Diagnostics): void {
  for (const f of m.funcs) {
    for (const b of f.order) {
      for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
        if (f.op[v] !== OP_CALL) continue;
        const s = m.syms[(f.aux[v] as CallInfo).sym];
        if (s === undefined) continue;
        if (s.errorText !== "") diags.error(f.loc[v]!, `call to '${s.name}' declared with attribute error: ${s.errorText}`);
        else if (s.warningText !== "")
          diags.warning(f.loc[v]!, `call to '${s.name}' declared with attribute warning: ${s.warningText}`, "attribute-warning");
      }
    }
  }
}
