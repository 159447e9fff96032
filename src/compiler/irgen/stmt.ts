// Statements: straight into blocks. After a jump the current point cannot be reached; statements there are skipped unless a label
// or a case inside them can bring control back.

import type { Decl, Expr, Stmt } from "../c/ast.ts";
import * as A from "../c/ast.ts";
import { isAggregate, isScalar, K_VOID, Q_VOLATILE } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { genAggregateTo } from "./aggregate.ts";
import { genAsm } from "./asm.ts";
import { libcall, loadPieces, splitScalar } from "./call.ts";
import { Cleanup, type FnGen } from "./context.ts";
import { genCond, genDiscard, genExpr } from "./expr.ts";
import { initObject } from "./init.ts";
import { alignOfDecl, copyObject, genLV, LV, slotOf, tempLV, writeLV } from "./lvalue.ts";
import { declareLabel, leaveToOuter } from "./nested.ts";
import { closeScope, declareVla, isVla, jumpToLabel, keepStack, placeLabel, unwind, vlaAddress, vlaSize } from "./scope.ts";
import { genSwitch } from "./switch.ts";
import { irType, isSignedInt, mem, qualsOf } from "./types.ts";

/** Is there a label in s (or a case of a switch outside s) that control may come to? */
export function hasLabel(s: Stmt, inSwitch: boolean): boolean {
  switch (s.op) {
    case A.S_LABEL:
      return true;
    case A.S_CASE:
    case A.S_DEFAULT:
      return !inSwitch || hasLabel(s.a!, inSwitch);
    case A.S_COMPOUND:
      for (const x of s.list!) if (hasLabel(x, inSwitch)) return true;
      return false;
    case A.S_IF:
      return hasLabel(s.a!, inSwitch) || (s.b !== null && hasLabel(s.b, inSwitch));
    case A.S_WHILE:
    case A.S_DO:
    case A.S_FOR:
      return hasLabel(s.a!, inSwitch);
    case A.S_SWITCH:
      return hasLabel(s.a!, true);
  }
  return false;
}

export function genStmt(g: FnGen, s: Stmt): void {
  if (!g.reachable && s.op !== A.S_COMPOUND && s.op !== A.S_DECL && !hasLabel(s, false)) return;
  g.b.loc = s.loc;
  switch (s.op) {
    case A.S_EMPTY:
      return;
    case A.S_EXPR:
      genDiscard(g, s.e!);
      g.endStatement();
      return;
    case A.S_COMPOUND: {
      const outer = g.cleanup;
      const block = g.blockCleanup;
      if (outer !== block && s.list!.some((x) => x.op === A.S_DECL)) g.blockCleanup = outer;
      for (const x of s.list!) genStmt(g, x);
      g.blockCleanup = block;
      if (g.cleanup !== outer) {
        g.b.loc = s.endLoc;
        closeScope(g, outer);
      }
      return;
    }
    case A.S_DECL:
      for (const d of s.decls!) genLocal(g, d);
      g.endStatement();
      return;
    case A.S_IF:
      genIf(g, s);
      return;
    case A.S_WHILE:
      genWhile(g, s);
      return;
    case A.S_DO:
      genDo(g, s);
      return;
    case A.S_FOR:
      genFor(g, s);
      return;
    case A.S_SWITCH:
      genSwitch(g, s);
      return;
    case A.S_CASE:
    case A.S_DEFAULT:
    case A.S_LABEL: {
      // long chains of labels nest as deep as they are long
      let x = s;
      for (; x.op === A.S_CASE || x.op === A.S_DEFAULT || x.op === A.S_LABEL; x = x.a!) {
        if (x.op === A.S_LABEL) placeLabel(g, x.label!);
        else if (x.block !== 0) g.start(x.block);
      }
      genStmt(g, x);
      return;
    }
    case A.S_GOTO:
      if (s.label!.owner === g.decl) jumpToLabel(g, s.label!);
      else leaveToOuter(g, s.label!);
      return;
    case A.S_LABELDECL:
      declareLabel(g, s.label!);
      return;
    case A.S_IGOTO: {
      const v = genExpr(g, s.e!);
      // all computed gotos of a function leave through one block: N gotos to M labels are N + M edges instead of N * M
      g.dispatch ??= { block: g.newBlock(), slot: g.temp(g.target.ptrSize, g.target.ptrSize) };
      g.b.store(g.dispatch.slot, v, mem(g.target.ptrSize, g.target.ptrSize, false, 0));
      g.jmp(g.dispatch.block);
      return;
    }
    case A.S_BREAK:
      unwind(g, g.cleanup, g.breakCleanup);
      g.jmp(g.breakBlock);
      return;
    case A.S_CONTINUE:
      unwind(g, g.cleanup, g.contCleanup);
      g.jmp(g.contBlock);
      return;
    case A.S_RETURN:
      genReturn(g, s.e);
      return;
    case A.S_ASM:
      genAsm(g, s.asm!);
      return;
    case A.S_BOUNDS:
      genDiscard(g, s.e!);
      return;
  }
  g.mg.diags.fatal(s.loc, `IR generator: statement ${s.op} is not supported`);
}

