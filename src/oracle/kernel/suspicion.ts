// Where to begin: prior weights of the units under test, from one boot of the failing mix.
//
// That boot is linked with a map of sections to objects and run with QEMU's log of translated blocks (-d in_asm: each piece of code
// once, when it is first executed; it costs next to nothing). It tells
//   - whose code the addresses in the console's trace are (the program counter first, then the callers),
//   - which units call those or are called by them (symbols that one object defines and another needs),
//   - where the run parts from GCC's: the first function that GCC's kernel never ran, the first that it ran and this one did not;
//     whose functions were new just before that,
//   - whose code was new last before the end,
//   - which units ran at all,
//   - whose texts the signature quotes (a console line that is new, gone or different is a string of some unit).
// The prior is a mixture of these and of "any unit", each with a share of its own, so no evidence can mislead by more than
// the logarithm of the last share: about three bits, which is three boots.

import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** What the boot left behind. */
export interface FailureTraces {
  /** Text of the linker's map. */
  readonly map: string;
  /** Text of the console. */
  readonly console: string;
  /** File with QEMU's log of translated blocks. */
  readonly blocksPath: string | undefined;
  /** Output of `nm` on vmlinux. */
  readonly symbols: string;
  /** The functions that GCC's kernel runs, in the order in which they are first run, and all that it has. */
  readonly trusted: RunFunctions | undefined;
  /** Output of `nm -A` on the linked objects. */
  readonly objectSymbols: string;
  /** The failure's signature. */
  readonly signature: string;
}

/** A stretch of code and the object that it comes from. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly file: string;
}

/** Functions by name, without the suffixes of clones. */
export interface RunFunctions {
  readonly order: readonly string[];
  readonly defined: ReadonlySet<string>;
}

/** Shares of the mixture; what has no evidence leaves its share to the others. */
const SHARES = {
  trace: 0.3,
  said: 0.25,
  neighbours: 0.1,
  novel: 0.15,
  missing: 0.15,
  recent: 0.08,
  executed: 0.1,
  any: 0.12,
} as const;
/** How much less each further unit of a trace is suspected. */
const DECAY = 0.65;
/** The same for units before a parting. */
const NEARBY = 0.8;
/** Characters of a text that tell one unit from another, and units that may share it. */
const TELLING = 8;
const FEW_UNITS = 6;
/** Units of a trace whose neighbours are suspected. */
const NEAR = 4;

/** The low 48 bits of an address: enough to tell kernel addresses apart, and a number. */
function low48(hex: string): number {
  return Number.parseInt(hex.slice(-12), 16);
}

/** The code of a linker map, sorted by address. */
export function codeRanges(map: string): Range[] {
  const ranges: Range[] = [];
  for (const match of map.matchAll(/^ (\.[\w.$-]*text[\w.$-]*)\s+0x([0-9a-f]{16})\s+0x([0-9a-f]+) (\S+)$/gm)) {
    const from = low48(match[2]!);
    const size = Number.parseInt(match[3]!, 16);
    if (size > 0) ranges.push({ from, to: from + size, file: match[4]! });
  }
  return ranges.sort((a, b) => a.from - b.from);
}

/** The object whose code an address is in. */
function fileAt(ranges: readonly Range[], address: number): string | undefined {
  let low = 0;
  let high = ranges.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (ranges[middle]!.from <= address) low = middle;
    else high = middle - 1;
  }
  const range = ranges[low];
  return range !== undefined && range.from <= address && address < range.to ? range.file : undefined;
}

/** Objects of the console's trace, in the order in which they come up. */
function traced(traces: FailureTraces, ranges: readonly Range[]): string[] {
  const byName = new Map<string, number[]>();
  if (/\+0x[0-9a-f]+\/0x[0-9a-f]+/.test(traces.console))
    for (const match of traces.symbols.matchAll(/^([0-9a-f]{16}) [tTwW] (\S+)$/gm)) {
      const list = byName.get(match[2]!);
      if (list === undefined) byName.set(match[2]!, [low48(match[1]!)]);
      else list.push(low48(match[1]!));
    }
  const files: string[] = [];
  const note = (address: number): void => {
    const file = fileAt(ranges, address);
    if (file !== undefined && !files.includes(file)) files.push(file);
  };
  for (const match of traces.console.matchAll(/\b(?:0x)?(ffff[0-9a-f]{12})\b|\b([A-Za-z_][\w.]*)\+0x[0-9a-f]+\/0x[0-9a-f]+/g)) {
    if (match[1] !== undefined) note(low48(match[1]));
    else for (const address of byName.get(match[2]!) ?? []) note(address);
  }
  return files;
}

