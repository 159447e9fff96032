// Random IR modules, compiled for a target and run under qemu-user, must do what the IR interpreter does.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CallInfo } from "../../src/compiler/ir/func.ts";
import { type Module, SYM_DATA } from "../../src/compiler/ir/module.ts";
import { OP_CALL, TY_I32 } from "../../src/compiler/ir/ops.ts";
import { Rng, randomModule } from "../opt/random-ir.ts";
import { observe } from "../opt/run-module.ts";

export interface RandomTarget {
  /** Triplet of GCC and binutils. */
  readonly gcc: string;
  readonly qemu: string;
  /** Physical registers of the arguments, in order. */
  readonly arguments: readonly number[];
  /** Physical register of the result. */
  readonly result: number;
  readonly compile: (m: Module) => string;
}

/** The generator numbers argument pieces from 0; here they go to the argument registers. */
function placeArguments(m: Module, t: RandomTarget): void {
  const register = (i: number): number => {
    const r = t.arguments[i];
    if (r === undefined) throw new Error("more arguments than argument registers");
    return r;
  };
  for (const f of m.funcs) {
    f.params.forEach((p, i) => {
      p.loc = register(i);
    });
    for (const p of f.ret) p.loc = t.result;
    for (let v = 1; v < f.nval; v++) {
      if (f.op[v] !== OP_CALL) continue;
      const c = f.aux[v] as CallInfo;
      c.argLocs.forEach((p, i) => {
        p.loc = register(i);
      });
      for (const p of c.rets) p.loc = t.result;
    }
  }
}

function driver(m: Module, seed: number): string {
  const r = new Rng(seed ^ 0x5bd1e995);
  const f = m.funcs[m.funcs.length - 1]!;
  const args = f.params.map((p) => {
    const x = r.chance(60) ? BigInt(r.below(20)) : (BigInt(r.below(0x7fffffff)) << 33n) | BigInt(r.below(0x7fffffff));
    return BigInt.asUintN(p.ty === TY_I32 ? 32 : 64, r.chance(30) ? -x : x);
  });
  const params = f.params.map((p) => (p.ty === TY_I32 ? "int" : "long")).join(", ") || "void";
  const globals = m.syms.filter((s) => s !== undefined && s.kind === SYM_DATA && s.init !== undefined);
  return `
#include <stdio.h>
typedef unsigned long u64;
${globals.map((s) => `extern unsigned char ${s!.name}[${s!.size}];`).join("\n")}
static u64 calls;
u64 ext(u64 x) { u64 h = ++calls * 0x9e3779b97f4a7c15ul; printf("ext %u\\n", (unsigned)x); return h; }
void ext_ptr(u64 *p) { u64 h = ++calls * 0x9e3779b97f4a7c15ul; printf("ext_ptr %lu\\n", *p); *p = h;
${["g0", "g1", "g2"].map((g) => `  printf("${g} %lu\\n", *(u64 *)${g});`).join("\n")}
}
extern u64 ${f.name}(${params});
int main(void) {
  u64 r = ${f.name}(${args.map((a) => `${a}ul`).join(", ")});
  printf("ret %lu\\n", r);
${globals.map((s) => `  printf("${s!.name}="); for (int i = 0; i < ${s!.size}; i++) printf(i ? ",%d" : "%d", ${s!.name}[i]); printf("\\n");`).join("\n")}
  return 0;
}
`;
}

function run(t: RandomTarget, dir: string, m: Module, seed: number): string {
  placeArguments(m, t);
  const c = driver(m, seed);
  const asm = t.compile(m);
  const base = path.join(dir, `r${seed}`);
  writeFileSync(`${base}.s`, asm);
  writeFileSync(`${base}.c`, c);
  execFileSync(t.gcc, ["-O1", "-static", "-w", `${base}.c`, `${base}.s`, "-o", base]);
  try {
    return execFileSync(t.qemu, [base], {
      encoding: "utf8",
      timeout: 20_000,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch (e) {
    return `failed: ${(e as { signal?: string }).signal}`;
  }
}

/** ext is called with one to three arguments of either width: the low half of the first is what all have in common. */
function firstArgument(line: string): string {
  const m = /^ext (\d+)/.exec(line);
  return m === null ? line : `ext ${BigInt.asUintN(32, BigInt(m[1]!))}`;
}

const FIRST = Number(process.env.SEED ?? 1);
const COUNT = Number(process.env.COUNT ?? 25);
/** Declares the test for a target; SEED and COUNT in the environment choose the modules. */
export function testRandomModules(t: RandomTarget): void {
  let dir = "";
  beforeAll(() => {
    dir = mkdtempSync(path.join(os.tmpdir(), "oracle-random-"));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  test(`seeds ${FIRST} to ${FIRST + COUNT - 1}`, () => {
    let compared = 0;
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const want = observe(randomModule(seed, { size: 60 }), seed, 200_000);
      if (want === undefined || want.includes("trap")) continue;
      compared++;
      const got = run(t, dir, randomModule(seed, { size: 60 }), seed);
      const visible = want
        .split("\n")
        .filter((l) => !/^(load|store) /.test(l))
        .map(firstArgument);
      expect(got.trim(), `seed ${seed}`).toBe(visible.join("\n").trim());
    }
    expect(compared).toBeGreaterThan(COUNT / 4);
  }, 600_000);
}
