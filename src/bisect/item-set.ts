// Sets of items as bits. Items are numbered 0..n-1 by the caller; a set is a Uint32Array of ceil(n / 32) words.

/** A set of item numbers, one bit each. */
export type ItemSet = Uint32Array;

/** The empty set over n items. */
export function emptySet(n: number): ItemSet {
  return new Uint32Array((n + 31) >>> 5);
}

/** The set of all n items. */
export function fullSet(n: number): ItemSet {
  const set = emptySet(n).fill(0xffffffff);
  if ((n & 31) !== 0) set[set.length - 1] = (1 << (n & 31)) - 1;
  return set;
}

/** The set of the listed items. */
export function setOf(n: number, items: ArrayLike<number>): ItemSet {
  const set = emptySet(n);
  for (let i = 0; i < items.length; i++) addItem(set, items[i]!);
  return set;
}

/** Adds one item. */
export function addItem(set: ItemSet, item: number): void {
  set[item >>> 5]! |= 1 << (item & 31);
}

/** Removes one item. */
export function removeItem(set: ItemSet, item: number): void {
  set[item >>> 5]! &= ~(1 << (item & 31));
}

/** Whether the item is in the set. */
export function hasItem(set: ItemSet, item: number): boolean {
  return ((set[item >>> 5]! >>> (item & 31)) & 1) !== 0;
}

/** How many items the set has. */
export function countItems(set: ItemSet): number {
  let count = 0;
  for (let i = 0; i < set.length; i++) {
    let v = set[i]!;
    v -= (v >>> 1) & 0x55555555;
    v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
    count += Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** The items in rising order. */
export function itemsOf(set: ItemSet): number[] {
  const items: number[] = [];
  for (let w = 0; w < set.length; w++) {
    let bits = set[w]!;
    while (bits !== 0) {
      const low = bits & -bits;
      items.push(w * 32 + 31 - Math.clz32(low));
      bits ^= low;
    }
  }
  return items;
}

/** Whether every item of `inner` is in `outer`. */
export function isSubset(inner: ItemSet, outer: ItemSet): boolean {
  for (let i = 0; i < inner.length; i++) if ((inner[i]! & ~outer[i]!) !== 0) return false;
  return true;
}

/** Whether two sets have no item in common. */
export function areDisjoint(a: ItemSet, b: ItemSet): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i]! & b[i]!) !== 0) return false;
  return true;
}

/** Whether two sets have the same items. */
export function areEqual(a: ItemSet, b: ItemSet): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The items of `a` that are not in `b`. */
export function without(a: ItemSet, b: ItemSet): ItemSet {
  const out = new Uint32Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i]! & ~b[i]!;
  return out;
}

/** The items in both sets. */
export function intersect(a: ItemSet, b: ItemSet): ItemSet {
  const out = new Uint32Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i]! & b[i]!;
  return out;
}
