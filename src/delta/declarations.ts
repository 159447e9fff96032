// The declarations of a preprocessed C text and what each needs of the others, so that a reducer can keep one function with all
// that it refers to instead of taking thousands of headers' declarations away one by one.
//
// A unit of the kernel is 50,000 lines, of which a function needs one in fifty. The names that a declaration makes (function,
// variables, typedef, tags, enumerators) and those that it mentions are read off its tokens; what a set of functions reaches through
// names is found by depth-first search. Nothing is parsed: a name that is missed makes a variant which does not compile, and the
// reducer's test refuses it.

/** One declaration at the top level of a text. */
export interface Declaration {
  readonly from: number;
  readonly to: number;
  readonly makes: readonly string[];
  readonly mentions: readonly string[];
  /** It has a function's body. */
  readonly isFunction: boolean;
  /** A directive, or assembly at the top level. */
  readonly isLoose: boolean;
}

/** Words after which a parenthesis is no list of parameters. */
const NO_FUNCTION = new Set([
  "__attribute__",
  "__attribute",
  "__typeof__",
  "__typeof",
  "typeof",
  "asm",
  "__asm__",
  "__asm",
  "_Alignas",
  "_Static_assert",
  "__declspec",
  "__extension__",
]);
/** Words that stand beside attributes and name nothing. */
const KEYWORDS = new Set(
  "extern static inline __inline __inline__ const volatile register typedef auto _Noreturn signed".split(" "),
);
const TAGGED = new Set(["struct", "union", "enum"]);
const TOKEN = /[A-Za-z_$][\w$]*|\.?\d[\w.]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|->|[{}()[\];,=*.:]/g;

/** Splits a text into its declarations. */
export function declarationsOf(text: string): Declaration[] {
  const out: Declaration[] = [];
  let from = 0;
  let braces = 0;
  let parens = 0;
  let before = "";
  let isTypedef = false;
  let assigned = false;
  let opened = false;
  const end = (to: number, isFunction: boolean): void => {
    const part = text.slice(from, to);
    if (part.trim() !== "") out.push(declaration(part, from, to, isFunction));
    from = to;
    before = "";
    isTypedef = assigned = opened = false;
  };
  TOKEN.lastIndex = 0;
  for (;;) {
    // A directive is a line by itself.
    if (braces === 0 && parens === 0 && before === "") {
      const line = /^\s*#[^\n]*(?:\n|$)/.exec(text.slice(from, from + 4096));
      if (line !== null) {
        end(from + line[0].length, false);
        TOKEN.lastIndex = from;
        continue;
      }
    }
    const match = TOKEN.exec(text);
    if (match === null) break;
    const word = match[0];
    const to = match.index + word.length;
    if (word === "typedef") isTypedef = true;
    else if (word === "=" && braces === 0 && parens === 0) assigned = true;
    else if (word === "(" || word === "[") parens++;
    else if (word === ")" || word === "]") parens--;
    else if (word === "{") {
      if (braces === 0 && parens === 0) opened = before === ")" && !isTypedef && !assigned;
      braces++;
    } else if (word === "}") {
      braces--;
      if (braces === 0 && parens === 0 && opened) {
        end(to, true);
        continue;
      }
    } else if (word === ";" && braces === 0 && parens === 0) {
      end(to, false);
      continue;
    }
    before = word;
  }
  end(text.length, false);
  return out;
}

