// A miscompile made smaller: the text loses what it can while one rewrite of occ still changes the function's code and what the code
// does, and nothing else is at fault.
//
// A variant is interesting if (1) occ compiles it and the rewrites of the blamed kind in the blamed function change that function's
// assembly; (2) GCC takes it for C, without values that are used before they are set or functions that return none; (3) what is
// made of it misbehaves with those rewrites and behaves without them. The first two cost a second and most variants end there; the
// third is a program's run or a kernel's boot. The same rewrites are off in all other functions, in both builds, so that a bug of
// several places is reduced to one. Places and ids of rewrites change with the text, so they are asked for anew each time, until
// no rewrite that is to be off is on.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseAnswers } from "../bisect/pattern.ts";
import type { Case } from "../delta/case.ts";
import { declarationsOf, dropUnreached, emittedText } from "../delta/declarations.ts";
import { NotInteresting, reduce } from "../delta/reduce.ts";
import { canonical, takeApart } from "../delta/splice.ts";
import { allBut, noPass, type OccUnit, occText } from "./blame-pass.ts";
import { runProcess } from "./process.ts";
import { comparisonScript, functionOf, ownFlags, preprocess } from "./standalone.ts";

/** What only a machine can say of a variant. */
export interface MiscompileJudge {
  /** Whether the text is C that means something. */
  accepts(source: string): Promise<boolean>;
  /** Whether the first assembly text misbehaves and the second, of the same source without the rewrites, does not. */
  misbehaves(on: string, off: string, source: string): Promise<boolean>;
}

/** How far a reduction goes. */
export interface MiscompileOptions {
  /** Tests, cheap ones and others together. */
  readonly budget: number;
  /** Only the blamed function loses anything: the rest is needed for the whole to run. */
  readonly functionOnly: boolean;
  readonly work: string;
  readonly signal: AbortSignal;
}

/** What is left. */
export interface ReducedMiscompile {
  readonly files: Readonly<Record<string, string>>;
  readonly line: string;
  readonly tests: number;
  /** Tests in which something was run. */
  readonly runs: number;
}

/** Rounds in which a pattern settles. */
const MOST_ROUNDS = 6;

