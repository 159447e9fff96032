// asm statements: operands to registers, memory or immediates as their constraints allow (GCC manual, 6.47). A register is preferred
// to memory; an operand that may be a constant is handed over as a value, and the back end looks after optimisation whether it
// is one. Outputs come back through PROJ; those of an asm goto at the heads of fresh blocks, one for each edge.

import { type AsmArg, type AsmStmt, D_VAR, type Decl, E_CAST, E_INT, E_LOAD, E_VAR, type Expr } from "../c/ast.ts";
import { type CType, isAggregate, K_ARRAY, K_BOOL, K_VECTOR } from "../c/ctype.ts";
import { AO_IN, AO_INOUT, AO_OUT, type AsmInfo, type AsmOperand, type Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import type { AsmConstraint } from "../target/abi.ts";
import { loadBytes, storeBytes } from "./call.ts";
import type { FnGen } from "./context.ts";
import { convert, extendNarrow, intCast } from "./convert.ts";
import { genExpr } from "./expr.ts";
import { addrOf, copyObject, genLV, isGlobalRegister, type LV, readLV, tempLV, writeLV } from "./lvalue.ts";
import { jumpToLabel, labelState } from "./scope.ts";
import { intTy, irType, isFloatTy, isSignedInt } from "./types.ts";

interface Output {
  arg: AsmArg;
  lv: LV;
  c: AsmConstraint;
  op: AsmOperand;
}

/** The register of a local (or global) register variable that e names, or -1. */
function fixedRegOf(g: FnGen, e: Expr): number {
  let x = e;
  while (x.op === E_LOAD || x.op === E_CAST) x = x.a!;
  if (x.op !== E_VAR || x.decl!.kind !== D_VAR) return -1;
  const d: Decl = x.decl!;
  if (d.asmName === "" || (d.isStatic && !isGlobalRegister(d)) || d.linkage !== 0) return -1;
  return g.target.regByName(d.asmName);
}

function strip(text: string): string {
  let s = "";
  for (const ch of text) if (ch !== "=" && ch !== "+" && ch !== "&" && ch !== "%") s += ch;
  return s;
}

function parse(g: FnGen, a: AsmArg, names: readonly string[]): AsmConstraint {
  let text = strip(a.constraint);
  // [name] ties to a named operand
  if (text.startsWith("[") && text.endsWith("]")) {
    const i = names.indexOf(text.slice(1, -1));
    if (i >= 0) text = String(i);
  }
  const c = g.target.asmConstraint(text);
  if (c === undefined) g.mg.diags.fatal(a.loc, `impossible constraint in 'asm': "${a.constraint}"`);
  return c!;
}

function operandTy(g: FnGen, t: CType): number {
  if (t.kind === K_BOOL) return O.TY_I32;
  return irType(g.target, t) || intTy(t.size);
}

function newOperand(a: AsmArg, dir: number, t: CType, ty: number): AsmOperand {
  return {
    name: a.name,
    constraint: strip(a.constraint),
    dir,
    earlyClobber: a.constraint.includes("&"),
    mem: false,
    segment: "",
    value: 0,
    ty,
    size: t.size,
    signed: isSignedInt(t),
    fixedReg: -1,
    tied: -1,
    outIndex: -1,
  };
}

function memoryOperand(g: FnGen, op: AsmOperand, lv: LV): void {
  op.mem = true;
  op.segment = (lv.flags & O.MEM_GS) !== 0 ? "gs" : (lv.flags & O.MEM_FS) !== 0 ? "fs" : "";
  op.value = addrOf(g, lv);
}

/** The x87 stack holds long doubles: nothing is lost on the way in, and the C type rounds on the way out. */
function toX87(g: FnGen, v: Value): Value {
  const ty = g.f.ty[v]!;
  return ty === O.TY_F80 ? v : g.b.emit(O.OP_FCVT, O.TY_F80, v, 0, ty);
}

/** Refuses what has no place on the x87 stack. */
function checkX87(g: FnGen, a: AsmArg, t: CType, fixedReg: number): void {
  const ty = irType(g.target, t);
  if (isAggregate(t) || (ty !== O.TY_F32 && ty !== O.TY_F64 && ty !== O.TY_F80))
    g.mg.diags.fatal(a.loc, `inconsistent operand constraints in an 'asm': "${a.constraint}" for an operand of this type`);
  if (a.constraint.startsWith("=") && !/[tu]/.test(a.constraint))
    g.mg.diags.fatal(a.loc, "output constraint must specify a single register");
  if (fixedReg >= 0) g.mg.diags.fatal(a.loc, "register variables of the x87 stack are not supported in 'asm'");
}

/** Registers of floating point hold 16 bytes. */
function hasVectors(g: FnGen): boolean {
  return g.target.name === "x86_64" || g.target.name === "aarch64";
}

/** The type of a register of floating point or vectors that has the bits of an integer. */
function floatOfSize(ty: number): number {
  return ty === O.TY_I128 ? O.TY_F128 : ty === O.TY_I64 ? O.TY_F64 : O.TY_F32;
}

/** An integer's bits in a register of that type. */
function toFloatRegister(g: FnGen, v: Value, ty: number): Value {
  const it = intTy(O.TY_SIZE[ty]!);
  return g.b.emit(O.OP_BITCAST, ty, intCast(g, v, it, false), 0, it);
}

/** Register value of an operand: floats go to integer registers as bits where the constraint says so. */
function toRegister(g: FnGen, v: Value, c: AsmConstraint): Value {
  const ty = g.f.ty[v]!;
  if (c.x87 === true) return toX87(g, v);
  if (c.float && !isFloatTy(ty)) return toFloatRegister(g, v, floatOfSize(ty));
  if (!isFloatTy(ty) || c.float || ty === O.TY_F80) return v;
  return g.b.emit(O.OP_BITCAST, intTy(O.TY_SIZE[ty]!), v, 0, ty);
}

export function genAsm(g: FnGen, s: AsmStmt): void {
  const names: string[] = [];
  for (const a of s.outputs) names.push(a.name);
  for (const a of s.inputs) names.push(a.name);
  const operands: AsmOperand[] = [];
  const outs: Output[] = [];
  let nout = 0;
  for (const a of s.outputs) {
    const c = parse(g, a, names);
    const inout = a.constraint.includes("+");
    const lv = genLV(g, a.e);
    const t = lv.type;
    const op = newOperand(a, inout ? AO_INOUT : AO_OUT, t, operandTy(g, t));
    const asReg = c.flag !== "" || (c.reg && !tooBig(g, t, c)) || lv.reg >= 0;
    if (!asReg) {
      if (!c.mem) g.mg.diags.fatal(a.loc, `impossible constraint in 'asm': "${a.constraint}"`);
      memoryOperand(g, op, lv);
      op.ty = g.ptrTy;
    } else {
      if (c.float && !isFloatTy(op.ty)) {
        if (op.ty === O.TY_I128 && !hasVectors(g))
          g.mg.diags.fatal(a.loc, `impossible constraint in 'asm': "${a.constraint}" for __int128`);
        op.ty = floatOfSize(op.ty);
      }
      refusePair(g, a, c, op.ty);
      op.outIndex = nout++;
      op.fixedReg = lv.reg >= 0 ? lv.reg : fixedRegOf(g, a.e);
      if (op.fixedReg < 0) op.fixedReg = c.fixedReg;
      if (c.x87 === true) {
        checkX87(g, a, t, op.fixedReg);
        op.ty = O.TY_F80;
      }
      if (c.flag !== "") op.ty = O.TY_I32;
      else if (isFloatTy(op.ty) && !c.float && op.ty !== O.TY_F80) op.ty = intTy(O.TY_SIZE[op.ty]!);
    }
    operands.push(op);
    outs.push({ arg: a, lv, c, op });
  }
  for (const a of s.inputs) operands.push(genInput(g, a, parse(g, a, names), operands));
  // values of in-out operands are read last, after the inputs' effects
  for (const o of outs) {
    if (o.op.dir !== AO_INOUT || o.op.mem) continue;
    o.op.value = toRegister(g, readOperand(g, o.lv), o.c);
  }
  g.b.loc = s.loc;
  const info: AsmInfo = {
    template: s.template,
    operands,
    clobbers: s.clobbers,
    volatile: s.volatile || s.basic || s.isGoto || s.outputs.length === 0,
    memory: s.basic || s.clobbers.includes("memory"),
    basic: s.basic,
    inline: s.inline,
    labels: [],
    fallthrough: 0,
    loc: s.loc,
  };
  if (s.isGoto && operands.some((o) => !o.mem && o.ty === O.TY_F80))
    g.mg.diags.fatal(s.loc, "operands in x87 registers are not supported in 'asm goto'");
  if (!s.isGoto) {
    const v = g.b.emit(O.OP_ASM, 0, 0, 0, 0, info);
    storeOutputs(g, v, outs);
    return;
  }
  const next = g.newBlock();
  info.fallthrough = next;
  g.refer(next);
  const edges: number[] = [];
  for (const l of s.labels) {
    // without outputs and cleanups the label itself is the target
    const st = labelState(g, l.label);
    const direct = nout === 0 && (g.cleanup === null || (st.placed && st.cleanup === g.cleanup));
    const block = direct ? st.block : g.newBlock();
    g.refer(block);
    info.labels.push({ name: l.name, block });
    edges.push(direct ? 0 : block);
  }
  if (s.labels.length === 0) {
    const v = g.b.emit(O.OP_ASM, 0, 0, 0, 0, info);
    storeOutputs(g, v, outs);
    g.start(next);
    return;
  }
  const v = g.b.emit(O.OP_ASM, 0, 0, 0, 0, info);
  g.b.block = 0;
  for (let i = 0; i < edges.length; i++) {
    if (edges[i] === 0) continue;
    g.place(edges[i]!);
    storeOutputs(g, v, outs);
    jumpToLabel(g, s.labels[i]!.label);
  }
  g.place(next);
  storeOutputs(g, v, outs);
}

function tooBig(g: FnGen, t: CType, c: AsmConstraint): boolean {
  // a long double is in memory or on the x87 stack
  if (irType(g.target, t) === O.TY_F80) return c.x87 !== true;
  if (t.kind === K_ARRAY) return true;
  // GCC takes a pair of registers, which the expansion of 128-bit values has not
  if (irType(g.target, t) === O.TY_I128 && !c.float) return c.mem;
  if (t.kind === K_VECTOR && t.size === 16 && c.float && hasVectors(g)) return false;
  // i386: a pair of registers is only taken for what may not lie in memory
  if (!isAggregate(t)) return g.target.ptrSize < 8 && t.size > g.target.ptrSize && c.mem && c.x87 !== true;
  return t.size > g.target.ptrSize || t.size <= 0 || (t.size & (t.size - 1)) !== 0;
}

/** A pair of general registers holds no operand. */
function refusePair(g: FnGen, a: AsmArg, c: AsmConstraint, ty: number): void {
  if (ty === O.TY_I128 && !c.float)
    g.mg.diags.fatal(a.loc, `'asm' operand "${a.constraint}" of type '__int128' in general registers is not supported`);
}

/** Value of the object at lv as a register operand sees it. */
function readOperand(g: FnGen, lv: LV): Value {
  if (!isAggregate(lv.type)) {
    return readLV(g, lv);
  }
  return loadBytes(g, lv, 0, lv.type.size, intTy(lv.type.size));
}

function storeOutputs(g: FnGen, asm: Value, outs: readonly Output[]): void {
  // all results first: they are what the edge begins with
  const vals: Value[] = [];
  for (const o of outs) vals.push(o.op.outIndex < 0 ? 0 : g.b.emit(O.OP_PROJ, o.op.ty, asm, o.op.outIndex));
  for (let i = 0; i < outs.length; i++) {
    const o = outs[i]!;
    if (o.op.outIndex < 0) continue;
    const t = o.lv.type;
    let v = vals[i]!;
    if (isAggregate(t)) {
      if (isFloatTy(o.op.ty)) v = g.b.emit(O.OP_BITCAST, intTy(O.TY_SIZE[o.op.ty]!), v, 0, o.op.ty);
      storeBytes(g, o.lv, 0, t.size, v);
      continue;
    }
    const ty = irType(g.target, t);
    if (o.c.x87 === true) {
      if (ty !== O.TY_F80) v = g.b.emit(O.OP_FCVT, ty, v, 0, O.TY_F80);
    } else if (isFloatTy(ty) && !isFloatTy(o.op.ty)) v = g.b.emit(O.OP_BITCAST, ty, v, 0, o.op.ty);
    else if (!isFloatTy(ty)) {
      if (isFloatTy(o.op.ty)) v = g.b.emit(O.OP_BITCAST, intTy(O.TY_SIZE[o.op.ty]!), v, 0, o.op.ty);
      v = intCast(g, v, ty, false);
      // an asm may leave anything above a narrow result
      if (o.c.flag === "") v = ty === O.TY_I32 ? extendNarrow(g, v, t.size, isSignedInt(t)) : v;
    }
    writeLV(g, o.lv, v);
  }
}

function genInput(g: FnGen, a: AsmArg, c: AsmConstraint, outs: readonly AsmOperand[]): AsmOperand {
  const e = a.e;
  const t = e.type;
  const op = newOperand(a, AO_IN, t, operandTy(g, t));
  if (c.tied >= 0) {
    const out = outs[c.tied];
    if (out === undefined) g.mg.diags.fatal(a.loc, "matching constraint references invalid operand number");
    if (out!.mem) {
      // "0" of a memory output: the object is both read and written
      const lv = lvOfInput(g, e);
      memoryOperand(g, op, lv);
      op.ty = g.ptrTy;
      op.tied = c.tied;
      return op;
    }
    let v = inputValue(g, e);
    if (g.target.asmConstraint(out!.constraint)?.x87 === true) {
      checkX87(g, a, t, -1);
      v = toX87(g, v);
    }
    if (isFloatTy(g.f.ty[v]!) && !isFloatTy(out!.ty)) v = g.b.emit(O.OP_BITCAST, intTy(O.TY_SIZE[g.f.ty[v]!]!), v, 0, g.f.ty[v]!);
    if (!isFloatTy(g.f.ty[v]!) && isFloatTy(out!.ty) && out!.ty !== O.TY_F80) v = toFloatRegister(g, v, out!.ty);
    if (!isFloatTy(g.f.ty[v]!) && !isFloatTy(out!.ty)) v = intCast(g, v, out!.ty, isSignedInt(t));
    op.value = v;
    op.ty = g.f.ty[v]!;
    op.tied = c.tied;
    op.fixedReg = out!.fixedReg;
    return op;
  }
  const asReg = c.reg && !tooBig(g, t, c);
  if (!asReg && c.mem && (!c.imm || e.lvalue || op.ty === O.TY_F80)) {
    const lv = lvOfInput(g, e);
    memoryOperand(g, op, lv);
    op.ty = g.ptrTy;
    return op;
  }
  if (!asReg && !c.imm) g.mg.diags.fatal(a.loc, `impossible constraint in 'asm': "${a.constraint}"`);
  if (c.x87 === true) checkX87(g, a, t, fixedRegOf(g, e));
  let v = inputValue(g, e);
  if (asReg && !(c.imm && e.op === E_INT)) refusePair(g, a, c, g.f.ty[v]!);
  if (asReg) v = toRegister(g, v, c);
  op.value = v;
  op.ty = g.f.ty[v]!;
  op.fixedReg = fixedRegOf(g, e);
  if (op.fixedReg < 0) op.fixedReg = c.fixedReg;
  return op;
}

function inputValue(g: FnGen, e: Expr): Value {
  if (isAggregate(e.type) || e.lvalue) return readOperand(g, genLV(g, e));
  return genExpr(g, e);
}

/** Memory operand: the lvalue itself (behind its LOAD), or a temporary that holds the value. */
function lvOfInput(g: FnGen, e: Expr): LV {
  if (e.lvalue) return genLV(g, e);
  if (e.op === E_LOAD) {
    const lv = genLV(g, e.a!);
    if (lv.field === null && lv.reg < 0) return lv;
  }
  const tmp = tempLV(g, e.type);
  if (isAggregate(e.type)) copyObject(g, tmp, genLV(g, e), e.type.size);
  else writeLV(g, tmp, convert(g, genExpr(g, e), e.type.unqual, tmp.type));
  return tmp;
}
