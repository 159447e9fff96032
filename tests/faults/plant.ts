// Plants a fault into the assembly text of one unit.
//
// Sites are compiler-generated instructions (nothing between #APP and #NO_APP) that a rule of the fault's kind applies to. A
// buggy compiler gets a pattern wrong wherever it comes up, so every site whose hash is 0 modulo `spread` is hit, or at least one.
// Gates make faults that show only together: a unit's gate looks at a weak symbol that another unit defines, so it opens
// only when that unit's faulty object is linked too (pair, triple), only when it is not (mismatch of two compilers), or in
// some boots only (a latch set from a free-running counter).

import { FAULT_MACHINES, type FaultKind } from "./kinds.ts";

/** Architectures with rules. */
export type FaultArch = keyof typeof FAULT_MACHINES;

/** One planted fault. */
export interface Fault {
  readonly unit: string;
  readonly kind: FaultKind;
  readonly seed: number;
  /** One site in this many is hit. */
  readonly spread: number;
  /** Symbols that must be linked for the fault to show. */
  readonly needs: readonly string[];
  /** Symbols that must not be linked for it to show. */
  readonly unless: readonly string[];
  /** Chance per boot that it shows, in 1024; 1024 is always. */
  readonly chance: number;
  /** Symbols that this unit's object defines. */
  readonly provides: readonly string[];
}

/** What planting did. */
export interface Planted {
  readonly text: string;
  readonly sites: number;
  /** Functions that were changed. */
  readonly functions: readonly string[];
}

function mix(seed: number, value: number): number {
  let h = (seed ^ Math.imul(value + 1, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Splits operands at commas outside parentheses and brackets. */
export function splitOperands(text: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i]!;
    if (ch === "(" || ch === "[") depth++;
    else if (ch === ")" || ch === "]") depth--;
    else if (ch === "," && depth === 0) {
      out.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  if (text.trim() !== "") out.push(text.slice(from).trim());
  return out;
}

/** Plants one fault; undefined if the unit has no site of its kind. */
export function plant(text: string, arch: FaultArch, fault: Fault): Planted | undefined {
  const machine = FAULT_MACHINES[arch];
  const rule = machine.rules[fault.kind];
  // AArch64 writes immediates with the character that begins a comment elsewhere.
  const comment = arch === "arm" ? /\s*\/\/.*$/ : /\s*(?:\/\/|#).*$/;
  const lines = text.split("\n");
  const sites: { line: number; wrong: readonly string[]; function: string }[] = [];
  let inAsm = false;
  let current = "";
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.startsWith("#APP")) inAsm = true;
    else if (line.startsWith("#NO_APP")) inAsm = false;
    const label = /^([A-Za-z_][\w.$]*):/.exec(line);
    if (label !== null) current = label[1]!;
    if (inAsm || line[0] !== "\t" || !/^\t[a-z]/.test(line)) continue;
    const match = /^\t([a-z][\w.]*)(?:\t(.*))?$/.exec(line.replace(comment, ""));
    if (match === null) continue;
    const wrong = rule(match[1]!, splitOperands(match[2] ?? ""));
    if (wrong !== undefined) sites.push({ line: i, wrong, function: current });
  }
  if (sites.length === 0 && fault.needs.length + fault.unless.length === 0 && fault.provides.length === 0) return undefined;
  let hit = sites.filter((_, i) => mix(fault.seed, i) % fault.spread === 0);
  if (hit.length === 0 && sites.length > 0) hit = [sites[mix(fault.seed, -7) % sites.length]!];
  if (hit.length === 0) return undefined;

  const gated = fault.needs.length > 0 || fault.unless.length > 0 || fault.chance < 1024;
  const word = (symbol: string): string => `.Lfault_word_${symbol}`;
  const latch = fault.chance < 1024 ? ".Lfault_latch" : undefined;
  hit.forEach((site, i) => {
    const right = lines[site.line]!.trimStart();
    const code = gated
      ? machine.gate(
          { nonZero: fault.needs.map(word), zero: fault.unless.map(word), latch, chance: fault.chance },
          site.wrong,
          right,
          `.Lfault${i}`,
        )
      : site.wrong;
    lines[site.line] = code.map((c) => (c.endsWith(":") ? c : `\t${c}`)).join("\n");
  });
  const data: string[] = [];
  for (const symbol of [...fault.needs, ...fault.unless])
    data.push(`\t.weak\t${symbol}`, `${word(symbol)}:`, `\t.quad\t${symbol}`);
  if (latch !== undefined) data.push(`${latch}:`, "\t.quad\t0");
  for (const symbol of fault.provides) data.push(`\t.globl\t${symbol}`, `${symbol}:`, "\t.quad\t1");
  if (data.length > 0) lines.push("\t.data", "\t.balign\t8", ...data);
  return { text: `${lines.join("\n")}\n`, sites: hit.length, functions: [...new Set(hit.map((s) => s.function))] };
}

/** Only defines symbols: the innocent-looking half of a pair whose other half reads them. */
export function provide(text: string, symbols: readonly string[]): string {
  const data = symbols.flatMap((s) => [`\t.globl\t${s}`, `${s}:`, "\t.quad\t1"]);
  return `${text}\n\t.data\n\t.balign\t8\n${data.join("\n")}\n`;
}
