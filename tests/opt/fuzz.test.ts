// Differential fuzzing of the passes: a random module must do the same before and after, seen by the interpreter.

import { describe, expect, it } from "vitest";
import type { Func } from "../../src/compiler/ir/func.ts";
import { printModule } from "../../src/compiler/ir/print.ts";
import { readModule } from "../../src/compiler/ir/read.ts";
import { verify } from "../../src/compiler/ir/verify.ts";
import { eliminateDead } from "../../src/compiler/opt/dce.ts";
import { numberValues } from "../../src/compiler/opt/gvn.ts";
import { forwardMemory } from "../../src/compiler/opt/memory.ts";
import type { PassCx } from "../../src/compiler/opt/options.ts";
import { optimize } from "../../src/compiler/opt/pipeline.ts";
import { promote } from "../../src/compiler/opt/promote.ts";
import { rotateLoops } from "../../src/compiler/opt/rotate.ts";
import { cleanCfg } from "../../src/compiler/opt/simplify-cfg.ts";
import { passOptions, targetOf } from "./pass-options.ts";
import { randomModule } from "./random-ir.ts";
import { observe } from "./run-module.ts";

const opts = passOptions({ target: targetOf("riscv64", true), select: true, siblingCalls: true });

type Step = [string, (f: Func, cx: PassCx) => unknown];
const P: Step = ["promote", (f) => promote(f)];
const V: Step = ["numberValues", (f, cx) => numberValues(f, cx)];
const C: Step = ["cleanCfg", (f) => cleanCfg(f)];
const D: Step = ["eliminateDead", (f) => eliminateDead(f)];

const R: Step = ["rotateLoops", (f, cx) => rotateLoops(f, cx)];
const M: Step = ["forwardMemory", (f, cx) => forwardMemory(f, cx)];

const SEEDS = Number(process.env.FUZZ_SEEDS ?? 60);
const FIRST = Number(process.env.FUZZ_FIRST ?? 1);

function fuzz(name: string, steps: Step[], late = false): void {
  it(name, () => {
    let compared = 0;
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const m = randomModule(seed, { i128: seed % 3 === 0, floats: seed % 2 === 0, size: 20 + (seed % 50) });
      const text = printModule(m);
      const want = [0, 1, 2].map((k) => observe(readModule(text), seed + k, 30_000));
      const cx: PassCx = { m, o: opts, bisect: undefined, late };
      for (const [pass, run] of steps) {
        for (const f of m.funcs) {
          try {
            run(f, cx);
          } catch (e) {
            throw new Error("seed " + seed + " in " + pass + ": " + (e as Error).stack);
          }
          const errors = verify(f, m);
          if (errors.length !== 0) throw new Error("seed " + seed + " after " + pass + ": " + errors.join("\n"));
        }
        for (let k = 0; k < 3; k++) {
          if (want[k] === undefined) continue;
          const got = observe(m, seed + k, 60_000);
          compared++;
          if (got !== want[k]) expect(got, "seed " + seed + " after " + pass).toBe(want[k]);
        }
      }
    }
    expect(compared).toBeGreaterThan(SEEDS);
  });
}

function whole(name: string, level: 0 | 1 | 2 | 3, size: boolean): void {
  it(name, () => {
    let compared = 0;
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const m = randomModule(seed, { i128: seed % 3 === 0, floats: seed % 2 === 0, size: 20 + (seed % 50), funcs: 6 });
      const text = printModule(m);
      try {
        optimize(m, { ...opts, level, size });
      } catch (e) {
        throw new Error("seed " + seed + ": " + (e as Error).stack);
      }
      for (let k = 0; k < 3; k++) {
        const want = observe(readModule(text), seed + k, 30_000);
        if (want === undefined) continue;
        compared++;
        const got = observe(m, seed + k, 60_000);
        if (got !== want) expect(got, "seed " + seed).toBe(want);
      }
    }
    expect(compared).toBeGreaterThan(SEEDS);
  });
}

describe("random IR", () => {
  whole("-O0", 0, false);
  whole("-O1", 1, false);
  whole("-O2", 2, false);
  whole("-Os", 2, true);
  fuzz("promotion, values, control flow", [P, V, C, D, V, C, P, V, C, D]);
  fuzz("late folding", [P, V, C, D, V], true);
  fuzz("rotation", [P, V, C, R, C, V, C, R, D, V, C]);
  fuzz("rotation without promotion", [C, R, C, V, M, R, C]);
  fuzz("memory", [C, M, P, C, V, M, V, C, M, D]);
  fuzz("memory after values, before promotion", [C, V, M, C, V, M, D]);
  fuzz("values without promotion", [C, V, D]);
});
