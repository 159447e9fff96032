// Textual IR: one line a value, read back by ir/read.ts without loss (tests/ir/text.test.ts).
//
//   func @f params(i32:10) ret(i32:10) {
//   b1:
//     v2 = param i32 0
//     v3 = add i32 v2 v2 !7            (!7 = source location 7)
//     ret v3
//   }

import { format64 } from "../base/i64.ts";
import type {
  AsmInfo,
  AtomicInfo,
  BlkInfo,
  Block,
  CallInfo,
  Func,
  IjmpInfo,
  PhiInfo,
  Piece,
  RetInfo,
  SwitchInfo,
  Value,
} from "./func.ts";
import { opLayout } from "./layout.ts";
import { type Module, Sym } from "./module.ts";
import {
  MEM_ALIGN_SHIFT,
  MEM_FS,
  MEM_GS,
  MEM_SIGNED,
  MEM_SIZE,
  MEM_VOLATILE,
  OP_ASM,
  OP_ATOMICRMW,
  OP_ATOMICSTORE,
  OP_BLKCPY,
  OP_BLKSET,
  OP_BR,
  OP_CALL,
  OP_CMPXCHG,
  OP_CONST,
  OP_FCONST,
  OP_IJMP,
  OP_PHI,
  OP_RET,
  OP_SWITCH,
  opName,
  TY_F32,
  TY_F64,
  TY_I32,
  TY_I128,
  TY_NAMES,
} from "./ops.ts";

export const RMW_NAMES: readonly string[] = ["xchg", "add", "sub", "and", "or", "xor", "nand"];

/** Memory descriptor as text: size, then `s` signed, `v` volatile, `gs`/`fs`, `a<log2 of alignment>`. */
export function printMem(m: number): string {
  return (
    "m" +
    (m & MEM_SIZE) +
    (m & MEM_SIGNED ? "s" : "") +
    (m & MEM_VOLATILE ? "v" : "") +
    (m & MEM_GS ? "g" : "") +
    (m & MEM_FS ? "f" : "") +
    "a" +
    ((m >> MEM_ALIGN_SHIFT) & 15)
  );
}

function symText(m: Module | undefined, id: number): string {
  const s = m?.syms[id];
  return s === undefined ? "#" + id : "@" + JSON.stringify(s.name).slice(1, -1).replaceAll(" ", "\\u0020");
}
function pieces(list: readonly Piece[]): string {
  return "(" + list.map((p) => TY_NAMES[p.ty] + ":" + p.loc).join(" ") + ")";
}
const hex = (x: number): string => "0x" + (x >>> 0).toString(16);
const vals = (list: readonly Value[]): string => list.map((v) => "v" + v).join(" ");

function printCall(x: CallInfo, m: Module | undefined): string {
  let s = x.sym !== 0 ? symText(m, x.sym) : "*v" + x.target;
  s += " (" + x.args.map((v, i) => "v" + v + " " + TY_NAMES[x.argLocs[i].ty] + ":" + x.argLocs[i].loc).join(" ") + ")";
  s += " -> " + pieces(x.rets);
  if (x.stackSize !== 0) s += " stack " + x.stackSize;
  if (x.calleePops !== undefined && x.calleePops !== 0) s += " pops " + x.calleePops;
  if (x.vecRegs !== 0) s += " vec " + x.vecRegs;
  if (x.purity !== 0) s += " purity " + x.purity;
  if (x.outArgs.length !== 0) s += " out (" + vals(x.outArgs) + ")";
  if (x.variadic) s += " variadic";
  if (x.noreturn) s += " noreturn";
  if (x.returnsTwice) s += " twice";
  if (x.tail) s += " tail";
  if (x.hiddenResult === true) s += " hidden";
  return s;
}

function printSwitch(x: SwitchInfo): string {
  let s = (x.unsigned ? "unsigned " : "") + "[";
  for (let i = 0; i < x.targets.length; i++) {
    s +=
      (i === 0 ? "" : " ") +
      format64(x.lo[i], x.loHi[i], false) +
      " " +
      format64(x.hi[i], x.hiHi[i], false) +
      " b" +
      x.targets[i];
  }
  return s + "] b" + x.dflt;
}

