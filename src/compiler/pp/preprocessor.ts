// The preprocessor's directives (C11 6.10 with GCC's extensions): includes, conditions, definitions, pragmas. Reading and
// expansion are in expander.ts.

import type { Diagnostics } from "../base/diagnostics.ts";
import type { Loc, SourceManager } from "../base/source.ts";
import { lex } from "../lex/lexer.ts";
import {
  OTHER_TEXT,
  type Pragma,
  TF_AVOID,
  TF_BOL,
  TF_NOEXPAND,
  TF_SPACE,
  TK_COMMA,
  TK_ELLIPSIS,
  TK_EOF,
  TK_HASH,
  TK_IDENT,
  TK_LPAREN,
  TK_LT,
  TK_NUM,
  TK_OTHER,
  TK_PRAGMA,
  TK_RPAREN,
  TK_STR,
  TOKEN_TEXT,
  Tokens,
} from "../lex/tokens.ts";
import { expandBuiltin } from "./builtin-macros.ts";
import { Condition, ConditionError } from "./condition.ts";
import { Expander, type FileFrame, MACRO_SLACK, type PpOptions } from "./expander.ts";
import { type FoundFile, IncludeSearch } from "./include.ts";
import { fillBody, Macro, sameDefinition } from "./macro.ts";
import { LEX_ASM, type LexedFile, type Session } from "./session.ts";

/** What -E prints and -d options need to know about the stream's course. */
export interface PpListener {
  /** The stream goes on in this file: flag 0 = the main one begins, 1 = an included one begins, 2 = return to it. */
  enterFile(path: string, line: number, flag: number, system: boolean): void;
  define(m: Macro): void;
  undef(name: number): void;
}

export interface Dependency {
  path: string;
  system: boolean;
}

const MAX_INCLUDE_DEPTH = 200;
const NOT_A_NAME = -1;

export class Preprocessor extends Expander {
  readonly pragmas: Pragma[] = [];
  readonly deps: Dependency[] = [];
  private readonly depSet: Set<string> = new Set();
  private readonly search: IncludeSearch;
  /** Files of #pragma once and #import. */
  private readonly once: LexedFile[] = [];
  private readonly seen: Map<string, LexedFile | undefined> = new Map();
  private readonly pushed: Map<number, (Macro | undefined)[]> = new Map();
  listener: PpListener | undefined = undefined;
  private readonly n: Readonly<Record<string, number>>;
  private readonly directive: Map<number, (at: Loc) => void> = new Map();

  constructor(session: Session, sources: SourceManager, diags: Diagnostics, opts: PpOptions) {
    super(session, sources, diags, opts);
    this.search = new IncludeSearch(opts.search, (p) => this.session.open(p, opts.lexMode, this.seen));
    const name = (s: string): number => session.names.intern(s);
    this.n = {
      defined: name("defined"),
      vaArgs: name("__VA_ARGS__"),
      vaOpt: name("__VA_OPT__"),
      once: name("once"),
      GCC: name("GCC"),
      STDC: name("STDC"),
      pushMacro: name("push_macro"),
      popMacro: name("pop_macro"),
      poison: name("poison"),
      systemHeader: name("system_header"),
      pragmaOp: name("_Pragma"),
      ifName: name("if"),
      ifdef: name("ifdef"),
      ifndef: name("ifndef"),
      elif: name("elif"),
      elifdef: opts.elifdef ? name("elifdef") : NOT_A_NAME,
      elifndef: opts.elifdef ? name("elifndef") : NOT_A_NAME,
      elseName: name("else"),
      endif: name("endif"),
      warning: name("warning"),
      error: name("error"),
      dependency: name("dependency"),
    };
    const d = (s: string, f: (at: Loc) => void): void => void this.directive.set(name(s), f);
    d("define", () => this.define());
    d("undef", () => this.undef());
    d("include", (at) => this.include(at, false));
    d("include_next", (at) => this.include(at, true));
    d("import", (at) => this.include(at, false, true));
    d("if", (at) => this.pushCond(at, this.condition()));
    d("ifdef", (at) => this.pushCond(at, this.isDefined("ifdef")));
    d("ifndef", (at) => this.pushCond(at, !this.isDefined("ifndef")));
    d("elif", (at) => this.elseArm(at, true));
    if (opts.elifdef) {
      d("elifdef", (at) => this.elseArm(at, true));
      d("elifndef", (at) => this.elseArm(at, true));
    }
    d("else", (at) => this.elseArm(at, false));
    d("endif", (at) => this.endif(at));
    d("line", (at) => this.line(at, true));
    d("error", (at) => this.message(at, true));
    d("warning", (at) => this.message(at, false));
    d("pragma", (at) => this.pragma(at));
    d("ident", () => {});
    d("sccs", () => {});
    d("assert", () => {});
    d("unassert", () => {});
  }

