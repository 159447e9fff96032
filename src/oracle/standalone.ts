// The function at fault by itself: a text that compiles alone, in which occ makes of the function exactly what it makes of it in
// its unit, with the rewrite at fault on and with it off.
//
// The unit is preprocessed, and only the function and what it reaches by names is kept (src/delta/declarations.ts); bodies of
// callees stay as far as they are needed for the code to be the same. The ids of rewrites depend on places in the text, so a
// pattern is carried over by order: both texts must ask for the same rewrites of the function one after the other, each with the
// same answer, else the variant is refused. An answer changes what is asked for after it, so the pattern of the new text is found
// from the first rewrite to the last, in a few rounds. What is left is therefore no smaller program with a similar bug but the same
// code of the same function.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseAnswers } from "../bisect/pattern.ts";
import { closureText, declarationsOf, reachedFunctions } from "../delta/declarations.ts";
import { canonical, takeApart } from "../delta/splice.ts";
import { archInfo } from "./arch.ts";
import { nameOf } from "./blame-functions.ts";
import { allBut, type OccUnit, occCommand, occText, type PassBlame } from "./blame-pass.ts";
import { runProcess } from "./process.ts";
import { quoteWord } from "./shell-words.ts";

/** The files of a case, and a line that says what they are. */
export interface Standalone {
  readonly files: Readonly<Record<string, string>>;
  readonly line: string;
}

/** Variants that are tried; each is some five runs of occ. */
const MOST_TESTS = 24;

/** Rounds in which a pattern is carried over. */
const MOST_ROUNDS = 8;

/** A rewrite that was asked about, without its place, and the answer. */
interface Asked {
  readonly id: number;
  readonly name: string;
  readonly on: boolean;
}

/** One run of occ: the function's code, what was asked about it, and every id of the unit. */
interface Made {
  readonly code: string;
  readonly asked: readonly Asked[];
  readonly ids: readonly number[];
}

/** The one function that a blamed rewrite is in, as the rewrite names it: one of those at fault, or one that came along with them. */
export function functionOf(functions: readonly string[], blame: PassBlame): string | undefined {
  if (blame.pass === "") return undefined;
  const named = new Set(blame.rewrite === "" ? [] : blame.rewrite.split("; ").map((r) => r.split(" ")[1]!));
  if (named.size === 0) for (const f of functions) named.add(nameOf(f));
  const [name] = named;
  return named.size === 1 ? name : undefined;
}

