// Statements (C11 6.8 with GNU's case ranges, local labels, computed goto, statement expressions). // hot

import * as KW from "../lex/names.ts";
import { LAST_KEYWORD } from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import { parseAsm } from "./asm-stmt.ts";
import {
  type CaseLabel,
  D_TYPEDEF,
  D_VAR,
  E_INT,
  type Expr,
  Label,
  S_BOUNDS,
  S_BREAK,
  S_CASE,
  S_COMPOUND,
  S_CONTINUE,
  S_DECL,
  S_DEFAULT,
  S_DO,
  S_EMPTY,
  S_EXPR,
  S_FOR,
  S_GOTO,
  S_IF,
  S_IGOTO,
  S_LABEL,
  S_LABELDECL,
  S_RETURN,
  S_SWITCH,
  S_WHILE,
  SC_STATIC,
  Stmt,
} from "./ast.ts";
import { attributesStart, parseAttributes } from "./attributes.ts";
import { requiredInt } from "./consteval.ts";
import { assignConvert, condition, convert, isError, promote, RETURN, rvalue, rvalueForVoid } from "./conversions.ts";
import * as T from "./ctype.ts";
import { parseDeclaration, staticAssert } from "./declaration.ts";
import { startsDeclaration } from "./declspec.ts";
import { parseConditional, parseExpression } from "./expr.ts";
import { bigOf, intConst } from "./fold.ts";
import { markChain } from "./nested.ts";
import type { FnState, Parser, SwitchState } from "./parser.ts";

/** { … } as a statement with a scope of its own; `value`: the body of a statement expression. */
export function parseCompound(p: Parser, value: boolean): Stmt {
  const s = new Stmt(S_COMPOUND, p.loc);
  s.list = [];
  const mark = p.mark();
  const tagMark = p.tagMark();
  const fn = p.fn;
  const vm = fn === null ? 0 : fn.vmStack.length;
  const labels = fn === null ? 0 : fn.localLabels.length;
  p.enterScope();
  p.next();
  parseCompoundBody(p, s);
  s.endLoc = p.loc;
  if (value) {
    const last = s.list.length > 0 ? s.list[s.list.length - 1]! : null;
    let x: Stmt | null = last;
    // a labelled expression statement at the end gives the value too
    while (x !== null && (x.op === S_LABEL || x.op === S_CASE || x.op === S_DEFAULT)) x = x.a;
    if (x !== null && x.op === S_EXPR && x.e !== null) {
      s.result = x;
      x.e = rvalue(p, x.e);
    }
  }
  p.leaveScope(mark, tagMark);
  if (fn !== null) {
    fn.vmStack.length = vm;
    fn.localLabels.length = labels;
  }
  if (p.tk === TK.TK_RBRACE) p.next();
  else p.syntaxError("expected declaration or statement at end of input");
  return s;
}

/** The statements up to "}"; expression statements keep their raw value until it is known whether one is the result. */
export function parseCompoundBody(p: Parser, s: Stmt): void {
  const list = s.list!;
  while (p.tk === TK.TK_IDENT && p.tv === KW.KW___label__) localLabels(p, list);
  while (p.tk !== TK.TK_RBRACE && p.tk !== TK.TK_EOF) {
    const before = p.pos;
    parseBlockItem(p, list);
    if (p.pos === before) {
      p.syntaxError(`expected statement ${p.tokenText()}`);
      p.next();
    }
  }
}

function localLabels(p: Parser, list: Stmt[]): void {
  p.next();
  for (;;) {
    if (!p.atName()) {
      p.syntaxError(`expected identifier ${p.tokenText()}`);
      break;
    }
    const fn = p.fn;
    if (fn !== null) {
      for (const { name, label } of fn.localLabels)
        if (name === p.tv && label.depth === p.depth) {
          p.error(p.loc, `duplicate label declaration '${p.text(p.tv)}'`);
          p.diags.note(label.loc, `previous declaration of '${p.text(p.tv)}'`);
        }
      const l = new Label(p.tv, fn.decl);
      l.loc = p.loc;
      l.depth = p.depth;
      fn.allLabels.push(l);
      fn.localLabels.push({ name: p.tv, label: l });
      if (fn.vmStack.some((id) => fn.stmtExprs.has(id))) {
        l.inStmtExpr = true;
        const s = new Stmt(S_LABELDECL, p.loc);
        s.label = l;
        list.push(s);
      }
    }
    p.next();
    if (p.tk !== TK.TK_COMMA) break;
    p.next();
  }
  p.expect(TK.TK_SEMI);
}

