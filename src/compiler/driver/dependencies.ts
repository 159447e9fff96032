// Makefile rules of -M, -MM, -MD, -MMD (GCC CPP manual, "Invocation"), laid out as GCC does: kbuild's fixdep reads them.

import type { Dependency } from "../pp/preprocessor.ts";
import type { DependencyOptions } from "./invocation.ts";

/** Columns of a line before the rule goes on in the next. */
const MAX_COLUMN = 72;

/** Default target: the input's base name with .o for its suffix. */
export function defaultTarget(input: string): string {
  const base = input.slice(input.lastIndexOf("/") + 1);
  const dot = base.lastIndexOf(".");
  return input === "-" ? "-" : quoteForMake(`${dot > 0 ? base.slice(0, dot) : base}.o`);
}

/** The rule as text. */
export function dependencyRule(deps: readonly Dependency[], target: string, options: DependencyOptions): string {
  const targets = options.targets.length > 0 ? options.targets : [target];
  const files = deps.filter((d) => options.system || !d.system).map((d) => quoteForMake(shorten(d.path)));
  let column = 0;
  let text = "";
  const write = (word: string, first: boolean): void => {
    if (!first) {
      if (column + word.length > MAX_COLUMN) {
        text += " \\\n";
        column = 0;
      }
      text += " ";
      column++;
    }
    text += word;
    column += word.length;
  };
  targets.forEach((t, i) => {
    write(t, i === 0);
  });
  text += ":";
  column++;
  for (const f of files) write(f, false);
  text += "\n";
  if (options.phony) for (const f of files.slice(1)) text += `${f}:\n`;
  return text;
}

/** Leading ./ goes, as in GCC's rules. */
function shorten(path: string): string {
  let p = path;
  while (p.startsWith("./")) p = p.slice(2).replace(/^\/+/, "");
  return p;
}

/** File that -MD writes when neither -MF nor -Wp,-MD names one. */
export function dependencyFile(input: string, output: string | undefined): string {
  if (output !== undefined) {
    const dot = output.lastIndexOf(".");
    return `${dot > output.lastIndexOf("/") + 1 ? output.slice(0, dot) : output}.d`;
  }
  const base = input.slice(input.lastIndexOf("/") + 1);
  const dot = base.lastIndexOf(".");
  return `${dot > 0 ? base.slice(0, dot) : base}.d`;
}

/** -MQ: the characters that make would take for its own. */
export function quoteForMake(s: string): string {
  return s.replace(/\$/g, "$$$$").replace(/([ \t#])/g, "\\$1");
}
