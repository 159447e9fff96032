// From a file to the function: the same search over the functions of one or several assembly texts, each function taken from
// either compiler (src/delta/splice.ts).
//
// The two poles come first: a splice that does not show both verdicts (all functions of the compiler under test fail, all of
// GCC's pass) says nothing about any function, and the answer is then "spliced away".

import { type NarrowResult, narrow } from "../bisect/narrow.ts";
import { bootPoles } from "../bisect/poles.ts";
import type { Outcome, RunWish } from "../bisect/probe.ts";
import type { BestSoFar } from "../bisect/progress.ts";
import type { Rates } from "../bisect/rates.ts";
import { sureness } from "../delta/case.ts";
import { type AssemblyParts, companions, differingFunctions, splice } from "../delta/splice.ts";

/** Both compilers' assembly of one file. */
export interface TwoTexts {
  readonly id: string;
  readonly trusted: AssemblyParts;
  readonly other: AssemblyParts;
}

/** Which functions are at fault. */
export interface FunctionBlame {
  /** FILE:FUNCTION. */
  readonly functions: readonly string[];
  /** Functions that came along with those, which GCC has inlined: FILE:FUNCTION. */
  readonly companions: readonly string[];
  /** How sure that is, or why there are none. */
  readonly note: string;
  readonly boots: number;
  readonly confidence: number;
  /** How far one boot could be trusted on this level. */
  readonly rates: Rates;
}

/** What the level above knows. */
export interface FunctionSettings {
  readonly rates: Rates;
  readonly workers: number;
  readonly signature: string;
  readonly canDisguise: boolean;
  readonly isSoft?: (signature: string) => boolean;
  readonly areFaces?: (a: string, b: string) => boolean;
  readonly budget: number;
  /** Code that cannot be made shows nothing, and is no reason to give up. */
  readonly refusalsPass?: boolean;
  readonly onProgress?: (best: BestSoFar) => void;
}

/** What a function of a file is called: FILE:FUNCTION. */
function itemOf(file: string, name: string): string {
  return `${file}:${name}`;
}

/** The name of FILE:FUNCTION; a function's own has no colon. */
export function nameOf(item: string): string {
  return item.slice(item.lastIndexOf(":") + 1);
}

/** The names of those functions that are the file's. */
export function namesIn(file: string, items: Iterable<string>): string[] {
  return [...items].filter((item) => item.startsWith(itemOf(file, ""))).map(nameOf);
}

/** No function is blamed, and why. */
export function nobody(note: string, rates: Rates, boots = 0): FunctionBlame {
  return { functions: [], companions: [], note, boots, confidence: 0, rates };
}

/** Builds and runs the spliced text of each file. */
export type BootPieces = (pieces: ReadonlyMap<string, string>, signal: AbortSignal, wish?: RunWish) => Promise<Outcome>;

/** Sets of functions that fail by themselves and are named beside the first. */
const MOST_SETS = 3;

/** Searches the functions at fault. */
export async function searchFunctions(
  texts: readonly TwoTexts[],
  boot: BootPieces,
  settings: FunctionSettings,
  signal: AbortSignal,
): Promise<FunctionBlame> {
  const { rates } = settings;
  const items = texts.flatMap((t) => differingFunctions(t.trusted, t.other).map((name) => itemOf(t.id, name)));
  if (items.length === 0)
    return nobody("functions: none that both compilers made differs: data, layout or inlining effect", rates);
  const run = (subset: ReadonlySet<string>, bootSignal: AbortSignal, wish?: RunWish): Promise<Outcome> => {
    const pieces = new Map<string, string>();
    for (const t of texts) pieces.set(t.id, splice(t.trusted, t.other, new Set(namesIn(t.id, subset))));
    return boot(pieces, bootSignal, wish);
  };
  const poles = await bootPoles({
    boot: (all) => run(new Set(all ? items : []), signal, { fresh: true }),
    rates,
    workers: settings.workers,
    signature: settings.signature,
  });
  if (poles.verdict !== "both") {
    const why =
      poles.verdict === "trouble"
        ? poles.trouble
        : poles.verdict === "trusted fails"
          ? `all of GCC's functions in the splice fail too, ${counts(poles.trusted)}`
          : `all of the compiler's functions in the splice pass, ${counts(poles.all)}`;
    return nobody(`functions: spliced away (${why}): data, layout or inlining effect`, rates, poles.boots);
  }
  const result = await narrow({
    items,
    nameOf: (item) => item,
    probe: {
      canDisguise: settings.canDisguise,
      run: async (subset, bootSignal, wish) => {
        const outcome = await run(subset, bootSignal, wish);
        return settings.refusalsPass === true && outcome.verdict === "invalid" ? { verdict: "pass" } : outcome;
      },
    },
    workers: settings.workers,
    seed: 1,
    signature: poles.signature,
    ...(settings.isSoft !== undefined && { isSoft: settings.isSoft }),
    ...(settings.areFaces !== undefined && { areFaces: settings.areFaces }),
    controls: poles.trusted,
    witness: poles.all,
    witnessRuns: 0,
    budget: settings.budget,
    mostSets: MOST_SETS,
    phase: `functions of ${texts.map((t) => t.id).join(" + ")}`,
    ...(settings.onProgress !== undefined && { onProgress: settings.onProgress }),
    signal,
  });
  const confidence = result.sets[0]?.confidence ?? 0;
  const said = sayFunctions(result);
  const along = texts.flatMap((t) =>
    companions(t.trusted, t.other, namesIn(t.id, said.functions)).map((name) => itemOf(t.id, name)),
  );
  return {
    functions: said.functions,
    companions: along,
    note: `${said.note}${along.length > 0 ? `; with it ${along.join(", ")}, which GCC has no function of` : ""}`,
    boots: poles.boots + result.boots,
    rates: result.rates,
    confidence,
  };
}

const counts = (side: { readonly runs: number; readonly failures: number }): string => `${side.failures} of ${side.runs} boots`;

/** What a search over functions found, in words; nobody is named whom it did not settle on. */
export function sayFunctions(result: NarrowResult): Pick<FunctionBlame, "functions" | "note"> {
  const first = result.sets[0];
  if (first !== undefined) {
    const also = result.sets.slice(1).map((s) => s.items.join(" + "));
    const sure = `functions: ${sureness(first.confidence)}`;
    const often = result.rates.p1 < 0.99 ? `, fails in about ${Math.round(result.rates.p1 * 100)} % of the boots` : "";
    return { functions: first.items, note: `${sure}${often}${also.length > 0 ? `; also alone: ${also.join(", ")}` : ""}` };
  }
  const [shaky] = result.unstable;
  if (shaky !== undefined) {
    const seen = `failed ${counts(shaky.own)}, GCC's code in its place ${counts(shaky.trusted)}`;
    return { functions: [], note: `functions: nobody is blamed: ${shaky.items.join(" + ")} ${seen}` };
  }
  const contradict = "the answers contradict each other";
  const leads = result.suspects.length > 0 ? `; suspected, not proven: ${result.suspects.join(" + ")}` : "";
  return { functions: [], note: `functions: not found, ${contradict} (${result.boots} boots)${leads}` };
}