function atLocalDeclaration(p: Parser): boolean {
  if (p.tk !== TK.TK_IDENT) return false;
  const v = p.tv;
  if (v <= LAST_KEYWORD) {
    if (v === KW.KW___attribute__ || v === KW.KW___attribute) return !fallthroughAttribute(p);
    return startsDeclaration(v);
  }
  const d = p.lookup(v);
  if (d !== null && d.kind === D_TYPEDEF) return p.peekKind(1) !== TK.TK_COLON;
  // an unknown type name: "foo bar", "foo *bar ;"
  return d === null && p.peekKind(1) === TK.TK_IDENT && p.peekVal(1) > LAST_KEYWORD;
}

/** __attribute__((fallthrough)) ; */
function fallthroughAttribute(p: Parser): boolean {
  if (p.peekKind(1) !== TK.TK_LPAREN || p.peekKind(3) !== TK.TK_IDENT) return false;
  let depth = 0;
  for (let i = 1; p.peekKind(i) !== TK.TK_EOF; i++) {
    const k = p.peekKind(i);
    if (k === TK.TK_LPAREN) depth++;
    else if (k === TK.TK_RPAREN && --depth === 0) {
      const n = p.peekKind(i + 1);
      return (
        n === TK.TK_SEMI ||
        n === TK.TK_RBRACE ||
        (n === TK.TK_IDENT && (p.peekVal(i + 1) === KW.KW_case || p.peekVal(i + 1) === KW.KW_default))
      );
    }
  }
  return false;
}

function parseBlockItem(p: Parser, list: Stmt[]): void {
  if (p.tk === TK.TK_IDENT) {
    if (p.tv === KW.KW___extension__) {
      const k = p.peekKind(1);
      const v = p.peekVal(1);
      if (k === TK.TK_IDENT && (v <= LAST_KEYWORD ? startsDeclaration(v) : p.isTypedefName(v))) {
        p.next();
        p.quiet++;
        parseDeclaration(p, list);
        p.quiet--;
        return;
      }
    } else if (p.tv === KW.KW__Static_assert) {
      staticAssert(p);
      return;
    } else if (p.tv === KW.KW___label__) {
      localLabels(p, list);
      return;
    } else if (atLocalDeclaration(p)) {
      const last = list.length > 0 ? list[list.length - 1]! : null;
      if (last !== null && last.op !== S_DECL && last.op !== S_BOUNDS)
        p.since(1999, p.loc, "forbids mixed declarations and code");
      parseDeclaration(p, list);
      return;
    }
  }
  const s = parseStatement(p);
  if (s !== null) list.push(s);
}

function expressionStatement(p: Parser): Stmt {
  const s = new Stmt(S_EXPR, p.loc);
  const e = parseExpression(p);
  s.e = rvalueForVoid(p, e);
  if (!p.expect(TK.TK_SEMI)) p.recover();
  return s;
}

/** A statement as the body of a control statement, in a scope of its own (C11 6.8.4p3). */
function parseBody(p: Parser): Stmt {
  const mark = p.mark();
  const tagMark = p.tagMark();
  const vm = p.fn!.vmStack.length;
  p.enterScope();
  if (p.tk === TK.TK_IDENT && atLocalDeclaration(p) && p.tv !== KW.KW___extension__) {
    p.syntaxError(`expected expression ${p.tokenText()}`);
    const junk: Stmt[] = [];
    parseDeclaration(p, junk);
  }
  const s = parseStatement(p) ?? new Stmt(S_EMPTY, p.loc);
  p.leaveScope(mark, tagMark);
  p.fn!.vmStack.length = vm;
  return s;
}

export function parseStatement(p: Parser): Stmt | null {
  const loc = p.loc;
  switch (p.tk) {
    case TK.TK_LBRACE:
      return parseCompound(p, false);
    case TK.TK_SEMI:
      p.next();
      return new Stmt(S_EMPTY, loc);
    case TK.TK_IDENT:
      break;
    default:
      return expressionStatement(p);
  }
  const v = p.tv;
  if (v > LAST_KEYWORD) {
    if (p.peekKind(1) === TK.TK_COLON) return labelled(p);
    return expressionStatement(p);
  }
  // a block of its own (C11 6.8.4p3, 6.8.5p5), but not in C90
  if (p.opts.version >= 1999 && (v === KW.KW_if || v === KW.KW_while || v === KW.KW_do || v === KW.KW_switch)) {
    const mark = p.mark();
    const tagMark = p.tagMark();
    p.enterScope();
    const s = parseKeywordStatement(p, v, loc);
    p.leaveScope(mark, tagMark);
    return s;
  }
  return parseKeywordStatement(p, v, loc);
}

