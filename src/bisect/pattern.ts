// Patterns over hash ids: a short string that says which of any number of changes (functions, passes, rewrites) are on; what reads
// them is the compiler (compiler/opt/bisect.ts). The language is that of Go's hash bisect (R. Cox, research.swtch.com/bisect).
//
//   pattern = {"!" | "v"} ( "y" | "n" | term {term} )      term = ("+" | "-") bits | bits (first only)
//
// An id is a 32-bit hash of what the change is (function, source position, rewrite), never a counter, so ids stay put when an
// earlier decision changes. A term matches the ids whose lowest bits are `bits`; the last term that matches decides; an id
// that no term matches is off, or on if the first term is a "-". "!" turns the whole around, "v" asks the target to print "[bisect-match 0x...]" lines.

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
  return new Map([...parseAnswers(output)].map(([id, { text }]) => [id, text]));
}

/** The same with what the target answered: on or off. */
export function parseAnswers(output: string): Map<number, { readonly text: string; readonly on: boolean }> {
  const found = new Map<number, { text: string; on: boolean }>();
  for (const match of output.matchAll(/\[bisect-match 0x([0-9a-f]{1,8})\]([^\n]*)/g)) {
    const words = match[2]!.trim();
    found.set(Number.parseInt(match[1]!, 16), { text: words.replace(/^off /, ""), on: !words.startsWith("off ") });
  }
  return found;
}
