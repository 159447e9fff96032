// What a compilation was asked for: the parsed GCC command line, seen from inside the compiler (driver/options.ts makes it).

import type { Charset } from "../lex/charset.ts";
import type { DiagnosticOptions } from "./diagnostics.ts";

export type TargetName = "x86_64" | "i386" | "aarch64" | "riscv64";
export type OptLevel = 0 | 1 | 2 | 3 | "s" | "g" | "fast";

export interface Options {
  readonly target: TargetName;
  /** GNU triplet of the tools and libraries, e.g. riscv64-linux-gnu. */
  readonly triple: string;
  /** -m16: i386 code for 16-bit mode (.code16gcc). */
  readonly code16: boolean;
  readonly opt: OptLevel;
  readonly debug: 0 | 1 | 2 | 3;
  /** Dialect in GCC's spelling: gnu17, c11, gnu89 … */
  readonly std: string;
  /** -f and -m flags by name without their dash: "fcommon" -> true or false, "mcmodel" -> "medany". The last one given counts. */
  readonly flags: ReadonlyMap<string, string | boolean>;
  /** -fexec-charset; null: UTF-8. */
  readonly charset: Charset | null;
  readonly charSigned: boolean;
  /** Size of wchar_t in bytes. */
  readonly wcharSize: number;
  /** 0 = position dependent, 1 = -fpic, 2 = -fPIC; pie says the same of -fpie (and then pic is set as well). */
  readonly pic: 0 | 1 | 2;
  readonly pie: 0 | 1 | 2;
  /** -D and -U in order: "NAME=value", "-NAME" for -U. */
  readonly defines: readonly string[];
  readonly diagnostics: DiagnosticOptions;
  /** --dump=<stage>[:function], --bisect=PATTERN, --pass=…, --check, --time, --stats (occ's own). */
  readonly dumps: readonly string[];
  readonly passes: readonly string[];
  readonly bisect: string | undefined;
  readonly check: boolean;
  readonly time: boolean;
  readonly stats: boolean;
}

/** Is an on/off flag on? `otherwise` when it was not given. */
export function flagOn(o: Options, name: string, otherwise: boolean): boolean {
  const v = o.flags.get(name);
  return v === undefined ? otherwise : v !== false;
}

/** Value of a flag such as mcmodel; `otherwise` when it was not given. */
export function flagValue(o: Options, name: string, otherwise: string): string {
  const v = o.flags.get(name);
  return typeof v === "string" ? v : otherwise;
}
