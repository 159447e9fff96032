// Option values: each parser names the option and the value when it refuses.

import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { ALL_ARCHES, type Arch, parseArch } from "../oracle/arch.ts";
import { usageError } from "../oracle/errors.ts";
import { quoteWord, splitWords } from "../oracle/shell-words.ts";

/** What people write; hexadecimals, signs and blanks are slips. */
const DECIMAL = /^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** A whole number from `least` on. */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < least) throw usageError(`${option} ${text}: not a whole number from ${least} on`);
  return value;
}

/** A share in [0, 1]. */
export function share(option: string, text: string): number {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= 1)) throw usageError(`${option} ${text}: not a number from 0 to 1`);
  return value;
}

/** Seconds above zero. */
export function positiveSeconds(option: string, text: string): number {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0) || !Number.isFinite(value)) throw usageError(`${option} ${text}: not a number of seconds above 0`);
  return value;
}

/** I/N with 1 <= I <= N. */
export function sliceOf(text: string): { index: number; count: number } {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  if (!match || index < 1 || index > count) throw usageError(`--slice ${text}: not I/N with 1 <= I <= N`);
  return { index, count };
}

/** A path as it is from anywhere, for a stored run is repeated and searched from elsewhere; what is no file here, or is one of `names`, stays. */
export function fromAnywhere(text: string, names: readonly string[] = []): string {
  return text !== "" && !names.includes(text) && existsSync(text) ? resolve(text) : text;
}

/** A command whose programs can be found from anywhere: compilers run in the build directory. Its flags stay as they are. */
export function commandFromAnywhere(text: string): string {
  const words = splitWords(text);
  const flags = words.findIndex((word) => word.startsWith("-"));
  const ends = flags < 0 ? words.length : flags;
  const isRelative = (word: string, i: number) => i < ends && word.includes("/") && !isAbsolute(word) && existsSync(word);
  if (!words.some(isRelative)) return text;
  return words.map((word, i) => quoteWord(isRelative(word, i) ? resolve(word) : word)).join(" ");
}

/** One architecture or all. */
export function arches(text: string): readonly Arch[] {
  if (text === "all") return ALL_ARCHES;
  const arch = parseArch(text);
  if (arch === undefined) throw usageError(`--arch ${text}: not one of x86, arm, riscv, all`);
  return [arch];
}
