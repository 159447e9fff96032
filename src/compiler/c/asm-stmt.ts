// asm statements (GCC manual, "Extended Asm").

import * as KW from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import { type AsmArg, type AsmStmt, E_MEMBER, type Expr, S_ASM, S_EMPTY, Stmt } from "./ast.ts";
import { checkModifiable } from "./binary.ts";
import { errorExpr, isError, rvalue } from "./conversions.ts";
import * as T from "./ctype.ts";
import { parseExpression } from "./expr.ts";
import type { Parser } from "./parser.ts";
import { LABEL_ASM, useLabel } from "./stmt.ts";
import { parseStringText } from "./string-expr.ts";

/** asm [volatile] [inline] [goto] ( template [: outputs [: inputs [: clobbers [: labels]]]] ) ; */
export function parseAsm(p: Parser): Stmt {
  const loc = p.loc;
  const a: AsmStmt = {
    template: "",
    basic: true,
    volatile: false,
    inline: false,
    isGoto: false,
    outputs: [],
    inputs: [],
    clobbers: [],
    labels: [],
    loc,
  };
  p.next();
  for (;;) {
    if (p.tk !== TK.TK_IDENT) break;
    let twice = false;
    if (p.tv === KW.KW_volatile || p.tv === KW.KW___volatile || p.tv === KW.KW___volatile__) {
      twice = a.volatile;
      a.volatile = true;
    } else if (p.tv === KW.KW_inline || p.tv === KW.KW___inline || p.tv === KW.KW___inline__) {
      twice = a.inline;
      a.inline = true;
    } else if (p.tv === KW.KW_goto) {
      twice = a.isGoto;
      a.isGoto = true;
    } else break;
    if (twice) p.error(p.loc, `duplicate 'asm' qualifier '${p.text(p.tv)}'`);
    p.next();
  }
  const fail = (): Stmt => {
    p.recoverParen();
    if (p.tk === TK.TK_SEMI) p.next();
    return new Stmt(S_EMPTY, loc);
  };
  if (!p.expect(TK.TK_LPAREN)) return fail();
  const t = parseStringText(p);
  if (t === null) {
    p.syntaxError(`expected string literal ${p.tokenText()}`);
    return fail();
  }
  a.template = t;
  // "::" is two colons; section counts them
  let section = 0;
  while (p.tk === TK.TK_COLON) {
    p.next();
    a.basic = false;
    section++;
    if (p.tk === TK.TK_COLON || p.tk === TK.TK_RPAREN) continue;
    if (section === 1) {
      if (!operands(p, a.outputs, true)) return fail();
    } else if (section === 2) {
      if (!operands(p, a.inputs, false)) return fail();
    } else if (section === 3) {
      for (;;) {
        const c = parseStringText(p);
        if (c === null) {
          p.syntaxError(`expected string literal ${p.tokenText()}`);
          return fail();
        }
        a.clobbers.push(c);
        if (p.tk !== TK.TK_COMMA) break;
        p.next();
      }
    } else if (section === 4 && a.isGoto) {
      for (;;) {
        if (!p.atName()) {
          p.syntaxError(`expected identifier ${p.tokenText()}`);
          return fail();
        }
        const label = useLabel(p, p.tv, p.loc, LABEL_ASM);
        p.fn!.gotos.push({ label, loc: p.loc, vm: p.fn!.vmStack.slice() });
        a.labels.push({ name: p.text(p.tv), label });
        p.next();
        if (p.tk !== TK.TK_COMMA) break;
        p.next();
      }
    } else break;
  }
  p.expect(TK.TK_RPAREN);
  p.expect(TK.TK_SEMI);
  if (a.basic || a.isGoto || a.outputs.length === 0) a.volatile = true;
  checkOperands(p, a);
  const s = new Stmt(S_ASM, loc);
  s.asm = a;
  return s;
}

function operands(p: Parser, list: AsmArg[], output: boolean): boolean {
  for (;;) {
    let name = "";
    const loc = p.loc;
    if (p.tk === TK.TK_LBRACKET) {
      p.next();
      if (!p.at(TK.TK_IDENT)) {
        p.syntaxError(`expected identifier ${p.tokenText()}`);
        return false;
      }
      name = p.text(p.tv);
      p.next();
      p.expect(TK.TK_RBRACKET);
    }
    let constraint = parseStringText(p);
    // an input that asks for nothing may be anything
    if (constraint === "" && !output) constraint = "X";
    if (constraint === null) {
      p.syntaxError(`expected string literal ${p.tokenText()}`);
      return false;
    }
    if (!p.expect(TK.TK_LPAREN)) return false;
    const e = parseExpression(p);
    p.expect(TK.TK_RPAREN);
    list.push({ name, constraint, e: output ? outputOperand(p, e, constraint, loc) : e, loc });
    if (p.tk !== TK.TK_COMMA) return true;
    p.next();
  }
}

function outputOperand(p: Parser, e: Expr, constraint: string, loc: number): Expr {
  if (isError(e)) return e;
  if (!/^[=+]/.test(constraint)) {
    p.error(
      loc,
      constraint.includes("=")
        ? `output constraint '=' for operand is not at the beginning`
        : "output operand constraint lacks '='",
    );
    return errorExpr(p, loc);
  }
  if (e.type.kind === T.K_ARRAY) return e;
  if (!checkModifiable(p, e, "asm", e.loc)) return errorExpr(p, loc);
  return e;
}

function checkOperands(p: Parser, a: AsmStmt): void {
  const names: Set<string> = new Set();
  for (const x of [...a.outputs, ...a.inputs]) {
    if (x.name === "") continue;
    if (names.has(x.name)) p.error(a.loc, `duplicate 'asm' operand name '${x.name}'`);
    names.add(x.name);
  }
  for (const l of a.labels) if (names.has(l.name)) p.error(a.loc, `duplicate 'asm' operand name '${l.name}'`);
  for (const x of a.inputs) {
    if (isError(x.e)) continue;
    if (/^[=+&]/.test(x.constraint)) {
      p.error(x.loc, `input operand constraint contains '${x.constraint[0]}'`);
      continue;
    }
    const c = p.target.asmConstraint(x.constraint);
    const onlyMemory = c !== undefined && c.mem && !c.reg && !c.imm && c.tied < 0;
    if (onlyMemory) {
      if (!x.e.lvalue && x.e.type.kind !== T.K_FUNCTION && !T.isRecord(x.e.type)) {
        // GCC puts a constant into memory; a value that has no place is an error
        const v = rvalue(p, x.e);
        x.e = v;
      } else if (x.e.op === E_MEMBER && x.e.member!.bitWidth >= 0) {
        p.error(x.loc, `memory input ${a.inputs.indexOf(x) + a.outputs.length} is not directly addressable`);
      }
      continue;
    }
    x.e = rvalue(p, x.e);
    if (x.e.type.kind === T.K_VOID) {
      p.error(x.loc, "invalid use of void expression");
      x.e = errorExpr(p, x.loc);
    }
  }
}
