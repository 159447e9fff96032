import { describe, expect, it } from "vitest";
import { computeCfg } from "../../src/compiler/ir/cfg.ts";
import { computeDominators } from "../../src/compiler/ir/dominators.ts";
import { computeLoops } from "../../src/compiler/ir/loops.ts";
import { printModule } from "../../src/compiler/ir/print.ts";
import { readModule } from "../../src/compiler/ir/read.ts";
import { verify } from "../../src/compiler/ir/verify.ts";
import { randomModule } from "../opt/random-ir.ts";
import { observe } from "../opt/run-module.ts";

describe("textual IR", () => {
  it("print after read is the identity on random modules", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const m = randomModule(seed, { i128: true, floats: true });
      const text = printModule(m);
      const back = readModule(text);
      expect(printModule(back)).toBe(text);
      for (const f of m.funcs) expect(verify(f, m)).toEqual([]);
      expect(observe(back, seed, 50_000)).toBe(observe(m, seed, 50_000));
    }
  });

  const every = `sym {"name":"f","kind":1}
sym {"name":"d","kind":2,"size":8,"align":8,"init":"0000000000000000","relocs":[{"off":0,"size":8,"sym":"f","label":0,"minusLabel":0,"addend":4}]}
func @f params (i32:10 i64:-9) ret (i64:10) entry b1 variadic 1 0 8 paramstack 8 dalloca !3 {
b1:
  v1 = param i32 0
  v2 = param i64 1
  v3 = const i64 -5
  v4 = const i128 7 -1
  v5 = fconst f32 0x3f800000
  v6 = fconst f64 0x0 0x3ff00000
  v7 = fconst f80 0x0 0x80000000 0x3fff 0x0
  v8 = sym i64 @d 4
  v9 = alloca i64 16 8
  v10 : blkcpy v9 v8 16 align 4 volatile
  v11 = load i32 v8 m1svga2 !9
  v12 : store v9 v11 m4a2
  v13 = atomicrmw i64 v8 v3 m8a3 add order 5
  v14 : cmpxchg v8 v3 v2 m8a3 order 5 2 weak
  v15 = proj i64 v14 0
  v16 = outarg i64 0 8
  v17 : call @g (v1 i32:10 v15 i64:11) -> (i64:10) stack 16 vec 1 purity 1 out (v16) variadic noreturn twice tail
  v18 = proj i64 v17 0
  v19 : call *v2 () -> ()
  v20 : switch v1 unsigned [-5 -5 b2 -3 -1 b3] b2
b2:
  v21 = labeladdr i64 b4
  v22 : ijmp v21 [b3 b4]
b3: label 4
  v23 : br v1 b4 b5 prob 200
b4:
  v24 = phi i64 [b2 v3 b3 v18]
  v25 : ret v24
b5:
  v26 : asm {"template":"nop {} !7","operands":[],"clobbers":["cc"],"volatile":true,"memory":false,"basic":false,"inline":false,"labels":[],"fallthrough":0,"loc":0} !8
  v27 : unreachable
}
`;
  it("keeps every kind of operand", () => {
    const m = readModule(every);
    expect(printModule(m).replace(/^sym .*\n/gm, "")).toBe(every.replace(/^sym .*\n/gm, ""));
    expect(printModule(readModule(printModule(m)))).toBe(printModule(m));
  });

  it("verifier reports what is broken", () => {
    const broken = (from: string, to: string): string[] => {
      const m = readModule(every.replace(from, to));
      return verify(m.funcs[0], m);
    };
    expect(broken("v24 = phi i64 [b2 v3 b3 v18]", "v24 = phi i64 [b2 v3]").join()).toContain("phi does not match");
    expect(broken("v25 : ret v24", "v25 : ret v1").join()).toContain("type of result 0");
    expect(broken("v25 : ret v24", "v25 : ret v21").join()).toContain("does not dominate");
    expect(broken("  v27 : unreachable\n", "").join()).toContain("does not end in a terminator");
    expect(broken("store v9 v11 m4a2", "store v9 v11 m8a2").join()).toContain("access size");
    expect(broken("-3 -1 b3", "-5 -1 b3").join()).toContain("not sorted");
  });
});

describe("loops", () => {
  it("nests natural loops", () => {
    const m = readModule(`func #0 "f" params (i32:0) ret () entry b1 {
b1:
  v1 = param i32 0
  v2 : jmp b2
b2:
  v3 : br v1 b3 b6
b3:
  v4 : br v1 b3 b4
b4:
  v5 : br v1 b2 b5
b5:
  v6 : br v1 b2 b6
b6:
  v7 : ret
}
`);
    const f = m.funcs[0];
    const cfg = computeCfg(f);
    const dom = computeDominators(f, cfg);
    const l = computeLoops(f, cfg, dom);
    expect(l.list.map((x) => [x.header, x.depth, [...x.blocks].sort()])).toEqual([
      [3, 2, [3]],
      [2, 1, [2, 3, 4, 5]],
    ]);
    expect(dom.dominates(2, 6)).toBe(true);
    expect(dom.dominates(4, 6)).toBe(false);
  });
});