function parseKeywordStatement(p: Parser, v: number, loc: number): Stmt | null {
  switch (v) {
    case KW.KW_if: {
      p.next();
      const s = new Stmt(S_IF, loc);
      p.expect(TK.TK_LPAREN);
      s.e = condition(p, parseExpression(p));
      p.expect(TK.TK_RPAREN);
      s.a = parseBody(p);
      if (p.isKeyword(KW.KW_else)) {
        p.next();
        s.b = parseBody(p);
      }
      return s;
    }
    case KW.KW_while: {
      p.next();
      const s = new Stmt(S_WHILE, loc);
      p.expect(TK.TK_LPAREN);
      s.e = condition(p, parseExpression(p));
      p.expect(TK.TK_RPAREN);
      s.a = loopBody(p);
      return s;
    }
    case KW.KW_do: {
      p.next();
      const s = new Stmt(S_DO, loc);
      s.a = loopBody(p);
      if (!p.acceptKeyword(KW.KW_while)) {
        p.syntaxError(`expected 'while' ${p.tokenText()}`);
        p.recover();
        s.e = intConst(0, 0, p.types.int, loc);
        return s;
      }
      p.expect(TK.TK_LPAREN);
      s.e = condition(p, parseExpression(p));
      p.expect(TK.TK_RPAREN);
      p.expect(TK.TK_SEMI);
      return s;
    }
    case KW.KW_for:
      return parseFor(p);
    case KW.KW_switch:
      return parseSwitch(p);
    case KW.KW_case:
      return parseCase(p);
    case KW.KW_default: {
      p.next();
      p.expect(TK.TK_COLON);
      const s = new Stmt(S_DEFAULT, loc);
      const sw = p.fn!.switches;
      if (sw === null) p.error(loc, "'default' label not within a switch statement");
      else if (sw.stmt.dflt !== null) {
        p.error(loc, "multiple default labels in one switch");
        p.diags.note(sw.stmt.dflt.loc, "this is the first default label");
      } else {
        sw.stmt.dflt = s;
        checkSwitchScope(p, sw, loc);
      }
      s.a = afterLabel(p);
      return s;
    }
    case KW.KW_goto: {
      p.next();
      if (p.at(TK.TK_STAR)) {
        p.next();
        const s = new Stmt(S_IGOTO, loc);
        const e = rvalue(p, parseExpression(p));
        if (e.type.kind !== T.K_POINTER && !isError(e)) p.error(loc, "computed goto must be pointer type");
        s.e = convert(p, e, p.types.voidPtr);
        p.expect(TK.TK_SEMI);
        return s;
      }
      if (!p.atName()) {
        p.syntaxError(`expected identifier or '*' ${p.tokenText()}`);
        p.recover();
        return null;
      }
      const s = new Stmt(S_GOTO, loc);
      s.label = useLabel(p, p.tv, p.loc, LABEL_GOTO);
      const fn = p.fn!;
      fn.gotos.push({ label: s.label, loc, vm: fn.vmStack.slice() });
      p.next();
      p.expect(TK.TK_SEMI);
      return s;
    }
    case KW.KW_break: {
      p.next();
      if (p.fn!.breakDepth === 0) p.error(loc, "break statement not within loop or switch");
      p.expect(TK.TK_SEMI);
      return p.fn!.breakDepth === 0 ? null : new Stmt(S_BREAK, loc);
    }
    case KW.KW_continue: {
      p.next();
      if (p.fn!.loopDepth === 0) p.error(loc, "continue statement not within a loop");
      p.expect(TK.TK_SEMI);
      return p.fn!.loopDepth === 0 ? null : new Stmt(S_CONTINUE, loc);
    }
    case KW.KW_return:
      return parseReturn(p);
    case KW.KW_asm:
    case KW.KW___asm:
    case KW.KW___asm__:
      return parseAsm(p);
    case KW.KW___attribute:
    case KW.KW___attribute__:
      parseAttributes(p, null);
      if (p.at(TK.TK_SEMI)) p.next();
      return new Stmt(S_EMPTY, loc);
    case KW.KW_else:
      p.error(loc, "'else' without a previous 'if'");
      p.next();
      return null;
  }
  return expressionStatement(p);
}

