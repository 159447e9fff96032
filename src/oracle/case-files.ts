// The files of a case that say what was found of functions and passes: the same for a kernel and for a program.

import type { AssemblyParts } from "../delta/splice.ts";
import { textDiff } from "../delta/text-diff.ts";
import { namesIn, type TwoTexts } from "./blame-functions.ts";
import type { PassBlame } from "./blame-pass.ts";

/** Lines of one difference that are kept. */
export const MOST_DIFF_LINES = 600;

/** asm.diff, ir.diff and passes.txt, as far as there is something to say. `cc` is the name of the compiler under test. */
export function blameFiles(
  texts: readonly TwoTexts[],
  functions: readonly string[],
  pass: PassBlame,
  cc: string,
): Record<string, string> {
  const files: Record<string, string> = {};
  const assembly: string[] = [];
  const linesOf = (parts: AssemblyParts, name: string): readonly string[] | undefined => parts.functions.get(name)?.lines;
  for (const t of texts)
    for (const name of namesIn(t.id, functions)) {
      const [a, b] = [linesOf(t.trusted, name), linesOf(t.other, name)];
      if (a === undefined || b === undefined) continue;
      assembly.push(`--- gcc ${t.id} ${name}`, `+++ ${cc} ${t.id} ${name}`, ...textDiff(a, b).slice(0, MOST_DIFF_LINES));
    }
  if (assembly.length > 0) files["asm.diff"] = `${assembly.join("\n")}\n`;
  if (pass.irDiff.length > 0) files["ir.diff"] = `${pass.irDiff.slice(0, MOST_DIFF_LINES).join("\n")}\n`;
  if (pass.pass !== "") files["passes.txt"] = `fails:  occ --bisect=${pass.pattern}\npasses: occ --bisect=${pass.cure}\n`;
  return files;
}
