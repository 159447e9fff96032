// What single passes must achieve, on hand-written IR: the kernel does not link without some of it.

import { describe, expect, it } from "vitest";
import type { Module } from "../../src/compiler/ir/module.ts";
import { printFunc } from "../../src/compiler/ir/print.ts";
import { readModule } from "../../src/compiler/ir/read.ts";
import { Bisect } from "../../src/compiler/opt/bisect.ts";
import type { OptOptions } from "../../src/compiler/opt/options.ts";
import { optimize } from "../../src/compiler/opt/pipeline.ts";
import { passOptions } from "./pass-options.ts";

function run(text: string, more: Partial<OptOptions> = {}): { m: Module; text: string; errors: string } {
  const m = readModule(text);
  const o = passOptions(more);
  optimize(m, o);
  return { m, text: m.funcs.map((f) => printFunc(f, m)).join(""), errors: o.diags.take() };
}

const BUILD_BUG = `sym {"name":"f","kind":1}
sym {"name":"check","kind":1,"bind":0,"alwaysInline":true}
sym {"name":"bad","kind":0,"errorText":"size is wrong"}
func @check params (i64:10) ret () entry b1 {
b1:
  v1 = param i64 0
  v2 = isconst i32 v1
  v3 = const i32 0
  v4 = eq i32 v2 v3 i32
  v5 : br v4 b2 b3
b2:
  v6 : call @bad () -> ()
  v7 : jmp b3
b3:
  v8 : ret
}
func @f params (i64:10) ret () entry b1 {
b1:
  v1 = alloca i64 8 8
  v2 = ARG
  v3 : store v1 v2 m8a3
  v4 = load i64 v1 m8a3
  v5 : call @check (v4 i64:10) -> ()
  v6 : ret
}
`;

describe("what the kernel needs", () => {
  it("a call that a constant rules out vanishes after inlining", () => {
    const r = run(BUILD_BUG.replace("ARG", "const i64 4"));
    expect(r.text).not.toContain("@bad");
    expect(r.errors).toBe("");
    expect(r.m.funcs.length).toBe(1);
  });
  it("one that survives is an error in GCC's words", () => {
    const r = run(BUILD_BUG.replace("ARG", "param i64 0"));
    expect(r.errors).toContain("call to 'bad' declared with attribute error: size is wrong");
  });
  it("strlen of a literal is constant in an inlined wrapper", () => {
    const r = run(`sym {"name":"f","kind":1}
sym {"name":".LC0","kind":2,"bind":0,"size":6,"mergeStr":1,"readonly":true,"init":"68656c6c6f00","relocs":[]}
func @f params () ret (i64:10) entry b1 {
b1:
  v1 = sym i64 @.LC0 1
  v2 : call @strlen (v1 i64:10) -> (i64:10)
  v3 = proj i64 v2 0
  v4 = isconst i32 v3
  v5 = sext32 i64 v4
  v6 = add i64 v3 v5
  v7 : ret v6
}
`);
    expect(r.text).not.toContain("call");
    expect(r.text).toContain("const i64 5");
  });
  it("a branch decides what it dominates", () => {
    const r = run(`sym {"name":"f","kind":1}
func @f params (i32:10) ret (i32:10) entry b1 {
b1:
  v1 = param i32 0
  v2 = const i32 10
  v3 = ult i32 v1 v2 i32
  v4 : br v3 b2 b3
b2:
  v5 = const i32 20
  v6 = slt i32 v1 v5 i32
  v7 : br v6 b4 b5
b3:
  v8 = const i32 7
  v9 : ret v8
b4:
  v10 : ret v1
b5:
  v11 : call @never () -> ()
  v12 : ret v1
}
`);
    expect(r.text).not.toContain("@never");
  });
});

describe("what must stay", () => {
  it("volatile accesses, and stores that a call may read", () => {
    const r = run(`sym {"name":"f","kind":1}
sym {"name":"g","kind":2,"size":8,"align":8}
func @f params () ret (i32:10) entry b1 {
b1:
  v1 = sym i64 @g 0
  v2 = const i32 1
  v3 : store v1 v2 m4a2
  v4 : call @ext () -> ()
  v5 = load i32 v1 m4va2
  v6 = load i32 v1 m4va2
  v7 : store v1 v2 m4a2
  v8 : ret v2
}
`);
    expect(r.text.match(/load/g)?.length).toBe(2);
    expect(r.text.match(/store/g)?.length).toBe(2);
  });
  it("comparison of symbols that the linker may make one", () => {
    const r = run(`sym {"name":"f","kind":1}
func @f params () ret (i32:10) entry b1 {
b1:
  v1 = sym i64 @start 0
  v2 = sym i64 @stop 0
  v3 = eq i32 v1 v2 i64
  v4 : ret v3
}
`);
    expect(r.text).toContain("eq i32");
  });
});

describe("bisection", () => {
  it("patterns choose by hash suffix, the last match counts", () => {
    const seen: string[] = [];
    const all = new Bisect("y", (t) => seen.push(t));
    expect(all.allow("values", "f", "", 0)).toBe(true);
    const bits = Number.parseInt(seen[0].slice(14, 24), 16).toString(2).padStart(32, "0");
    const suffix = bits.slice(-6);
    expect(new Bisect("+" + suffix, () => 0).allow("values", "f", "", 0)).toBe(true);
    expect(new Bisect("-" + suffix, () => 0).allow("values", "f", "", 0)).toBe(false);
    expect(new Bisect("+" + suffix + "-" + suffix.slice(1), () => 0).allow("values", "f", "", 0)).toBe(false);
    expect(new Bisect("!+" + suffix, () => 0).allow("values", "f", "", 0)).toBe(false);
    expect(() => new Bisect("+2", () => 0)).toThrow("bad bisect pattern");
  });
});
