// One key per root cause: hash of file, function, pass and rewrite. Two failures with one key are one bug, whoever found them.
// Levels that are not known yet are left empty, so a key can be refined; a coarser key is a prefix of what it may become.

import { createHash } from "node:crypto";

/** Where the blame lies, as deep as it is known. */
export interface Blame {
  readonly files: readonly string[];
  readonly functions?: readonly string[];
  readonly pass?: string;
  readonly rewrite?: string;
  /** For what did not even compile: the diagnostic, without places and names of temporaries. */
  readonly diagnostic?: string;
}

/** The key of a root cause. */
export function blameKey(blame: Blame): string {
  const words = [
    blame.diagnostic === undefined ? [...blame.files].sort().join("+") : "",
    [...(blame.functions ?? [])].sort().join("+"),
    blame.pass ?? "",
    blame.rewrite ?? "",
    blame.diagnostic === undefined ? "" : normalDiagnostic(blame.diagnostic),
  ];
  return createHash("sha256").update(words.join("\0")).digest("hex").slice(0, 16);
}

/** A diagnostic without what differs between two files with the same cause: places, numbers, quoted names. */
export function normalDiagnostic(text: string): string {
  return text
    .replace(/^(?:\S+:\d+(?::\d+)?:\s*)+/, "")
    .replace(/(['‘"`])[^'’"`]*['’"`]/g, "$1…$1")
    .replace(/0x[0-9a-f]+|\d+/gi, "#")
    .trim();
}