/** Addresses of the blocks of a log, in the order in which they were translated. */
async function blockAddresses(path: string): Promise<number[]> {
  const out: number[] = [];
  let inBlock = false;
  for await (const line of createInterface({ input: createReadStream(path, "latin1") })) {
    if (line.startsWith("IN:")) inBlock = true;
    else if (inBlock && line.startsWith("0x")) {
      inBlock = false;
      out.push(low48(line.slice(2, line.indexOf(":")).padStart(16, "0")));
    }
  }
  return out;
}

/** A kernel's functions, by address. */
interface FunctionTable {
  readonly at: Float64Array;
  readonly names: readonly string[];
}

function functionTable(symbols: string): FunctionTable {
  const list: { at: number; name: string }[] = [];
  for (const match of symbols.matchAll(/^([0-9a-f]{16}) [tTwW] ([A-Za-z_][\w.]*)$/gm))
    list.push({ at: low48(match[1]!), name: match[2]!.replace(/\.(?:isra|part|constprop|cold|lto_priv)\b.*$/, "") });
  list.sort((a, b) => a.at - b.at);
  return { at: Float64Array.from(list, (x) => x.at), names: list.map((x) => x.name) };
}

function functionAt(table: FunctionTable, address: number): string | undefined {
  let low = 0;
  let high = table.at.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (table.at[middle]! <= address) low = middle;
    else high = middle - 1;
  }
  return table.at[low]! <= address ? table.names[low] : undefined;
}

/** What a boot's log says of functions. */
export async function runFunctions(blocksPath: string, map: string, symbols: string): Promise<RunFunctions> {
  const ranges = codeRanges(map);
  const table = functionTable(symbols);
  const order = new Set<string>();
  for (const address of await blockAddresses(blocksPath)) {
    const name = fileAt(ranges, address) === undefined ? undefined : functionAt(table, address);
    if (name !== undefined) order.add(name);
  }
  return { order: [...order], defined: new Set(table.names) };
}

interface Parting {
  /** Objects whose functions were new before the first function that GCC's kernel never ran, the nearest first. */
  readonly novel: readonly string[];
  /** The same before the first function that GCC's kernel ran and this one did not. */
  readonly missing: readonly string[];
}

/** Where a run parts from GCC's. */
function parting(
  order: readonly { readonly name: string; readonly file: string }[],
  defined: ReadonlySet<string>,
  trusted: RunFunctions,
): Parting {
  const before = (index: number): string[] => {
    const files: string[] = [];
    for (let i = index - 1; i >= 0 && files.length < 12; i--) if (!files.includes(order[i]!.file)) files.push(order[i]!.file);
    return files;
  };
  const theirs = new Set(trusted.order);
  const ours = new Map(order.map((f, i) => [f.name, i]));
  // A function that one of the two kernels only has inlined is no sign.
  const novel = order.findIndex((f) => !theirs.has(f.name) && trusted.defined.has(f.name));
  let last = 0;
  let missing = order.length;
  for (const name of trusted.order) {
    const at = ours.get(name);
    if (at !== undefined) last = Math.max(last, at);
    else if (defined.has(name)) {
      missing = last + 1;
      break;
    }
  }
  return { novel: novel < 0 ? [] : before(novel + 1), missing: before(missing) };
}

/** For each object, the objects that it needs symbols of or that need its symbols. */
function neighbours(objectSymbols: string): Map<string, Set<string>> {
  const definers = new Map<string, string>();
  const needs: [file: string, symbol: string][] = [];
  for (const match of objectSymbols.matchAll(/^(\S+?):\s*(?:[0-9a-f]+)? ([TDBRWVUdbrtwv]) (\S+)$/gm)) {
    if (match[2] === "U") needs.push([match[1]!, match[3]!]);
    else if (/[TDBRW]/.test(match[2]!)) definers.set(match[3]!, match[1]!);
  }
  const near = new Map<string, Set<string>>();
  const link = (a: string, b: string): void => {
    const set = near.get(a);
    if (set === undefined) near.set(a, new Set([b]));
    else set.add(b);
  };
  for (const [file, symbol] of needs) {
    const definer = definers.get(symbol);
    if (definer === undefined || definer === file) continue;
    link(file, definer);
    link(definer, file);
  }
  return near;
}