  // ---- driving ----------------------------------------------------------------------------------

  /** Preprocesses a whole unit to one token list without directives, TK_EOF at its end; the list is good until the next unit. */
  run(main: LexedFile): Tokens {
    const out = this.session.output;
    out.n = 0;
    this.start(main);
    for (;;) {
      if (this.ctx.length === 0) this.copyPlain(out);
      this.next();
      out.push(this.kind, this.flags, this.val, this.loc);
      if (this.kind === TK_EOF) break;
      if (this.kind === TK_OTHER && this.val >= OTHER_TEXT) {
        const quote = this.session.names.text(this.val - OTHER_TEXT).replace(/^[LuU8]*/, "")[0];
        this.diags.error(this.loc, `missing terminating ${quote} character`);
      }
    }
    return out;
  }

  /** Opens the main file under the predefined macros and the command line's -D, -U, -imacros, -include. */
  start(main: LexedFile): void {
    const text = `${this.opts.predefined}\n${this.opts.macros.map(commandLineMacro).join("\n")}\n`;
    this.define_text("<built-in>", text);
    this.note(main.source.path, false);
    for (const f of this.opts.imacros) {
      this.pushIncluded(f);
      this.drain();
    }
    this.main = main;
    this.queue.push(...this.opts.includes);
    const pre = this.opts.preinclude === "" ? undefined : this.search.find(this.opts.preinclude, "", true, -2, false);
    if (pre !== undefined) this.pushFound(pre);
    else this.advance();
  }

  /** Main file, until it is entered: the -include files of `queue` come before it. */
  private main: LexedFile | undefined = undefined;
  private readonly queue: string[] = [];

  /** Opens the next -include file, or the main file behind the last; false when all have been read. */
  protected advance(): boolean {
    const main = this.main;
    if (main === undefined) return false;
    const name = this.queue.shift();
    if (name !== undefined) this.pushIncluded(name);
    else {
      this.main = undefined;
      this.pushFile(main, -1, dirOf(main.source.path), false, 0);
      this.listener?.enterFile(main.source.path, 1, 0, false);
    }
    return true;
  }

  /** Value of __INCLUDE_LEVEL__. */
  level(): number {
    return this.frames.length - (this.main === undefined ? 1 : 0);
  }

  /** Forgets an expansion that an exception has cut short, so that macros kept in the Session are usable again. */
  abandon(): void {
    for (const m of this.macros) if (m !== undefined) m.disabled = false;
    for (const stack of this.pushed.values()) for (const m of stack) if (m !== undefined) m.disabled = false;
  }

  private define_text(path: string, text: string): void {
    const f = this.session.lexBytes(path, new TextEncoder().encode(text), this.opts.asm ? LEX_ASM : 0);
    this.pushFile(f, -1, "", true, 0);
    this.drain();
  }

  private pushIncluded(name: string): void {
    const found = this.search.find(name, "", false, -1, true);
    if (found === undefined) this.diags.fatal(0, `${name}: No such file or directory`);
    this.pushFound(found);
  }

