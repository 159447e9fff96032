// asm statements: operands to registers, constants or memory (selection), and the template's expansion (printing).
// Source: GCC manual, "Extended Asm" and "Constraints for asm Operands".

import { format64 } from "../base/i64.ts";
import { AO_IN, AO_INOUT, type AsmInfo, type AsmOperand, type Value } from "../ir/func.ts";
import type { Module } from "../ir/module.ts";
import { OP_ADD, OP_ALLOCA, OP_CONST, OP_LABELADDR, OP_READREG, OP_SYM, OP_UNDEF, TY_I32 } from "../ir/ops.ts";
import type { Lowering } from "./lowering.ts";
import type { AsmText, MInst } from "./minst.ts";

/** A problem with the program's asm statement; reported at its location. */
export class AsmError extends Error {
  readonly loc: number;
  constructor(loc: number, text: string) {
    super(text);
    this.loc = loc;
  }
}

export interface AsmTarget {
  /** May the operand be a constant of this value? `letters` is the constraint. */
  constantOk(letters: string, isInt: boolean, lo: number, hi: number): boolean;
  /** Does the constraint allow a register? */
  registerOk(letters: string): boolean;
  /** Does a memory operand of this constraint take base + offset and frame slots (false: a bare register)? */
  offsetOk(letters: string): boolean;
  regByName(name: string): number;
  /** Register of a single-register constraint (x86 "a"), or -1. */
  fixedReg(letters: string): number;
  /** Register class of the constraint. */
  classOf(letters: string): number;
  /** Registers of that class that the constraint leaves out. */
  outside?(letters: string): readonly number[];
  /** Largest offset that a memory operand may have to its register. */
  maxOffset: number;
  /** May a memory operand be the symbol itself? Then AsmText.text holds its name and off the offset. */
  symbolOk?(L: Lowering, sym: number): boolean;
}

export function lowerAsm(L: Lowering, v: Value, t: AsmTarget): void {
  const f = L.f;
  const info = f.aux[v] as AsmInfo;
  const isGoto = info.labels.length > 0;
  const ops = info.operands;
  const proj = isGoto ? [] : L.projections(v);
  const text: AsmText = {
    info,
    regIndex: ops.map(() => -1),
    text: ops.map(() => ""),
    slot: ops.map(() => -1),
    off: ops.map(() => 0),
    clobbers: [],
  };
  const defs: number[] = [];
  const uses: number[] = [];
  let early = 0;
  /** Copies before: destination ← source. */
  const preDst: number[] = [];
  const preSrc: number[] = [];
  const postDst: number[] = [];
  const postSrc: number[] = [];
  const defIndex: number[] = ops.map(() => -1);
  const useIndex: number[] = ops.map(() => -1);
  const outReg: number[] = ops.map(() => -1);
  for (let k = 0; k < ops.length; k++) {
    const o = ops[k]!;
    if (o.mem || o.dir === AO_IN) continue;
    const fixed = o.fixedReg >= 0 ? o.fixedReg : t.fixedReg(o.constraint);
    let r: number;
    if (isGoto) r = fixed >= 0 ? fixed : L.asmOut(v, o.outIndex, t.classOf(o.constraint));
    else {
      const p = proj[o.outIndex];
      const want = p === undefined ? L.tmp(t.classOf(o.constraint)) : L.result(p);
      r = fixed >= 0 ? fixed : want;
      if (fixed >= 0 && p !== undefined) {
        postDst.push(want);
        postSrc.push(fixed);
      }
    }
    outReg[k] = r;
    if (o.earlyClobber) early |= 1 << defs.length;
    defIndex[k] = defs.length;
    defs.push(r);
    if (o.dir === AO_INOUT && !alreadyThere(L, o.value, r)) {
      preDst.push(r);
      preSrc.push(inputReg(L, o));
    }
  }
  for (let k = 0; k < ops.length; k++) {
    const o = ops[k]!;
    if (o.mem) {
      memory(L, o, k, t, text, uses, useIndex);
      continue;
    }
    if (o.dir === AO_INOUT) {
      useIndex[k] = uses.length;
      uses.push(outReg[k]!);
      continue;
    }
    if (o.dir !== AO_IN) continue;
    if (o.tied >= 0) {
      const r = outReg[o.tied]!;
      if (r < 0) throw new AsmError(info.loc, "matching constraint references invalid operand number");
      preDst.push(r);
      preSrc.push(inputReg(L, o));
      useIndex[k] = uses.length;
      uses.push(r);
      continue;
    }
    const fixed = o.fixedReg >= 0 ? o.fixedReg : t.fixedReg(o.constraint);
    if (o.fixedReg < 0) {
      const c = constantText(L, o.value, o.constraint, t);
      if (c !== undefined) {
        text.text[k] = c;
        continue;
      }
    }
    if (!t.registerOk(o.constraint)) throw new AsmError(info.loc, `impossible constraint in 'asm'`);
    if (fixed >= 0) {
      preDst.push(fixed);
      preSrc.push(inputReg(L, o));
      useIndex[k] = uses.length;
      uses.push(fixed);
    } else {
      useIndex[k] = uses.length;
      uses.push(L.reg(o.value));
    }
  }
  const defined = new Set(defs);
  for (const name of info.clobbers) {
    const r = t.regByName(name);
    if (r === -1) throw new AsmError(info.loc, `unknown register name '${name}' in 'asm'`);
    if (r >= 0 && !defined.has(r)) text.clobbers.push(r);
  }
  // what one operand may not have is kept from the others too: such constraints are rare
  const taken = new Set([...defs, ...uses]);
  for (const o of ops)
    if (!o.mem && o.fixedReg < 0)
      for (const r of t.outside?.(o.constraint) ?? []) if (!taken.has(r) && !text.clobbers.includes(r)) text.clobbers.push(r);
  for (let k = 0; k < ops.length; k++) {
    if (defIndex[k]! >= 0) text.regIndex[k] = defIndex[k]!;
    else if (useIndex[k]! >= 0) text.regIndex[k] = defs.length + useIndex[k]!;
  }
  L.parallelCopy(preDst, preSrc);
  const i = L.emit(2, [...defs, ...uses], defs.length);
  i.early = early;
  i.aux = text;
  i.loc = info.loc;
  if (text.clobbers.length > 0) i.clobbers = text.clobbers;
  if (isGoto) L.jumpTo(info.fallthrough);
  else L.parallelCopy(postDst, postSrc);
}