function loopBody(p: Parser): Stmt {
  const fn = p.fn!;
  fn.loopDepth++;
  fn.breakDepth++;
  const s = parseBody(p);
  fn.loopDepth--;
  fn.breakDepth--;
  return s;
}

function parseFor(p: Parser): Stmt {
  const s = new Stmt(S_FOR, p.loc);
  const mark = p.mark();
  const tagMark = p.tagMark();
  const vm = p.fn!.vmStack.length;
  p.next();
  p.enterScope();
  p.expect(TK.TK_LPAREN);
  if (p.tk === TK.TK_SEMI) p.next();
  else if (
    p.tk === TK.TK_IDENT &&
    (atLocalDeclaration(p) ||
      p.tv === KW.KW__Static_assert ||
      (p.tv === KW.KW___extension__ && p.peekKind(1) === TK.TK_IDENT && startsDeclaration(p.peekVal(1))))
  ) {
    while (p.isKeyword(KW.KW___extension__)) p.next();
    if (p.opts.version < 1999) p.error(p.loc, "'for' loop initial declarations are only allowed in C99 or C11 mode");
    const init = new Stmt(S_COMPOUND, p.loc);
    init.list = [];
    if (p.isKeyword(KW.KW__Static_assert)) staticAssert(p);
    else {
      const at = p.loc;
      parseDeclaration(p, init.list);
      checkForDeclarations(p, mark, tagMark, at);
    }
    s.init = init;
  } else s.init = expressionStatement(p);
  if (p.tk !== TK.TK_SEMI) s.e = condition(p, parseExpression(p));
  p.expect(TK.TK_SEMI);
  if (p.tk !== TK.TK_RPAREN) s.e2 = rvalueForVoid(p, parseExpression(p));
  p.expect(TK.TK_RPAREN);
  s.a = loopBody(p);
  p.leaveScope(mark, tagMark);
  p.fn!.vmStack.length = vm;
  return s;
}

/** C11 6.8.5p3: only automatic and register objects. */
function checkForDeclarations(p: Parser, mark: number, tagMark: number, at: number): void {
  for (const d of p.boundSince(mark)) {
    const name = `'${p.text(d.name)}'`;
    if (d.kind !== D_VAR) p.error(d.loc || at, `declaration of non-variable ${name} in 'for' loop initial declaration`);
    else if (d.storage === SC_STATIC) p.error(d.loc, `declaration of static variable ${name} in 'for' loop initial declaration`);
    else if (d.linkage !== 0) p.error(d.loc, `declaration of 'extern' variable ${name} in 'for' loop initial declaration`);
  }
  for (const t of p.taggedSince(tagMark)) p.error(t.loc, `'${p.typeText(t.type)}' declared in 'for' loop initial declaration`);
}

function parseSwitch(p: Parser): Stmt {
  const loc = p.loc;
  const s = new Stmt(S_SWITCH, loc);
  p.next();
  p.expect(TK.TK_LPAREN);
  let e = rvalue(p, parseExpression(p));
  p.expect(TK.TK_RPAREN);
  if (T.isInteger(e.type) && e.type.kind === T.K_BOOL) p.warning(e.loc, "switch condition has boolean value", "switch-bool");
  if (!T.isInteger(e.type)) {
    if (!isError(e)) p.error(e.loc, "switch quantity not an integer");
    e = intConst(0, 0, p.types.int, loc);
  }
  e = promote(p, e);
  s.e = e;
  s.cases = [];
  const fn = p.fn!;
  const sw: SwitchState = {
    stmt: s,
    type: e.type,
    seen: new Map(),
    ranges: false,
    outer: fn.switches,
    vmDepth: fn.vmStack.length,
  };
  fn.switches = sw;
  fn.breakDepth++;
  s.a = parseBody(p);
  fn.breakDepth--;
  fn.switches = sw.outer;
  if (sw.ranges) checkRanges(p, sw);
  return s;
}

/** A case may not jump into the scope of a variably modified object. */
function checkSwitchScope(p: Parser, sw: SwitchState, loc: number): void {
  if (p.fn!.vmStack.length > sw.vmDepth) {
    const fn = p.fn!;
    const into = fn.vmStack.slice(sw.vmDepth).some((id) => fn.stmtExprs.has(id));
    p.error(
      loc,
      into
        ? "case label in statement expression not containing enclosing switch statement"
        : "switch jumps into scope of identifier with variably modified type",
    );
  }
}

