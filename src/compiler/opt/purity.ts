// What the bodies of this unit's functions show their callers, as in GCC's ipa-pure-const: no effect (calls of them whose result nobody
// reads go), or no return (what follows a call of them is unreachable).
//
// A function counts as pure only when it surely returns (no loop, no recursion). const (2) reads no memory, pure (1) reads some. What
// can be replaced at link time shows nothing.

import { type Cfg, computeCfg } from "../ir/cfg.ts";
import type { CallInfo, Func } from "../ir/func.ts";
import { BIND_LOCAL, BIND_WEAK, type Module } from "../ir/module.ts";
import { F_EFFECT, F_READ, MEM_VOLATILE, OP_BR, OP_CALL, OP_JMP, OP_LOAD, OP_RET, OP_SWITCH, opFlags } from "../ir/ops.ts";
import type { OptOptions } from "./options.ts";

/** Notes on f's symbol that it is const or pure, or that it never returns; f has been optimised. */
export function inferEffects(f: Func, m: Module, o: OptOptions): void {
  const s = m.syms[f.sym]!;
  if (s.bind === BIND_WEAK || s.naked || s.noipa || (o.interposable && s.bind !== BIND_LOCAL && s.vis === 0)) return;
  const cfg = computeCfg(f);
  if (!s.noreturn && s.alias === 0 && neverReturns(f, cfg)) s.noreturn = true;
  if (s.purity === 2 || f.variadic || f.callsSetjmp || f.hasDalloca) return;
  const place = new Int32Array(f.nblk).fill(-1);
  for (let i = 0; i < cfg.n; i++) place[cfg.rpo[i]!] = i;
  let purity = 2;
  let returns = false;
  for (let i = 0; i < cfg.n; i++) {
    const b = cfg.rpo[i]!;
    for (let k = 0; k < f.succCount(b); k++) if (place[f.succ(b, k)]! <= i) return;
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      const op = f.op[v]!;
      const flags = opFlags[op]!;
      if (op === OP_CALL) {
        const info = f.aux[v] as CallInfo;
        if (info.purity === 0 || info.noreturn || info.outArgs.length > 0) return;
        purity = Math.min(purity, info.purity);
      } else if (op === OP_RET) returns = true;
      else if ((flags & F_EFFECT) !== 0 && op !== OP_JMP && op !== OP_BR && op !== OP_SWITCH) return;
      else if ((flags & F_READ) !== 0) {
        if (op !== OP_LOAD || (f.c[v]! & MEM_VOLATILE) !== 0) return;
        purity = 1;
      }
    }
  }
  if (returns) s.purity = Math.max(s.purity, purity);
}

function neverReturns(f: Func, cfg: Cfg): boolean {
  for (let i = 0; i < cfg.n; i++) if (f.op[f.last[cfg.rpo[i]!]!] === OP_RET) return false;
  return true;
}

/** Calls of functions found const or pure, or found not to return, say so. */
export function markCalls(f: Func, m: Module): void {
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      if (f.op[v] !== OP_CALL) continue;
      const info = f.aux[v] as CallInfo;
      const s = m.syms[info.sym];
      if (info.sym === 0 || s === undefined || s.func === undefined) continue;
      if (s.purity > info.purity) info.purity = s.purity;
      if (s.noreturn) info.noreturn = true;
    }
  }
}
