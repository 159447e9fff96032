// What a declaration makes and mentions, and what a function reaches.

import { expect, test } from "vitest";
import { closureText, declarationsOf, dropUnreached, emittedText, reduceToReached } from "../../src/delta/declarations.ts";
import { reduce } from "../../src/delta/reduce.ts";

const made = (text: string): string[] => declarationsOf(text).flatMap((d) => d.makes);

test("names that declarations make", () => {
  expect(made("typedef int (*handler_t)(int, void *);")).toEqual(["handler_t"]);
  expect(made("typedef struct { int a; } pair_t;")).toEqual(["pair_t"]);
  expect(made("typedef unsigned long words_t[4];")).toEqual(["words_t"]);
  expect(made("struct __attribute__((packed)) tagged { struct other *next; int flags; };")).toEqual(["struct tagged"]);
  expect(made("enum color { RED, GREEN = 2, BLUE };")).toEqual(["enum color", "RED", "GREEN", "BLUE"]);
  expect(made("struct ahead;")).toEqual(["struct ahead"]);
  expect(made("extern __attribute__((cold)) int early(struct s *p, int n) __attribute__((pure));")).toEqual(["early"]);
  expect(made("static inline void body(int n) { int local = n; if (local) { other(); } }")).toEqual(["body"]);
  expect(made('static const char *const names[] = { "a", "b" }; int x, y = 3;')).toEqual(["names", "x", "y"]);
  expect(made("static int (*hook)(void) = 0;")).toEqual(["hook"]);
});

test("functions, directives and the ends of declarations", () => {
  const text =
    "#pragma GCC foo\nint f(void) __attribute__((noinline));\nint f(void)\n{ return sizeof(struct { int a; }); }\nint g = 3;\n";
  const all = declarationsOf(text);
  expect(all.map((d) => d.isFunction)).toEqual([false, false, true, false]);
  expect(
    all
      .map((d) => text.slice(d.from, d.to))
      .join("")
      .trimEnd(),
  ).toBe(text.trimEnd());
});

const UNIT = `struct list { struct list *next; int value; };
struct wide { struct list first; long flags; };
typedef struct wide wide_t;
enum { LIMIT = 4, OTHER = 5 };
extern int unrelated(struct wide *w);
static inline int helper(wide_t *w) { return w->first.value + LIMIT; }
static int flags(void) { return 1; }
${Array.from({ length: 400 }, (_, i) => `static int filler_${i}(int n) { return n * ${i} + filler_value_${i}; }\nstatic int filler_value_${i};`).join("\n")}
int target(wide_t *w) { return helper(w) - 1; }
`;

test("a function keeps what it reaches, and no more", () => {
  const all = declarationsOf(UNIT);
  const target = all.find((d) => d.makes.includes("target"))!;
  const kept = closureText(UNIT, all, [target]);
  for (const part of ["struct list {", "struct wide {", "typedef struct wide", "enum { LIMIT", "helper(", "target("])
    expect(kept).toContain(part);
  for (const part of ["unrelated", "filler", "static int flags"]) expect(kept).not.toContain(part);
});

test("a large text is cut to the function that matters in some ten tests", async () => {
  let tests = 0;
  const result = await reduceToReached(
    UNIT,
    async (variant) => {
      tests++;
      return variant.includes("helper(w) - 1") && variant.includes("enum { LIMIT");
    },
    2,
  );
  expect(result.length).toBeLessThan(UNIT.length / 50);
  expect(tests).toBeLessThan(30);
});

test("two functions that matter together are both kept", async () => {
  const holds = async (variant: string): Promise<boolean> =>
    /filler_7\(int n\)/.test(variant) && /filler_301\(int n\)/.test(variant);
  const result = await reduceToReached(UNIT, holds, 2);
  expect(await holds(result)).toBe(true);
  expect(result.length).toBeLessThan(UNIT.length / 50);
});

test("declarations that no function reaches go at once", async () => {
  const text = "typedef long far;\nstruct { int a; };\nstruct used { int b; };\nint f(struct used *u) { return u->b; }\n";
  expect((await dropUnreached(text, async () => true)).trim()).toBe(
    "struct used { int b; };\nint f(struct used *u) { return u->b; }",
  );
  expect(await dropUnreached(text, async () => false)).toBe(text);
});

test("a text that needs what no function reaches is reduced as before", async () => {
  const holds = async (variant: string): Promise<boolean> => variant.includes("extern int unrelated(struct wide *w)");
  expect(await reduceToReached(UNIT, holds, 1)).toBe(UNIT);
  const { text } = await reduce(UNIT, holds, { workers: 2 });
  expect(text.length).toBeLessThan(60);
});

test("what makes code or data stays with all that it reaches", () => {
  const kept = [
    "typedef int number;\n",
    "typedef void *(taker)(long, void *);\n",
    "struct used { number b; taker *take; };\n",
    "static inline number helper(struct used *u) { return u->b; }\n",
    "int f(struct used *u) { return helper(u); }\n",
    'static int (*entry)(struct used *) __attribute__((__section__(".initcall"))) = f;\n',
    "number table[4];\n",
    "struct used one;\n",
    "static void (*handler)(int);\n",
    'asm(".globl mark");\n',
  ];
  const dropped = [
    "typedef long far;\n",
    "enum colour { RED = 1, GREEN };\n",
    "struct unused { int a; };\n",
    "int prototype(far x) __attribute__((const));\n",
    "extern int elsewhere;\n",
    "static inline int idle(void) { return elsewhere; }\n",
  ];
  const text = kept.map((line, i) => (dropped[i] ?? "") + line).join("");
  const left = emittedText(text);
  for (const line of kept) expect(left).toContain(line.trim());
  for (const line of dropped) expect(left).not.toContain(line.trim());
});
