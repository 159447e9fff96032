// Which subset to boot next: the one whose verdict tells most.
//
// The information of a boot is I(P) = H(P p1 + (1-P) p0) - P H(p1) - (1-P) H(p0), P being the share of the posterior that
// lies inside the subset. For boots without noise the best P is 1/2: at first 1/2 of the items for a single, 1/sqrt(2) of
// them for a pair. P is a sum over the posterior's rows, so a subset with the P that is wanted is found by taking whole
// classes until P is crossed and then a part of the class at the crossing.
//
// For W boots at once the verdicts must also be independent of each other: from random unions of blocks those are picked
// one by one which split a sample of hypotheses, told apart by the picks so far, best (greedy joint entropy; greedy is
// within 1 - 1/e of the best batch, since joint entropy is submodular).

import { addItem, emptySet, hasItem, type ItemSet, setOf } from "./item-set.ts";
import type { Posterior } from "./posterior.ts";
import type { Random } from "./random.ts";
import type { Rates } from "./rates.ts";

function entropyOf(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p));
}

/** Bits that a boot tells when the share `inside` of the posterior lies in its subset. */
export function informationOf(inside: number, rates: Rates): number {
  const { p0, p1 } = rates;
  return entropyOf(inside * p1 + (1 - inside) * p0) - inside * entropyOf(p1) - (1 - inside) * entropyOf(p0);
}

/** The share inside the subset that tells most (golden-section search; the information is concave). */
export function bestShareInside(rates: Rates): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const third = (high - low) / 3;
    if (informationOf(low + third, rates) < informationOf(high - third, rates)) low += third;
    else high -= third;
  }
  return (low + high) / 2;
}

/**
 * The classes that a subset may draw from: those inside the smallest set that is known to fail. Failing subsets are then nested,
 * and a second, independent culprit outside cannot contradict the model. If a good part of the posterior has moved outside
 * (the failure was a flake), every class is allowed again.
 */
function allowedClasses(posterior: Posterior, within: ItemSet): Int32Array {
  const allowed: number[] = [];
  for (let k = 0; k < posterior.classCount; k++) if (hasItem(within, posterior.order[posterior.start[k]!]!)) allowed.push(k);
  if (allowed.length === posterior.classCount) return Int32Array.from(allowed);
  const inside = new Uint8Array(posterior.classCount + 1).fill(0);
  for (const k of allowed) inside[k] = 1;
  let share = 0;
  for (let r = 0; r < posterior.rowCount; r++) {
    const a = posterior.a[r]!;
    const b = posterior.b[r]!;
    const c = posterior.c[r]!;
    if (a < 0 || (inside[a] === 1 && (b < 0 || inside[b] === 1) && (c < 0 || inside[c] === 1))) share += posterior.share(r);
  }
  if (share > 0.9) return Int32Array.from(allowed);
  return Int32Array.from({ length: posterior.classCount }, (_, k) => k);
}

/** Orders of the classes that are tried for one boot. */
const ORDERS = 12;