/** The value of a global register variable (the stack pointer, as a rule) in its own register. */
function alreadyThere(L: Lowering, v: Value, reg: number): boolean {
  return L.f.op[v] === OP_READREG && L.f.a[v] === reg;
}

function inputReg(L: Lowering, o: AsmOperand): number {
  return L.reg(o.value);
}

/** Text of a constant operand, or undefined when it must be in a register. */
function constantText(L: Lowering, v: Value, letters: string, t: AsmTarget): string | undefined {
  const f = L.f;
  const c = constantOf(L, v);
  if (c === undefined) return undefined;
  if (c.sym === 0 && c.label === 0) {
    if (!t.constantOk(letters, true, c.lo, c.hi)) return undefined;
    return format64(c.lo, c.hi, false);
  }
  if (!t.constantOk(letters, false, 0, 0)) return undefined;
  if (c.label !== 0) {
    L.m.blocks[c.label]!.addressTaken = true;
    return `@${c.label}`;
  }
  const name = L.module.syms[c.sym]!.name;
  void f;
  return c.lo === 0 ? name : c.lo > 0 ? `${name}+${c.lo}` : `${name}${c.lo}`;
}

function constantOf(L: Lowering, v: Value): { lo: number; hi: number; sym: number; label: number } | undefined {
  const f = L.f;
  switch (f.op[v]) {
    case OP_CONST:
      return { lo: f.a[v]!, hi: f.ty[v] === TY_I32 ? f.a[v]! >> 31 : f.b[v]!, sym: 0, label: 0 };
    case OP_UNDEF:
      return { lo: 0, hi: 0, sym: 0, label: 0 };
    case OP_SYM:
      return { lo: f.b[v]!, hi: 0, sym: f.a[v]!, label: 0 };
    case OP_LABELADDR:
      return { lo: 0, hi: 0, sym: 0, label: f.a[v]! };
    case OP_ADD: {
      const a = constantOf(L, f.a[v]!);
      const b = constantOf(L, f.b[v]!);
      if (a !== undefined && b !== undefined && a.sym !== 0 && b.sym === 0 && b.hi === b.lo >> 31)
        return { lo: a.lo + b.lo, hi: 0, sym: a.sym, label: 0 };
      return undefined;
    }
    default:
      return undefined;
  }
}

function memory(L: Lowering, o: AsmOperand, k: number, t: AsmTarget, text: AsmText, uses: number[], useIndex: number[]): void {
  const f = L.f;
  let v = o.value;
  let off = 0;
  if (t.offsetOk(o.constraint)) {
    while (f.op[v] === OP_ADD && f.op[f.b[v]!] === OP_CONST) {
      const c = f.a[f.b[v]!]!;
      if (f.b[f.b[v]!] !== c >> 31 || Math.abs(off + c) > t.maxOffset) break;
      off += c;
      v = f.a[v]!;
    }
    if (f.op[v] === OP_ALLOCA && !L.overAligned(v)) {
      text.slot[k] = L.slotOf[v]!;
      text.off[k] = off;
      return;
    }
    if (f.op[v] === OP_SYM && t.symbolOk?.(L, f.a[v]!) === true) {
      text.text[k] = L.module.syms[f.a[v]!]!.name;
      text.off[k] = off + f.b[v]!;
      return;
    }
  }
  text.off[k] = off;
  useIndex[k] = uses.length;
  uses.push(L.reg(v));
}

