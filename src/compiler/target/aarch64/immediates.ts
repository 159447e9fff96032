// Which constants A64 instructions take. Source: Arm ARM, C3.3.2 (logical immediate), C6.2.4 (ADD immediate).

/** 0..4095, also shifted left by 12. */
export function isAddImmediate(x: number): boolean {
  return x >= 0 && (x <= 4095 || ((x & 0xfff) === 0 && x <= 0xfff000));
}

function popcount(x: number): number {
  let n = 0;
  for (x |= 0; x !== 0; x &= x - 1) n++;
  return n;
}

/** One run of ones, anywhere in the width. */
function isRun(lo: number, hi: number): boolean {
  const pop = popcount(lo) + popcount(hi);
  if (pop === 0) return false;
  const clz = hi !== 0 ? Math.clz32(hi) : 32 + Math.clz32(lo);
  const ctz = lo !== 0 ? 31 - Math.clz32(lo & -lo) : 63 - Math.clz32(hi & -hi);
  return pop + clz + ctz === 64;
}

function isBitmask32(x: number): boolean {
  x |= 0;
  for (let e = 32; e >= 2; e >>= 1) {
    const mask = e === 32 ? -1 : (1 << e) - 1;
    if (e < 32 && ((x >>> e) | (x << (32 - e))) !== x) return false;
    const el = x & mask;
    const not = ~x & mask;
    if (el !== 0 && not !== 0 && (isRun(el, 0) || isRun(not, 0))) return true;
  }
  return false;
}

/** A rotated run of ones in an element of 2, 4, … 64 bits, repeated; never all zeros or all ones. */
export function isLogicalImmediate(lo: number, hi: number, wide: boolean): boolean {
  if (!wide) return isBitmask32(lo);
  if (lo === hi) return isBitmask32(lo);
  return isRun(lo, hi) || isRun(~lo, ~hi);
}
