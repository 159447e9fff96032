// How two compilers lay out the same structs, for compilers that need not write debug information.
//
// The names come from the trusted compiler's DWARF (as readelf -wi prints it). The layouts come from both compilers alike: a text
// that includes the unit and declares one array per struct and member, as long as the size or offset plus one; the sizes of
// these symbols in the object (nm -S) are the answers. Bit-fields have no offset in C: they show in the size alone.

/** A struct or union with the members that `offsetof` can name. */
export interface NamedStruct {
  /** As C names it: `struct list_head`. */
  readonly name: string;
  readonly members: readonly string[];
}

interface Entry {
  readonly depth: number;
  readonly offset: string;
  readonly tag: string;
  readonly attributes: Map<string, string>;
  readonly children: Entry[];
}

/** The structs and unions at file scope of a unit, from its DWARF. */
export function namedStructs(readelf: string): NamedStruct[] {
  const stack: Entry[] = [];
  const top: Entry[] = [];
  const byOffset = new Map<string, Entry>();
  let entry: Entry | undefined;
  for (const line of readelf.split("\n")) {
    const head = /^ <([0-9a-f]+)><([0-9a-f]+)>: Abbrev Number: \d+(?: \(DW_TAG_(\w+)\))?/.exec(line);
    if (head !== null) {
      entry = undefined;
      if (head[3] === undefined) continue;
      const depth = Number.parseInt(head[1]!, 16);
      if (depth > 3) continue;
      entry = { depth, offset: head[2]!, tag: head[3], attributes: new Map(), children: [] };
      byOffset.set(entry.offset, entry);
      while (stack.length > 0 && stack.at(-1)!.depth >= depth) stack.pop();
      stack.at(-1)?.children.push(entry);
      if (depth === 1) top.push(entry);
      stack.push(entry);
      continue;
    }
    const attribute = entry === undefined ? null : /^ +<[0-9a-f]+> +DW_AT_(\w+) *: (.*)$/.exec(line);
    if (attribute !== null) entry!.attributes.set(attribute[1]!, attribute[2]!.replace(/^\(.*?\): /, "").trim());
  }
  const kind = (tag: string): string | undefined =>
    tag === "structure_type" ? "struct" : tag === "union_type" ? "union" : undefined;
  const membersOf = (of: Entry, depth: number): string[] =>
    of.children.flatMap((child) => {
      if (child.tag !== "member" || child.attributes.has("bit_size")) return [];
      const name = child.attributes.get("name");
      if (name !== undefined) return [name];
      // An anonymous member: its own members are named from outside.
      const type = byOffset.get(/^<0x([0-9a-f]+)>/.exec(child.attributes.get("type") ?? "")?.[1] ?? "");
      return type !== undefined && kind(type.tag) !== undefined && depth < 4 ? membersOf(type, depth + 1) : [];
    });
  const found = new Map<string, NamedStruct>();
  for (const e of top) {
    const name = e.attributes.get("name");
    if (kind(e.tag) === undefined || name === undefined || !e.attributes.has("byte_size")) continue;
    found.set(`${kind(e.tag)} ${name}`, { name: `${kind(e.tag)} ${name}`, members: [...new Set(membersOf(e, 0))] });
  }
  return [...found.values()];
}

/** What one line of a probe asks for. */
export interface LayoutQuestion {
  readonly what: string;
  readonly size: string;
}

/** The questions about some structs. */
export function layoutQuestions(structs: readonly NamedStruct[]): LayoutQuestion[] {
  return structs.flatMap((s) => [
    { what: `size of ${s.name}`, size: `sizeof(${s.name})` },
    { what: `alignment of ${s.name}`, size: `_Alignof(${s.name})` },
    ...s.members.map((m) => ({ what: `offset of ${s.name}.${m}`, size: `__builtin_offsetof(${s.name}, ${m})` })),
  ]);
}

/** A text that includes a unit and asks; the question of line L (from 1) is number L - 2. */
export function layoutProbe(source: string, questions: readonly LayoutQuestion[]): string {
  const lines = questions.map((q, i) => `char layout_probe_${i}[(${q.size}) + 1];`);
  return `#include "${source}"\n${lines.join("\n")}\n`;
}

/** Answers by question, from `nm -S`. */
export function layoutAnswers(nm: string, questions: readonly LayoutQuestion[]): Map<string, number> {
  const sizes = new Map<number, number>();
  for (const match of nm.matchAll(/^[0-9a-f]+ ([0-9a-f]+) \w layout_probe_(\d+)$/gm))
    sizes.set(Number(match[2]), Number.parseInt(match[1]!, 16));
  const answers = new Map<string, number>();
  for (const [i, question] of questions.entries()) {
    const size = sizes.get(i);
    if (size !== undefined) answers.set(question.what, size - 1);
  }
  return answers;
}

/** What two units see differently, in words; only what both see. */
export function layoutDifferences(
  one: { readonly who: string; readonly answers: ReadonlyMap<string, number> },
  other: { readonly who: string; readonly answers: ReadonlyMap<string, number> },
): string[] {
  const out: string[] = [];
  for (const [what, value] of one.answers) {
    const theirs = other.answers.get(what);
    if (theirs !== undefined && theirs !== value) out.push(`${what}: ${value} in ${one.who}, ${theirs} in ${other.who}`);
  }
  return out;
}
