// Nested functions as a suite: generated programs with functions inside functions, up to three levels deep.
//
// Program N of seed S: every function has variables of many types, arrays of variable length, labels and functions of its own. All
// read and write what is around them, call each other, are passed as pointers, and go to labels of the functions around them. A
// program ends because every call and jump burns fuel. Nothing in it is undefined: variables are set where they are declared,
// before anything is called; one statement makes one call; values that become floating point are small.

import type { GeneratedSuite } from "./generated-tests.ts";
import { Random } from "./random.ts";

const DEPTH = 3;
/** Nested functions in one program. */
const FUNCTIONS = 20;
const TOPS = 3;

const HEAD = `int printf(const char *, ...);
struct B { unsigned long a[3]; unsigned short s; unsigned f : 7; };
struct P { float x; unsigned y; };
static unsigned long chk;
static int fuel;
static __attribute__((noinline)) void mix(unsigned long v) { chk = (chk << 5 | chk >> 59) ^ v; }
static __attribute__((noinline)) unsigned long via(unsigned long (*f)(unsigned), unsigned x) {
  signed char pad[(x & 31) + 8];
  pad[x & 7] = x;
  unsigned long r = f(x);
  mix(pad[x & 7]);
  return r;
}
`;

const REALS: readonly string[] = ["double", "float", "long double"];
const TYPES: readonly string[] = [
  "unsigned",
  "unsigned long",
  "signed char",
  "unsigned short",
  "struct B",
  "struct P",
  "_Bool",
  ...REALS,
];
const BINARY: readonly string[] = ["+", "-", "*", "^", "|", "&"];
const RESULTS: Readonly<Record<string, string>> = { "unsigned long": "0", double: "0", "struct B": "(struct B){{1}}" };

interface Variable {
  readonly name: string;
  /** A type; `vla` is an array of at least 3 unsigned, `size` an unsigned that is only read. */
  readonly type: string;
}
interface Nested {
  readonly name: string;
  readonly params: readonly string[];
  readonly result: string;
}
/** What a statement may name. */
interface Scope {
  readonly vars: readonly Variable[];
  readonly functions: readonly Nested[];
  /** Labels of outer functions. */
  readonly labels: readonly string[];
}

class Generator {
  private readonly r: Random;
  private names = 0;
  private left = FUNCTIONS;

  constructor(seed: number) {
    this.r = new Random(seed);
  }

  private chance(percent: number): boolean {
    return this.r.below(100) < percent;
  }

  private name(prefix: string): string {
    return `${prefix}${++this.names}`;
  }

  private some(least: number, most: number): number {
    return least + this.r.below(most - least + 1);
  }

  private read(v: Variable): string {
    const { name, type } = v;
    if (type === "struct B") return this.r.pick([`${name}.a[${this.r.below(3)}]`, `${name}.s`, `${name}.f`]);
    if (type === "struct P") return this.r.pick([`(unsigned)${name}.x`, `${name}.y`]);
    if (type === "vla") return `${name}[${this.r.below(3)}]`;
    if (type === "signed char") return `(unsigned char)${name}`;
    return REALS.includes(type) ? `(unsigned)${name}` : `(unsigned long)${name}`;
  }

  private expression(vars: readonly Variable[], depth = 0): string {
    if (depth > 2 || this.chance(30))
      return vars.length > 0 && this.chance(80) ? this.read(this.r.pick(vars)) : `${this.r.below(100)}u`;
    const a = this.expression(vars, depth + 1);
    if (this.chance(10)) return `((${a}) >> ${this.r.below(8)})`;
    return `(${a} ${this.r.pick(BINARY)} ${this.expression(vars, depth + 1)})`;
  }