function genIf(g: FnGen, s: Stmt): void {
  const yes = g.newBlock();
  const join = g.newBlock();
  const no = s.b === null ? join : g.newBlock();
  if (g.reachable) genCond(g, s.e!, yes, no, 0);
  g.start(yes);
  genStmt(g, s.a!);
  if (s.b !== null) {
    g.jmp(join);
    g.start(no);
    genStmt(g, s.b);
  }
  g.start(join);
}

interface Targets {
  breakBlock: number;
  breakCleanup: Cleanup | null;
  contBlock: number;
  contCleanup: Cleanup | null;
}
function saveTargets(g: FnGen): Targets {
  return { breakBlock: g.breakBlock, breakCleanup: g.breakCleanup, contBlock: g.contBlock, contCleanup: g.contCleanup };
}
function restoreTargets(g: FnGen, t: Targets): void {
  g.breakBlock = t.breakBlock;
  g.breakCleanup = t.breakCleanup;
  g.contBlock = t.contBlock;
  g.contCleanup = t.contCleanup;
}
function setTargets(g: FnGen, brk: number, cont: number): void {
  g.breakBlock = brk;
  g.breakCleanup = g.cleanup;
  g.contBlock = cont;
  g.contCleanup = g.cleanup;
}

function genWhile(g: FnGen, s: Stmt): void {
  const head = g.newBlock();
  const body = g.newBlock();
  const exit = g.newBlock();
  const t = saveTargets(g);
  setTargets(g, exit, head);
  // also when only a label in the body leads here
  g.refer(head);
  g.start(head);
  genCond(g, s.e!, body, exit, 0);
  g.start(body);
  genStmt(g, s.a!);
  g.jmp(head);
  restoreTargets(g, t);
  g.start(exit);
}

function genDo(g: FnGen, s: Stmt): void {
  const body = g.newBlock();
  const cond = g.newBlock();
  const exit = g.newBlock();
  const t = saveTargets(g);
  setTargets(g, exit, cond);
  g.refer(body);
  g.start(body);
  genStmt(g, s.a!);
  g.start(cond);
  if (g.reachable) {
    genCond(g, s.e!, body, exit, 0);
  }
  restoreTargets(g, t);
  g.start(exit);
}

function genFor(g: FnGen, s: Stmt): void {
  const outer = g.cleanup;
  // a declaration's list is no scope of its own: what it declares lives until the loop is left
  if (s.init !== null && s.init.op === A.S_COMPOUND) for (const x of s.init.list!) genStmt(g, x);
  else if (s.init !== null) genStmt(g, s.init);
  const head = g.newBlock();
  const body = g.newBlock();
  const step = g.newBlock();
  const exit = g.newBlock();
  const t = saveTargets(g);
  setTargets(g, exit, step);
  g.refer(head);
  g.start(head);
  if (s.e !== null) {
    genCond(g, s.e, body, exit, 0);
    g.start(body);
  }
  genStmt(g, s.a!);
  g.start(step);
  if (g.reachable) {
    if (s.e2 !== null) genDiscard(g, s.e2);
    g.jmp(head);
  }
  restoreTargets(g, t);
  g.start(exit);
  closeScope(g, outer);
}

/** -ftrivial-auto-var-init: not what asks to be left alone, nor what lives in a register that has a name. */
function fills(g: FnGen, d: Decl): boolean {
  return g.mg.opts.fillByte >= 0 && !d.attrs.uninitialized && d.asmName === "";
}

/** Block-scope object: its initialiser is evaluated, its cleanup armed. */
function genLocal(g: FnGen, d: Decl): void {
  if (d.kind !== A.D_VAR || d.isStatic || d.linkage !== A.LINK_NONE || d.storage === A.SC_EXTERN) {
    return;
  }
  g.b.loc = d.loc;
  if (g.reachable) {
    if (isVla(d.type)) {
      declareVla(g, d);
      if (fills(g, d)) libcall(g, "memset", g.ptrTy, false, [vlaAddress(g, d), g.i32(g.mg.opts.fillByte), vlaSize(g, d.type)]);
    } else {
      // GCC counts what is declared where nothing is optimised away
      if (g.mg.opts.stackProtector && g.mg.opts.optimize === 0 && d.asmName === "") slotOf(g, d);
      if (d.init === null) {
        if (fills(g, d) && d.type.size > 0) {
          const info = { align: alignOfDecl(d), volatile: false };
          g.b.emit(O.OP_BLKSET, 0, slotOf(g, d), g.i32(g.mg.opts.fillByte), d.type.size, info);
        }
      } else {
        if (d.init.entries.length === 1 && !d.init.zeroRest && isScalar(d.type)) {
          const lv = new LV(slotOf(g, d), 0, alignOfDecl(d), 0, d.type.unqual);
          // the slot comes first: an initialiser may name its own variable
          const v = genExpr(g, d.init.entries[0]!.e);
          if ((qualsOf(d.type) & Q_VOLATILE) !== 0) lv.flags |= O.MEM_VOLATILE;
          writeLV(g, lv, v);
        } else {
          const flags = (qualsOf(d.type) & Q_VOLATILE) !== 0 ? O.MEM_VOLATILE : 0;
          initObject(g, slotOf(g, d), alignOfDecl(d), flags, d.type, d.init);
        }
      }
    }
  }
  if (d.attrs.cleanup !== null) g.cleanup = new Cleanup(g.cleanup, d, 0);
}

