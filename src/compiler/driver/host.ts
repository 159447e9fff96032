// The file system as the compiler core sees it, relative to a working directory that is a parameter (never process.chdir).

import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Host } from "../pp/session.ts";

/** Files by absolute path; relative ones are the caller's business. */
export const fileHost: Host = {
  read(path) {
    try {
      return readFileSync(path);
    } catch {
      return undefined;
    }
  },
  stat(path) {
    const s = statSync(path, { throwIfNoEntry: false });
    if (s === undefined || s.isDirectory()) return undefined;
    // A device or a pipe (-include /dev/null) has no state to remember it by: NaN is never equal.
    return { size: s.size, mtimeMs: s.isFile() ? s.mtimeMs : Number.NaN };
  },
};

/** Path as seen from `cwd`. */
export function from(cwd: string, path: string): string {
  return isAbsolute(path) ? path : join(cwd, path);
}
