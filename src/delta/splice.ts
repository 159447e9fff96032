// Splices two assembly texts of one unit per function: for every function the caller says from which compiler it comes.
//
// The idea is FLiT's (two objects with complementary weak symbols), done on text so that static functions and code that
// names its own data work too. The trusted text is the frame: its data, its top-level asm and its directives stay. A function is
// the text from its header (.globl, .align, .type) to its .size, with whatever sections it switches to in between (jump tables,
// cold parts, exception tables of inline asm). Of the other text's rest only what its functions alone know is added: local
// labels (.L...) under another prefix, and objects the frame does not define.
//
// Section anchors would address another function's data by distance: compile both texts with -fno-section-anchors. A caller of
// GCC's may know which registers its local callee leaves alone, which another compiler's callee does not: -fno-ipa-ra.

/** One function of an assembly text. */
interface FunctionText {
  readonly name: string;
  /** Directive that opens the section it starts in. */
  readonly section: string;
  readonly lines: readonly string[];
}

/** An assembly text taken apart: functions, and the rest in order with a mark where each function was. */
export interface AssemblyParts {
  readonly functions: ReadonlyMap<string, FunctionText>;
  readonly rest: readonly (string | { readonly functionName: string })[];
}

const SECTION = /^\t\.(?:text|data|bss|section|pushsection|popsection|previous|subsection)\b/;
const FUNCTION_TYPE = /^\t\.type\t([\w.$]+), ?[@%]function/;
const HEADER = /^\t\.(?:align|p2align|balign|globl|global|weak|hidden|protected|internal|local)\b/;

/** Takes an assembly text apart. */
export function takeApart(text: string): AssemblyParts {
  const lines = text.split("\n");
  const functions = new Map<string, FunctionText>();
  const rest: (string | { functionName: string })[] = [];
  let section = "\t.text";
  let before = section;
  let inAsm = false;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const type = FUNCTION_TYPE.exec(line);
    if (type === null || aliasAhead(lines, i, type[1]!)) {
      // Top-level asm leaves the section as it found it.
      if (line.startsWith("#APP")) inAsm = true;
      else if (line.startsWith("#NO_APP")) inAsm = false;
      else if (!inAsm && SECTION.test(line) && !/^\t\.(?:push|pop)/.test(line) && !line.includes(";")) {
        if (line.startsWith("\t.previous")) [section, before] = [before, section];
        else [section, before] = [line, section];
      }
      rest.push(line);
      continue;
    }
    const name = type[1]!;
    // Header lines just before .type belong to the function.
    const header: string[] = [];
    while (
      rest.length > 0 &&
      typeof rest.at(-1) === "string" &&
      HEADER.test(rest.at(-1) as string) &&
      namesOrAligns(rest.at(-1) as string, name)
    ) {
      header.unshift(rest.pop() as string);
    }
    const body = [...header];
    const opened = section;
    let end = i;
    const size = new RegExp(`^\\t\\.size\\t${escapeRegExp(name)},`);
    while (end < lines.length && !size.test(lines[end]!)) end++;
    if (end === lines.length) throw new Error(`assembly of ${name}: no .size`);
    // The cold part's .size follows after a switch of sections; its section is left again by the next function's directive.
    for (let j = end + 1; j < Math.min(lines.length, end + 4); j++) if (lines[j]!.startsWith(`\t.size\t${name}.cold`)) end = j;
    for (let j = i; j <= end; j++) body.push(lines[j]!);
    functions.set(name, { name, section: opened, lines: body });
    rest.push({ functionName: name });
    // Whatever section the function ended in is the current one for the text that follows.
    inAsm = false;
    for (const l of body) {
      if (l.startsWith("#APP")) inAsm = true;
      else if (l.startsWith("#NO_APP")) inAsm = false;
      else if (!inAsm && SECTION.test(l) && !/^\t\.(?:push|pop|prev)/.test(l) && !l.includes(";")) section = l;
    }
    inAsm = false;
    rest.push(section);
    i = end;
  }
  return { functions, rest };
}

function escapeRegExp(text: string): string {
  return text.replace(/[.$]/g, "\\$&");
}

/** An alias has a .type but no body: a .set instead of a label. */
function aliasAhead(lines: readonly string[], at: number, name: string): boolean {
  for (let j = at + 1; j < Math.min(lines.length, at + 40); j++) {
    if (lines[j]!.startsWith(`${name}:`)) return false;
    if (lines[j]!.startsWith(`\t.set\t${name},`)) return true;
    if (FUNCTION_TYPE.test(lines[j]!)) return true;
  }
  return true;
}

function namesOrAligns(line: string, name: string): boolean {
  return /^\t\.(?:align|p2align|balign)\b/.test(line) || line.split(/[\t ,]/).includes(name);
}