/** The most telling single subset. */
export function chooseOne(
  posterior: Posterior,
  random: Random,
  target: number,
  within: ItemSet,
): { set: ItemSet; inside: number } {
  const rows = posterior.rowCount;
  const order = allowedClasses(posterior, within);
  const classes = order.length;
  const position = new Int32Array(posterior.classCount);
  const marginal = new Float64Array(posterior.classCount);
  const at = new Float64Array(classes + 1);
  posterior.classMass(marginal);
  let bestOrder: Int32Array | undefined;
  let bestCrossing = 0;
  let bestPart = 0;
  let bestInside = 0;
  let bestInformation = 0;
  const sums = new Float64Array(3);
  const whole = new Float64Array(3);

  const tries = classes < 3 ? classes : ORDERS;
  for (let t = 0; t < tries; t++) {
    position.fill(classes);
    if (t === 0) order.sort((x, y) => marginal[y]! - marginal[x]!);
    else if (t === 1) order.sort((x, y) => marginal[y]! / posterior.length[y]! - marginal[x]! / posterior.length[x]!);
    else random.shuffle(order);
    for (let i = 0; i < classes; i++) position[order[i]!] = i;
    at.fill(0);
    for (let r = 0; r < rows; r++) {
      const a = posterior.a[r]!;
      if (a < 0) continue;
      let last = position[a]!;
      const b = posterior.b[r]!;
      if (b >= 0) {
        if (position[b]! > last) last = position[b]!;
        const c = posterior.c[r]!;
        if (c >= 0 && position[c]! > last) last = position[c]!;
      }
      at[last]! += posterior.share(r);
    }
    let below = 0;
    let crossing = 0;
    while (crossing < classes && below + at[crossing]! < target) below += at[crossing++]!;
    if (crossing === classes) {
      // Even everything does not reach the target ("none" is likely): take everything.
      const information = informationOf(below, posterior.rates);
      if (information > bestInformation * 1.002 + 1e-15) {
        bestInformation = information;
        bestOrder = order.slice();
        bestCrossing = classes;
        bestPart = 0;
        bestInside = below;
      }
      continue;
    }
    // How the rows at the crossing depend on the part of class x that is taken: by how often x is in them.
    const x = order[crossing]!;
    let once = 0;
    let twice = 0;
    let thrice = 0;
    for (let r = 0; r < rows; r++) {
      const a = posterior.a[r]!;
      if (a < 0) continue;
      const b = posterior.b[r]!;
      const c = posterior.c[r]!;
      const times = (a === x ? 1 : 0) + (b === x ? 1 : 0) + (c === x ? 1 : 0);
      if (times === 0) continue;
      if ((a !== x && position[a]! > crossing) || (b >= 0 && b !== x && position[b]! > crossing)) continue;
      if (c >= 0 && c !== x && position[c]! > crossing) continue;
      if (times === 1) once += posterior.share(r);
      else if (times === 2) twice += posterior.share(r);
      else thrice += posterior.share(r);
    }
    const size = posterior.length[x]!;
    posterior.partialSums(x, size, whole);
    const insideOf = (part: number): number => {
      posterior.partialSums(x, part, sums);
      return (
        below +
        (once * sums[0]!) / whole[0]! +
        (twice > 0 ? (twice * sums[1]!) / whole[1]! : 0) +
        (thrice > 0 ? (thrice * sums[2]!) / whole[2]! : 0)
      );
    };
    let low = 0;
    let high = size;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (insideOf(middle) < target) low = middle;
      else high = middle;
    }
    for (let part = low; part <= high; part++) {
      const inside = insideOf(part);
      const information = informationOf(inside, posterior.rates);
      if (information > bestInformation * 1.002 + 1e-15) {
        bestInformation = information;
        bestOrder = order.slice();
        bestCrossing = crossing;
        bestPart = part;
        bestInside = inside;
      }
    }
  }
  const set = emptySet(posterior.weight.length);
  if (bestOrder !== undefined) {
    for (let i = 0; i < bestCrossing; i++) addPart(set, posterior, bestOrder[i]!, posterior.length[bestOrder[i]!]!);
    if (bestPart > 0) addPart(set, posterior, bestOrder[bestCrossing]!, bestPart);
  }
  return { set, inside: bestInside };
}

function addPart(set: ItemSet, posterior: Posterior, k: number, count: number): void {
  const from = posterior.start[k]!;
  for (let i = from; i < from + count; i++) addItem(set, posterior.order[i]!);
}

/** Hypotheses sampled to judge a batch. */
const SAMPLES = 1024;
/** Random subsets among which each boot of a batch is picked. */
const CANDIDATES = 24;
/** Classes are cut into about this many blocks, which subsets are unions of: fine for steady boots, coarse for noisy ones,
 * whose rows die slowly. */
const BLOCKS = 400;
const NOISY_BLOCKS = 96;

