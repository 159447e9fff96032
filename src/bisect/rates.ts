// How far one boot can be trusted: p0 = P(fail | the bug is not in the subset), p1 = P(fail | it is).
//
// Both are measured, never assumed: p0 from the boots of the trusted build (controls), p1 from repeats of the failing
// witness. The estimates are means of Beta posteriors: a weak prior for the controls (a tenth of a failure in fifty boots) and,
// once the witness has passed a single time, a flat one for the witness.

/** The two error rates of one boot. */
export interface Rates {
  /** P(fail | good). */
  readonly p0: number;
  /** P(fail | bad). */
  readonly p1: number;
}

/**
 * Rates for boots that have never disagreed: not zero, so that one odd boot cannot end a search wrongly, and small enough that
 * one boot decides at an error of 0.1 % (sprt.ts).
 */
export const STEADY: Rates = { p0: 0.0005, p1: 0.9995 };

/** Estimates the rates from control boots and from repeats of the failing witness. */
export function measureRates(controls: number, controlFailures: number, witnesses: number, witnessFailures: number): Rates {
  const p0 = (controlFailures + 0.1) / (controls + 50);
  const p1 =
    witnessFailures === witnesses ? (witnessFailures + 9.95) / (witnesses + 10) : (witnessFailures + 1) / (witnesses + 2);
  if (witnessFailures === witnesses && controlFailures === 0) return { p0: Math.min(p0, STEADY.p0), p1: Math.max(p1, STEADY.p1) };
  return { p0: Math.min(Math.max(p0, 0.001), 0.45), p1: Math.max(Math.min(p1, 0.999), p0 + 0.05) };
}

/** Log likelihood ratio of one boot: evidence for "the bug is in the subset". */
export function evidence(rates: Rates, failed: boolean): number {
  return failed ? Math.log(rates.p1 / rates.p0) : Math.log((1 - rates.p1) / (1 - rates.p0));
}
