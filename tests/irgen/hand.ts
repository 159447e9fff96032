// A little front end for tests of the IR generator alone: trees built by hand, a plain 64-bit target.

import { Diagnostics, defaultDiagnosticOptions } from "../../src/compiler/base/diagnostics.ts";
import { SourceManager } from "../../src/compiler/base/source.ts";
import * as A from "../../src/compiler/c/ast.ts";
import type { CType } from "../../src/compiler/c/ctype.ts";
import { TypeTable } from "../../src/compiler/c/types.ts";
import type { Module } from "../../src/compiler/ir/module.ts";
import { TY_F128, TY_I64 } from "../../src/compiler/ir/ops.ts";
import { verify } from "../../src/compiler/ir/verify.ts";
import { DEFAULT_IRGEN_OPTIONS, generateModule } from "../../src/compiler/irgen/module.ts";
import type { TargetInfo } from "../../src/compiler/target/abi.ts";
import { riscvAbi } from "../../src/compiler/target/riscv64/abi.ts";

export const testTarget: TargetInfo = {
  name: "riscv64",
  ptrTy: TY_I64,
  ptrSize: 8,
  longDoubleTy: TY_F128,
  longDoubleSize: 16,
  longDoubleAlign: 16,
  charSigned: false,
  wcharSigned: true,
  maxStructAlign64: 8,
  biggestAlign: 16,
  unalignedOk: false,
  abi: riscvAbi(8),
  regByName: () => -1,
  asmConstraint: () => undefined,
};

export class Hand {
  types: TypeTable = new TypeTable(testTarget, {
    charSigned: false,
    wcharSigned: true,
    wcharSize: 4,
    shortEnums: false,
  } as never);
  names: string[] = [""];
  unit: A.Unit = { objects: [], asms: [] };

  name(s: string): number {
    const i = this.names.indexOf(s);
    if (i >= 0) return i;
    this.names.push(s);
    return this.names.length - 1;
  }
  text(n: number): string {
    return this.names[n] ?? "?";
  }
  bodyOf(d: A.Decl): A.FuncBody {
    return d.body!;
  }
  local(name: string, t: CType): A.Decl {
    return new A.Decl(A.D_VAR, this.name(name), t);
  }
  func(name: string, ret: CType, params: A.Decl[], body: A.Stmt): A.Decl {
    const ft = this.types.func(
      ret,
      params.map((p) => p.type),
      true,
      false,
    );
    const d = new A.Decl(A.D_FUNC, this.name(name), ft);
    d.linkage = A.LINK_EXTERNAL;
    d.defined = true;
    d.bodyFrom = 0;
    d.params = params;
    for (const p of params) p.isParam = true;
    d.body = new A.FuncBody(d, body);
    this.unit.objects.push(d);
    return d;
  }
  generate(): Module {
    const diags = new Diagnostics(new SourceManager(), defaultDiagnosticOptions());
    const m = generateModule(this, this.unit, testTarget, DEFAULT_IRGEN_OPTIONS, diags);
    for (const f of m.funcs) {
      const errors = verify(f, m);
      if (errors.length !== 0) throw new Error(errors.join("\n"));
    }
    return m;
  }
}

export function expr(op: number, t: CType, a: A.Expr | null = null, b: A.Expr | null = null): A.Expr {
  const e = new A.Expr(op, t, 1);
  e.a = a;
  e.b = b;
  return e;
}
export function int(t: CType, x: number): A.Expr {
  const e = expr(A.E_INT, t);
  e.lo = x | 0;
  e.hi = x < 0 ? -1 : 0;
  return e;
}
export function variable(d: A.Decl): A.Expr {
  const e = expr(A.E_VAR, d.type);
  e.decl = d;
  e.lvalue = true;
  return e;
}
export function load(lv: A.Expr): A.Expr {
  return expr(A.E_LOAD, lv.type.unqual, lv);
}
export function block(...list: A.Stmt[]): A.Stmt {
  const s = new A.Stmt(A.S_COMPOUND, 1);
  s.list = list;
  return s;
}
export function doing(e: A.Expr): A.Stmt {
  const s = new A.Stmt(A.S_EXPR, 1);
  s.e = e;
  return s;
}
export function ret(e: A.Expr): A.Stmt {
  const s = new A.Stmt(A.S_RETURN, 1);
  s.e = e;
  return s;
}
