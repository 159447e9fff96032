// Static variables that the unit only reads hold their initial values for ever, const or not (GCC's ipa-reference does the same).
// Every mention of the symbol must be the address of a plain load: a store, a pointer kept somewhere, an operand of an asm or
// a word in a top-level asm ends it.

import type { Func } from "../ir/func.ts";
import { BIND_LOCAL, type Module, SYM_DATA } from "../ir/module.ts";
import { MEM_VOLATILE, OP_LOAD, OP_SYM } from "../ir/ops.ts";

/** Marks them; before any other pass, while the mentions are as the source has them. */
export function findNeverWritten(m: Module): void {
  const candidate = new Uint8Array(m.syms.length);
  let some = false;
  for (const s of m.syms) {
    if (s === undefined || s.kind !== SYM_DATA || s.bind !== BIND_LOCAL || s.readonly) continue;
    if (s.used || s.retain || s.tls || s.common || s.alias !== 0 || s.section !== "") continue;
    if (m.asms.some((text) => text.includes(s.name))) continue;
    candidate[s.id] = 1;
    some = true;
  }
  if (!some) return;
  for (const s of m.syms) {
    if (s === undefined) continue;
    if (s.init !== undefined) for (const r of s.init.relocs) candidate[r.sym] = 0;
    if (s.alias !== 0) candidate[s.alias] = 0;
  }
  for (const f of m.funcs) scan(f, candidate);
  for (const s of m.syms) if (s !== undefined && candidate[s.id] === 1) s.neverWritten = true;
}

function scan(f: Func, candidate: Uint8Array): void {
  const buf: number[] = [];
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      const n = f.operands(v, buf);
      for (let i = 0; i < n; i++) {
        const x = buf[i]!;
        if (f.op[x] !== OP_SYM || candidate[f.a[x]!] === 0) continue;
        if (f.op[v] !== OP_LOAD || f.a[v] !== x || (f.c[v]! & MEM_VOLATILE) !== 0) candidate[f.a[x]!] = 0;
      }
    }
  }
}
