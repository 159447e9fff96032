// Interprocedural constants: a static function's parameter for which every call gives the same constant becomes that constant.
// Source: Callahan, Cooper, Kennedy, Torczon, "Interprocedural constant propagation" (1986), literal jump functions only. The
// parameter stays in the signature, so that calls and ABI do not change.

import type { CallInfo, Func, Value } from "../ir/func.ts";
import { BIND_LOCAL, type Module } from "../ir/module.ts";
import { OP_CALL, OP_CONST, OP_PARAM, TY_I32 } from "../ir/ops.ts";
import { countReferences } from "./inline.ts";

/** Parameters of one function: what all calls so far agree on. */
interface Meet {
  calls: number;
  /** By parameter: 0 = not seen yet, 1 = the constant below, 2 = they differ. */
  state: Uint8Array;
  lo: Int32Array;
  hi: Int32Array;
}

/** Puts constants in; the functions that were changed. */
export function propagateConstants(m: Module): Func[] {
  const meets = new Map<number, Meet>();
  for (const f of m.funcs) {
    const s = m.syms[f.sym]!;
    if (s.bind !== BIND_LOCAL || s.used || s.retain || s.naked || s.noclone || f.variadic || f.params.length === 0) continue;
    if (s.ctor >= 0 || s.dtor >= 0) continue;
    const n = f.params.length;
    meets.set(f.sym, { calls: 0, state: new Uint8Array(n), lo: new Int32Array(n), hi: new Int32Array(n) });
  }
  if (meets.size === 0) return [];
  for (const f of m.funcs) {
    for (const b of f.order) {
      for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
        if (f.op[v] !== OP_CALL) continue;
        const info = f.aux[v] as CallInfo;
        const meet = meets.get(info.sym);
        if (meet !== undefined) join(f, info, m.syms[info.sym]!.func!, meet);
      }
    }
  }
  const refs = countReferences(m);
  const changed: Func[] = [];
  for (const f of m.funcs) {
    const meet = meets.get(f.sym);
    // another reference than its calls: anyone may call it with anything
    if (meet === undefined || meet.calls === 0 || refs[f.sym] !== meet.calls) continue;
    if (substitute(f, meet)) changed.push(f);
  }
  return changed;
}

function join(f: Func, info: CallInfo, g: Func, meet: Meet): void {
  meet.calls++;
  const n = g.params.length;
  for (let k = 0; k < n; k++) {
    const x = info.args[k];
    const p = g.params[k]!;
    if (x === undefined || info.args.length !== n || info.argLocs[k]!.ty !== p.ty || f.op[x] !== OP_CONST || f.ty[x] !== p.ty) {
      meet.state[k] = 2;
      continue;
    }
    const lo = f.a[x]!;
    const hi = p.ty === TY_I32 ? lo >> 31 : f.b[x]!;
    if (meet.state[k] === 0) {
      meet.state[k] = 1;
      meet.lo[k] = lo;
      meet.hi[k] = hi;
    } else if (meet.lo[k] !== lo || meet.hi[k] !== hi) meet.state[k] = 2;
  }
}

function substitute(f: Func, meet: Meet): boolean {
  const found: Value[] = [];
  for (let v = f.first[f.entry]!; v !== 0; v = f.next[v]!) if (f.op[v] === OP_PARAM && meet.state[f.a[v]!] === 1) found.push(v);
  for (const v of found) {
    const k = f.a[v]!;
    f.replaceWith(v, f.constant(f.ty[v]!, meet.lo[k]!, meet.hi[k]!));
  }
  if (found.length > 0) f.resolveCopies();
  return found.length > 0;
}
