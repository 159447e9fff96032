// The two poles of a search one level down: nothing of what is suspected, and all of it. Unless the first passes and the second
// fails, subsets between them say nothing.
//
// One boot of each is a coin toss for a bug that shows in some boots only. So each pole is booted as often as the rate asks for at
// which the level above failed: the pole that is to pass until a bug of that rate would have shown (an error of 0.1 %), the pole
// that is to fail at least three times, and ten times if these disagree. What comes out is the rate that the search starts with.

import type { Outcome } from "./probe.ts";
import { measureRates, type Rates } from "./rates.ts";

/** How the poles were booted. */
export interface PoleOptions {
  /** Boots nothing (false) or all (true) of what is suspected; never answered from an earlier boot. */
  readonly boot: (all: boolean) => Promise<Outcome>;
  /** Rates of the level above. */
  readonly rates: Rates;
  /** Boots at once. */
  readonly workers: number;
  /** Signature of the failure; the pole that is to fail may show another one. */
  readonly signature: string;
}

/** What the poles showed. */
export interface Poles {
  readonly verdict: "both" | "trusted fails" | "all passes" | "trouble";
  readonly trusted: { readonly runs: number; readonly failures: number };
  readonly all: { readonly runs: number; readonly failures: number };
  /** The signature that the search chases: the one asked for, if it was seen, or the commonest. */
  readonly signature: string;
  readonly rates: Rates;
  readonly trouble: string;
  readonly boots: number;
}

/** Error of "it passes". */
const MISSED_BY_LUCK = 0.001;
/** Boots of the failing pole, and when they disagree. */
const FEW = 3;
const MANY = 10;
/** Most boots of the passing pole. */
const MOST = 24;

/** Boots both poles. */
export async function bootPoles(options: PoleOptions): Promise<Poles> {
  const { rates, workers } = options;
  const trusted = { runs: 0, failures: 0 };
  const all = { runs: 0, failures: 0 };
  const seen = new Map<string, number>();
  let boots = 0;
  let trouble = "";
  const look = async (side: typeof all, times: number): Promise<void> => {
    for (let left = times; left > 0 && trouble === ""; left -= workers) {
      const now = Array.from({ length: Math.min(left, workers) }, () => options.boot(side === all));
      for (const outcome of await Promise.all(now)) {
        if (outcome.verdict === "invalid") {
          trouble = outcome.reason;
          continue;
        }
        boots++;
        side.runs++;
        if (outcome.verdict === "pass") continue;
        side.failures++;
        if (side === all) seen.set(outcome.signature, (seen.get(outcome.signature) ?? 0) + 1);
      }
    }
  };
  const end = (verdict: Poles["verdict"]): Poles => {
    const [commonest] = [...seen].sort((a, b) => b[1] - a[1]);
    const signature = seen.has(options.signature) ? options.signature : (commonest?.[0] ?? "");
    const failures = seen.get(signature) ?? 0;
    const measured = measureRates(trusted.runs, trusted.failures, all.runs, failures);
    return { verdict, trusted, all: { ...all, failures }, signature, rates: measured, trouble, boots };
  };

  const steady = rates.p1 > 0.995;
  const enough = Math.min(MOST, Math.max(1, Math.ceil(Math.log(MISSED_BY_LUCK) / Math.log(Math.max(1e-9, 1 - rates.p1)))));
  await look(all, steady ? FEW : MANY);
  // What fails in one boot of ten does not show in any ten: a bug that is as rare as the level above says gets its chance.
  if (all.failures === 0 && trouble === "") await look(all, Math.max(0, Math.max(enough, MANY) - all.runs));
  else if (all.failures < all.runs) await look(all, Math.max(0, MANY - all.runs));
  if (trouble !== "") return end("trouble");
  if (all.failures === 0) return end("all passes");
  const shown = all.failures / all.runs;
  const passes = all.failures === all.runs ? 1 : Math.ceil(Math.log(MISSED_BY_LUCK) / Math.log(Math.max(1e-9, 1 - shown)));
  await look(trusted, Math.min(MOST, Math.max(steady ? 1 : enough, passes)));
  // A single failure of the trusted side may be the machine's: it is counted, and more boots say how often it fails.
  if (trusted.failures > 0) await look(trusted, MANY);
  if (trouble !== "") return end("trouble");
  // Too close to each other: no search between them would end.
  if (trusted.failures / trusted.runs >= shown / 3) return end("trusted fails");
  return end("both");
}