function declaration(part: string, from: number, to: number, isFunction: boolean): Declaration {
  const makes = new Set<string>();
  const mentions = new Set<string>();
  // A copy: the splitter's own keeps its place.
  const words: readonly string[] = part.match(new RegExp(TOKEN)) ?? [];
  const isName = (word: string | undefined): word is string =>
    word !== undefined && /^[A-Za-z_$]/.test(word) && !KEYWORDS.has(word);
  let braces = 0;
  let parens = 0;
  /** Depths at which enumerators stand. */
  const lists: number[] = [];
  let called = "";
  let variable = "";
  const isTypedef = words.includes("typedef");
  let awaited = "";
  let assigned = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const next = words[i + 1];
    if (word === "=" && braces === 0) assigned = true;
    if (word === "{") {
      braces++;
      if (awaited === "enum") lists.push(braces);
      awaited = "";
    } else if (word === "}") {
      if (lists.at(-1) === braces) lists.pop();
      braces--;
    } else if (word === "(" || word === "[") {
      // A pointer to a function: ( * name ).
      if (word === "(" && braces === 0 && parens === 0 && next === "*") {
        const name = words.slice(i + 1, i + 6).find((w) => isName(w) && w !== "const" && w !== "volatile");
        if (name !== undefined && called === "") variable = name;
        if (name !== undefined && called === "") makes.add(name);
      }
      parens++;
    } else if (word === ")" || word === "]") parens--;
    else if (TAGGED.has(word)) {
      let at = i + 1;
      while (words[at] === "__attribute__") at = closing(words, at + 1) + 1;
      awaited = word;
      const tag = words[at];
      if (isName(tag)) {
        mentions.add(`${word} ${tag}`);
        // Announced before it is used, too: a parameter's list is a scope of its own.
        if (words[at + 1] === "{" || (words[at + 1] === ";" && words.length === 3)) makes.add(`${word} ${tag}`);
        else awaited = "";
        // The tag is no ordinary name.
        for (let k = i + 1; k < at; k++) if (isName(words[k])) mentions.add(words[k]!);
        i = at;
      } else i = at - 1;
    } else if (isName(word)) {
      const prior = words[i - 1];
      // Members are no names of the file, nor are those of members and parameters where they are declared.
      const isMember = prior === "." || prior === "->";
      const declares = !isFunction && !assigned && (braces > 0 || parens > 0) && lists.length === 0;
      const isDeclared =
        declares &&
        (isName(prior) || prior === "*") &&
        (next === ";" || next === "," || next === ")" || next === "[" || next === ":");
      if (!isMember && !isDeclared) mentions.add(word);
      if (lists.at(-1) === braces && (words[i - 1] === "{" || words[i - 1] === ",")) makes.add(word);
      // typedef void (name)(int);
      if (isTypedef && braces === 0 && parens === 1 && prior === "(" && next === ")") makes.add(word);
      if (braces > 0 || parens > 0) continue;
      if (next === "(" && words[i + 2] !== "*" && !NO_FUNCTION.has(word) && called === "" && variable === "") {
        called = word;
        makes.add(word);
      } else if (next === ";" || next === "=" || next === "[" || next === "," || (next !== undefined && NO_FUNCTION.has(next))) {
        if (called === "" || isTypedef) makes.add(word);
      }
    }
  }
  return {
    from,
    to,
    makes: [...makes],
    mentions: [...mentions],
    isFunction,
    isLoose: /^\s*(?:#|asm\b|__asm__\b)/.test(part),
  };
}

/** The parenthesis that closes the one at or after a place. */
function closing(words: readonly string[], at: number): number {
  let depth = 0;
  for (let i = at; i < words.length; i++) {
    if (words[i] === "(") depth++;
    else if (words[i] === ")" && --depth === 0) return i;
  }
  return words.length;
}

/** Of a function that is declared before it is defined the declaration will do. */
function needed(makers: readonly Declaration[] | undefined): readonly Declaration[] {
  if (makers === undefined || makers.length < 2) return makers ?? [];
  const declared = makers.filter((d) => !d.isFunction);
  return declared.length === 0 ? makers : declared;
}

/** The text of some declarations and of all that they reach; directives stay. */
export function closureText(text: string, all: readonly Declaration[], roots: readonly Declaration[]): string {
  const kept = reachedFrom(all, roots, needed);
  return all
    .filter((d) => kept.has(d) || (d.isLoose && text.slice(d.from, d.to).trimStart().startsWith("#")))
    .map((d) => text.slice(d.from, d.to))
    .join("");
}

/** The functions with a body that some declarations reach, through whatever bodies there are. */
export function reachedFunctions(all: readonly Declaration[], roots: readonly Declaration[]): Declaration[] {
  const kept = reachedFrom(all, roots, (makers) => makers ?? []);
  return all.filter((d) => kept.has(d) && d.isFunction);
}

function reachedFrom(
  all: readonly Declaration[],
  roots: readonly Declaration[],
  choose: (makers: readonly Declaration[] | undefined) => readonly Declaration[],
): Set<Declaration> {
  const makers = new Map<string, Declaration[]>();
  for (const d of all)
    for (const name of d.makes) {
      const list = makers.get(name);
      if (list === undefined) makers.set(name, [d]);
      else list.push(d);
    }
  const kept = new Set<Declaration>(roots);
  const open = [...roots];
  for (let d = open.pop(); d !== undefined; d = open.pop())
    for (const name of d.mentions)
      for (const maker of choose(makers.get(name)))
        if (!kept.has(maker)) {
          kept.add(maker);
          open.push(maker);
        }
  return kept;
}

