// Vector instructions of AArch64 as asm statements: the operations of c/arm-operations.ts. Vectors and scalars lie in memory between them
// (vector.ts) and are values of 8 or 16 bytes in vector registers around the instruction; structures of vectors are passed by address
// and go through registers 28 to 31.

import { ARM_OPERATIONS, type ArmOperation } from "../c/arm-operations.ts";
import { E_BUILTIN, E_CAST, type Expr } from "../c/ast.ts";
import { BI_ARM_VECTOR } from "../c/builtin-ids.ts";
import { type CType, isAggregate, K_POINTER, K_VECTOR } from "../c/ctype.ts";
import { AO_IN, AO_OUT, type AsmInfo, type AsmOperand, registerOperand } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { genAggregate, isMemoryOp } from "./aggregate.ts";
import type { FnGen } from "./context.ts";
import { genDiscard, genExpr } from "./expr.ts";
import { addrOf, copyObject, genLV, LV as Location, type LV, subLV, tempLV, writeLV } from "./lvalue.ts";
import { mem } from "./types.ts";

/** Is e a call whose result is a vector or a structure of vectors? */
export function isArmVector(e: Expr): boolean {
  return e.op === E_BUILTIN && e.builtin === BI_ARM_VECTOR && isAggregate(e.type);
}

/** Does the operation have another effect than its result? */
export function hasArmEffect(e: Expr): boolean {
  return ARM_OPERATIONS[e.lo]!.effect;
}

/** The object that holds a vector's or structure's value; what a vector is cast from has the same bytes. */
function objectOf(g: FnGen, e: Expr): LV {
  let x = e;
  while (x.op === E_CAST && x.type.kind === K_VECTOR && x.a!.type.kind === K_VECTOR && x.a!.type.size === x.type.size) x = x.a!;
  if (isArmVector(x)) return genArm(g, x, null);
  return x.type.kind === K_VECTOR || isMemoryOp(x.op) ? genAggregate(g, x) : genLV(g, x);
}

/** The object of any argument: a scalar gets one of 8 or 16 bytes, of which only its own are of meaning. */
function slotOf(g: FnGen, e: Expr): LV {
  if (isAggregate(e.type)) return objectOf(g, e);
  const size = e.type.size > 8 ? 16 : 8;
  const lv = new Location(g.temp(size, size), 0, size, 0, e.type.unqual);
  const v = genExpr(g, e);
  writeLV(g, lv, v);
  return lv;
}

/** Result of an operation: in dst, or in an object of its own (of 8 bytes at least). */
export function genArm(g: FnGen, e: Expr, dst: LV | null): LV {
  const o = ARM_OPERATIONS[e.lo]!;
  const args = e.args!;
  g.b.loc = e.loc;
  switch (o.kind) {
    case "load":
    case "store": {
      const at = new Location(genExpr(g, args[0]!), 0, 1, 0, o.kind === "load" ? e.type : args[1]!.type.unqual);
      if (o.kind === "load") return copied(g, e.type, at, dst);
      copyObject(g, at, slotOf(g, args[1]!), at.type.size);
      return at;
    }
    case "low":
    case "high":
      return copied(g, e.type, subLV(objectOf(g, args[0]!), o.kind === "low" ? 0 : 8, e.type), dst);
    case "combine": {
      // into an object of its own: the operands may look at what dst holds
      const to = tempLV(g, e.type);
      for (let i = 0; i < 2; i++) copyObject(g, subLV(to, 8 * i, args[i]!.type.unqual), slotOf(g, args[i]!), 8);
      return dst === null ? to : copied(g, e.type, to, dst);
    }
    case "none":
      for (const a of args) genDiscard(g, a);
      return dst ?? new Location(g.temp(8, 8), 0, 8, 0, e.type);
  }
  return instruction(g, e, o, dst);
}

function copied(g: FnGen, t: CType, from: LV, dst: LV | null): LV {
  // a copy even without dst: what lies at `from` may change before the value is used
  const to = dst ?? (isAggregate(t) ? tempLV(g, t) : new Location(g.temp(8, 8), 0, 8, 0, t));
  copyObject(g, to, from, t.size);
  return to;
}

