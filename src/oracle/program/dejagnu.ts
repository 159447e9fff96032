// Reads the DejaGnu directives in a GCC test's comments (GCC Internals, "Directives used within DejaGnu tests").
// Only what decides how a program is compiled and judged is taken; target selectors other than none apply nowhere here
// unless they are the plain x86/aarch64/riscv triplets, so a directive with a selector is dropped.

/** What a test's comments ask for. */
export interface DgDirectives {
  readonly action: "preprocess" | "assemble" | "compile" | "link" | "run";
  /** dg-options replaces the suite's default options. */
  readonly options: readonly string[] | undefined;
  readonly additionalOptions: readonly string[];
  readonly additionalSources: readonly string[];
  readonly requires: readonly string[];
  /** Lines with a dg-error, 1-based. */
  readonly errorLines: readonly number[];
  readonly shouldFail: boolean;
}

/** Splits a Tcl-ish argument list: words, "quoted", {braced}. */
export function tclWords(text: string): string[] {
  const out: string[] = [];
  let i = 0;
  while (i < text.length) {
    const ch = text[i]!;
    if (/\s/.test(ch)) {
      i++;
      continue;
    }
    if (ch === '"') {
      let word = "";
      i++;
      while (i < text.length && text[i] !== '"') {
        if (text[i] === "\\" && i + 1 < text.length) word += text[i++];
        word += text[i++];
      }
      i++;
      out.push(word);
      continue;
    }
    if (ch === "{") {
      let depth = 0;
      const start = i + 1;
      for (; i < text.length; i++) {
        if (text[i] === "{") depth++;
        else if (text[i] === "}" && --depth === 0) break;
      }
      out.push(text.slice(start, i));
      i++;
      continue;
    }
    const start = i;
    while (i < text.length && !/\s/.test(text[i]!)) i++;
    out.push(text.slice(start, i));
  }
  return out;
}

/** Reads the directives of one test. */
export function parseDg(text: string): DgDirectives {
  let action: DgDirectives["action"] = "compile";
  let options: string[] | undefined;
  const additionalOptions: string[] = [];
  const additionalSources: string[] = [];
  const requires: string[] = [];
  const errorLines: number[] = [];
  let shouldFail = false;
  const lines = text.split("\n");
  for (let n = 0; n < lines.length; n++) {
    const line = lines[n]!;
    let at = line.indexOf("{ dg-");
    while (at >= 0) {
      const body = bracedAt(line, at);
      const next = at + Math.max(body.length, 1) + 2;
      const words = tclWords(body);
      const name = words[0] ?? "";
      const args = words.slice(1);
      const selector = args.slice(1).find((w) => /^\s*(target|xfail)\b/.test(w));
      const applies = selector === undefined || !/^\s*target\b/.test(selector) || /\*-\*-\*/.test(selector);
      switch (name) {
        case "dg-do":
          if (isAction(args[0])) action = args[0];
          break;
        case "dg-options":
          if (selector === undefined) options = tclWords(args[0] ?? "");
          break;
        case "dg-additional-options":
          if (selector === undefined) additionalOptions.push(...tclWords(args[0] ?? ""));
          break;
        case "dg-additional-sources":
          additionalSources.push(...tclWords(args[0] ?? ""));
          break;
        case "dg-require-effective-target":
          if (args[0] !== undefined) requires.push(args[0]);
          break;
        case "dg-shouldfail":
          shouldFail = true;
          break;
        case "dg-error":
          if (applies && !(selector !== undefined && /xfail/.test(selector))) errorLines.push(errorLine(args, n + 1));
          break;
      }
      at = line.indexOf("{ dg-", next);
    }
  }
  return {
    action,
    options,
    additionalOptions,
    additionalSources,
    requires,
    errorLines: errorLines.filter((l) => l > 0),
    shouldFail,
  };
}

function isAction(s: string | undefined): s is DgDirectives["action"] {
  return s === "preprocess" || s === "assemble" || s === "compile" || s === "link" || s === "run";
}

/** dg-error's fourth argument: a line number, "." or a relative ".-1" / ".+1"; 0 = anywhere. */
function errorLine(args: string[], here: number): number {
  const where = args[3];
  if (where === undefined) return here;
  const rel = /^\.([-+]\d+)?$/.exec(where);
  if (rel !== null) return here + (rel[1] === undefined ? 0 : Number(rel[1]));
  return /^\d+$/.test(where) ? Number(where) : here;
}

function bracedAt(line: string, at: number): string {
  let depth = 0;
  let quoted = false;
  for (let i = at; i < line.length; i++) {
    const ch = line[i];
    if (ch === "\\") {
      i++;
      continue;
    }
    if (ch === '"') quoted = !quoted;
    else if (!quoted && ch === "{") depth++;
    else if (!quoted && ch === "}" && --depth === 0) return line.slice(at + 1, i);
  }
  return line.slice(at + 1);
}