  private pushFound(found: FoundFile): void {
    this.note(found.path, found.system);
    this.pushFile(found.file, found.dirIndex, dirOf(found.path), found.system, 0);
    this.listener?.enterFile(found.path, 1, 1, found.system);
  }

  /** Reads the file on top to its end, keeping nothing but its macros. */
  private drain(): void {
    const depth = this.frames.length;
    while (this.frames.length >= depth) {
      const f = this.frames[depth - 1]!;
      if (f === undefined) return;
      if (!this.nextRaw()) return;
    }
  }

  private note(path: string, system: boolean): void {
    if (this.depSet.has(path)) return;
    this.depSet.add(path);
    this.deps.push({ path, system });
  }

  private pushFile(file: LexedFile, dirIndex: number, dir: string, system: boolean, includeLoc: Loc): void {
    const base = this.sources.enter(file.source, includeLoc, system);
    if (file.toks.openComment >= 0) this.diags.error(base + file.toks.openComment, "unterminated comment");
    this.frames.push({ file, toks: file.toks, pos: 0, base, conds: [], dirIndex, dir, system, includeLoc });
  }

  protected popFile(f: FileFrame): void {
    for (const c of f.conds) this.diags.error(c.loc, `unterminated ${c.sawElse ? "#else" : "#if"}`);
    this.frames.pop();
    const up = this.frames[this.frames.length - 1];
    if (this.listener === undefined) return;
    if (up !== undefined) {
      const p = this.sources.decode(up.base + up.toks.loc[up.pos]!);
      this.listener.enterFile(p.file, p.line, 2, up.system);
    } else if (this.main !== undefined) this.listener.enterFile("<command-line>", 0, 2, false);
  }

  protected pragmaLoc(index: number): Loc {
    return this.pragmas[index]!.loc;
  }

  protected builtin(m: Macro, at: Loc): Tokens | undefined {
    return expandBuiltin(this, m.builtin, at);
  }

  // ---- directives -------------------------------------------------------------------------------

  /** Runs the directive at the file's position; false if the `#` is no directive (assembler files). */
  protected runDirective(f: FileFrame): boolean {
    const t = f.toks;
    const hash = f.pos;
    const at = f.base + t.loc[hash]!;
    let i = hash + 1;
    if ((t.flags[i]! & TF_BOL) !== 0) {
      f.pos = i; // null directive
      return true;
    }
    const kind = t.kind[i]!;
    const run = kind === TK_IDENT ? this.directive.get(t.val[i]!) : undefined;
    if (run === undefined) {
      if (kind === TK_NUM && !this.opts.asm) {
        f.pos = i;
        this.inDirective = true;
        this.line(at, false);
        this.endDirective(f);
        return true;
      }
      // In an assembler file an unknown # line is a comment: it goes through as text.
      if (this.opts.asm) return false;
      if (kind === TK_IDENT)
        this.diags.error(f.base + t.loc[i]!, `invalid preprocessing directive #${this.session.names.text(t.val[i]!)}`);
      else this.diags.error(f.base + t.loc[i]!, "invalid preprocessing directive");
      while ((t.flags[i]! & TF_BOL) === 0) i++;
      f.pos = i;
      return true;
    }
    f.pos = i + 1;
    const savedCtx = this.ctx;
    const savedBarrier = this.barrier;
    const savedPrevent = this.preventExpansion;
    const savedTop = this.topLoc;
    const savedPre = this.preExpanding;
    this.preExpanding = 0;
    this.ctx = [];
    this.barrier = 0;
    this.preventExpansion = false;
    this.inDirective = true;
    this.tight = true;
    run(at);
    this.tight = false;
    this.endDirective(f);
    this.ctx = savedCtx;
    this.barrier = savedBarrier;
    this.preventExpansion = savedPrevent;
    this.topLoc = savedTop;
    this.preExpanding = savedPre;
    return true;
  }