  private write(v: Variable, e: string): string {
    const { name, type } = v;
    if (type === "struct B")
      return this.r.pick([`${name}.a[${this.r.below(3)}] = ${e}`, `${name}.s += ${e}`, `${name}.f ^= ${e}`]);
    if (type === "struct P") return this.r.pick([`${name}.x = (${e}) & 1023`, `${name}.y -= ${e}`]);
    if (type === "vla") return `${name}[${this.r.below(3)}] ${this.r.pick(["=", "+="])} ${e}`;
    if (type === "_Bool") return `${name} = (${e}) & 1`;
    if (REALS.includes(type)) return `${name} = ((${e}) & 255) + 0.5`;
    return `${name} ${this.r.pick(["=", "+=", "^="])} ${e}`;
  }

  private initial(type: string): string {
    if (type === "struct B") return `{{${this.r.below(99)}, ${this.r.below(99)}}, ${this.r.below(99)}, ${this.r.below(99)}}`;
    if (type === "struct P") return `{${this.r.below(99)}.5f, ${this.r.below(99)}}`;
    return String(this.r.below(type === "_Bool" ? 2 : 100));
  }

  private argument(type: string, vars: readonly Variable[]): string {
    if (type.startsWith("struct")) {
      const same = vars.filter((v) => v.type === type);
      return same.length > 0 ? this.r.pick(same).name : `(${type})${this.initial(type)}`;
    }
    const e = this.expression(vars);
    return type === "_Bool" ? `(${e}) & 1` : REALS.includes(type) ? `(${e}) & 127` : e;
  }

  private call(s: Scope): string {
    const f = this.r.pick(s.functions);
    const simple = f.params.length === 1 && f.params[0] === "unsigned" && f.result === "unsigned long";
    if (simple && this.chance(50)) return `mix(via(${f.name}, ${this.expression(s.vars)}));`;
    const args = f.params.map((t) => this.argument(t, s.vars)).join(", ");
    const result = f.result === "struct B" ? ".a[0]" : "";
    if (!this.chance(30)) return `mix(${f.name}(${args})${result});`;
    const p = this.name("q");
    return `{ ${f.result} (*${p})(${f.params.join(", ")}) = ${f.name}; mix(${p}(${args})${result}); }`;
  }

  private block(head: string, s: Scope, depth: number): string[] {
    const out = [`${head} {`];
    for (let k = this.some(1, 2); k > 0; k--) out.push(...this.statement(s, depth + 1));
    out.push("}");
    return out;
  }

  private statement(s: Scope, depth = 0): string[] {
    const e = this.expression(s.vars);
    const dice = this.r.below(100);
    if (dice < 30) return [`${this.write(this.r.pick(s.vars.filter((v) => v.type !== "size")), e)};`];
    if (dice < 42) return [`mix(${e});`];
    if (dice < 72 && s.functions.length > 0) return [this.call(s)];
    if (dice < 80 && s.labels.length > 0) return [`if (fuel-- > 0 && (${e}) % 3 == 0) goto ${this.r.pick(s.labels)};`];
    if (dice < 88 && depth < 2) return this.block(`for (unsigned i = 0; i < ${this.some(1, 3)}; i++)`, s, depth);
    if (dice < 94 && depth < 2) return this.block(`if ((${e}) & ${1 << this.r.below(3)})`, s, depth);
    if (dice < 97) return [`{ char *m = __builtin_alloca(8 + ((${e}) & 15)); m[3] = ${this.r.below(99)}; mix(m[3]); }`];
    return ["fuel--;"];
  }

  /** Declarations of a function's own variables. */
  private variables(outer: readonly Variable[], out: string[]): Variable[] {
    const own: Variable[] = [];
    for (let k = this.some(1, 4); k > 0; k--) {
      const v = { name: this.name("v"), type: this.r.pick(TYPES) };
      own.push(v);
      out.push(`${v.type} ${v.name}${this.chance(10) ? " __attribute__((aligned(32)))" : ""} = ${this.initial(v.type)};`);
    }
    if (this.chance(30)) {
      const n = { name: this.name("n"), type: "size" };
      const v = { name: this.name("w"), type: "vla" };
      out.push(`unsigned ${n.name} = 3 + ((${this.expression([...outer, ...own])}) & 7);`);
      out.push(`unsigned ${v.name}[${n.name}]; for (unsigned i = 0; i < ${n.name}; i++) ${v.name}[i] = i;`);
      own.push(n, v);
    }
    return own;
  }

