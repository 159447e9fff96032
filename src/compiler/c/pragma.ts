// Pragmas that reach the parser: pack, weak, redefine_extname, GCC visibility, diagnostic, optimize (stack protection only); others are dropped with -Wunknown-pragmas.

import { TK_COMMA, TK_IDENT, TK_LPAREN, TK_NUM, TK_RPAREN, TK_STR } from "../lex/tokens.ts";
import { declareArmTypes } from "./arm-builtins.ts";
import { ownAttrs } from "./ast.ts";
import type { Parser } from "./parser.ts";

/** #pragma pack: the value in force (0 = natural) and what push saved. */
export class PackState {
  value: number;
  initial: number;
  stack: { id: number; value: number }[] = [];

  constructor(value: number) {
    this.value = value;
    this.initial = value;
  }

  copy(value: number): PackState {
    const p = new PackState(this.initial);
    p.value = value;
    return p;
  }
}

export function handlePragma(p: Parser, index: number): void {
  const pragma = p.opts.pragmas[index];
  if (pragma === undefined) return;
  const t = pragma.tokens;
  if (t.n === 0 || t.kind[0] !== TK_IDENT) return;
  const word = (i: number): string => (i < t.n && t.kind[i] === TK_IDENT ? p.text(t.val[i]!) : "");
  switch (word(0)) {
    case "pack":
      return packPragma(p, index);
    case "weak": {
      const name = t.val[1]!;
      const alias = t.n > 3 ? t.val[3]! : 0;
      const d = p.lookup(name);
      if (d !== null && alias === 0) ownAttrs(d).weak = true;
      else p.weakPragmas.push({ name, alias, loc: pragma.loc });
      return;
    }
    case "redefine_extname":
      if (t.n >= 3) p.redefine.set(t.val[1]!, p.text(t.val[2]!));
      return;
    case "scalar_storage_order":
      if (word(1) === "big" || word(1) === "little") p.bigEndian = word(1) === "big";
      else if (word(1) === "default") p.bigEndian = p.opts.bigEndian;
      else p.warning(pragma.loc, "expected big-endian, little-endian, or default after '#pragma scalar_storage_order'", "");
      return;
    case "GCC":
      if (word(1) === "visibility") {
        if (word(2) === "push") p.visibility.push(word(4));
        else p.visibility.pop();
      } else if (word(1) === "diagnostic") diagnosticPragma(p, index);
      else if (word(1) === "aarch64" && t.n > 2 && t.kind[2] === TK_STR && textOf(p, t.val[2]!).startsWith("arm_neon.h"))
        declareArmTypes(p);
      else if (word(1) === "push_options") p.savedProtection.push(p.protection);
      else if (word(1) === "pop_options") p.protection = p.savedProtection.pop() ?? "";
      else if (word(1) === "reset_options") p.protection = "";
      else if (word(1) === "optimize") {
        for (let i = 2; i < t.n; i++)
          if (t.kind[i] === TK_STR) p.protection = protectorNamed(p, textOf(p, t.val[i]!)) || p.protection;
      }
      return;
  }
}

function textOf(p: Parser, literal: number): string {
  return new TextDecoder().decode(p.lits.get(literal).bytes);
}

/** The last -fstack-protector… among options as attribute and pragma `optimize` write them: "none", "default", "strong" …, or "". */
export function protectorNamed(p: Parser, options: string): string {
  let found = "";
  for (const option of options.split(/[,\s]+/)) {
    const m = /^(?:-?f)?(no-)?stack-protector(?:-(strong|all|explicit))?$/.exec(option.replaceAll("\0", ""));
    if (m !== null) found = m[1] !== undefined ? "none" : (m[2] ?? "default");
  }
  if (found !== "") p.namesProtection = true;
  return found;
}

function packPragma(p: Parser, index: number): void {
  const pragma = p.opts.pragmas[index]!;
  const t = pragma.tokens;
  const st = p.pack;
  const valid = (v: number): boolean => v === 0 || v === 1 || v === 2 || v === 4 || v === 8 || v === 16;
  if (t.kind[1] !== TK_LPAREN) {
    p.warning(pragma.loc, "missing '(' after '#pragma pack' - ignored", "pragmas");
    return;
  }
  let i = 2;
  if (t.kind[i] === TK_RPAREN) {
    st.value = st.initial;
    return;
  }
  let action = "set";
  let id = 0;
  let value = -1;
  if (t.kind[i] === TK_IDENT) {
    action = p.text(t.val[i]!);
    i++;
    while (i < t.n && t.kind[i] === TK_COMMA) {
      i++;
      if (t.kind[i] === TK_IDENT) id = t.val[i]!;
      else if (t.kind[i] === TK_NUM) value = Number(p.text(t.val[i]!));
      i++;
    }
  } else if (t.kind[i] === TK_NUM) {
    value = Number(p.text(t.val[i]!));
    i++;
  }
  if (t.kind[i] !== TK_RPAREN || (action !== "set" && action !== "push" && action !== "pop")) {
    p.warning(pragma.loc, "malformed '#pragma pack' - ignored", "pragmas");
    return;
  }
  if (value >= 0 && !valid(value)) {
    p.warning(pragma.loc, "alignment must be a small power of two, not " + value, "pragmas");
    return;
  }
  if (action === "push") {
    st.stack.push({ id, value: st.value });
    if (value >= 0) st.value = value;
  } else if (action === "pop") {
    if (id !== 0) {
      const k = st.stack.findLastIndex((e) => e.id === id);
      if (k < 0) return;
      st.value = st.stack[k]!.value;
      st.stack.length = k;
    } else {
      const e = st.stack.pop();
      if (e === undefined) {
        p.warning(pragma.loc, "'#pragma pack (pop)' encountered without matching '#pragma pack (push)'", "pragmas");
        return;
      }
      st.value = e.value;
    }
    if (value >= 0) st.value = value;
  } else if (value >= 0) st.value = value;
}

interface SavedFlags {
  enabled: Map<string, boolean>;
  asError: Map<string, boolean>;
}
const saved: WeakMap<Parser, SavedFlags[]> = new WeakMap();

function diagnosticPragma(p: Parser, index: number): void {
  const t = p.opts.pragmas[index]!.tokens;
  const word = p.text(t.val[2]!);
  const o = p.diags.options;
  if (word === "push") {
    const s = saved.get(p) ?? [];
    s.push({ enabled: new Map(o.enabled), asError: new Map(o.asError) });
    saved.set(p, s);
    return;
  }
  if (word === "pop") {
    const s = saved.get(p)?.pop();
    if (s !== undefined) {
      o.enabled = s.enabled;
      o.asError = s.asError;
    }
    return;
  }
  if (t.n < 4 || t.kind[3] !== TK_STR) return;
  const flag = textOf(p, t.val[3]!).replace(/^-W/, "");
  if (word === "ignored") {
    o.enabled.set(flag, false);
  } else if (word === "warning") {
    o.enabled.set(flag, true);
    o.asError.set(flag, false);
  } else if (word === "error") {
    o.enabled.set(flag, true);
    o.asError.set(flag, true);
  }
}
