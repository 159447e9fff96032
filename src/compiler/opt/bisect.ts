// Switching single rewrites on and off by hash, so that a miscompilation can be narrowed to one of them.
//
// Every (pass, function, rewrite, source location) has a 32-bit id. A pattern is a sequence of `+suffix` and `-suffix`, each a
// string of binary digits compared with the low bits of the id; the last one that matches decides, none = off when the pattern
// starts with +, on when it starts with -. `y` = all, `n` = none, a leading `v` prints every id asked for, `!` negates.
// Source: the pattern language of Go's internal/bisect (R. Cox), which uses hash suffixes for the same reason: ids do not move
// when other rewrites are switched off, as counters would.

export class Bisect {
  /** By length of the suffix: its bits, and the number of the term with them. */
  private readonly terms: Map<number, Map<number, number>> = new Map();
  private readonly plus: boolean[] = [];
  private readonly negate: boolean = false;
  private readonly verbose: boolean = false;
  private readonly otherwise: boolean;
  private readonly seen: Set<number> = new Set();
  private readonly report: (text: string) => void;

  constructor(pattern: string, report: (text: string) => void) {
    let p = pattern;
    this.report = report;
    for (;;) {
      if (p[0] === "v") this.verbose = true;
      else if (p[0] === "!") this.negate = !this.negate;
      else break;
      p = p.slice(1);
    }
    if (p === "y" || p === "n") {
      this.otherwise = p === "y";
      return;
    }
    if (!/^([+-]?[01]+)([+-][01]+)*$/.test(p)) throw new Error("bad bisect pattern " + pattern);
    if (p[0] !== "+" && p[0] !== "-") p = "+" + p;
    this.otherwise = p[0] === "-";
    for (const t of p.match(/[+-][01]+/g) ?? []) {
      const length = t.length - 1;
      let table = this.terms.get(length);
      if (table === undefined) this.terms.set(length, (table = new Map()));
      table.set(Number.parseInt(t.slice(1), 2), this.plus.length);
      this.plus.push(t[0] === "+");
    }
  }

  /** May this rewrite be done? Prints it once if so (or if verbose). */
  allow(pass: string, fn: string, kind: string, loc: number): boolean {
    const id = hashText(pass + "\0" + fn + "\0" + kind + "\0" + loc);
    let last = -1;
    for (const [length, table] of this.terms) {
      const at = table.get(length === 32 ? id : id & ((1 << length) - 1));
      if (at !== undefined && at > last) last = at;
    }
    let on = last < 0 ? this.otherwise : this.plus[last];
    if (this.negate) on = !on;
    if ((on || this.verbose) && !this.seen.has(id)) {
      this.seen.add(id);
      const name = pass + (kind === "" ? "" : "." + kind) + " " + fn + (loc === 0 ? "" : " @" + loc);
      this.report("[bisect-match 0x" + id.toString(16).padStart(8, "0") + "] " + (on ? "" : "off ") + name);
    }
    return on;
  }
}

/** FNV-1a with a final mix, so that all low bits are good. */
export function hashText(s: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < s.length; i++) h = Math.imul(h ^ s.charCodeAt(i), 0x01000193);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
