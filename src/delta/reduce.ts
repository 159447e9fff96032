// Reduces a C text while an interestingness test holds: a large one first to few functions and what these reach (declarations.ts),
// then brace blocks, then runs of lines (halving, as in Zeller's ddmin but without
// complements: the first that goes is taken and the search goes on from there), then tokens. Repeated until nothing goes.
//
// W variants are tested side by side; of those that are still interesting the smallest is taken. The test decides everything:
// it has to reject undefined behaviour itself (sanitizers, two reference compilers), and a test that accepts the empty text
// tests nothing, which is an error here rather than a perfect reduction.

import { dropUnreached, reduceToReached } from "./declarations.ts";

/** Characters from which a text is first cut down to what some functions reach. */
const LARGE = 20_000;

/** Whether a variant still shows what is looked for. */
export type Interesting = (text: string, signal: AbortSignal) => Promise<boolean>;

/** The text to be reduced does not show what is looked for. */
export class NotInteresting extends Error {
  constructor() {
    super("reduce: the text itself is not interesting");
  }
}

/** How a reduction is run. */
export interface ReduceOptions {
  readonly workers: number;
  readonly signal?: AbortSignal;
  /** Tests after which the best so far is given. */
  readonly budget?: number;
  readonly onSmaller?: (text: string, tests: number) => void;
}

/** The reduced text. */
export interface Reduced {
  readonly text: string;
  readonly tests: number;
  /** Whether nothing more can go; false when the budget ended it. */
  readonly complete: boolean;
}

class Budget {
  tests = 0;
  private readonly most: number;
  constructor(most: number) {
    this.most = most;
  }
  get spent(): boolean {
    return this.tests >= this.most;
  }
}

/** Reduces a text. */
export async function reduce(text: string, interesting: Interesting, options: ReduceOptions): Promise<Reduced> {
  const signal = options.signal ?? new AbortController().signal;
  if (!(await interesting(text, signal))) throw new NotInteresting();
  if (await interesting("", signal)) throw new Error("reduce: the test accepts an empty text, so it tests nothing");
  const budget = new Budget(options.budget ?? Number.POSITIVE_INFINITY);
  const seen = new Set<string>();
  let best = text;
  const test = async (variant: string): Promise<boolean> => {
    if (seen.has(variant) || budget.spent) return false;
    seen.add(variant);
    budget.tests++;
    return interesting(variant, signal);
  };

  if (best.length > LARGE) {
    best = await reduceToReached(best, test, options.workers);
    options.onSmaller?.(best, budget.tests);
  }
  for (;;) {
    const before = best.length;
    best = await removeUnits(best, blocksOf, test, options, budget);
    best = await dropUnreached(best, test);
    best = await removeUnits(best, linesOf, test, options, budget);
    best = await dropUnreached(best, test);
    best = await unwrap(best, test);
    if (best.length < 20_000) best = await removeUnits(best, tokensOf, test, options, budget);
    if (best.length === before || budget.spent) break;
  }
  return { text: best, tests: budget.tests, complete: !budget.spent };
}

type Span = readonly [from: number, to: number];

/** Removes spans, in runs from long to short, until a pass over all of them removes nothing. */
async function removeUnits(
  text: string,
  spansOf: (text: string) => Span[],
  test: (variant: string) => Promise<boolean>,
  options: ReduceOptions,
  budget: Budget,
): Promise<string> {
  let best = text;
  let spans = spansOf(best);
  let run = Math.max(1, spans.length >> 1);
  while (run >= 1 && !budget.spent) {
    let removed = false;
    let at = 0;
    while (at < spans.length && !budget.spent) {
      const variants: { text: string; at: number }[] = [];
      for (let w = 0; w < options.workers && at + w * run < spans.length; w++) {
        const from = at + w * run;
        variants.push({ text: cut(best, spans.slice(from, from + run)), at: from });
      }
      const verdicts = await Promise.all(variants.map((v) => test(v.text)));
      const good = variants.filter((_, i) => verdicts[i]);
      if (good.length === 0) {
        at += variants.length * run;
        continue;
      }
      // All that went alone may go together; else the smallest.
      let taken = good.reduce((a, b) => (b.text.length < a.text.length ? b : a));
      if (good.length > 1) {
        const all = cut(
          best,
          good.flatMap((g) => spans.slice(g.at, g.at + run)),
        );
        if (await test(all)) taken = { text: all, at: good[0]!.at };
      }
      best = taken.text;
      options.onSmaller?.(best, budget.tests);
      removed = true;
      spans = spansOf(best);
      at = Math.min(at, spans.length);
    }
    if (!removed || run > 1) run = run === 1 ? 0 : run >> 1;
  }
  return best;
}

/** Replaces `{ body }` and `( inner )` statements by their inside, which a removal cannot do. */
async function unwrap(text: string, test: (variant: string) => Promise<boolean>): Promise<string> {
  let best = text;
  for (let i = 0; i < best.length; i++) {
    const header = /^(?:if|while|for|else|do|switch)\b[^{};]*\{/.exec(best.slice(i, i + 300));
    if (header === null || (i > 0 && /\w/.test(best[i - 1]!))) continue;
    const open = i + header[0].length - 1;
    const close = matching(best, open);
    if (close < 0) continue;
    const variant = best.slice(0, i) + best.slice(open + 1, close) + best.slice(close + 1);
    if (await test(variant)) {
      best = variant;
      i--;
    }
  }
  return best;
}

function cut(text: string, spans: readonly Span[]): string {
  const sorted = [...spans].sort((a, b) => a[0] - b[0]);
  let out = "";
  let at = 0;
  for (const [from, to] of sorted) {
    if (from < at) continue;
    out += text.slice(at, from);
    at = to;
  }
  return out + text.slice(at);
}

function matching(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const ch = text[i];
    if (ch === '"' || ch === "'") {
      const quote = ch;
      for (i++; i < text.length && text[i] !== quote; i++) if (text[i] === "\\") i++;
    } else if (ch === "{") depth++;
    else if (ch === "}" && --depth === 0) return i;
  }
  return -1;
}

/** Top-level declarations and brace blocks with what leads up to them, outermost first. */
function blocksOf(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i];
    if (ch === '"' || ch === "'") {
      const quote = ch;
      for (i++; i < text.length && text[i] !== quote; i++) if (text[i] === "\\") i++;
    } else if (ch === ";" || (ch === "\n" && text[start] === "#")) {
      spans.push([start, i + 1]);
      start = skipSpace(text, i + 1);
      i = Math.max(i, start - 1);
    } else if (ch === "{") {
      const close = matching(text, i);
      if (close < 0) break;
      let end = close + 1;
      while (end < text.length && text[end] !== ";" && text[end] !== "\n" && text[end] !== "{" && end < close + 80) end++;
      if (text[end] === ";") end++;
      else end = close + 1;
      spans.push([start, end]);
      start = skipSpace(text, end);
      i = end - 1;
    }
  }
  return spans;
}

function skipSpace(text: string, at: number): number {
  let i = at;
  while (i < text.length && /\s/.test(text[i]!)) i++;
  return i;
}

function linesOf(text: string): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "\n") continue;
    spans.push([from, i + 1]);
    from = i + 1;
  }
  if (from < text.length) spans.push([from, text.length]);
  return spans;
}

function tokensOf(text: string): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(/[A-Za-z_]\w*|\d[\w.]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\S/g)) {
    let to = match.index + match[0].length;
    if (text[to] === " ") to++;
    spans.push([match.index, to]);
  }
  return spans;
}