/** Subsets for `workers` boots at once, by greedy joint entropy over sampled hypotheses. */
export function chooseBatch(posterior: Posterior, random: Random, workers: number, within: ItemSet): ItemSet[] {
  const classes = posterior.classCount;
  const marginal = new Float64Array(classes);
  posterior.classMass(marginal);
  const allowed = new Uint8Array(classes);
  for (const k of allowedClasses(posterior, within)) allowed[k] = 1;
  let marginalTotal = 0;
  for (let k = 0; k < classes; k++) marginalTotal += marginal[k]!;

  const wanted = posterior.rates.p0 < 0.005 && posterior.rates.p1 > 0.995 ? BLOCKS : NOISY_BLOCKS;
  // Within a class hypotheses go by the weights of their items.
  const weightBefore = new Float64Array(posterior.order.length + 1);
  for (let i = 0; i < posterior.order.length; i++)
    weightBefore[i + 1] = weightBefore[i]! + posterior.weight[posterior.order[i]!]!;
  const classWeight = (k: number): number =>
    weightBefore[posterior.start[k]! + posterior.length[k]!]! - weightBefore[posterior.start[k]!]!;
  // Blocks: each class in proportion to its expected members, in random order within the class.
  const firstBlock = new Int32Array(classes + 1);
  for (let k = 0; k < classes; k++) {
    const share = Math.ceil((wanted * marginal[k]!) / marginalTotal);
    firstBlock[k + 1] = firstBlock[k]! + Math.max(1, Math.min(posterior.length[k]!, share));
  }
  const blocks = firstBlock[classes]!;
  const blockAt = new Int32Array(posterior.order.length);
  for (let k = 0; k < classes; k++) {
    const from = posterior.start[k]!;
    const to = from + posterior.length[k]!;
    const count = firstBlock[k + 1]! - firstBlock[k]!;
    let block = 0;
    for (let i = from; i < to; i++) {
      // No block is left without an item: heavy items would else draw light ones into theirs for ever.
      const due = weightBefore[i]! - weightBefore[from]! >= ((block + 1) * classWeight(k)) / count;
      if (i > from && block < count - 1 && (due || to - i <= count - 1 - block)) block++;
      blockAt[i] = firstBlock[k]! + block;
    }
  }
  const blockOf = (k: number, index: number): number => blockAt[posterior.start[k]! + index]!;
  /** An item of a class, drawn by weight. */
  const drawFrom = (k: number): number => {
    const from = posterior.start[k]!;
    const want = weightBefore[from]! + random.unit() * classWeight(k);
    let low = from;
    let high = from + posterior.length[k]! - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (weightBefore[middle]! <= want) low = middle;
      else high = middle - 1;
    }
    return low - from;
  };

  // Sampled hypotheses as triples of blocks (the last repeated when smaller).
  const cumulative = new Float64Array(posterior.rowCount);
  let sum = 0;
  for (let r = 0; r < posterior.rowCount; r++) cumulative[r] = sum += posterior.mass[r]!;
  const ha = new Int32Array(SAMPLES);
  const hb = new Int32Array(SAMPLES);
  const hc = new Int32Array(SAMPLES);
  for (let s = 0; s < SAMPLES; s++) {
    const want = random.unit() * sum;
    let low = 0;
    let high = posterior.rowCount - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle]! > want) high = middle;
      else low = middle + 1;
    }
    const a = posterior.a[low]!;
    if (a < 0) {
      ha[s] = hb[s] = hc[s] = -1;
      continue;
    }
    const b = posterior.b[low]!;
    const c = posterior.c[low]!;
    const ia = drawFrom(a);
    ha[s] = hb[s] = hc[s] = blockOf(a, ia);
    if (b < 0) continue;
    let ib = drawFrom(b);
    while (b === a && ib === ia) ib = drawFrom(b);
    hb[s] = hc[s] = blockOf(b, ib);
    if (c < 0) continue;
    let ic = drawFrom(c);
    while ((c === a && ic === ia) || (c === b && ic === ib)) ic = drawFrom(c);
    hc[s] = blockOf(c, ic);
  }

  const cell = new Int32Array(SAMPLES);
  let cells = 1;
  const chosen: ItemSet[] = [];
  const inside = new Uint8Array(blocks);
  const bestInside = new Uint8Array(blocks);
  const inCell = new Int32Array(SAMPLES);
  const size = new Int32Array(SAMPLES);
  const target = bestShareInside(posterior.rates);
  const blockOrder = new Int32Array(blocks);
  for (let i = 0; i < blocks; i++) blockOrder[i] = i;
  const turn = new Int32Array(blocks);
  const last = new Int32Array(SAMPLES);

  for (let w = 0; w < workers; w++) {
    let best = -1;
    for (let t = 0; t < CANDIDATES; t++) {
      // Blocks in random order, up to where the wanted share of the samples lies inside.
      random.shuffle(blockOrder);
      for (let i = 0; i < blocks; i++) turn[blockOrder[i]!] = i;
      for (let s = 0; s < SAMPLES; s++) {
        last[s] = ha[s]! < 0 ? blocks : Math.max(turn[ha[s]!]!, turn[hb[s]!]!, turn[hc[s]!]!);
      }
      const cut = bestCut(last, target, blocks, posterior.rates);
      for (let i = 0; i < blocks; i++) inside[blockOrder[i]!] = i < cut ? 1 : 0;
      inCell.fill(0, 0, cells);
      size.fill(0, 0, cells);
      for (let s = 0; s < SAMPLES; s++) {
        size[cell[s]!]!++;
        if (last[s]! < cut) inCell[cell[s]!]!++;
      }
      let score = 0;
      for (let k = 0; k < cells; k++)
        if (size[k]! > 0) score += (size[k]! / SAMPLES) * informationOf(inCell[k]! / size[k]!, posterior.rates);
      if (score > best) {
        best = score;
        bestInside.set(inside);
      }
    }
    // Tell the samples apart by this pick.
    const number = new Int32Array(cells * 2).fill(-1);
    let next = 0;
    for (let s = 0; s < SAMPLES; s++) {
      const hit = ha[s]! >= 0 && bestInside[ha[s]!] === 1 && bestInside[hb[s]!] === 1 && bestInside[hc[s]!] === 1;
      const key = cell[s]! * 2 + (hit ? 1 : 0);
      if (number[key] === -1) number[key] = next++;
      cell[s] = number[key]!;
    }
    cells = next;
    const set = emptySet(posterior.weight.length);
    for (let k = 0; k < classes; k++) {
      const from = posterior.start[k]!;
      if (allowed[k] === 0) continue;
      for (let i = 0; i < posterior.length[k]!; i++)
        if (bestInside[blockOf(k, i)] === 1) addItem(set, posterior.order[from + i]!);
    }
    chosen.push(set);
  }
  return chosen;
}

/** The cut whose share of values below it tells most: the one that crosses the wanted share, or the one before it. */
function bestCut(values: Int32Array, share: number, most: number, rates: Rates): number {
  const counts = new Int32Array(most + 2);
  for (let i = 0; i < values.length; i++) counts[values[i]!]!++;
  let seen = 0;
  let before = 0;
  let cutBefore = 0;
  for (let v = 0; v < most; v++) {
    if (counts[v] === 0) continue;
    seen += counts[v]!;
    if (seen >= share * values.length) {
      const after = informationOf(seen / values.length, rates);
      return after >= informationOf(before / values.length, rates) || cutBefore === 0 ? v + 1 : cutBefore;
    }
    before = seen;
    cutBefore = v + 1;
  }
  return most;
}

/** The set that holds exactly one hypothesis. */
export function exactly(posterior: Posterior, items: readonly number[]): ItemSet {
  return setOf(posterior.weight.length, items);
}