  private nested(): Nested {
    this.left--;
    const simple = this.chance(40);
    const params = Array.from({ length: simple ? 1 : this.r.pick([1, 1, 2, 3, 9]) }, () =>
      simple ? "unsigned" : this.r.pick(TYPES),
    );
    const result = !simple && this.chance(30) ? this.r.pick(["struct B", "double"]) : "unsigned long";
    return { name: this.name("f"), params, result };
  }

  /** A function with its text; `outer` is what the functions around it have. */
  private definition(f: Nested, depth: number, outer: Scope, attribute: string): string[] {
    const params = f.params.map((type) => ({ name: this.name("p"), type }));
    const labels = Array.from({ length: depth < DEPTH ? this.r.pick([0, 0, 1, 2]) : 0 }, () => this.name("L"));
    const body: string[] = labels.length > 0 ? [`__label__ ${labels.join(", ")};`] : [];
    body.push(`if (fuel-- <= 0) return ${RESULTS[f.result]};`);
    const own = this.variables(outer.vars, body);
    const vars = [...outer.vars, ...own, ...params];
    const inner: Nested[] = [];
    for (let k = depth === 0 ? this.some(1, 3) : depth < DEPTH ? this.r.below(4) : 0; k > 0 && this.left > 0; k--) {
      const g = this.nested();
      inner.push(g);
      body.push(`auto ${this.chance(30) ? "inline " : ""}${g.result} ${g.name}(${g.params.join(", ")});`);
    }
    const functions = [...outer.functions, ...inner];
    for (const g of inner) {
      const noinline = this.chance(25) ? "__attribute__((noinline)) " : "";
      body.push(...this.definition(g, depth + 1, { vars, functions, labels: [...outer.labels, ...labels] }, noinline));
    }
    const scope: Scope = { vars, functions, labels: outer.labels };
    for (let k = this.some(2, 5); k > 0; k--) body.push(...this.statement(scope));
    for (const l of labels) {
      body.push(`${l}:`);
      for (const v of own) body.push(`mix(${this.read(v)});`);
      for (let k = this.some(1, 3); k > 0; k--) body.push(...this.statement(scope));
    }
    const e = this.expression(vars);
    body.push(
      f.result === "struct B" ? `return (struct B){{${e}}, 3};` : f.result === "double" ? `return (${e}) & 63;` : `return ${e};`,
    );
    const head = `${attribute}${f.result} ${f.name}(${params.map((p) => `${p.type} ${p.name}`).join(", ")}) {`;
    return [head, ...body.map((x) => `  ${x}`), "}"];
  }

  program(): string {
    const out: string[] = [];
    const calls: string[] = [];
    for (let t = 0; t < TOPS; t++) {
      const params = Array.from({ length: this.r.pick([1, 3, 10]) }, () => this.r.pick(TYPES));
      const f = { name: `top${t}`, params, result: "unsigned long" };
      out.push(
        ...this.definition(
          f,
          0,
          { vars: [], functions: [], labels: [] },
          this.chance(50) ? "static " : "__attribute__((noinline)) ",
        ),
      );
      for (let k = 0; k < 2; k++) {
        const args = params.map((type) => this.argument(type, [])).join(", ");
        calls.push(`  fuel = 300;\n  mix(${f.name}(${args}));\n  printf("${f.name} %lx %d\\n", chk, fuel);`);
      }
    }
    return `${HEAD}${out.join("\n")}\nint main(void) {\n${calls.join("\n")}\n  return 0;\n}\n`;
  }
}

/** The text of one program. */
export function nestedProgram(seed: number): string {
  return new Generator(seed).program();
}

/** The suite `nested`. */
export const NESTED_SUITE: GeneratedSuite = {
  name: "nested",
  version: 2,
  options: ["-w", "-std=gnu17"],
  program: nestedProgram,
};
