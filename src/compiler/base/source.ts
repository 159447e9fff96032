// Files, inclusions and locations.
//
// A Loc is a number in one address space of a translation unit: each inclusion of a file takes a range as long as the file, and
// a token's Loc is the range's base plus its byte offset. Tokens of a macro expansion carry the Loc of the expansion point,
// which is what GCC prints first. 0 = no location.

export type Loc = number;

export interface SourceFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Offsets of line starts, made on demand. */
  lines: Int32Array | undefined;
  readonly system: boolean;
}

interface Mark {
  off: number;
  physical: number;
  line: number;
  name: string;
  system: boolean;
}

/** One inclusion of a file. */
interface Inclusion {
  base: number;
  file: SourceFile;
  /** Loc of the #include directive, 0 for the main file. */
  from: Loc;
  system: boolean;
  /** #line directives: offset from which on they hold, the line number of the next line, the name. */
  marks: Mark[];
}

export interface Position {
  file: string;
  line: number;
  col: number;
  system: boolean;
}

export class SourceManager {
  private inclusions: Inclusion[] = [];
  private next = 1;

  /** Opens a new range for a file and returns its base. */
  enter(file: SourceFile, from: Loc, system: boolean): number {
    const base = this.next;
    this.next += file.bytes.length + 2;
    this.inclusions.push({ base, file, from, system, marks: [] });
    return base;
  }

  /** #line: from the line after `loc` on, lines count from `line` in file `name` ("" = unchanged). */
  mark(loc: Loc, line: number, name: string, system: boolean): void {
    const inc = this.find(loc);
    if (inc === undefined) return;
    const off = loc - inc.base;
    inc.marks.push({
      off,
      physical: lineOf(inc.file, off) + 1,
      line,
      name: name === "" ? (markAt(inc, off)?.name ?? inc.file.path) : name,
      system,
    });
  }

  private find(loc: Loc): Inclusion | undefined {
    let lo = 0;
    let hi = this.inclusions.length - 1;
    if (loc <= 0 || hi < 0) return undefined;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if (this.inclusions[mid]!.base <= loc) lo = mid;
      else hi = mid - 1;
    }
    return this.inclusions[lo];
  }

  decode(loc: Loc): Position {
    const inc = this.find(loc);
    if (inc === undefined) return { file: "<built-in>", line: 0, col: 0, system: true };
    const off = loc - inc.base;
    const physical = lineOf(inc.file, off);
    const col = off - inc.file.lines![physical - 1]! + 1;
    const m = markAt(inc, off);
    if (m === undefined) return { file: inc.file.path, line: physical, col, system: inc.system };
    return { file: m.name, line: m.line + (physical - m.physical), col, system: m.system || inc.system };
  }

  /** Where the file that holds `loc` was included from; 0 at the top. */
  includedFrom(loc: Loc): Loc {
    return this.find(loc)?.from ?? 0;
  }

  isSystem(loc: Loc): boolean {
    const inc = this.find(loc);
    return inc === undefined || inc.system || (inc.marks.length > 0 && markAt(inc, loc - inc.base)?.system === true);
  }

  setSystem(loc: Loc): void {
    const inc = this.find(loc);
    if (inc !== undefined) inc.system = true;
  }

  /** Text of the line that holds `loc`. */
  lineText(loc: Loc): string {
    const inc = this.find(loc);
    if (inc === undefined) return "";
    const line = lineOf(inc.file, loc - inc.base);
    const from = inc.file.lines![line - 1]!;
    let to = from;
    while (to < inc.file.bytes.length && inc.file.bytes[to] !== 10) to++;
    return new TextDecoder().decode(inc.file.bytes.subarray(from, to));
  }
}

/** The last #line before an offset. */
function markAt(inc: Inclusion, off: number): Mark | undefined {
  const marks = inc.marks;
  if (marks.length === 0 || marks[0]!.off > off) return undefined;
  let lo = 0;
  let hi = marks.length - 1;
  while (lo < hi) {
    const mid = (lo + hi + 1) >> 1;
    if (marks[mid]!.off <= off) lo = mid;
    else hi = mid - 1;
  }
  return marks[lo];
}

/** 1-based physical line of an offset. */
function lineOf(file: SourceFile, off: number): number {
  if (file.lines === undefined) {
    const starts: number[] = [0];
    for (let i = 0; i < file.bytes.length; i++) if (file.bytes[i] === 10) starts.push(i + 1);
    file.lines = Int32Array.from(starts);
  }
  const l = file.lines;
  let lo = 0;
  let hi = l.length - 1;
  while (lo < hi) {
    const mid = (lo + hi + 1) >> 1;
    if (l[mid]! <= off) lo = mid;
    else hi = mid - 1;
  }
  return lo + 1;
}