  /** Skips what is left of the directive's line. */
  private endDirective(f: FileFrame): void {
    this.inDirective = false;
    const t = f.toks;
    let i = f.pos;
    while ((t.flags[i]! & TF_BOL) === 0) i++;
    f.pos = i;
  }

  private top(): FileFrame {
    return this.frames[this.frames.length - 1]!;
  }

  /** Index behind the last token of the current directive. */
  private lineEnd(): number {
    const f = this.top();
    let i = f.pos;
    while ((f.toks.flags[i]! & TF_BOL) === 0) i++;
    return i;
  }

  private define(): void {
    const f = this.top();
    const t = f.toks;
    const end = this.lineEnd();
    let i = f.pos;
    const at = f.base + t.loc[Math.min(i, t.n - 1)]!;
    if (i >= end) return this.diags.error(at, "no macro name given in #define directive");
    if (t.kind[i] !== TK_IDENT) return this.diags.error(at, "macro names must be identifiers");
    const name = t.val[i]!;
    if (name === this.n.defined) return this.diags.error(at, `"defined" cannot be used as a macro name`);
    const known = f.file.macros.get(i);
    if (known !== undefined) return this.install(known, at);
    const m = new Macro(name);
    m.loc = at;
    const key = i;
    i++;
    if (i < end && t.kind[i] === TK_LPAREN && (t.flags[i]! & TF_SPACE) === 0) {
      i++;
      m.params = 0;
      while (i < end && t.kind[i] !== TK_RPAREN) {
        if (t.kind[i] === TK_ELLIPSIS) {
          m.variadic = true;
          m.paramNames.push(this.n.vaArgs!);
          i++;
        } else if (t.kind[i] === TK_IDENT) {
          if (m.paramNames.includes(t.val[i]!))
            return this.diags.error(f.base + t.loc[i]!, `duplicate macro parameter "${this.session.names.text(t.val[i]!)}"`);
          m.paramNames.push(t.val[i]!);
          i++;
          if (t.kind[i] === TK_ELLIPSIS && i < end) {
            m.variadic = true;
            i++;
          }
        } else return this.diags.error(f.base + t.loc[i]!, "expected parameter name in macro parameter list");
        if (t.kind[i] === TK_COMMA && i < end && !m.variadic) {
          i++;
          if (t.kind[i] === TK_RPAREN) return this.diags.error(f.base + t.loc[i]!, 'expected parameter name, found ")"');
        } else if (t.kind[i] !== TK_RPAREN || i >= end) return this.diags.error(at, "expected ')' in macro parameter list");
      }
      if (i >= end) return this.diags.error(at, "expected ')' in macro parameter list");
      i++;
      m.params = m.paramNames.length;
    }
    const err = fillBody(m, t, i, end, this.n.vaOpt!, this.opts.asm);
    if (err !== "") return this.diags.error(at, err);
    if (m.body.n > 0) m.body.flags[0] = m.body.flags[0]! & ~TF_SPACE;
    f.file.macros.set(key, m);
    this.install(m, at);
  }

  private install(m: Macro, at: Loc): void {
    const old = this.macros[m.name];
    if (old !== undefined && old !== m && !sameDefinition(old, m, this.session.lits)) {
      const text = this.session.names.text(m.name);
      if (old.builtin !== 0) this.diags.warning(at, `"${text}" redefined`, "builtin-macro-redefined");
      else if (this.frames.length > 0 && old.loc !== 0) this.diags.warning(at, `"${text}" redefined`, "");
    }
    while (this.macros.length <= m.name) for (let i = 0; i < MACRO_SLACK; i++) this.macros.push(undefined);
    this.macros[m.name] = m;
    this.listener?.define(m);
  }

  private undef(): void {
    const f = this.top();
    const i = f.pos;
    if ((f.toks.flags[i]! & TF_BOL) !== 0 || f.toks.kind[i] !== TK_IDENT) {
      return this.diags.error(f.base + f.toks.loc[i]!, "macro names must be identifiers");
    }
    if (this.macros[f.toks.val[i]!] !== undefined) this.macros[f.toks.val[i]!] = undefined;
    this.listener?.undef(f.toks.val[i]!);
  }