/** Pieces of a signature that may stand in a format string: numbers and addresses were taken out of it, words may have been put in. */
export function quotedTexts(signature: string): string[] {
  const line = /^(?:warn|test-fail|hang|panic|oops)[^:]*: (?:console [~+-])?(.*)$/.exec(signature)?.[1] ?? "";
  // The banner of every warning is of kernel/panic.c, and its trace says more.
  if (line.startsWith("WARNING: CPU")) return [];
  const pieces = line.split(/#|\bADDR\b|\bN\b|"/).map((piece) => piece.trim());
  const words = pieces.filter((piece) => piece.includes(" ")).flatMap((piece) => piece.split(" "));
  return [...pieces, ...words].filter((piece) => piece.length >= TELLING);
}

/** Objects that hold such pieces, each piece worth its length, shared by those that hold it; what many hold tells nothing. */
function saidBy(files: readonly string[], signature: string): [file: string, part: number][] {
  const texts = quotedTexts(signature);
  if (texts.length === 0) return [];
  const holders = texts.map((): string[] => []);
  for (const file of files) {
    if (!existsSync(file)) continue;
    const bytes = readFileSync(file);
    for (const [i, text] of texts.entries()) if (bytes.includes(text, 0, "latin1")) holders[i]!.push(file);
  }
  const parts = new Map<string, number>();
  for (const [i, text] of texts.entries()) {
    const held = holders[i]!;
    if (held.length === 0 || held.length > FEW_UNITS) continue;
    for (const file of held) parts.set(file, (parts.get(file) ?? 0) + text.length / held.length);
  }
  return [...parts];
}

/** Prior weights, their mean being 1; `fileOf` gives the path under which a unit's object was linked. */
export async function suspicion(
  ids: readonly string[],
  fileOf: (id: string) => string,
  traces: FailureTraces,
): Promise<Float64Array> {
  const n = ids.length;
  const weight = new Float64Array(n);
  const itemOf = new Map(ids.map((id, i) => [fileOf(id), i]));
  let used = 0;
  /** Gives a share of the prior to some units, in proportion to their parts. */
  const give = (share: number, parts: readonly (readonly [file: string, part: number])[]): void => {
    let total = 0;
    for (const [file, part] of parts) if (itemOf.has(file)) total += part;
    if (total === 0) return;
    used += share;
    for (const [file, part] of parts) {
      const item = itemOf.get(file);
      if (item !== undefined) weight[item]! += (share * part) / total;
    }
  };
  const ranges = codeRanges(traces.map);
  const frames = traced(traces, ranges);
  give(
    SHARES.trace,
    frames.map((file, i) => [file, DECAY ** i]),
  );
  give(SHARES.said, saidBy(ids.map(fileOf), traces.signature));
  if (frames.length > 0) {
    const near = neighbours(traces.objectSymbols);
    give(
      SHARES.neighbours,
      frames.slice(0, NEAR).flatMap((file, i) => {
        const around = [...(near.get(file) ?? [])];
        return around.map((other) => [other, DECAY ** i / around.length] as const);
      }),
    );
  }
  if (traces.blocksPath !== undefined && existsSync(traces.blocksPath)) {
    const table = functionTable(traces.symbols);
    const seen = new Set<string>();
    const order: { name: string; file: string }[] = [];
    const last = new Map<string, number>();
    let count = 0;
    for (const address of await blockAddresses(traces.blocksPath)) {
      const file = fileAt(ranges, address);
      if (file === undefined) continue;
      last.set(file, ++count);
      const name = functionAt(table, address);
      if (name === undefined || seen.has(name)) continue;
      seen.add(name);
      order.push({ name, file });
    }
    const ran = [...last].sort((a, b) => b[1] - a[1]).map(([file]) => file);
    give(
      SHARES.recent,
      ran.map((file, i) => [file, 1 / (i + 3)]),
    );
    give(
      SHARES.executed,
      ran.map((file) => [file, 1]),
    );
    if (traces.trusted !== undefined) {
      const { novel, missing } = parting(order, new Set(table.names), traces.trusted);
      for (const [share, files] of [
        [SHARES.novel, novel],
        [SHARES.missing, missing],
      ] as const)
        give(
          share,
          files.map((file, i) => [file, NEARBY ** i]),
        );
    }
  }
  const scale = used === 0 ? 0 : (1 - SHARES.any) / used;
  const even = used === 0 ? 1 : SHARES.any;
  for (let i = 0; i < n; i++) weight[i] = weight[i]! * scale * n + even;
  return weight;
}

/** Reads a file of the boot's directory; nothing if it is not there. */
export function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "latin1") : "";
}
