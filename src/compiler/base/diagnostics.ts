// Errors, warnings and notes in GCC's form: file:line:col: severity: text [-Wflag], the source line and a caret.

import type { Loc, SourceManager } from "./source.ts";

/** Ends a compilation at once; its message has been recorded. */
export class CompileError extends Error {}

export interface DiagnosticOptions {
  /** -w */
  noWarnings: boolean;
  /** -Werror */
  allErrors: boolean;
  /** -Wname / -Wno-name as given last. */
  enabled: Map<string, boolean>;
  /** -Werror=name / -Wno-error=name. */
  asError: Map<string, boolean>;
  systemWarnings: boolean;
}

export function defaultDiagnosticOptions(): DiagnosticOptions {
  return { noWarnings: false, allErrors: false, enabled: new Map(), asError: new Map(), systemWarnings: false };
}

/** Warnings that GCC 12 gives without any -W flag. */
const DEFAULT_ON: ReadonlySet<string> = new Set([
  "",
  "attributes",
  "implicit-function-declaration",
  "implicit-int",
  "int-conversion",
  "incompatible-pointer-types",
  "discarded-qualifiers",
  "pointer-to-int-cast",
  "int-to-pointer-cast",
  "overflow",
  "return-type-default",
  "builtin-declaration-mismatch",
  "deprecated-declarations",
  "div-by-zero",
  "shift-count-overflow",
  "shift-count-negative",
  "switch-outside-range",
  "attribute-warning",
  "builtin-macro-redefined",
  "cpp",
  "designated-init",
  "return-local-addr",
  "multichar",
  "pragmas",
  "unused-result",
  "address-of-packed-member",
  "scalar-storage-order",
]);
const MAX_ERRORS = 200;

export class Diagnostics {
  errors = 0;
  warnings = 0;
  readonly options: DiagnosticOptions;
  readonly sources: SourceManager;
  private readonly out: string[] = [];

  constructor(sources: SourceManager, options: DiagnosticOptions) {
    this.sources = sources;
    this.options = options;
  }

  error(loc: Loc, text: string, flag = ""): void {
    this.errors++;
    if (this.errors <= MAX_ERRORS) this.emit(loc, "error", text, flag === "" ? "" : ` [-W${flag}]`);
  }

  /** A pedantic error or warning, as -pedantic-errors and -pedantic say. */
  warning(loc: Loc, text: string, flag: string): void {
    const o = this.options;
    const asError = o.asError.get(flag) ?? (o.allErrors && this.isOn(flag) && o.asError.get(flag) !== false);
    if (asError && o.enabled.get(flag) !== false && this.visible(loc)) {
      this.errors++;
      this.emit(loc, "error", text, flag === "" ? " [-Werror]" : ` [-Werror=${flag}]`);
      return;
    }
    if (o.noWarnings || !this.isOn(flag) || !this.visible(loc)) return;
    this.warnings++;
    this.emit(loc, "warning", text, flag === "" ? "" : ` [-W${flag}]`);
  }

  private visible(loc: Loc): boolean {
    return this.options.systemWarnings || loc === 0 || !this.sources.isSystem(loc);
  }

  private isOn(flag: string): boolean {
    return this.options.enabled.get(flag) ?? (this.options.asError.get(flag) === true || DEFAULT_ON.has(flag));
  }

  note(loc: Loc, text: string): void {
    this.emit(loc, "note", text, "");
  }

  fatal(loc: Loc, text: string): never {
    this.errors++;
    this.emit(loc, "fatal error", text, "");
    throw new CompileError(text);
  }

  private lastFile = "";
  private emit(loc: Loc, severity: string, text: string, flag: string): void {
    if (loc === 0) {
      this.out.push(`occ: ${severity}: ${text}${flag}\n`);
      return;
    }
    const p = this.sources.decode(loc);
    if (p.file !== this.lastFile) {
      this.lastFile = p.file;
      let from = this.sources.includedFrom(loc);
      let lead = "In file included from ";
      while (from !== 0) {
        const q = this.sources.decode(from);
        from = this.sources.includedFrom(from);
        this.out.push(`${lead}${q.file}:${q.line}${from === 0 ? ":" : ","}\n`);
        lead = "                 from ";
      }
    }
    const { text: line, col } = display(this.sources.lineText(loc), p.col);
    this.out.push(
      `${p.file}:${p.line}:${col}: ${severity}: ${text}${flag}\n${String(p.line).padStart(5)} | ${line}\n      | ${" ".repeat(col - 1)}^\n`,
    );
  }

  format(): string {
    return this.out.join("");
  }

  /** What has been said since the last call. */
  take(): string {
    const text = this.out.join("");
    this.out.length = 0;
    return text;
  }
}

const TAB = 8;

/** A source line as GCC shows it: tabs filled up to 8 columns; and the column on the screen of a byte of it (1-based). */
function display(line: string, byteCol: number): { text: string; col: number } {
  let text = "";
  let columns = 0;
  let bytes = 0;
  let col = 1;
  for (const c of line) {
    if (bytes < byteCol) col = columns + 1;
    const width = c === "\t" ? TAB - (columns % TAB) : 1;
    text += c === "\t" ? " ".repeat(width) : c;
    columns += width;
    const code = c.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  if (bytes < byteCol) col = columns + byteCol - bytes;
  return { text, col };
}
