// Induction variables: what is reduced and widened, and what must not be because the counter may wrap.

import { describe, expect, it } from "vitest";
import { printFunc } from "../../src/compiler/ir/print.ts";
import { readModule } from "../../src/compiler/ir/read.ts";
import { verify } from "../../src/compiler/ir/verify.ts";
import { eliminateDead } from "../../src/compiler/opt/dce.ts";
import { reduceInduction } from "../../src/compiler/opt/induction.ts";
import { passContext, targetOf } from "./pass-options.ts";

function reduce(text: string, name = "x86_64", size = false, pattern?: string): string {
  const m = readModule(text);
  const f = m.funcs[0]!;
  reduceInduction(f, passContext(m, { size, target: targetOf(name, true) }, pattern));
  expect(verify(f, m)).toEqual([]);
  eliminateDead(f);
  expect(verify(f, m)).toEqual([]);
  return printFunc(f, m);
}

/** for (i = INIT; ; i += STEP) { *(p + EXT(i) * SCALE) = 1; if (!(TEST of v9, v2)) break; } */
function loop(o: { init?: string; step?: string; scale?: string; ext?: string; test?: string }): string {
  return `sym {"name":"f","kind":1}
func @f params (i64:10 i32:11) ret () entry b1 {
b1:
  v1 = param i64 0
  v2 = param i32 1
  v3 = ${o.init ?? "const i32 0"}
  v4 = const i32 ${o.step ?? "1"}
  v5 = const i64 ${o.scale ?? "24"}
  v6 = const i32 1
  v20 : jmp b2
b2:
  v7 = phi i32 [b1 v3 b2 v9]
  v8 = ${o.ext ?? "sext32"} i64 v7
  v10 = mul i64 v8 v5
  v11 = add i64 v1 v10
  v12 : store v11 v6 m4a2
  v9 = add i32 v7 v4
  v13 = ${o.test ?? "slt i32 v9 v2 i32"}
  v14 : br v13 b2 b3
b3:
  v15 : ret
}
`;
}
const body = (text: string): string => text.slice(text.indexOf("b2:"), text.indexOf("b3:"));

describe("reduceInduction", () => {
  it("a multiplication in an address becomes a sum", () => {
    const r = body(reduce(loop({})));
    expect(r).not.toContain("mul");
    expect(r).not.toContain("sext32");
  });
  it("where the target scales an index the counter is widened instead", () => {
    const one = loop({}).replace("mul i64 v8 v5", "shl i64 v8 v6");
    const r = body(reduce(one));
    expect(r).toContain("shl");
    expect(r).not.toContain("sext32");
    expect(r).not.toContain("phi i32");
    expect(body(reduce(one, "riscv64"))).not.toContain("shl");
  });
  it.each([
    ["a step that may jump over the limit", { step: "2" }],
    ["a test that lets the last value through", { test: "sle i32 v9 v2 i32" }],
    ["no test of the counter", { test: "ne i32 v9 v2 i32" }],
    ["an unknown start", { init: "param i32 1" }],
    ["an unsigned test of a signed index", { test: "ult i32 v9 v2 i32" }],
    ["an unsigned index under a signed test", { ext: "zext32" }],
    ["counting down under a test from above", { step: "-1" }],
    ["a start that leaves no room", { init: "const i32 2147483647" }],
  ] as [string, { init?: string; step?: string; test?: string; ext?: string }][])("not with %s", (_, o) => {
    const r = body(reduce(loop(o)));
    expect(r).toContain("mul");
    expect(r).toContain(o.ext ?? "sext32");
  });
  it("with a limit that leaves room for the step", () => {
    expect(body(reduce(loop({ step: "2", test: "slt i32 v9 v6 i32" })))).not.toContain("mul");
    expect(body(reduce(loop({ ext: "zext32", test: "ult i32 v9 v2 i32" })))).not.toContain("mul");
    expect(body(reduce(loop({ step: "-1", test: "sle i32 v6 v9 i32" })))).not.toContain("mul");
  });
  it("not for -Os, and not when bisection says so", () => {
    expect(body(reduce(loop({}), "x86_64", true))).toContain("mul");
    expect(body(reduce(loop({}), "x86_64", false, "n"))).toContain("mul");
  });
});
