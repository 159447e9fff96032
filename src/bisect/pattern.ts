// Patterns over hash ids: a short string that says which of any number of changes (functions, passes, rewrites) are on.
// The language is that of Go's hash bisect (R. Cox, research.swtch.com/bisect).
//
//   pattern = {"!" | "v"} ( "y" | "n" | term {term} )      term = ("+" | "-") bits | bits (first only)
//
// An id is a 32-bit hash of what the change is (function, source position, rewrite), never a counter, so ids stay put when an
// earlier decision changes. A term matches the ids whose lowest bits are `bits`; the last term that matches decides; an id
// that no term matches is off, or on if the first term is a "-". "!" turns the whole around, "v" asks the target to print "[bisect-match 0x...]" lines.

/** Whether an id is on. */
export type Matcher = (id: number) => boolean;

interface Term {
  readonly on: boolean;
  readonly bits: number;
  readonly mask: number;
}

/** A parsed pattern. */
export interface Pattern {
  readonly verbose: boolean;
  readonly matches: Matcher;
}

/** FNV-1a over the characters: the id of a change. */
export function changeId(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  // FNV's low bits are weak on short strings; mix them (murmur3's finaliser).
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Parses a pattern; throws an error that names the bad place. */
export function parsePattern(text: string): Pattern {
  let rest = text;
  let inverted = false;
  let verbose = false;
  for (; rest.startsWith("!") || rest.startsWith("v"); rest = rest.slice(1)) {
    if (rest.startsWith("!")) inverted = !inverted;
    else verbose = true;
  }
  if (rest === "y" || rest === "n") {
    const on = (rest === "y") !== inverted;
    return { verbose, matches: () => on };
  }
  const terms: Term[] = [];
  const syntax = /([+-]?)([01]{1,32})/y;
  let at = 0;
  while (at < rest.length) {
    syntax.lastIndex = at;
    const match = syntax.exec(rest);
    const sign = match?.[1] ?? "";
    if (match === null || match[0] === "" || (sign === "" && at > 0))
      throw new Error(`bisect pattern "${text}": unexpected "${rest.slice(at)}"`);
    const bits = match[2]!;
    terms.push({
      on: sign !== "-",
      bits: Number.parseInt(bits, 2) >>> 0,
      mask: bits.length === 32 ? 0xffffffff : (1 << bits.length) - 1,
    });
    at += match[0].length;
  }
  if (terms.length === 0) throw new Error(`bisect pattern "${text}": empty`);
  return {
    verbose,
    matches: (id) => {
      let on = !terms[0]!.on;
      for (const term of terms) if (((id ^ term.bits) & term.mask) === 0) on = term.on;
      return on !== inverted;
    },
  };
}

/** The shortest pattern of sums that is on for exactly the chosen ids of a universe. */
export function encodePattern(chosen: ReadonlySet<number>, universe: readonly number[]): string {
  const terms: string[] = [];
  const visit = (ids: readonly number[], depth: number, suffix: string): void => {
    let on = 0;
    for (const id of ids) if (chosen.has(id)) on++;
    if (on === 0) return;
    if (on === ids.length || depth === 32) {
      terms.push(suffix);
      return;
    }
    const zero = ids.filter((id) => ((id >>> depth) & 1) === 0);
    const one = ids.filter((id) => ((id >>> depth) & 1) === 1);
    visit(zero, depth + 1, `0${suffix}`);
    visit(one, depth + 1, `1${suffix}`);
  };
  visit(universe, 0, "");
  if (terms.length === 0) return "n";
  if (terms.length === 1 && terms[0] === "") return "y";
  return terms.map((t) => `+${t}`).join("");
}

/** The ids that a target printed as "[bisect-match 0x...]" lines, each with the rest of its line (without "off"). */
export function parseMatches(output: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const match of output.matchAll(/\[bisect-match 0x([0-9a-f]{1,8})\]([^\n]*)/g))
    found.set(Number.parseInt(match[1]!, 16), match[2]!.trim().replace(/^off /, ""));
  return found;
}