function genReturn(g: FnGen, e: Expr | null): void {
  const ca = g.assign!;
  const rt = g.decl.type.base!;
  const vals: Value[] = [];
  if (e !== null && (rt.kind === K_VOID || e.type.kind === K_VOID)) {
    genDiscard(g, e);
    e = null;
  }
  if (!g.reachable) return;
  if (e === null) {
    unwind(g, g.cleanup, null);
    finishReturn(g, undefinedResult(g));
    return;
  }
  if (isAggregate(rt)) {
    if (ca.sret !== undefined) {
      const dst = new LV(g.sretPtr, 0, Math.max(1, rt.align), 0, rt.unqual);
      genAggregateTo(g, e, dst, true);
      if (ca.sretBack !== undefined) vals.push(g.sretPtr);
      unwind(g, g.cleanup, null);
    } else {
      let lv = genLV(g, e);
      if (g.cleanup !== null && g.reachable) {
        const copy = tempLV(g, rt);
        copyObject(g, copy, lv, rt.size);
        lv = copy;
        unwind(g, g.cleanup, null);
      }
      if (g.reachable) loadPieces(g, lv, ca.ret, vals);
    }
  } else {
    const v = genExpr(g, e);
    unwind(g, g.cleanup, null);
    if (!g.reachable) return;
    if (ca.sret !== undefined) {
      writeLV(g, new LV(g.sretPtr, 0, Math.max(1, rt.align), 0, rt.unqual), v);
      if (ca.sretBack !== undefined) vals.push(g.sretPtr);
    } else splitScalar(g, v, isSignedInt(rt), ca.ret, vals);
  }
  finishReturn(g, vals);
}

/** Result pieces of a return without a value. */
export function undefinedResult(g: FnGen): Value[] {
  const vals: Value[] = [];
  for (const p of g.f.ret) vals.push(g.assign!.sretBack !== undefined ? g.sretPtr : g.b.emit(O.OP_UNDEF, p.ty));
  return vals;
}

/** Notes a return from here; func.ts joins them all. */
export function finishReturn(g: FnGen, vals: Value[]): void {
  if (!g.reachable) return;
  g.retBlocks.push(g.b.block);
  g.retVals.push(vals);
  g.b.block = 0;
}

/**
 * ({ … }): gives the value of a scalar one. An aggregate one is put into dst if that is given, else g.mg.callResult says where
 * it lies (null if control never comes to its end).
 */
export function genStmtExpr(g: FnGen, e: Expr, dst: LV | null): Value {
  const outer = g.cleanup;
  const t = e.type;
  const body = e.body!;
  let v = 0;
  let lv: LV | null = null;
  for (const st of body.list!) {
    // The last statement may be labelled: `({ … out: x; })`.
    let s = st;
    while (s !== body.result && (s.op === A.S_LABEL || s.op === A.S_CASE || s.op === A.S_DEFAULT)) s = s.a!;
    if (s !== body.result) {
      genStmt(g, st);
      continue;
    }
    for (let l = st; l !== s; l = l.a!) {
      if (l.op === A.S_LABEL) placeLabel(g, l.label!);
      else if (l.block !== 0) g.start(l.block);
    }
    if (!g.reachable) break;
    const x = s.e!;
    if (t.kind === K_VOID) genDiscard(g, x);
    else if (isAggregate(t)) {
      if (dst !== null) genAggregateTo(g, x, dst, false);
      else {
        lv = genLV(g, x);
        if (g.cleanup !== outer && g.reachable) {
          if (isVla(t)) keepStack(g, outer);
          const copy = tempLV(g, t);
          copyObject(g, copy, lv, t.size);
          lv = copy;
        }
      }
    } else v = genExpr(g, x);
  }
  g.b.loc = body.endLoc;
  closeScope(g, outer);
  if (isAggregate(t)) {
    g.mg.callResult = lv;
    return 0;
  }
  if (v === 0 && t.kind !== K_VOID) return g.b.emit(O.OP_UNDEF, irType(g.target, t));
  return v;
}