/** Reduces the unit of a case that was narrowed to a rewrite; a reason where that cannot be done. */
export async function reduceMiscompile(
  unit: OccUnit,
  record: Pick<Case, "functions" | "pass" | "rewrite">,
  judge: MiscompileJudge,
  options: MiscompileOptions,
): Promise<ReducedMiscompile | string> {
  const { work, signal } = options;
  const name = functionOf(record.functions, { ...noPass(""), pass: record.pass, rewrite: record.rewrite });
  if (name === undefined) return "no single function of a rewrite is at fault";
  const kinds = new Set(record.rewrite.split("; ").map((text) => text.split(" ")[0]!));
  const passes = new Set(record.pass.split(" + "));
  const isKind = (text: string): boolean =>
    record.rewrite === "" ? passes.has(/^[^. ]+/.exec(text)?.[0] ?? "") : kinds.has(text.split(" ")[0]!);
  const isOwn = (text: string): boolean => text.split(" ")[1] === name;
  const source = path.join(work, "variant.c");
  const [onText, offText] = [path.join(work, "on.s"), path.join(work, "off.s")];
  const alone: OccUnit = { arch: unit.arch, argv: [...ownFlags(unit.argv), "-w"], source, cwd: work };

  /** Compiles with everything on but what is to be off; the pattern. */
  const settle = async (out: string, isOff: (text: string) => boolean, known: Made | undefined): Promise<Made | undefined> => {
    const off = new Set<number>();
    const universe = new Set<number>();
    for (const [id, text] of known?.ids ?? []) {
      universe.add(id);
      if (isOff(text)) off.add(id);
    }
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const pattern = allBut(off, [...universe]);
      const made = await occText(alone, `v${pattern}`, out, signal);
      if (made.failure !== undefined) return undefined;
      const ids = new Map<number, string>();
      let settled = true;
      for (const [id, { text, on }] of parseAnswers(made.messages)) {
        ids.set(id, text);
        universe.add(id);
        if (!on || !isOff(text)) continue;
        off.add(id);
        settled = false;
      }
      if (settled) return { pattern, ids };
    }
    return undefined;
  };
  const codeOf = (file: string): string | undefined => {
    const own = takeApart(readFileSync(file, "latin1")).functions.get(name);
    return own === undefined ? undefined : canonical(own.lines);
  };
  let runs = 0;
  let best: { readonly text: string; readonly pattern: string; readonly cure: string } | undefined;
  const interesting = async (text: string): Promise<boolean> => {
    if (!text.includes(name)) return false;
    writeFileSync(source, text, "latin1");
    const on = await settle(onText, (what) => isKind(what) && !isOwn(what), undefined);
    if (on === undefined || ![...on.ids.values()].some((what) => isKind(what) && isOwn(what))) return false;
    const off = await settle(offText, isKind, on);
    if (off === undefined) return false;
    const [with_, without] = [codeOf(onText), codeOf(offText)];
    if (with_ === undefined || with_ === without || !(await judge.accepts(source))) return false;
    runs++;
    if (!(await judge.misbehaves(onText, offText, source))) return false;
    best = { text, pattern: on.pattern, cure: off.pattern };
    return true;
  };

  try {
    const whole = await preprocess(unit, path.join(work, "whole.i"), signal);
    if (whole === undefined) return "occ does not preprocess the unit";
    let text = whole;
    let tests = 0;
    const limited = async (variant: string): Promise<boolean> => {
      tests++;
      return interesting(variant);
    };
    const settings = { workers: 1, budget: options.budget, signal };
    if (options.functionOnly) {
      if (!(await limited(text))) throw new NotInteresting();
      // Declarations that nothing needs only make each test slower, and what is left harder to read.
      const emitted = emittedText(text);
      text = emitted.length < text.length && (await limited(emitted)) ? emitted : await dropUnreached(text, limited);
      const own = declarationsOf(text).filter((d) => d.isFunction && d.makes.includes(name));
      if (own.length !== 1) return `${name} has no single definition`;
      const [head, body, tail] = [text.slice(0, own[0]!.from), text.slice(own[0]!.from, own[0]!.to), text.slice(own[0]!.to)];
      const reduced = await reduce(body, (variant) => limited(head + variant + tail), settings);
      text = head + reduced.text + tail;
    } else text = (await reduce(text, limited, settings)).text;
    const found = best as { readonly text: string; readonly pattern: string; readonly cure: string } | undefined;
    if (found === undefined) return "nothing was reduced";
    const blame = { ...noPass(""), pass: record.pass, rewrite: record.rewrite };
    const script = comparisonScript(alone, "reduced.c", found.pattern, found.cure, name, blame);
    const lines = found.text.split("\n").length;
    return {
      files: { "reduced.c": found.text, "reduced.sh": script },
      line: `reduced.c (${lines} lines, ${found.text.length} bytes; ${tests} tests, ${runs} of them run); its code without and with the rewrite: sh reduced.sh`,
      tests,
      runs,
    };
  } catch (error) {
    if (signal.aborted || !(error instanceof NotInteresting)) throw error;
    return "preprocessed and compiled as a whole the unit does not show the failure with the rewrite alone";
  } finally {
    for (const file of [source, onText, offText]) rmSync(file, { force: true });
  }
}

interface Made {
  readonly pattern: string;
  readonly ids: ReadonlyMap<number, string>;
}

/** What GCC says of values that were never set and of functions that return none; as errors, where the text at hand has none. */
const DOUBTS = ["uninitialized", "maybe-uninitialized", "return-type", "implicit-function-declaration", "int-conversion"];

/** Past this GCC hangs, on a busy machine too: a limit that strikes is taken for a refusal. */
const LONGEST_MS = 600_000;

/** GCC as the judge of what is C: it compiles the text, and complains of nothing that it did not complain of before. */
export function acceptedByGcc(
  command: readonly string[],
  flags: readonly string[],
  cwd: string,
  signal: AbortSignal,
): (source: string) => Promise<boolean> {
  let errors: string[] | undefined;
  const takes = async (source: string, more: readonly string[]): Promise<boolean> => {
    const argv = [...command, ...flags, ...more, "-S", "-o", "/dev/null", source];
    return (await runProcess(argv, { cwd, signal, timeoutMs: LONGEST_MS })).exitCode === 0;
  };
  return async (source) => {
    if (errors === undefined) {
      errors = [];
      for (const doubt of DOUBTS) if (await takes(source, [`-Werror=${doubt}`])) errors.push(`-Werror=${doubt}`);
    }
    return takes(source, errors);
  };
}
