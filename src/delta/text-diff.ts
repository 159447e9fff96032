// Line differences of two texts, for evidence: longest common subsequence by the patience idea (unique lines first), with a plain
// quadratic table between anchors when that is small and a whole replacement when it is not.

/** Unified-looking difference: lines with "-" only in `a`, "+" only in `b`; unchanged runs are cut to `context` lines. */
export function textDiff(a: readonly string[], b: readonly string[], context = 3): string[] {
  const marked: string[] = [];
  diffRange(a, b, 0, a.length, 0, b.length, marked);
  const out: string[] = [];
  let skipped = 0;
  for (let i = 0; i < marked.length; i++) {
    const near = marked.slice(Math.max(0, i - context), i + context + 1).some((l) => l[0] !== " ");
    if (near) {
      if (skipped > 0) out.push(`@@ ${skipped} equal lines @@`);
      skipped = 0;
      out.push(marked[i]!);
    } else skipped++;
  }
  return out;
}

function diffRange(
  a: readonly string[],
  b: readonly string[],
  a0: number,
  a1: number,
  b0: number,
  b1: number,
  out: string[],
): void {
  let i = a0;
  let j = b0;
  while (i < a1 && j < b1 && a[i] === b[j]) {
    out.push(` ${a[i]}`);
    i++;
    j++;
  }
  let endA = a1;
  let endB = b1;
  while (endA > i && endB > j && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  if (i < endA && j < endB) {
    const anchor = uniqueAnchor(a, b, i, endA, j, endB);
    if (anchor !== undefined) {
      diffRange(a, b, i, anchor[0], j, anchor[1], out);
      diffRange(a, b, anchor[0], endA, anchor[1], endB, out);
    } else {
      for (let k = i; k < endA; k++) out.push(`-${a[k]}`);
      for (let k = j; k < endB; k++) out.push(`+${b[k]}`);
    }
  } else {
    for (let k = i; k < endA; k++) out.push(`-${a[k]}`);
    for (let k = j; k < endB; k++) out.push(`+${b[k]}`);
  }
  for (let k = endA; k < a1; k++) out.push(` ${a[k]}`);
}

/** A line that stands exactly once in both ranges, nearest to the middle. */
function uniqueAnchor(
  a: readonly string[],
  b: readonly string[],
  a0: number,
  a1: number,
  b0: number,
  b1: number,
): [number, number] | undefined {
  const count = new Map<string, { a: number; b: number; at: number; bt: number }>();
  for (let i = a0; i < a1; i++) {
    const entry = count.get(a[i]!);
    if (entry === undefined) count.set(a[i]!, { a: 1, b: 0, at: i, bt: -1 });
    else entry.a++;
  }
  for (let j = b0; j < b1; j++) {
    const entry = count.get(b[j]!);
    if (entry === undefined) continue;
    entry.b++;
    entry.bt = j;
  }
  let best: [number, number] | undefined;
  const middle = (a0 + a1) / 2;
  for (const entry of count.values()) {
    if (entry.a !== 1 || entry.b !== 1) continue;
    if (best === undefined || Math.abs(entry.at - middle) < Math.abs(best[0] - middle)) best = [entry.at, entry.bt];
  }
  return best;
}

/** A console without what differs between two good boots: times, addresses, task numbers. */
export function consoleLines(text: string): string[] {
  return text
    .split("\n")
    .map((line) =>
      line
        .replace(/\r$/, "")
        .replace(/^(?:<\d+>)?\[\s*\d+\.\d+\](?:\[\s*[CT]\d+\])? ?/, "")
        .replace(/\b(?:0x)?[0-9a-f]{8,16}\b/g, "ADDRESS")
        .replace(/\d+\.\d+ (?:BogoMIPS|ms|s|usecs?)/g, "N"),
    )
    .filter((line) => line !== "");
}
