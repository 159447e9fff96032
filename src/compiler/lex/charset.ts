// Execution character sets of one byte (-fexec-charset): code points to bytes, by turning the decoding tables of the Encoding
// Standard (WHATWG, 9 "Legacy single-byte encodings") round. ISO-8859-1 is the identity there is no table for.

/** Byte of each code point above 0x7f that the set has. */
export type Charset = ReadonlyMap<number, number>;

const LABELS: ReadonlyMap<string, string> = new Map([
  ...[2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16].map((n): [string, string] => [`iso-8859-${n}`, `iso-8859-${n}`]),
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((n): [string, string][] => [
    [`windows-125${n}`, `windows-125${n}`],
    [`cp125${n}`, `windows-125${n}`],
  ]),
  ["koi8-r", "koi8-r"],
  ["koi8-u", "koi8-u"],
]);
const ONE_TO_ONE: ReadonlyMap<string, number> = new Map([
  ["iso-8859-1", 0x100],
  ["latin1", 0x100],
  ["us-ascii", 0x80],
  ["ascii", 0x80],
]);

/** The set of that name; null: UTF-8, undefined: not supported. */
export function charsetOf(name: string): Charset | null | undefined {
  const key = name.toLowerCase();
  if (key === "utf-8" || key === "utf8") return null;
  const table = new Map<number, number>();
  const end = ONE_TO_ONE.get(key);
  const label = LABELS.get(key);
  if (end !== undefined) for (let c = 0x80; c < end; c++) table.set(c, c);
  else if (label !== undefined) {
    const decoder = new TextDecoder(label);
    for (let c = 0x80; c < 0x100; c++) {
      const cp = decoder.decode(Uint8Array.of(c)).codePointAt(0)!;
      if (cp !== 0xfffd) table.set(cp, c);
    }
  } else return undefined;
  return table;
}
