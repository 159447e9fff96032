// Thread-local storage: which of the four ways of finding a variable's address an access takes.
//
// Source: Drepper, "ELF Handling For Thread-Local Storage"; the choice is GCC's (-ftls-model=, attribute tls_model). Invariant: the
// models are ordered from the most general to the cheapest, and an access may use any model up to the one that its symbol and
// the kind of output allow.

import { BIND_LOCAL, SYM_UNDEF, type Sym, VIS_DEFAULT, VIS_HIDDEN, VIS_INTERNAL } from "../ir/module.ts";

export const TLS_GLOBAL_DYNAMIC = 0;
export const TLS_LOCAL_DYNAMIC = 1;
export const TLS_INITIAL_EXEC = 2;
export const TLS_LOCAL_EXEC = 3;

/** Names by number, as in -ftls-model= and the attribute. */
export const TLS_MODELS: readonly string[] = ["global-dynamic", "local-dynamic", "initial-exec", "local-exec"];

export interface TlsOptions {
  /** The output may be a shared library, which is perhaps loaded late. */
  readonly shared: boolean;
  /** -ftls-model=: no model more general than this one. */
  readonly least: number;
  /** Several accesses may share the search for the module's block. */
  readonly localDynamic: boolean;
}

/** Is the definition that the program will use the one of this output? */
function bindsHere(s: Sym, o: TlsOptions): boolean {
  if (s.bind === BIND_LOCAL || s.vis === VIS_HIDDEN || s.vis === VIS_INTERNAL) return true;
  return s.kind !== SYM_UNDEF && (!o.shared || s.vis !== VIS_DEFAULT);
}

/** Model of an access to s. */
export function tlsModelOf(s: Sym, o: TlsOptions): number {
  const named = TLS_MODELS.indexOf(s.tlsModel);
  if (named >= 0) return named;
  const here = bindsHere(s, o);
  const model = o.shared
    ? here && o.localDynamic
      ? TLS_LOCAL_DYNAMIC
      : TLS_GLOBAL_DYNAMIC
    : here
      ? TLS_LOCAL_EXEC
      : TLS_INITIAL_EXEC;
  return Math.max(model, o.least);
}