  private isDefined(what: string): boolean {
    const f = this.top();
    const i = f.pos;
    if ((f.toks.flags[i]! & TF_BOL) !== 0) {
      this.diags.error(f.base + f.toks.loc[i - 1]!, `no macro name given in #${what} directive`);
      return false;
    }
    if (f.toks.kind[i] !== TK_IDENT) {
      this.diags.error(f.base + f.toks.loc[i]!, "macro names must be identifiers");
      return false;
    }
    return this.macros[f.toks.val[i]!] !== undefined;
  }

  /** The rest of the line, expanded, `defined` and its like replaced, evaluated. */
  private condition(): boolean {
    const at = this.top().base + this.top().toks.loc[this.top().pos]!;
    const t = new Tokens(32);
    while (this.nextForCondition()) t.push(this.kind, this.flags, this.val, this.loc);
    try {
      const warnUndef = this.diags.options.enabled.get("undef") === true;
      return new Condition(
        t,
        this.session.names,
        this.session.lits,
        this.opts.charSigned,
        this.opts.wcharSize,
        this.opts.charset ?? null,
        (i) => {
          if (warnUndef)
            this.diags.warning(t.loc[i]!, `"${this.session.names.text(t.val[i]!)}" is not defined, evaluates to 0`, "undef");
        },
      ).evaluate();
    } catch (e) {
      if (!(e instanceof ConditionError)) throw e;
      this.diags.error(at, e.message);
      return false;
    }
  }

  private nextForCondition(): boolean {
    for (;;) {
      if (!this.nextRaw()) return false;
      if (this.kind !== TK_IDENT) {
        if (this.kind === TK_OTHER && (this.flags & TF_AVOID) !== 0) continue;
        return true;
      }
      if (this.val === this.n.defined) {
        const at = this.loc;
        this.nextRaw();
        let paren = false;
        if (this.token() === TK_LPAREN) {
          paren = true;
          this.nextRaw();
        }
        if (this.kind !== TK_IDENT) {
          this.diags.error(at, 'operator "defined" requires an identifier');
          return false;
        }
        const is = this.macros[this.val] !== undefined;
        if (paren) {
          this.nextRaw();
          if (this.token() !== TK_RPAREN) this.diags.error(at, "missing ')' after \"defined\"");
        }
        this.kind = TK_NUM;
        this.flags = 0;
        this.val = this.session.names.intern(is ? "1" : "0");
        this.loc = at;
        return true;
      }
      const m = this.macros[this.val];
      if (m === undefined || (this.flags & TF_NOEXPAND) !== 0) return true;
      if (m.disabled) {
        this.flags |= TF_NOEXPAND;
        return true;
      }
      if (!this.expand(m)) return true;
    }
  }

  private pushCond(loc: Loc, live: boolean): void {
    const f = this.top();
    f.conds.push({ loc, live, taken: live, sawElse: false });
    if (!live) this.skip(f);
  }

  private elseArm(at: Loc, elif: boolean): void {
    const f = this.top();
    const c = f.conds[f.conds.length - 1];
    if (c === undefined) return this.diags.error(at, `#${elif ? "elif" : "else"} without #if`);
    if (c.sawElse) this.diags.error(at, `#${elif ? "elif" : "else"} after #else`);
    if (!elif) c.sawElse = true;
    c.live = false;
    this.skip(f); // a live arm was just ended
  }

  private endif(at: Loc): void {
    const f = this.top();
    if (f.conds.length === 0) return this.diags.error(at, "#endif without #if");
    f.conds.pop();
  }

