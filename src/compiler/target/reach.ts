// Which symbols code may not take to be near: the ones that another module may define instead (ELF's preemption), and weak ones that
// perhaps nobody defines, which then have address 0. Each target's viaGot is made of these two.

import { BIND_LOCAL, BIND_WEAK, SYM_UNDEF, type Sym, VIS_DEFAULT } from "../ir/module.ts";

/** In a shared object: may another module's definition take this one's place? */
export function othersMayDefine(s: Sym): boolean {
  return s.bind !== BIND_LOCAL && s.vis === VIS_DEFAULT;
}

/** May the symbol's address be 0, out of reach of pc-relative addressing? */
export function mayBeNull(s: Sym): boolean {
  return s.bind === BIND_WEAK && s.kind === SYM_UNDEF;
}