/** What the printer of a target gives for operands. */
export interface AsmPrinter {
  /** Operand k with modifier letter ("" = none). */
  operand(inst: MInst, text: AsmText, k: number, modifier: string): string;
  blockLabel(block: number): string;
  /** Number that is unique for this expansion (%=). */
  unique: number;
  /** Index of the dialect alternative in {a|b}, -1 = braces are plain text. */
  dialect: number;
  /** Characters that may follow % alone (x86: none; riscv: none). */
  punctuation(ch: string): string | undefined;
}

/** The text of an asm statement. */
export function expandTemplate(inst: MInst, text: AsmText, p: AsmPrinter, _module: Module): string {
  const info = text.info;
  if (info.basic) return info.template;
  const s = info.template;
  // a `+` operand counts twice, as the input that GCC adds for it (GCC manual, "Goto Labels")
  const labelBase = info.operands.length + info.operands.filter((o) => o.dir === AO_INOUT).length;
  let out = "";
  let i = 0;
  const pick = (k: number, modifier: string): string => {
    if (k >= info.operands.length) {
      const l = info.labels[k - labelBase];
      if (l === undefined) throw new AsmError(info.loc, "invalid 'asm': operand number out of range");
      return p.blockLabel(l.block);
    }
    return p.operand(inst, text, k, modifier);
  };
  while (i < s.length) {
    const ch = s[i]!;
    if (p.dialect >= 0 && ch === "{") {
      // {att|intel}: keep the alternative of our dialect
      const end = matching(s, i);
      const alts = splitAlternatives(s.slice(i + 1, end));
      out += expandPiece(alts[p.dialect] ?? "", inst, text, p, _module);
      i = end + 1;
      continue;
    }
    if (ch !== "%") {
      out += ch;
      i++;
      continue;
    }
    i++;
    const c = s[i] ?? "";
    if (c === "%") {
      out += "%";
      i++;
      continue;
    }
    if (c === "=") {
      out += String(p.unique);
      i++;
      continue;
    }
    if (p.dialect >= 0 && (c === "{" || c === "|" || c === "}")) {
      out += c;
      i++;
      continue;
    }
    let modifier = "";
    if (/[A-Za-z]/.test(c) && /[0-9[]/.test(s[i + 1] ?? "")) {
      modifier = c;
      i++;
    }
    const d = s[i] ?? "";
    if (d === "[") {
      const end = s.indexOf("]", i);
      const name = s.slice(i + 1, end);
      let k = info.operands.findIndex((o) => o.name === name);
      if (k < 0) {
        const l = info.labels.findIndex((x) => x.name === name);
        if (l < 0) throw new AsmError(info.loc, `undefined named operand '${name}'`);
        k = labelBase + l;
      }
      out += pick(k, modifier);
      i = end + 1;
      continue;
    }
    if (/[0-9]/.test(d)) {
      let k = 0;
      while (/[0-9]/.test(s[i] ?? "")) k = k * 10 + Number(s[i++]);
      out += pick(k, modifier);
      continue;
    }
    const punct = p.punctuation(c);
    if (punct === undefined) throw new AsmError(info.loc, `invalid 'asm': invalid %-code`);
    out += punct;
    i++;
  }
  return out;
}

function expandPiece(piece: string, inst: MInst, text: AsmText, p: AsmPrinter, module: Module): string {
  const sub: AsmText = { ...text, info: { ...text.info, template: piece } };
  return expandTemplate(inst, sub, p, module);
}

function matching(s: string, i: number): number {
  let depth = 0;
  for (let k = i; k < s.length; k++) {
    if (s[k] === "%") {
      k++;
      continue;
    }
    if (s[k] === "{") depth++;
    else if (s[k] === "}" && --depth === 0) return k;
  }
  return s.length;
}

function splitAlternatives(s: string): string[] {
  const out: string[] = [""];
  let depth = 0;
  for (let k = 0; k < s.length; k++) {
    const c = s[k]!;
    if (c === "{") depth++;
    else if (c === "}") depth--;
    if (c === "|" && depth === 0) out.push("");
    else out[out.length - 1] += c;
  }
  return out;
}
