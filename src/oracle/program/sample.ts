// Which tests of a suite one agent runs with --fast: a pure function of the agent's name and the suite's test ids, so that an
// agent sees the same sample every time and different agents see different ones. The suite is dealt into ceil(1/fraction)
// slices by hash; a name that ends in a number takes the slice of that number (so any run of consecutive numbers covers the
// suite without overlap), any other name the slice of its hash.

import { createHash } from "node:crypto";

/** A number in [0, 1) from a text: the first 48 bits of its SHA-256. */
export function unitHash(text: string): number {
  return createHash("sha256").update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** The slice index of an agent among `slices`. */
export function sliceOf(agent: string, slices: number): number {
  const numbered = /(\d{1,9})$/.exec(agent);
  return numbered === null ? Math.floor(unitHash(`agent:${agent}`) * slices) : Number(numbered[1]) % slices;
}

/** The tests that belong to `agent`, sorted; every test belongs to exactly one slice. A slice is never empty while there are tests enough. */
export function sampleFor(agent: string, ids: readonly string[], fraction: number): string[] {
  if (fraction >= 1) return [...ids].sort();
  const slices = Math.min(Math.ceil(1 / fraction - 1e-9), Math.max(ids.length, 1));
  const mine = sliceOf(agent, slices);
  const ranked = ids.map((id) => ({ id, at: unitHash(`test:${id}`) })).sort((x, y) => x.at - y.at || (x.id < y.id ? -1 : 1));
  const out: string[] = [];
  for (let i = mine; i < ranked.length; i += slices) out.push(ranked[i]!.id);
  return out.sort();
}