/** One value as text, without indentation. */
export function printValue(f: Func, v: Value, m?: Module): string {
  const op = f.op[v];
  const ty = f.ty[v];
  // Effects without a value keep their number too: `vN : op`.
  let s = "v" + v + (ty === 0 ? " : " : " = ");
  s += opName[op] + (ty === 0 ? "" : " " + TY_NAMES[ty]);
  if (op === OP_CONST) {
    s += " " + (ty === TY_I32 ? String(f.a[v]) : format64(f.a[v], f.b[v], false)) + (ty === TY_I128 ? " " + f.c[v] : "");
  } else if (op === OP_FCONST) {
    if (ty === TY_F32) s += " " + hex(f.a[v]);
    else if (ty === TY_F64) s += " " + hex(f.a[v]) + " " + hex(f.b[v]);
    else s += " " + Array.from(f.aux[v] as Int32Array, hex).join(" ");
  } else {
    const lay = opLayout[op];
    for (let i = 0; i < 3; i++) {
      const x = i === 0 ? f.a[v] : i === 1 ? f.b[v] : f.c[v];
      switch (lay[i]) {
        case "v":
          s += " v" + x;
          break;
        case "n":
          s += " " + x;
          break;
        case "o":
          if (x !== 0) s += " " + x;
          break;
        case "t":
          s += " " + TY_NAMES[x];
          break;
        case "m":
          s += " " + printMem(x);
          break;
        case "s":
          s += " " + symText(m, x);
          break;
        case "b":
          s += " b" + x;
          break;
      }
    }
    const aux = f.aux[v];
    switch (op) {
      case OP_PHI: {
        const p = aux as PhiInfo;
        s += " [" + p.blocks.map((b, i) => "b" + b + " v" + p.vals[i]).join(" ") + "]";
        break;
      }
      case OP_CALL:
        s += " " + printCall(aux as CallInfo, m);
        break;
      case OP_ASM:
        s += " " + JSON.stringify(aux as AsmInfo);
        break;
      case OP_SWITCH:
        s += " " + printSwitch(aux as SwitchInfo);
        break;
      case OP_IJMP:
        s += " [" + (aux as IjmpInfo).targets.map((b) => "b" + b).join(" ") + "]";
        break;
      case OP_RET:
        s += ((aux as RetInfo).vals.length === 0 ? "" : " ") + vals((aux as RetInfo).vals);
        break;
      case OP_BLKCPY:
      case OP_BLKSET:
        s += " align " + (aux as BlkInfo).align + ((aux as BlkInfo).volatile ? " volatile" : "");
        break;
      case OP_ATOMICSTORE:
        s += " order " + (aux as AtomicInfo).order;
        break;
      case OP_ATOMICRMW:
        s += " " + RMW_NAMES[(aux as AtomicInfo).kind] + " order " + (aux as AtomicInfo).order;
        break;
      case OP_CMPXCHG: {
        const x = aux as AtomicInfo;
        s += " " + printMem(x.mem) + " order " + x.order + " " + x.failOrder + (x.weak ? " weak" : "");
        break;
      }
      case OP_BR:
        if (f.prob[v] !== 0) s += " prob " + f.prob[v];
        break;
    }
  }
  if (f.loc[v] !== 0) s += " !" + f.loc[v];
  return s;
}

export function printBlock(f: Func, b: Block, m?: Module): string {
  let s = "b" + b + ":" + (f.labelId[b] !== 0 ? " label " + f.labelId[b] : "") + "\n";
  for (let v = f.first[b]; v !== 0; v = f.next[v]) s += "  " + printValue(f, v, m) + "\n";
  return s;
}

/** The whole function as text. */
export function printFunc(f: Func, m?: Module): string {
  let s = "func " + (m?.syms[f.sym] !== undefined ? symText(m, f.sym) : "#" + f.sym + " " + JSON.stringify(f.name));
  s += " params " + pieces(f.params) + " ret " + pieces(f.ret) + " entry b" + f.entry;
  if (f.variadic) s += " variadic " + f.vaGp + " " + f.vaFp + " " + f.vaStack;
  if (f.paramStack !== 0) s += " paramstack " + f.paramStack;
  if (f.calleePops !== 0) s += " pops " + f.calleePops;
  if (f.ms) s += " ms";
  if (f.hasDalloca) s += " dalloca";
  if (f.callsSetjmp) s += " setjmp";
  if (f.usesFrameAddr) s += " frameaddr";
  if (f.declLoc !== 0) s += " !" + f.declLoc;
  s += " {\n";
  for (const b of f.order) s += printBlock(f, b, m);
  return s + "}\n";
}

/** A symbol as one `sym {json}` line holding the fields that differ from a fresh symbol's. */
export function printSym(s: Sym, m: Module): string {
  const dflt = new Sym(0, "") as unknown as Record<string, unknown>;
  const out: Record<string, unknown> = { name: s.name };
  for (const [k, x] of Object.entries(s)) {
    if (k === "id" || k === "name" || k === "func" || k === "init" || k === "alias" || x === dflt[k]) continue;
    out[k] = x;
  }
  if (s.alias !== 0) out.alias = m.syms[s.alias]?.name;
  if (s.init !== undefined) {
    out.init = Array.from(s.init.bytes, (x) => x.toString(16).padStart(2, "0")).join("");
    out.relocs = s.init.relocs.map((r) => ({ ...r, sym: r.sym === 0 ? "" : m.syms[r.sym]?.name }));
  }
  return "sym " + JSON.stringify(out) + "\n";
}

/** All symbols and functions of the module as text. */
export function printModule(m: Module): string {
  let s = "";
  for (const y of m.syms) if (y !== undefined) s += printSym(y, m);
  for (const a of m.asms) s += "asm " + JSON.stringify(a) + "\n";
  for (const f of m.funcs) s += printFunc(f, m);
  return s;
}
