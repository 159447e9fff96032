// -W options (GCC manual, "Options to Request or Suppress Warnings"): which warnings are on and which are errors.

import type { DiagnosticOptions } from "../base/diagnostics.ts";
import { WARNINGS } from "./flag-tables.ts";
import { UsageError } from "./invocation.ts";
import { unknownOption } from "./spelling.ts";

const list = (s: string): readonly string[] => s.split(" ");
const KNOWN_WARNINGS: ReadonlySet<string> = new Set(WARNINGS);

/** What -Wall and -Wextra switch on, as far as occ has the warning. */
const W_ALL = list(
  "address array-bounds bool-compare bool-operation char-subscripts comment duplicate-decl-specifier enum-compare format implicit implicit-int implicit-function-declaration init-self int-in-bool-context logical-not-parentheses main maybe-uninitialized memset-elt-size memset-transposed-args misleading-indentation missing-attributes missing-braces multistatement-macros nonnull nonnull-compare parentheses pointer-sign return-type sequence-point sizeof-array-div sizeof-pointer-div sizeof-pointer-memaccess strict-aliasing switch tautological-compare trigraphs uninitialized unknown-pragmas unused unused-but-set-variable unused-const-variable unused-function unused-label unused-local-typedefs unused-value unused-variable volatile-register-var zero-length-bounds",
);
const W_EXTRA = list(
  "clobbered cast-function-type empty-body expansion-to-defined ignored-qualifiers implicit-fallthrough missing-field-initializers missing-parameter-type old-style-declaration override-init sign-compare type-limits unused-but-set-parameter unused-parameter shift-negative-value absolute-value",
);

/** Puts one -W option into `d`; what a group switches on gives way to what is named by itself. */
export function setWarning(d: DiagnosticOptions, a: string): void {
  let name = a.slice(2);
  if (name === "" || name === "error") {
    d.allErrors = true;
    return;
  }
  if (name === "no-error") {
    d.allErrors = false;
    return;
  }
  if (name === "fatal-errors" || name === "no-fatal-errors") return;
  const off = name.startsWith("no-");
  if (off) name = name.slice(3);
  if (name.startsWith("error=")) {
    const w = name.slice(6).replace(/=.*$/, "");
    if (!KNOWN_WARNINGS.has(w)) throw new UsageError(`'${a}': no option '-W${name.slice(6)}'`);
    d.asError.set(w, !off);
    if (!off) d.enabled.set(w, true);
    return;
  }
  if (name === "error-implicit-function-declaration" && !off) {
    d.asError.set("implicit-function-declaration", true);
    return;
  }
  const base = name.replace(/=.*$/, "");
  if (!KNOWN_WARNINGS.has(base)) {
    if (off) return; // as GCC: told only when there are other diagnostics
    throw unknownOption(
      a,
      [...KNOWN_WARNINGS].map((w) => `-W${w}`),
    );
  }
  const group = base === "all" ? W_ALL : base === "extra" ? W_EXTRA : undefined;
  if (group !== undefined) {
    for (const w of group) if (!off && !d.enabled.has(w)) d.enabled.set(w, true);
    return;
  }
  if (base === "system-headers") d.systemWarnings = !off;
  d.enabled.set(base, !off && !name.endsWith("=0"));
}