  /** Skips to the #elif, #else or #endif that ends the dead arm; leaves the position at the end of that directive. */
  private skip(f: FileFrame): void {
    const t = f.toks;
    const n = this.n;
    const c = f.conds[f.conds.length - 1]!;
    for (;;) {
      const i = this.sibling(f, f.pos);
      if (t.kind[i] === TK_EOF) {
        f.pos = i;
        return;
      }
      f.pos = i + 2;
      const d = t.val[i + 1]!;
      if (d === n.endif) {
        f.conds.pop();
        return;
      }
      if (c.sawElse) this.diags.error(f.base + t.loc[i]!, `#${this.session.names.text(d)} after #else`);
      if (d === n.elseName) c.sawElse = true;
      if (c.taken) continue;
      const holds =
        d === n.elseName || (d === n.elif ? this.condition() : this.isDefined(this.session.names.text(d)) === (d === n.elifdef));
      if (holds) {
        c.live = true;
        c.taken = true;
        return;
      }
    }
  }

  /** Index of the `#` of the next #elif, #else or #endif of this level behind token `from`, or of the end of the file. */
  private sibling(f: FileFrame, from: number): number {
    const known = f.file.skips.get(from);
    if (known !== undefined) return known;
    const { kind, flags, val } = f.toks;
    const n = this.n;
    let depth = 0;
    let i = from;
    for (; ; i++) {
      while ((flags[i]! & TF_BOL) === 0) i++;
      if (kind[i] === TK_EOF) break;
      if (kind[i] !== TK_HASH || kind[i + 1] !== TK_IDENT || (flags[i + 1]! & TF_BOL) !== 0) continue;
      const d = val[i + 1]!;
      if (d === n.ifName || d === n.ifdef || d === n.ifndef) depth++;
      else if (d === n.endif) {
        if (depth === 0) break;
        depth--;
      } else if (depth === 0 && (d === n.elseName || d === n.elif || d === n.elifdef || d === n.elifndef)) break;
    }
    f.file.skips.set(from, i);
    return i;
  }

  private include(at: Loc, next: boolean, import_ = false): void {
    const f = this.top();
    const t = f.toks;
    const end = this.lineEnd();
    let name = "";
    let angled = false;
    const i = f.pos;
    if (i < end && t.kind[i] === TK_STR) name = DECODER.decode(this.session.lits.get(t.val[i]!).bytes);
    else if (i < end && t.kind[i] === TK_LT) name = this.rawUntil(f, i, 0x3e);
    if (name !== "") angled = t.kind[i] === TK_LT;
    else {
      const e = new Tokens(8);
      this.tight = false;
      while (this.next()) e.push(this.kind, this.flags, this.val, this.loc);
      if (e.n > 0 && e.kind[0] === TK_STR) name = DECODER.decode(this.session.lits.get(e.val[0]!).bytes);
      else if (e.n > 0 && e.kind[0] === TK_LT) {
        angled = true;
        for (let k = 1; k < e.n && TOKEN_TEXT[e.kind[k]!] !== ">"; k++) {
          if ((e.flags[k]! & TF_SPACE) !== 0 && k > 1) name += " ";
          name += DECODER.decode(this.spelling(e.kind[k]!, e.val[k]!));
        }
      }
    }
    if (name === "") return this.diags.error(at, `#${next ? "include_next" : "include"} expects "FILENAME" or <FILENAME>`);
    if (this.frames.length >= MAX_INCLUDE_DEPTH) this.diags.fatal(at, "#include nested depth 200 exceeds maximum of 200");
    const found = this.search.find(name, f.dir, angled, next ? f.dirIndex : -2, false);
    if (found === undefined) {
      if (this.opts.missingOk) {
        this.note(name, angled);
        return;
      }
      this.diags.fatal(f.base + t.loc[Math.min(i, end)]!, `${name}: No such file or directory`);
    }
    f.pos = end;
    this.enter(found, at, import_);
  }

