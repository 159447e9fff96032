// What the front end gets besides the tokens.

import type { Diagnostics } from "../base/diagnostics.ts";
import type { Options } from "../base/options.ts";
import type { SourceManager } from "../base/source.ts";
import type { Pragma } from "../lex/tokens.ts";
import type { Session } from "./session.ts";

export interface CompileJob {
  readonly options: Options;
  /** Names and literals of the tokens. */
  readonly session: Session;
  readonly sources: SourceManager;
  readonly diags: Diagnostics;
  /** What TK_PRAGMA tokens stand for. */
  readonly pragmas: readonly Pragma[];
  /** The input as it was named: for .file. */
  readonly mainFile: string;
  /** Takes --dump, --time and --stats output. */
  dump(title: string, text: string): void;
}