function parseCase(p: Parser): Stmt {
  const loc = p.loc;
  const s = new Stmt(S_CASE, loc);
  p.next();
  const lo = caseValue(p);
  let hi: Expr | null = null;
  if (p.tk === TK.TK_ELLIPSIS) {
    p.pedwarn(p.loc, "range expressions in switch statements are non-standard");
    p.next();
    hi = caseValue(p);
  }
  p.expect(TK.TK_COLON);
  const sw = p.fn!.switches;
  if (sw === null) p.error(loc, "case label not within a switch statement");
  else if (lo !== null) {
    checkSwitchScope(p, sw, loc);
    // a label out of the type's range never matches; converting it would make it match something else
    const a = convert(p, lo, sw.type);
    const b = hi === null ? a : convert(p, hi, sw.type);
    if (hi !== null && bigOf(b) < bigOf(a)) p.warning(loc, "empty range specified", "");
    else {
      const wide = sw.type.size === 16 ? ([a, b] as const) : null;
      const c: CaseLabel = { lo: a.lo, loHi: a.hi, hi: b.lo, hiHi: b.hi, wide, stmt: s };
      if (hi !== null || wide !== null) sw.ranges = true;
      const key = a.hi * 4294967296 + (a.lo >>> 0);
      const old = sw.seen.get(key);
      if (old !== undefined && !sw.ranges && Math.abs(key) < 2 ** 53) {
        p.error(loc, "duplicate case value");
        p.diags.note(old, "previously used here");
      }
      sw.seen.set(key, loc);
      sw.stmt.cases!.push(c);
    }
  }
  s.a = afterLabel(p);
  return s;
}

function checkRanges(p: Parser, sw: SwitchState): void {
  const value = (lo: number, hi: number): bigint => {
    const v = (BigInt(hi) << 32n) | BigInt(lo >>> 0);
    return sw.type.unsigned ? BigInt.asUintN(64, v) : v;
  };
  const list = sw.stmt.cases!.map((c) => ({
    lo: c.wide === null ? value(c.lo, c.loHi) : bigOf(c.wide[0]),
    hi: c.wide === null ? value(c.hi, c.hiHi) : bigOf(c.wide[1]),
    loc: c.stmt.loc,
  }));
  list.sort((a, b) => (a.lo < b.lo ? -1 : a.lo > b.lo ? 1 : a.loc - b.loc));
  for (let i = 1; i < list.length; i++) {
    if (list[i]!.lo <= list[i - 1]!.hi) {
      p.error(
        list[i]!.loc,
        list[i]!.lo === list[i]!.hi && list[i - 1]!.lo === list[i - 1]!.hi
          ? "duplicate case value"
          : "duplicate (or overlapping) case value",
      );
      p.diags.note(list[i - 1]!.loc, "this is the first entry overlapping that value");
    }
  }
}

function caseValue(p: Parser): Expr | null {
  const loc = p.loc;
  const e = rvalue(p, parseConditional(p));
  if (isError(e)) return null;
  const c = e.op === E_INT && T.isInteger(e.type) ? e : T.isInteger(e.type) ? requiredInt(p, e) : null;
  if (c === null) {
    p.error(
      loc,
      e.type.kind === T.K_POINTER
        ? "pointers are not permitted as case values"
        : T.isInteger(e.type)
          ? "case label does not reduce to an integer constant"
          : "case label does not reduce to an integer constant",
    );
    return null;
  }
  if (!c.ice || c !== e) p.pedwarn(loc, "case label is not an integer constant expression");
  return c;
}

/** The statement that a label stands before; GNU and C2X allow a declaration or the end of the block. */
function afterLabel(p: Parser): Stmt {
  if (p.tk === TK.TK_RBRACE) {
    if (p.opts.version < 2023) p.pedwarn(p.prevLoc, "label at end of compound statement");
    return new Stmt(S_EMPTY, p.loc);
  }
  if (
    p.tk === TK.TK_IDENT &&
    p.tv !== KW.KW___attribute__ &&
    p.tv !== KW.KW___attribute &&
    (p.tv === KW.KW__Static_assert || (atLocalDeclaration(p) && p.tv !== KW.KW___extension__))
  ) {
    if (p.opts.version < 2023) p.pedwarn(p.loc, "a label can only be part of a statement and a declaration is not a statement");
    return new Stmt(S_EMPTY, p.loc);
  }
  return parseStatement(p) ?? new Stmt(S_EMPTY, p.loc);
}