  private enter(found: FoundFile, at: Loc, import_: boolean): void {
    const known = this.depSet.has(found.path);
    this.note(found.path, found.system);
    if (import_) {
      const seen = known || this.isOnce(found.file);
      this.once.push(found.file);
      if (seen) return;
    } else if (this.once.length > 0 && this.isOnce(found.file)) return;
    const g = found.file.guard;
    if (g !== 0 && this.macros[g] !== undefined) return;
    const f = this.top();
    this.pushFile(found.file, found.dirIndex, dirOf(found.path), found.system || f.system, at);
    this.listener?.enterFile(found.path, 1, 1, found.system || f.system);
  }

  /** Is it one of the once-only files, perhaps under another name? As GCC: same time, size and bytes. */
  private isOnce(file: LexedFile): boolean {
    for (const o of this.once) {
      if (o === file) return true;
      if (o.size !== file.size || o.mtimeMs !== file.mtimeMs) continue;
      const a = o.source.bytes;
      const b = file.source.bytes;
      let i = 0;
      while (i < a.length && a[i] === b[i]) i++;
      if (i === a.length) return true;
    }
    return false;
  }

  /** Does __has_include's operand exist? */
  hasInclude(name: string, angled: boolean, next: boolean): boolean {
    const f = this.top();
    return this.search.find(name, f.dir, angled, next ? f.dirIndex : -2, false) !== undefined;
  }

  /** Raw bytes from behind token i up to `stop`. */
  private rawUntil(f: FileFrame, i: number, stop: number): string {
    const b = f.file.source.bytes;
    const from = f.toks.loc[i]! + 1;
    let to = from;
    while (to < b.length && b[to] !== stop && b[to] !== 10) to++;
    return b[to] === stop ? DECODER.decode(b.subarray(from, to)) : "";
  }

  /** For __has_include(<x>): reads up to `>` as raw text and moves on behind it. */
  angledOperand(): string {
    const f = this.top();
    if (this.ctx.length > 0) return "";
    const name = this.rawUntil(f, f.pos - 1, 0x3e);
    while ((f.toks.flags[f.pos]! & TF_BOL) === 0 && TOKEN_TEXT[f.toks.kind[f.pos]!] !== ">") f.pos++;
    f.pos++;
    return name;
  }

