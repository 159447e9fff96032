// Opens what --cc names.

import { splitWords } from "../shell-words.ts";
import { openCommandCompiler } from "./command.ts";
import type { Compiler, CompilerContext } from "./compiler.ts";
import { openOcc } from "./occ.ts";

/** `occ` (with flags, if any) is our own compiler in worker threads; everything else is a command. */
export async function openCompiler(text: string, context: CompilerContext): Promise<Compiler> {
  const words = splitWords(text);
  if (words[0] === "occ") return openOcc(context, words.slice(1));
  return openCommandCompiler(text, context);
}
