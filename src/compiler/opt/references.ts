// What the unit still refers to: removal of functions and data that nothing needs, and messages about calls that should be gone.

import type { Diagnostics } from "../base/diagnostics.ts";
import type { CallInfo } from "../ir/func.ts";
import { type Module, SYM_DATA, SYM_FUNC, SYM_UNDEF } from "../ir/module.ts";
import { OP_CALL, OP_SYM, OP_TLSADDR } from "../ir/ops.ts";

/** Static functions and data that nothing refers to any more, and bodies that exist for inlining only, go; `all` = false: only the latter. */
export function dropUnreferenced(m: Module, all: boolean): void {
  if (!all) {
    m.funcs = m.funcs.filter((f) => !m.syms[f.sym]!.externInline);
    for (const s of m.syms) if (s !== undefined && s.externInline && s.kind === SYM_FUNC) s.kind = SYM_UNDEF;
    return;
  }
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
export function diagnoseSurvivors(m: Module, diags: Diagnostics): void {
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
