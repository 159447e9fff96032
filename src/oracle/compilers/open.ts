// Opens what --cc names.

import { splitWords } from "../shell-words.ts";
import { openCommandCompiler } from "./command.ts";
import type { Compiler, CompilerContext } from "./compiler.ts";
import { openOcc } from "./occ.ts";

/** Whether --cc names occ, with flags or without. */
export function isOcc(text: string): boolean {
  return splitWords(text)[0] === "occ";
}

/** `occ` is our own compiler in worker threads; everything else is a command. */
export async function openCompiler(text: string, context: CompilerContext): Promise<Compiler> {
  return isOcc(text) ? openOcc(context, splitWords(text).slice(1)) : openCommandCompiler(text, context);
}