  private line(at: Loc, directive: boolean): void {
    const t = new Tokens(4);
    while (this.next()) t.push(this.kind, this.flags, this.val, this.loc);
    const n = t.n > 0 && t.kind[0] === TK_NUM ? Number(this.session.names.text(t.val[0]!).replaceAll("'", "")) : Number.NaN;
    if (!Number.isInteger(n))
      return this.diags.error(at, directive ? "invalid #line directive: no line number" : "invalid preprocessing directive");
    let name = "";
    if (t.n > 1) {
      if (t.kind[1] !== TK_STR) return this.diags.error(at, `invalid filename in line directive`);
      name = DECODER.decode(this.session.lits.get(t.val[1]!).bytes).replace(/\\(["\\])/g, "$1");
    }
    let system = directive ? this.top().system : false;
    for (let i = 2; i < t.n; i++) if (t.kind[i] === TK_NUM && this.session.names.text(t.val[i]!) === "3") system = true;
    this.sources.mark(at, n, name, system);
  }

  private message(at: Loc, error: boolean): void {
    const f = this.top();
    const end = this.lineEnd();
    const word = error ? "#error" : "#warning";
    let text = "";
    if (f.pos < end) {
      const b = f.file.source.bytes;
      const from = f.toks.loc[f.pos]!;
      let to = from;
      while (to < b.length && b[to] !== 10) to++;
      text = ` ${DECODER.decode(b.subarray(from, to)).trim()}`;
    }
    if (error) this.diags.error(at + 1, word + text);
    else this.diags.warning(at + 1, word + text, "cpp");
  }

  private pragma(at: Loc): void {
    const f = this.top();
    const end = this.lineEnd();
    const t = f.toks;
    const toks = new Tokens(8);
    for (let i = f.pos; i < end; i++) toks.push(t.kind[i]!, t.flags[i]! & ~TF_BOL, t.val[i]!, f.base + t.loc[i]!);
    f.pos = end;
    this.handlePragma(at, toks);
    if (this.kind === TK_PRAGMA) this.pendingPragma = this.val + 1;
  }

  /** Does what a pragma asks of the preprocessor; sets kind = TK_PRAGMA when it is left for the parser. */
  private handlePragma(at: Loc, t: Tokens): void {
    this.kind = 0;
    const names = this.session.names;
    let i = 0;
    const first = t.n > 0 && t.kind[0] === TK_IDENT ? t.val[0]! : 0;
    if (first === this.n.once) {
      this.once.push(this.top().file);
      return;
    }
    if (first === this.n.pushMacro || first === this.n.popMacro) {
      const s =
        t.kind[2] === TK_STR
          ? names.internBytes(this.session.lits.get(t.val[2]!).bytes, 0, this.session.lits.get(t.val[2]!).bytes.length)
          : 0;
      if (s === 0) return this.diags.warning(at, `invalid #pragma ${names.text(first)} directive`, "pragmas");
      let stack = this.pushed.get(s);
      if (stack === undefined) {
        stack = [];
        this.pushed.set(s, stack);
      }
      if (first === this.n.pushMacro) stack.push(this.macros[s]);
      else if (stack.length > 0) this.macros[s] = stack.pop();
      return;
    }
    if (first === this.n.GCC) {
      i = 1;
      const second = t.n > 1 && t.kind[1] === TK_IDENT ? t.val[1]! : 0;
      if (second === this.n.poison) {
        for (i = 2; i < t.n; i++) if (t.kind[i] === TK_IDENT) this.poisoned.add(t.val[i]!);
        return;
      }
      if (second === this.n.systemHeader) {
        this.sources.setSystem(at);
        this.top().system = true;
        return;
      }
      if (second === this.n.error || second === this.n.warning) {
        const text = t.n > 2 && t.kind[2] === TK_STR ? DECODER.decode(this.session.lits.get(t.val[2]!).bytes) : "";
        if (second === this.n.error) this.diags.error(at, text);
        else this.diags.warning(at, text, "");
        return;
      }
      if (second === this.n.dependency) return;
    }
    this.kind = TK_PRAGMA;
    this.flags = TF_BOL;
    this.val = this.pragmas.push({ loc: at, tokens: t }) - 1;
    this.loc = at;
  }

  /** _Pragma("…"): destringised and run (C11 6.10.9). False if it is not followed by a parenthesised string. */
  protected pragmaOperator(): boolean {
    const at = this.loc;
    const flags = this.flags;
    const val = this.val;
    if (!this.parenFollows()) {
      if (!this.opts.asm) this.diags.error(at, "_Pragma takes a parenthesized string literal");
      this.kind = TK_IDENT;
      this.flags = flags;
      this.val = val;
      this.loc = at;
      return false;
    }
    this.next();
    this.next();
    if (this.kind !== TK_STR) {
      this.diags.error(at, "_Pragma takes a parenthesized string literal");
      return true;
    }
    const text = DECODER.decode(this.session.lits.get(this.val).bytes).replace(/\\(["\\])/g, "$1");
    this.next();
    const t = lex(new TextEncoder().encode(text), this.session.names, this.session.lits, false);
    t.n--;
    for (let i = 0; i < t.n; i++) t.loc[i] = at;
    this.handlePragma(at, t);
    this.loc = at;
    return true;
  }
}

const DECODER = new TextDecoder();

function dirOf(path: string): string {
  const i = path.lastIndexOf("/");
  return i < 0 ? "" : path.slice(0, i);
}

/** -DNAME=value as a directive. */
function commandLineMacro(d: string): string {
  if (d.startsWith("-")) return `#undef ${d.slice(1)}`;
  const eq = d.indexOf("=");
  return eq < 0 ? `#define ${d} 1` : `#define ${d.slice(0, eq)} ${d.slice(eq + 1)}`;
}