/**
 * A text in which few functions and what they reach are left, if the test holds for such a text: half of the functions at a time,
 * then a quarter, and so on, until each is needed.
 */
export async function reduceToReached(
  text: string,
  test: (variant: string) => Promise<boolean>,
  workers: number,
): Promise<string> {
  const all = declarationsOf(text);
  let roots = all.filter((d) => d.isFunction);
  if (roots.length < 2) return text;
  let best = text;
  let parts = 1;
  while (parts <= roots.length) {
    const size = Math.ceil(roots.length / parts);
    const chunks: Declaration[][] = [];
    for (let at = 0; at < roots.length; at += size) chunks.push(roots.slice(at, at + size));
    // A chunk alone first; from four parts on, everything but a chunk as well.
    const tries = chunks.length > 2 ? [...chunks, ...chunks.map((c) => roots.filter((d) => !c.includes(d)))] : chunks;
    let next: Declaration[] | undefined;
    for (let at = 0; at < tries.length && next === undefined; at += workers) {
      const now = tries.slice(at, at + workers);
      const texts = now.map((chosen) => closureText(text, all, chosen));
      const verdicts = await Promise.all(texts.map((variant) => test(variant)));
      const good = verdicts.indexOf(true);
      if (good < 0) continue;
      next = now[good]!;
      best = texts[good]!;
    }
    if (next === undefined) {
      // The whole of it does not hold: something that no function reaches matters, or a name was missed.
      if (parts === 1) return text;
      parts *= 2;
      continue;
    }
    roots = next;
    if (roots.length === 1) break;
    parts = 2;
  }
  return best;
}

/** A text without the declarations that none of its functions reaches, if the test holds for it. */
export async function dropUnreached(text: string, test: (variant: string) => Promise<boolean>): Promise<string> {
  const all = declarationsOf(text);
  const functions = all.filter((d) => d.isFunction);
  if (functions.length === 0) return text;
  const reached = closureText(text, all, functions);
  return reached.length < text.length && (await test(reached)) ? reached : text;
}

/**
 * The declarations that make code or data of their own (functions that are not inline, objects, assembly) with all that they reach:
 * a unit made of this text has all that the rest of a program asks of it.
 */
export function emittedText(text: string): string {
  const all = declarationsOf(text);
  const roots = all.filter((d) => {
    const part = text.slice(d.from, d.to);
    return d.isFunction ? !/^[^{]*\b(?:inline|__inline|__inline__)\b/.test(part) : d.isLoose || definesObject(part);
  });
  const kept = reachedFrom(all, roots, (makers) => makers ?? []);
  return all
    .filter((d) => kept.has(d))
    .map((d) => text.slice(d.from, d.to))
    .join("");
}

/** Whether a declaration that is no function defines a variable; where that is not clear it does. */
function definesObject(part: string): boolean {
  if (/^\s*(?:extern|typedef)\b/.test(part)) return false;
  let head = "";
  let depth = 0;
  for (const c of part) {
    if (c === "{") depth++;
    if (depth === 0) head += c;
    if (c === "}") depth--;
  }
  if (head.includes("=")) return true;
  head = withoutAttributes(head);
  if (/^\s*(?:struct|union|enum)\b\s*\w*\s*;/.test(head)) return false;
  return !/^[^(]*\w\s*\((?!\s*\*)/.test(head);
}

/** A declaration without its attributes and asm labels, whose parentheses say nothing of what is declared. */
function withoutAttributes(head: string): string {
  const words = head.match(/[A-Za-z_$][\w$]*|"(?:[^"\\\n]|\\.)*"|\s+|[^\s\w]|\d[\w.]*/g) ?? [];
  let out = "";
  for (let i = 0; i < words.length; i++) {
    if (!/^(?:__attribute__|__attribute|asm|__asm__|__asm|_Alignas|typeof|__typeof__|__typeof)$/.test(words[i]!)) {
      out += words[i];
      continue;
    }
    i = closing(words, i);
  }
  return out;
}
