// Parses C text without the driver: for tests of the parser alone.

import { Diagnostics, defaultDiagnosticOptions } from "../../src/compiler/base/diagnostics.ts";
import { SourceManager } from "../../src/compiler/base/source.ts";
import type { Decl } from "../../src/compiler/c/ast.ts";
import { defaultParseOptions, type ParseOptions, Parser } from "../../src/compiler/c/parser.ts";
import { lex } from "../../src/compiler/lex/lexer.ts";
import { Names } from "../../src/compiler/lex/names.ts";
import { Literals, Tokens } from "../../src/compiler/lex/tokens.ts";
import type { TargetInfo } from "../../src/compiler/target/abi.ts";

export type TargetName = "x86_64" | "aarch64" | "riscv64";

/** Just what the parser reads of a target. */
export function targetFor(name: TargetName): TargetInfo {
  const vaList = {
    kind: name === "riscv64" ? "pointer" : name === "aarch64" ? "aarch64" : "x86-64",
    size: name === "riscv64" ? 8 : name === "aarch64" ? 32 : 24,
    align: 8,
  };
  const info = {
    name,
    ptrTy: 2,
    ptrSize: 8,
    longDoubleTy: name === "x86_64" ? 6 : 7,
    longDoubleSize: 16,
    longDoubleAlign: 16,
    charSigned: name === "x86_64",
    wcharSigned: name !== "aarch64",
    maxStructAlign64: 8,
    biggestAlign: 16,
    unalignedOk: name !== "riscv64",
    abi: { vaList },
    regByName: () => -1,
    asmConstraint: () => undefined,
  };
  return info as unknown as TargetInfo;
}

export interface Parsed {
  p: Parser;
  objects: Map<string, Decl>;
  errors: string[];
  warnings: string[];
}

/** Parses text that needs no preprocessing. */
export function parse(text: string, target: TargetName = "x86_64", opts: Partial<ParseOptions> = {}): Parsed {
  const names = new Names();
  const lits = new Literals();
  const bytes = new TextEncoder().encode(text);
  const raw = lex(bytes, names, lits, false);
  const sources = new SourceManager();
  const base = sources.enter({ path: "t.c", bytes, lines: undefined, system: false }, 0, false);
  const toks = new Tokens(raw.n + 1);
  for (let i = 0; i < raw.n; i++) toks.push(raw.kind[i]!, raw.flags[i]!, raw.val[i]!, raw.loc[i]! + base);
  const diags = new Diagnostics(sources, defaultDiagnosticOptions());
  const info = targetFor(target);
  const p = new Parser(toks, names, lits, info, { ...defaultParseOptions(info), parseAll: true, ...opts }, diags);
  const unit = p.parseUnit();
  const lines = diags.format().split("\n");
  const pick = (word: string): string[] =>
    lines.filter((l) => l.includes(`: ${word}: `)).map((l) => l.replace(new RegExp(`^t\\.c:(\\d+):\\d+: ${word}: `), "$1: "));
  return {
    p,
    objects: new Map(unit.objects.map((d) => [names.text(d.name), d])),
    errors: pick("error"),
    warnings: pick("warning"),
  };
}