/** The function with what it needs; undefined where no such text gives the same code. */
export async function standaloneOf(
  unit: OccUnit,
  name: string,
  blame: PassBlame,
  work: string,
  signal: AbortSignal,
): Promise<Standalone | undefined> {
  const scratch = path.join(work, "standalone.s");
  const source = path.join(work, "standalone.c");
  const make = async (of: OccUnit, pattern: string): Promise<Made | undefined> => {
    const made = await occText(of, `v${pattern}`, scratch, signal);
    if (made.failure !== undefined) return undefined;
    const own = takeApart(readFileSync(scratch, "latin1")).functions.get(name);
    rmSync(scratch, { force: true });
    if (own === undefined) return undefined;
    const found = [...parseAnswers(made.messages)];
    const asked = found
      .filter(([, { text }]) => text.split(" ")[1] === name)
      .map(([id, { text, on }]) => ({ id, name: text.replace(/ @.*$/, ""), on }));
    // Static objects of functions are numbered through the unit.
    const code = canonical(own.lines).replace(/\b([A-Za-z_]\w*)\.\d+\b/g, "$1.N");
    return { code, asked, ids: found.map(([id]) => id) };
  };
  const on = await make(unit, blame.pattern);
  const off = await make(unit, blame.cure);
  if (on === undefined || off === undefined || on.code === off.code) return undefined;

  const alone: OccUnit = { arch: unit.arch, argv: [...ownFlags(unit.argv), "-w"], source, cwd: work };
  /** The pattern under which the text at hand gives the wanted code by the wanted answers. */
  const carry = async (wanted: Made): Promise<string | undefined> => {
    const answers = new Map<number, boolean>();
    const universe = new Set<number>();
    let pattern = "y";
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const here = await make(alone, pattern);
      if (here === undefined) return undefined;
      for (const id of here.ids) universe.add(id);
      let same = here.asked.length === wanted.asked.length;
      for (const [i, asked] of here.asked.entries()) {
        const want = wanted.asked[i];
        if (want === undefined || want.name !== asked.name) {
          same = false;
          break;
        }
        answers.set(asked.id, want.on);
        if (want.on !== asked.on) same = false;
      }
      if (same) return here.code === wanted.code ? pattern : undefined;
      const next = allBut(new Set([...answers].filter(([, is]) => !is).map(([id]) => id)), [...universe]);
      if (next === pattern) return undefined;
      pattern = next;
    }
    return undefined;
  };
  let tests = 0;
  let best: { readonly text: string; readonly pattern: string; readonly cure: string } | undefined;
  const test = async (text: string): Promise<boolean> => {
    if (tests++ >= MOST_TESTS) return false;
    writeFileSync(source, text, "latin1");
    const pattern = await carry(on);
    const cure = pattern === undefined ? undefined : await carry(off);
    if (pattern === undefined || cure === undefined) return false;
    best = { text, pattern, cure };
    return true;
  };

  const preprocessed = await preprocess(unit, path.join(work, "standalone.i"), signal);
  if (preprocessed === undefined) return undefined;
  const all = declarationsOf(preprocessed);
  const roots = all.filter((d) => d.isFunction && d.makes.includes(name));
  if (roots.length !== 1) return undefined;
  if (!(await test(closureText(preprocessed, all, roots)))) {
    // Bodies that are inlined, or looked into, are needed: all of them, then fewer.
    let bodies = reachedFunctions(all, roots).filter((d) => !roots.includes(d));
    if (!(await test(closureText(preprocessed, all, [...bodies, ...roots])))) return undefined;
    for (let size = bodies.length >> 1; size >= 1 && tests < MOST_TESTS; size >>= 1)
      for (let at = 0; at < bodies.length && tests < MOST_TESTS; ) {
        const rest = bodies.filter((_, i) => i < at || i >= at + size);
        if (await test(closureText(preprocessed, all, [...rest, ...roots]))) bodies = rest;
        else at += size;
      }
  }
  rmSync(source, { force: true });
  if (best === undefined) return undefined;
  const { text, pattern, cure } = best as NonNullable<typeof best>;
  const lines = text.split("\n").length;
  return {
    files: { "standalone.c": text, "standalone.sh": comparisonScript(alone, "standalone.c", pattern, cure, name, blame) },
    line: `source standalone.c (${lines} lines); its code without and with the rewrite: sh standalone.sh`,
  };
}

/** The flags of a unit that say how text without directives is compiled. */
export function ownFlags(argv: readonly string[]): string[] {
  return argv.filter((word) => /^-(?:m|f|O|std=|pg)/.test(word) && !/^-f(?:macro|file|debug)-prefix-map/.test(word));
}

/** A unit's text without directives, by occ's own preprocessor; undefined where it refuses. */
export async function preprocess(unit: OccUnit, out: string, signal: AbortSignal): Promise<string | undefined> {
  // The same compiler's preprocessor: what it defines and has decides what the code is.
  const command = occCommand(unit, "y").filter((word) => word !== "-S" && !word.startsWith("--bisect="));
  const done = await runProcess([...command, "-E", "-P", "-o", out], { cwd: unit.cwd, signal, timeoutMs: 120_000 });
  const text = done.exitCode === 0 ? readFileSync(out, "latin1") : undefined;
  rmSync(out, { force: true });
  return text;
}

/** A script that shows a function's code without and with what is at fault. */
export function comparisonScript(
  unit: OccUnit,
  source: string,
  pattern: string,
  cure: string,
  name: string,
  blame: PassBlame,
): string {
  const words = [`--target=${archInfo(unit.arch).triplet}`, ...unit.argv].map(quoteWord).join(" ");
  return `#!/bin/sh
# What occ makes of ${name} without and with
#   ${blame.rewrite === "" ? blame.pass : blame.rewrite.split("; ").join("\n#   ")}
# Run from the repository, or with OCC=COMPILER.
here=$(dirname "$0")
occ() { "\${OCC:-./occ}" ${words} "$@" -S "$here/${source}"; }
occ --bisect=${cure} -o "$here/without.s" || exit
occ --bisect=${pattern} -o "$here/with.s" || exit
diff -u "$here/without.s" "$here/with.s"
`;
}