function labelled(p: Parser): Stmt {
  const loc = p.loc;
  const fn = p.fn!;
  const l = useLabel(p, p.tv, loc, LABEL_DEFINE);
  p.next();
  p.next();
  if (l.defined) {
    p.error(loc, `duplicate label '${p.text(l.name)}'`);
    p.diags.note(l.loc, `previous definition of '${p.text(l.name)}' was here`);
  }
  l.defined = true;
  l.loc = loc;
  fn.labelVm.set(l, fn.vmStack.slice());
  const s = new Stmt(S_LABEL, loc);
  s.label = l;
  l.stmt = s;
  if (attributesStart(p)) parseAttributes(p, null);
  s.a = afterLabel(p);
  return s;
}

/** What a label's name stands for: where to go, the statement it marks, its address, where an asm goto goes. */
export const LABEL_GOTO = 0;
export const LABEL_DEFINE = 1;
export const LABEL_ADDRESS = 2;
export const LABEL_ASM = 3;

/** The label of a name: the innermost __label__ one in scope, for a goto also an outer function's, else the function's. */
export function useLabel(p: Parser, name: number, loc: number, how: number): Label {
  const fn = p.fn!;
  const own = localLabel(fn, name);
  if (own !== null) {
    if (!own.defined) own.loc = loc;
    return own;
  }
  if (how !== LABEL_DEFINE) {
    for (let f = fn.outer; f !== null; f = f.outer) {
      const l = localLabel(f, name);
      if (l === null) continue;
      if (how === LABEL_ASM) p.error(loc, `asm goto to label '${p.text(name)}' of an outer function is not supported`);
      const list = how === LABEL_ADDRESS ? f.addressed : f.receives;
      if (!list.includes(l)) list.push(l);
      markChain(fn.decl, f.decl);
      return l;
    }
  }
  let l = fn.labels.get(name);
  if (l === undefined) {
    l = new Label(name, fn.decl);
    l.loc = loc;
    fn.labels.set(name, l);
    fn.allLabels.push(l);
  }
  return l;
}

/** The innermost __label__ declaration of a name that is in scope in a function. */
function localLabel(fn: FnState, name: number): Label | null {
  for (let i = fn.localLabels.length - 1; i >= 0; i--) if (fn.localLabels[i]!.name === name) return fn.localLabels[i]!.label;
  return null;
}

/** At the end of a function: labels that were never defined, jumps into scopes of VLAs. */
export function finishLabels(p: Parser, fn: FnState): void {
  for (const l of fn.allLabels) {
    if (l.defined) continue;
    if (fn.labels.get(l.name) === l || fn.gotos.some((g) => g.label === l) || l.addrTaken || fn.receives.includes(l)) {
      p.error(l.loc, `label '${p.text(l.name)}' used but not defined`);
    }
  }
  if (fn.vmNext === 1) return;
  for (const g of fn.gotos) {
    const target = fn.labelVm.get(g.label);
    if (target === undefined) continue;
    for (const id of target) {
      if (!g.vm.includes(id)) {
        p.error(
          g.loc,
          fn.stmtExprs.has(id) ? "jump into statement expression" : "jump into scope of identifier with variably modified type",
        );
        break;
      }
    }
  }
}

function parseReturn(p: Parser): Stmt {
  const loc = p.loc;
  const s = new Stmt(S_RETURN, loc);
  const fn = p.fn!;
  p.next();
  const rt = fn.decl.type.base!;
  if (p.tk !== TK.TK_SEMI) {
    const at = p.loc;
    const e = parseExpression(p);
    if (rt.kind === T.K_VOID) {
      const v = rvalueForVoid(p, e);
      if (v.type.kind !== T.K_VOID && !isError(v)) p.pedwarn(at, "'return' with a value, in function returning void", "");
      s.e = v;
      if (v.type.kind !== T.K_VOID) s.e = voidCast(p, v);
    } else {
      const v = rvalue(p, e);
      if (v.type.kind === T.K_VOID) p.error(at, "void value not ignored as it ought to be");
      else {
        const r = assignConvert(p, v, rt, RETURN);
        s.e = isError(r) ? null : r;
      }
    }
  } else if (rt.kind !== T.K_VOID) p.pedwarn99(loc, "'return' with no value, in function returning non-void", "return-type");
  if (!p.expect(TK.TK_SEMI)) p.recover();
  return s;
}

function voidCast(p: Parser, e: Expr): Expr {
  const r = convert(p, e, p.types.void);
  return r;
}