function instruction(g: FnGen, e: Expr, o: ArmOperation, dst: LV | null): LV {
  const args = e.args!;
  const inMemory = e.type.record !== null;
  const size = e.type.size > 8 ? 16 : 8;
  const result = e.type.size <= 0 || o.result === "v" ? null : inMemory ? tempLV(g, e.type) : null;
  const ty = size === 16 ? O.TY_F128 : O.TY_F64;
  const operands: AsmOperand[] = [];
  if (result !== null) operands.push(registerOperand(AO_IN, "r", g.ptrTy, addrOf(g, result)));
  else if (o.result === "v") operands.push(registerOperand(AO_IN, "i", O.TY_I32, g.i32(0)));
  else {
    const out = registerOperand(AO_OUT, "w", ty, 0);
    out.outIndex = 0;
    // a template of several instructions may write the result before it has read all of the others
    out.earlyClobber = o.template.includes("\n");
    operands.push(out);
  }
  const shapes: string[] = [isAggregate(e.type) && !inMemory ? shapeOf(e.type) : `${e.type.size}`];
  for (let i = 0; i < args.length; i++) {
    const a = args[i]!;
    shapes.push(a.type.kind === K_VECTOR ? shapeOf(a.type) : `${a.type.size}`);
    if (a.type.kind === K_POINTER) operands.push(registerOperand(AO_IN, "r", g.ptrTy, genExpr(g, a)));
    else if (new RegExp(`(#|lane)\\{${i + 1}\\}`).test(o.template))
      operands.push(registerOperand(AO_IN, "i", O.TY_I32, genExpr(g, a)));
    else if (a.type.record !== null) operands.push(registerOperand(AO_IN, "r", g.ptrTy, addrOf(g, objectOf(g, a))));
    else {
      const lv = slotOf(g, a);
      const wide = a.type.size > 8;
      const v = g.b.load(wide ? O.TY_F128 : O.TY_F64, addrOf(g, lv), mem(wide ? 16 : 8, lv.align, false, lv.flags));
      const op = registerOperand(AO_IN, o.tied === i + 1 ? "0" : "w", wide ? O.TY_F128 : O.TY_F64, v);
      if (o.tied === i + 1) op.tied = 0;
      operands.push(op);
    }
  }
  const template = (o.extension === "" ? "" : `.arch_extension ${o.extension}\n\t`) + written(o, shapes);
  const clobbers: string[] = [];
  for (let r = 28; r <= 31; r++) if (new RegExp(`\\b[vbhsd]${r}\\b`).test(template)) clobbers.push(`v${r}`);
  if (o.effect) clobbers.push("memory");
  const info: AsmInfo = {
    template,
    operands,
    clobbers,
    volatile: o.effect,
    memory: o.effect,
    basic: false,
    inline: false,
    labels: [],
    fallthrough: 0,
    loc: e.loc,
  };
  g.b.loc = e.loc;
  const v = g.b.emit(O.OP_ASM, 0, 0, 0, 0, info);
  if (result !== null) {
    if (dst === null) return result;
    copyObject(g, dst, result, e.type.size);
    return dst;
  }
  if (o.result === "v") return dst ?? new Location(g.temp(8, 8), 0, 8, 0, e.type);
  const to = isAggregate(e.type) && dst !== null ? dst : new Location(g.temp(size, size), 0, size, 0, e.type.unqual);
  g.b.store(addrOf(g, to), g.b.emit(O.OP_PROJ, ty, v, 0), mem(size, to.align, false, to.flags));
  return to;
}

const LETTER: Readonly<Record<number, string>> = { 1: "b", 2: "h", 4: "s", 8: "d", 16: "q" };

/** Arrangement of a vector, as ".8h". */
function shapeOf(t: CType): string {
  return `.${t.count}${LETTER[t.base!.size]!}`;
}

/** The template with registers as the shapes want them; a shape is an arrangement or a scalar's size. */
function written(o: ArmOperation, shapes: readonly string[]): string {
  const vector = /^v(\d+)(.)/.exec(o.mode);
  const letter = (vector?.[2] ?? o.mode[0]!).replace("q", "b").replace(/^t/, "q");
  const halves = letter === "h" || /[hb]f$/.test(o.mode) ? "h" : letter;
  const text = o.template
    .replaceAll("{A}", vector === null ? `1${halves}` : `${vector[1]}${halves}`)
    .replaceAll("{L}", halves)
    .replace(/#\{(\d)\}|lane\{(\d)\}/g, (_, a: string | undefined, b: string | undefined) => `%${a ?? b}`)
    .replace(/\{(\d)(~31|@)?\}/g, (_, k: string, how: string | undefined) => {
      const s = shapes[Number(k)]!;
      const at = s.startsWith(".");
      if (how === "@") return `%${k}.${at ? s.at(-1)! : LETTER[Number(s)]!}`;
      const n = how === undefined ? "" : "31";
      if (at) return n === "" ? `%${k}${s}` : `v${n}${s}`;
      const l = LETTER[Number(s)]!;
      return n === "" ? `%${l}${k}` : `${l}${n}`;
    });
  // the braces of a list of registers are not those of GCC's alternatives on this machine
  return text;
}
