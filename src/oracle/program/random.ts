// Random numbers of the program generators: a seed gives the same numbers on every machine.

/** Marsaglia's xorshift32. */
export class Random {
  private s: number;
  constructor(seed: number) {
    this.s = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1) >>> 0;
    for (let i = 0; i < 8; i++) this.below(2);
  }
  below(n: number): number {
    let x = this.s;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.s = x >>> 0;
    return this.s % n;
  }
  pick<T>(xs: readonly T[]): T {
    return xs[this.below(xs.length)]!;
  }
}
