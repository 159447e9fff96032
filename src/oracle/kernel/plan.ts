// The plan of a mix: which units go to the compiler under test.
//
// Each unit has a rank, the hash of (seed, id); a fraction takes the lowest ranks. So for one seed the sets nest, a unit's
// rank does not depend on which other units exist, and the slices of one seed are disjoint and cover everything.

import { matchesGlob } from "node:path";
import { digest } from "../cache.ts";
import { usageError } from "../errors.ts";

/** What the user asked for. */
export interface Selection {
  readonly seed: number;
  readonly fraction: number;
  readonly slice?: { readonly index: number; readonly count: number } | undefined;
  readonly only: readonly string[];
  readonly not: readonly string[];
  /** An exact set; overrides all others. */
  readonly files?: readonly string[] | undefined;
}

/** Whether a glob of the user's names a unit: by its id, by a file name alone, or by a directory. */
export function globMatches(glob: string, id: string): boolean {
  const plain = id.replace(/@.*$/, "");
  if (matchesGlob(id, glob) || matchesGlob(plain, glob)) return true;
  if (!glob.includes("/") && matchesGlob(plain.slice(plain.lastIndexOf("/") + 1), glob)) return true;
  return plain.startsWith(glob.endsWith("/") ? glob : `${glob}/`);
}

/** Units in the order in which a growing fraction takes them. */
export function rankUnits(ids: readonly string[], seed: number): string[] {
  const ranked = ids.map((id) => ({ id, rank: digest(String(seed), id) }));
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  return ranked.map((entry) => entry.id);
}

/** The ids that go to the compiler under test, in the order of `ids`. */
export function selectUnits(ids: readonly string[], selection: Selection): string[] {
  const all = new Set(ids);
  if (selection.files) {
    for (const name of selection.files)
      if (!all.has(name)) throw usageError(`--files: ${name}: no unit of this kernel and config`);
    const wanted = new Set(selection.files);
    return ids.filter((id) => wanted.has(id));
  }
  for (const glob of [...selection.only, ...selection.not])
    if (!ids.some((id) => globMatches(glob, id)))
      throw usageError(`--only/--not ${glob}: matches no unit of this kernel and config`);
  const eligible = ids.filter(
    (id) =>
      (selection.only.length === 0 || selection.only.some((glob) => globMatches(glob, id))) &&
      !selection.not.some((glob) => globMatches(glob, id)),
  );
  if (eligible.length === 0) throw usageError("--only and --not: leave no unit of this kernel and config");
  const ranked = rankUnits(eligible, selection.seed);
  let chosen: string[];
  if (selection.slice) {
    const { index, count } = selection.slice;
    chosen = ranked.slice(Math.floor(((index - 1) * ranked.length) / count), Math.floor((index * ranked.length) / count));
  } else {
    const wanted = Math.round(selection.fraction * ranked.length);
    chosen = ranked.slice(0, selection.fraction > 0 ? Math.max(1, wanted) : 0);
  }
  const set = new Set(chosen);
  return ids.filter((id) => set.has(id));
}