/** Functions that both texts have and that differ once local labels are numbered alike. */
export function differingFunctions(trusted: AssemblyParts, other: AssemblyParts): string[] {
  const names: string[] = [];
  for (const [name, f] of trusted.functions) {
    const g = other.functions.get(name);
    if (g !== undefined && canonical(f.lines) !== canonical(g.lines)) names.push(name);
  }
  return names;
}

/** A function's code with its local labels numbered in the order in which they come. */
export function canonical(lines: readonly string[]): string {
  const numbers = new Map<string, number>();
  return lines
    .filter((l) => !/^\t\.(?:cfi_|loc|file|ident)|^\s*(?:#|\/\/)/.test(l))
    .join("\n")
    .replace(/\.L[\w$.]+/g, (label) => {
      if (!numbers.has(label)) numbers.set(label, numbers.size);
      return `.L${numbers.get(label)}`;
    });
}

/**
 * Functions that come along with the named ones: only the other compiler made them (in the frame they are inlined, or a clone), and
 * the named ones reach them by calls. What is at fault may be in these.
 */
export function companions(trusted: AssemblyParts, other: AssemblyParts, names: readonly string[]): string[] {
  const found = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
    for (const line of other.functions.get(name)?.lines ?? [])
      for (const word of line.split(/[^\w.$]+/)) {
        if (found.has(word) || trusted.functions.has(word) || !other.functions.has(word)) continue;
        found.add(word);
        waiting.push(word);
      }
  return [...found];
}

/** The text with the named functions from `other` and everything else from `trusted`. */
export function splice(trusted: AssemblyParts, other: AssemblyParts, fromOther: ReadonlySet<string>): string {
  const out: string[] = [];
  const renamed = (line: string): string => line.replace(/\.L(?=[A-Za-z0-9_$])/g, ".Lother_");
  for (const piece of trusted.rest) {
    if (typeof piece === "string") {
      out.push(piece);
      continue;
    }
    const other_ = fromOther.has(piece.functionName) ? other.functions.get(piece.functionName) : undefined;
    const own = trusted.functions.get(piece.functionName)!;
    if (other_ === undefined) out.push(own.section, ...own.lines);
    else out.push(other_.section, ...other_.lines.map(renamed));
  }
  // Clones and static functions that only the other compiler made (its functions may call them).
  for (const [name, f] of other.functions) if (!trusted.functions.has(name)) out.push(f.section, ...f.lines.map(renamed));
  out.push(...privateData(trusted, other, renamed));
  return `${out.join("\n")}\n`;
}

/** Data of the other text that the frame does not define: constants under local labels, and objects of its own. */
function privateData(trusted: AssemblyParts, other: AssemblyParts, renamed: (line: string) => string): string[] {
  const defined = new Set<string>();
  for (const piece of trusted.rest) {
    // GCC defines a static object without a value by .local and .comm, others by a label in .bss.
    const label = typeof piece === "string" ? /^(?:([\w.$]+):|\t\.l?comm\t([\w.$]+))/.exec(piece) : null;
    if (label !== null) defined.add((label[1] ?? label[2])!);
  }
  const out: string[] = [];
  let section = "\t.text";
  let taking = false;
  let pending: string[] = [];
  let inAsm = false;
  for (const piece of other.rest) {
    // Top-level asm (exported symbols, initcall entries) is in the frame already.
    if (typeof piece === "string" && piece.startsWith("#APP")) inAsm = true;
    if (typeof piece === "string" && piece.startsWith("#NO_APP")) inAsm = false;
    if (inAsm) continue;
    if (typeof piece !== "string") {
      taking = false;
      pending = [];
      continue;
    }
    if (SECTION.test(piece)) {
      section = piece;
      taking = false;
      pending = [];
      continue;
    }
    const label = /^([\w.$]+):/.exec(piece);
    if (label !== null) {
      taking = label[1]!.startsWith(".L") || !defined.has(label[1]!);
      if (taking) out.push(section, ...pending.map(renamed), renamed(piece));
      pending = [];
      continue;
    }
    const common = /^\t\.(?:comm|lcomm|local)\t([\w.$]+)/.exec(piece);
    if (common !== null) {
      taking = false;
      continue;
    }
    if (/^\t\.(?:align|p2align|balign|type|globl|size|set|weak|hidden)\b/.test(piece)) {
      // Alignment goes with the label after it; types and sizes are only for tools.
      if (/^\t\.(?:align|p2align|balign)\b/.test(piece)) pending.push(piece);
      if (!/^\t\.size/.test(piece)) taking = false;
      continue;
    }
    if (
      taking &&
      /^\t\.(?:byte|half|short|hword|word|long|quad|dword|[248]byte|string|ascii|asciz|zero|space|skip|xword|float|double)\b/.test(
        piece,
      )
    )
      out.push(renamed(piece));
  }
  return out;
}
