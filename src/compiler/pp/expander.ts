// Reading tokens and expanding macros (C11 6.10.3 with GCC's extensions). // hot
//
// Tokens come from a stack: macro expansions and arguments (contexts) on top of the files. A macro is disabled while a context
// of its own is on the stack, and an identifier met while its macro is disabled is painted TF_NOEXPAND for good: together this
// is C11 6.10.3.4. A token of a macro's body has the location of the macro's name where it was used, a token of an argument
// keeps its own.
//
// White space counts when an argument is stringified. As in GCC it is worked out from padding: before an expansion and before
// an argument stands a padding token that remembers whether the macro's name or the parameter had white space before it, behind
// them one that remembers nothing. A token behind paddings takes its white space from the first that remembers, unless that one
// had none and an empty one follows. Padding is TK_OTHER with TF_AVOID, val = PAD_*; next() turns it into TF_SPACE.

import type { Diagnostics } from "../base/diagnostics.ts";
import type { Loc, SourceManager } from "../base/source.ts";
import type { Charset } from "../lex/charset.ts";
import { lex } from "../lex/lexer.ts";
import {
  DIGRAPH_TEXT,
  OTHER_TEXT,
  TF_AVOID,
  TF_BOL,
  TF_NOEXPAND,
  TF_PARAM,
  TF_PASTE,
  TF_SPACE,
  TF_STRINGIFY,
  TK_CHAR,
  TK_COMMA,
  TK_COMMENT,
  TK_EOF,
  TK_HASH,
  TK_IDENT,
  TK_LPAREN,
  TK_NUM,
  TK_OTHER,
  TK_PRAGMA,
  TK_RPAREN,
  TK_STR,
  TOKEN_TEXT,
  Tokens,
} from "../lex/tokens.ts";
import { BUILTIN_MACROS } from "./builtin-macros.ts";
import type { SearchPath } from "./include.ts";
import { Macro } from "./macro.ts";
import type { LexedFile, Session } from "./session.ts";

export interface PpOptions {
  search: SearchPath;
  /** -D and -U in order: "NAME", "NAME=value", "F(x)=x"; undef entries begin with "-". */
  macros: readonly string[];
  /** -include and -imacros, in GCC's order. */
  imacros: readonly string[];
  includes: readonly string[];
  /** Header that GCC includes before all others if there is one: stdc-predef.h, or "". */
  preinclude: string;
  /** Text of the predefined macros (#define lines). */
  predefined: string;
  asm: boolean;
  /** LEX_* of every file. */
  lexMode: number;
  /** -E of an already preprocessed file: no expansion, only directives. */
  preprocessed: boolean;
  /** Execution character set; absent or null: UTF-8. */
  charset?: Charset | null;
  charSigned: boolean;
  wcharSize: number;
  /** -fmacro-prefix-map: [old, new]. */
  prefixMap: readonly (readonly [string, string])[];
  /** Strict ISO mode (-std=c11): affects , ## __VA_ARGS__. */
  std: boolean;
  /** #elifdef and #elifndef: not in strict dialects before C2X. */
  elifdef: boolean;
  /** Seconds since 1970 for __DATE__ and __TIME__. */
  now: number;
  /** Missing headers are taken as generated (-MG). */
  missingOk: boolean;
  baseFile: string;
  hasAttribute: (name: string) => number;
  hasBuiltin: (name: string) => boolean;
}

/** A run of tokens on top of the file stack. */
interface Context {
  toks: Tokens;
  pos: number;
  end: number;
  macro: Macro | undefined;
  /** Location of all its tokens; 0 = they have their own. */
  loc: Loc;
  /** toks goes back to the pool when the context is done. */
  owned: boolean;
}

interface Conditional {
  loc: Loc;
  /** This arm is being read. */
  live: boolean;
  /** Some arm has been taken. */
  taken: boolean;
  sawElse: boolean;
}

export interface FileFrame {
  file: LexedFile;
  toks: Tokens;
  pos: number;
  base: number;
  conds: Conditional[];
  /** Index of the search directory it was found in, for #include_next. */
  dirIndex: number;
  dir: string;
  system: boolean;
  includeLoc: Loc;
}

/** Paddings: remembers nothing; had no white space; had some. */
const PAD_NONE = 0;
const PAD_TIGHT = 1;
const PAD_SPACE = 2;
/** Names that a unit may add before the macro table has to grow. */
export const MACRO_SLACK = 4096;

export abstract class Expander {
  readonly session: Session;
  readonly sources: SourceManager;
  readonly diags: Diagnostics;
  readonly opts: PpOptions;
  readonly macros: (Macro | undefined)[] = [];
  readonly frames: FileFrame[] = [];
  counter = 0;

  protected ctx: Context[] = [];
  protected barrier = 0;
  protected inDirective = false;
  /** In a directive where white space does not count: no padding. */
  protected tight = false;
  protected preventExpansion = false;
  /**
   * __LINE__ as GCC has it: in the arguments of an outermost macro the line where it stands (preExpanding > 0), in what is
   * rescanned the line of the outermost macro's name (topLoc).
   */
  protected topLoc: Loc = 0;
  protected preExpanding = 0;
  protected readonly poisoned: Set<number> = new Set();
  /** Index + 1 of a #pragma directive that the next read gives as a token. */
  protected pendingPragma = 0;
  private readonly pragmaOp: number;
  private readonly vaOpt: number;

  // the token read last
  kind = 0;
  flags = 0;
  val = 0;
  loc: Loc = 0;
  /** It stands in the source as it is, behind another such. */
  fromFile = false;
  /** Padding stood before it: its neighbour in the output was not its neighbour in the source. */
  padded = false;

  constructor(session: Session, sources: SourceManager, diags: Diagnostics, opts: PpOptions) {
    this.session = session;
    this.sources = sources;
    this.diags = diags;
    this.opts = opts;
    this.pragmaOp = session.names.intern("_Pragma");
    this.vaOpt = session.names.intern("__VA_OPT__");
    // Filled from the start: an array with gaps would become a slow dictionary.
    for (let i = session.names.n + MACRO_SLACK; i > 0; i--) this.macros.push(undefined);
    for (const [text, id] of BUILTIN_MACROS) {
      const m = new Macro(session.names.intern(text));
      m.builtin = id;
      this.macros[m.name] = m;
    }
  }

  /** Runs the directive at the file's position; false if the `#` is no directive. */
  protected abstract runDirective(f: FileFrame): boolean;
  protected abstract popFile(f: FileFrame): void;
  /** Opens the next file of the command line when the stack is empty. */
  protected abstract advance(): boolean;
  /** _Pragma: false if it is none. */
  protected abstract pragmaOperator(): boolean;
  protected abstract pragmaLoc(index: number): Loc;
  /** Expansion of __LINE__ and its like; undefined after an error. */
  protected abstract builtin(m: Macro, at: Loc): Tokens | undefined;

  // ---- reading ----------------------------------------------------------------------------------

  /** Next token without expansion into kind/flags/val/loc; false (and TK_EOF) at the end of what may be read now. */
  protected nextRaw(): boolean {
    for (;;) {
      const depth = this.ctx.length;
      if (depth > this.barrier) {
        const c = this.ctx[depth - 1]!;
        if (c.pos < c.end) {
          const i = c.pos++;
          this.kind = c.toks.kind[i]!;
          this.flags = c.toks.flags[i]!;
          this.val = c.toks.val[i]!;
          this.loc = c.loc !== 0 ? c.loc : c.toks.loc[i]!;
          return true;
        }
        this.popContext(c);
        if (this.tight) continue;
        this.pad(PAD_NONE, 0);
        return true;
      }
      if (this.barrier > 0) return this.eof();
      const f = this.frames[this.frames.length - 1];
      if (f === undefined) return this.eof();
      const t = f.toks;
      const i = f.pos;
      const fl = t.flags[i]!;
      if ((fl & TF_BOL) !== 0) {
        if (this.inDirective) return this.eof();
        if (t.kind[i] === TK_HASH) {
          if (this.runDirective(f)) {
            if (this.pendingPragma === 0) continue;
            this.kind = TK_PRAGMA;
            this.flags = TF_BOL;
            this.val = this.pendingPragma - 1;
            this.loc = this.pragmaLoc(this.val);
            this.pendingPragma = 0;
            return true;
          }
        } else if (t.kind[i] === TK_EOF) {
          this.popFile(f);
          if (this.frames.length === 0 && !this.advance()) {
            this.loc = f.base + t.loc[i]!;
            return this.eof();
          }
          continue;
        }
      }
      f.pos = i + 1;
      this.kind = t.kind[i]!;
      this.flags = fl;
      this.val = t.val[i]!;
      this.loc = f.base + t.loc[i]!;
      return true;
    }
  }

  protected eof(): boolean {
    this.kind = TK_EOF;
    this.flags = 0;
    this.val = 0;
    return false;
  }

  private pad(val: number, bol: number): void {
    this.kind = TK_OTHER;
    this.flags = TF_AVOID | bol;
    this.val = val;
  }

  /** Next token after expansion, paddings resolved. */
  next(): boolean {
    if (!this.nextPadded()) return false;
    this.fromFile = this.ctx.length === 0;
    this.padded = false;
    if (this.kind !== TK_OTHER || (this.flags & TF_AVOID) === 0) return true;
    this.fromFile = false;
    this.padded = true;
    let source = PAD_NONE;
    let bol = 0;
    for (;;) {
      if (this.kind === TK_OTHER && (this.flags & TF_AVOID) !== 0) {
        if (source === PAD_NONE || (source === PAD_TIGHT && this.val === PAD_NONE)) source = this.val;
        bol |= this.flags & TF_BOL;
      } else break;
      if (!this.nextPadded()) return false;
    }
    if (source !== PAD_NONE) this.flags = (this.flags & ~TF_SPACE) | (source === PAD_SPACE ? TF_SPACE : 0);
    this.flags |= bol;
    return true;
  }

  /** Next token after expansion, paddings included. */
  private nextPadded(): boolean {
    for (;;) {
      if (!this.nextRaw()) return false;
      if (this.kind !== TK_IDENT) return true;
      if (this.opts.preprocessed) return true;
      if (this.val === this.pragmaOp && !this.preventExpansion) {
        if (this.pragmaOperator()) {
          if (this.token() === TK_PRAGMA) return true;
          continue;
        }
        return true;
      }
      const m = this.macros[this.val];
      if (m === undefined) {
        if (this.poisoned.size !== 0 && this.poisoned.has(this.val))
          this.diags.error(this.loc, `attempt to use poisoned "${this.session.names.text(this.val)}"`);
        return true;
      }
      if ((this.flags & TF_NOEXPAND) !== 0) return true;
      if (m.disabled) {
        this.flags |= TF_NOEXPAND;
        return true;
      }
      const lead = this.flags;
      if (!this.expand(m)) return true;
      if (this.tight) continue;
      this.pad((lead & TF_SPACE) !== 0 ? PAD_SPACE : PAD_TIGHT, lead & TF_BOL);
      return true;
    }
  }

  /** Copies tokens of the file on top up to a directive or a name that is a macro: most of every header. */
  protected copyPlain(out: Tokens): void {
    const f = this.frames[this.frames.length - 1];
    if (f === undefined || this.opts.preprocessed || this.poisoned.size > 0 || this.barrier > 0) return;
    const { kind, flags, val, loc } = f.toks;
    const { macros } = this;
    const base = f.base;
    const pragma = this.pragmaOp;
    let i = f.pos;
    let n = out.n;
    for (;;) {
      const k = kind[i]!;
      const fl = flags[i]!;
      if ((fl & TF_BOL) !== 0 && (k === TK_HASH || k === TK_EOF)) break;
      const v = val[i]!;
      if (k === TK_IDENT) {
        if (macros[v] !== undefined || v === pragma) break;
      } else if (k === TK_OTHER) break;
      if (n === out.kind.length) out.reserve(n + 1);
      out.kind[n] = k;
      out.flags[n] = fl;
      out.val[n] = v;
      out.loc[n] = base + loc[i]!;
      n++;
      i++;
    }
    out.n = n;
    f.pos = i;
  }

  // ---- expansion --------------------------------------------------------------------------------

  /** Pushes m's expansion; false if the name stays as it is (a function-like macro without arguments). */
  protected expand(m: Macro): boolean {
    const nameFlags = this.flags;
    const nameVal = this.val;
    const nameLoc = this.loc;
    const outermost = this.ctx.length === 0;
    if (outermost) this.topLoc = nameLoc;
    if (m.builtin !== 0) {
      const t = this.builtin(m, outermost || this.preExpanding > 0 ? nameLoc : this.topLoc);
      if (t === undefined) {
        this.restore(nameVal, nameFlags, nameLoc);
        return false;
      }
      this.pushContext(t, undefined, nameLoc, false);
      return true;
    }
    if (m.params < 0) {
      // Object-like: the body itself is the context.
      if (!m.pastes) this.pushContext(m.body, m, nameLoc, false);
      else this.pushContext(this.substitute(m, NO_ARGS, nameLoc), m, 0, true);
      return true;
    }
    if (!this.parenFollows()) {
      this.restore(nameVal, nameFlags, nameLoc);
      return false;
    }
    const args = this.collectArgs(m, nameLoc);
    if (args === undefined) {
      this.restore(nameVal, nameFlags | TF_NOEXPAND, nameLoc);
      return false;
    }
    const pre = outermost || this.preExpanding > 0 ? 1 : 0;
    this.preExpanding += pre;
    const expansion = this.substitute(m, args, nameLoc);
    this.preExpanding -= pre;
    this.pushContext(expansion, m, 0, true);
    if (this.early.n > 0) {
      this.pushContext(this.early, undefined, 0, true);
      this.early = this.acquire();
    }
    for (let i = 0; i < args.length; i++) this.release(args[i]!);
    return true;
  }

  private restore(val: number, flags: number, loc: Loc): void {
    this.kind = TK_IDENT;
    this.val = val;
    this.flags = flags;
    this.loc = loc;
  }

  protected pushContext(t: Tokens, m: Macro | undefined, loc: Loc, owned: boolean): void {
    if (m !== undefined) m.disabled = true;
    const c = this.freeContexts.pop();
    if (c === undefined) this.ctx.push({ toks: t, pos: 0, end: t.n, macro: m, loc, owned });
    else {
      c.toks = t;
      c.pos = 0;
      c.end = t.n;
      c.macro = m;
      c.loc = loc;
      c.owned = owned;
      this.ctx.push(c);
    }
  }

  private popContext(c: Context): void {
    if (c.macro !== undefined) c.macro.disabled = false;
    if (c.owned) this.release(c.toks);
    this.ctx.pop();
    this.freeContexts.push(c);
  }

  /** Token lists and contexts live shortly and are many: they are used again. */
  private readonly freeContexts: Context[] = [];
  private readonly freeTokens: Tokens[] = [];

  private acquire(): Tokens {
    return this.freeTokens.pop() ?? new Tokens(64);
  }

  private release(t: Tokens): void {
    t.n = 0;
    this.freeTokens.push(t);
  }

  /** Is the next token a `(`? Exhausted contexts are popped on the way, as GCC does; the padding passed is kept if it is not. */
  protected parenFollows(): boolean {
    let padding = -1;
    const f = this.frames[this.frames.length - 1];
    let is = false;
    for (;;) {
      const depth = this.ctx.length;
      if (depth > this.barrier) {
        const c = this.ctx[depth - 1]!;
        let pad = PAD_NONE;
        if (c.pos < c.end) {
          if (c.toks.kind[c.pos] !== TK_OTHER || (c.toks.flags[c.pos]! & TF_AVOID) === 0) {
            is = c.toks.kind[c.pos] === TK_LPAREN;
            break;
          }
          pad = c.toks.val[c.pos]!;
          c.pos++;
        } else this.popContext(c);
        if (padding <= PAD_NONE || (padding === PAD_TIGHT && pad === PAD_NONE)) padding = pad;
        continue;
      }
      if (this.barrier > 0 || f === undefined) break;
      const i = f.pos;
      if ((f.toks.flags[i]! & TF_BOL) !== 0) {
        if (this.inDirective || f.toks.kind[i] === TK_EOF) break;
        if (f.toks.kind[i] === TK_HASH && f === this.frames[this.frames.length - 1] && this.runDirective(f)) {
          if (f !== this.frames[this.frames.length - 1]) break; // an #include: what it begins with is no argument
          continue;
        }
      }
      is = f.toks.kind[i] === TK_LPAREN;
      break;
    }
    if (!is && padding >= 0 && !this.tight) {
      const t = this.acquire();
      t.push(TK_OTHER, TF_AVOID, padding, 0);
      this.pushContext(t, undefined, 0, true);
    }
    return is;
  }

  /** Pragmas met among the arguments that are being collected. */
  private early: Tokens = new Tokens(4);

  /** Reads `( args )`, unexpanded; undefined after an error. */
  private collectArgs(m: Macro, nameLoc: Loc): Tokens[] | undefined {
    this.nextParen();
    const args: Tokens[] = [];
    let arg = this.acquire();
    let depth = 0;
    const prevent = this.preventExpansion;
    this.preventExpansion = true;
    for (;;) {
      if (!this.nextRaw()) {
        this.preventExpansion = prevent;
        this.diags.error(nameLoc, `unterminated argument list invoking macro "${this.session.names.text(m.name)}"`);
        return undefined;
      }
      const k = this.kind;
      if (k === TK_PRAGMA) {
        // As GCC: a pragma among the arguments takes effect before the expansion.
        this.early.push(k, this.flags, this.val, this.loc);
        continue;
      }
      if (k === TK_COMMENT) continue; // GCC keeps it among the expansion's tokens
      if (k === TK_LPAREN) depth++;
      else if (k === TK_RPAREN) {
        if (depth === 0) break;
        depth--;
      } else if (k === TK_COMMA && depth === 0 && !(m.variadic && args.length === m.params - 1)) {
        trimPadding(arg);
        args.push(arg);
        arg = this.acquire();
        continue;
      } else if (k === TK_OTHER && (this.flags & TF_AVOID) !== 0) {
        if (arg.n > 0) arg.push(TK_OTHER, TF_AVOID, this.val, this.loc);
        continue;
      }
      let fl = this.flags;
      if ((fl & TF_BOL) !== 0) fl = (fl & ~TF_BOL) | TF_SPACE;
      // A name met while its own macro is being expanded is painted now: it must stay so when it is rescanned later.
      if (k === TK_IDENT && this.macros[this.val]?.disabled === true) fl |= TF_NOEXPAND;
      arg.push(k, fl, this.val, this.loc);
    }
    this.preventExpansion = prevent;
    trimPadding(arg);
    args.push(arg);
    const given = args.length;
    const want = m.params;
    if (want === 0 && given === 1 && args[0]!.n === 0) return NO_ARGS;
    if (given === want) return args;
    if (m.variadic && given === want - 1) {
      args.push(this.acquire());
      args[want - 1]!.n = -1; // left out altogether
      return args;
    }
    const text = this.session.names.text(m.name);
    if (given < want) this.diags.error(this.loc, `macro "${text}" requires ${want} arguments, but only ${given} given`);
    else this.diags.error(this.loc, `macro "${text}" passed ${given} arguments, but takes just ${want}`);
    return undefined;
  }

  /** Reads the parenthesis that parenFollows has seen. */
  private nextParen(): void {
    do this.nextRaw();
    while (this.kind === TK_OTHER && (this.flags & TF_AVOID) !== 0);
  }

  /** Full expansion of an argument, in isolation (C11 6.10.3.1). */
  private expandArg(arg: Tokens): Tokens {
    if (arg.n <= 0) return arg;
    let needs = false;
    for (let i = 0; i < arg.n; i++) {
      if (arg.kind[i] === TK_IDENT && (this.macros[arg.val[i]!] !== undefined || arg.val[i] === this.pragmaOp)) {
        needs = true;
        break;
      }
    }
    if (!needs) return arg;
    const out = this.acquire();
    const saved = this.barrier;
    const dir = this.inDirective;
    const prevent = this.preventExpansion;
    this.preventExpansion = false;
    // A bottom context, for barrier 0 would let nextRaw fall through to the file.
    const bottom = this.ctx.length === 0;
    if (bottom) this.pushContext(EMPTY, undefined, 0, false);
    this.barrier = this.ctx.length;
    this.pushContext(arg, undefined, 0, false);
    while (this.nextPadded()) out.push(this.kind, this.flags, this.val, this.loc);
    if (bottom) this.ctx.length = 0;
    this.preventExpansion = prevent;
    this.barrier = saved;
    this.inDirective = dir;
    return out;
  }

  /** Replacement list with arguments in place, # and ## done. */
  private substitute(m: Macro, args: readonly Tokens[], loc: Loc): Tokens {
    const out = this.acquire();
    const expanded: (Tokens | undefined)[] = [];
    for (let i = 0; i < args.length; i++) expanded.push(undefined);
    this.substituteRange(m, 0, m.body.n, args, expanded, out, loc);
    for (let i = 0; i < args.length; i++) {
      const e = expanded[i];
      if (e !== undefined && e !== args[i]) this.release(e);
    }
    return out;
  }

  private substituteRange(
    m: Macro,
    from: number,
    to: number,
    args: readonly Tokens[],
    expanded: (Tokens | undefined)[],
    out: Tokens,
    loc: Loc,
  ): void {
    const b = m.body;
    const padded = !this.tight;
    /** The last thing substituted was nothing: a paste takes the other side alone. */
    let placemarker = false;
    for (let i = from; i < to; i++) {
      const fl = b.flags[i]!;
      const paste = (fl & TF_PASTE) !== 0;
      const nextPastes = i + 1 < to && (b.flags[i + 1]! & TF_PASTE) !== 0;
      if ((fl & TF_PARAM) === 0) {
        if (m.usesVaOpt && b.kind[i] === TK_IDENT && b.val[i] === this.vaOpt && b.kind[i + 1] === TK_LPAREN) {
          let depth = 0;
          let j = i + 1;
          for (; j < to; j++) {
            if (b.kind[j] === TK_LPAREN) depth++;
            else if (b.kind[j] === TK_RPAREN && --depth === 0) break;
          }
          const va = m.params - 1;
          expanded[va] ??= this.expandArg(args[va]!);
          if (padded && !paste && i !== from) out.push(TK_OTHER, TF_AVOID, (fl & TF_SPACE) !== 0 ? PAD_SPACE : PAD_TIGHT, loc);
          if (hasTokens(expanded[va]!)) {
            const inner = this.acquire();
            this.substituteRange(m, i + 2, j, args, expanded, inner, loc);
            placemarker = this.append(out, inner, paste, placemarker, loc);
            this.release(inner);
          } else placemarker = true;
          if (padded && !(j + 1 < to && (b.flags[j + 1]! & TF_PASTE) !== 0)) out.push(TK_OTHER, TF_AVOID, PAD_NONE, loc);
          i = j;
          continue;
        }
        if (paste && !placemarker && out.n > 0) this.paste(out, b.kind[i]!, b.val[i]!, loc);
        else out.push(b.kind[i]!, fl & ~(TF_PASTE | TF_PARAM | TF_STRINGIFY), b.val[i]!, loc);
        placemarker = false;
        if (paste && !nextPastes && padded) out.push(TK_OTHER, TF_AVOID, PAD_NONE, loc);
        continue;
      }
      const p = b.val[i]!;
      const arg = args[p]!;
      if (padded && !paste && i !== from) out.push(TK_OTHER, TF_AVOID, (fl & TF_SPACE) !== 0 ? PAD_SPACE : PAD_TIGHT, loc);
      if ((fl & TF_STRINGIFY) !== 0) {
        const lit = this.session.lits.add("", this.stringify(arg));
        if (paste && !placemarker && out.n > 0) this.paste(out, TK_STR, lit, loc);
        else out.push(TK_STR, fl & TF_SPACE, lit, loc);
        placemarker = false;
      } else if (paste) {
        // GNU: `, ## __VA_ARGS__` drops the comma when the variable arguments are left out, and else pastes nothing.
        if (m.variadic && p === m.params - 1 && out.n > 0 && out.kind[out.n - 1] === TK_COMMA && !placemarker) {
          if (arg.n <= 0) {
            if (arg.n < 0 || (m.params === 1 && !this.opts.std)) out.n--;
            placemarker = true;
          } else placemarker = this.append(out, arg, false, false, loc);
        } else placemarker = this.append(out, arg, true, placemarker, loc);
      } else if (nextPastes) placemarker = this.append(out, arg, false, placemarker, loc);
      else {
        const e = (expanded[p] ??= this.expandArg(arg));
        this.append(out, e, false, false, loc);
        placemarker = false;
      }
      if (padded && !nextPastes) out.push(TK_OTHER, TF_AVOID, PAD_NONE, loc);
    }
  }

  /** Appends tokens, the first one pasted if asked for; returns whether that was nothing. */
  private append(out: Tokens, t: Tokens, paste: boolean, placemarker: boolean, loc: Loc): boolean {
    if (t.n <= 0) return paste ? placemarker || out.n === 0 : true;
    let i = 0;
    if (paste && !placemarker && out.n > 0) {
      this.paste(out, t.kind[0]!, t.val[0]!, loc);
      i = 1;
    }
    for (; i < t.n; i++) out.push(t.kind[i]!, t.flags[i]!, t.val[i]!, t.loc[i]!);
    return false;
  }

  /** Joins the last token of `out` with another (C11 6.10.3.3); an invalid result is an error and leaves both. */
  private paste(out: Tokens, kind: number, val: number, loc: Loc): void {
    const last = out.n - 1;
    const a = this.spelling(out.kind[last]!, out.val[last]!);
    const b = this.spelling(kind, val);
    out.loc[last] = loc;
    if (out.kind[last] === TK_IDENT && (kind === TK_IDENT || (kind === TK_NUM && WORD.test(this.session.names.text(val))))) {
      const both = this.pasteBuffer;
      if (a.length + b.length <= both.length) {
        both.set(a);
        both.set(b, a.length);
        out.val[last] = this.session.names.internBytes(both, 0, a.length + b.length);
        out.flags[last] = out.flags[last]! & ~TF_NOEXPAND;
        return;
      }
    }
    const joined = new Uint8Array(a.length + b.length);
    joined.set(a);
    joined.set(b, a.length);
    const t = lex(joined, this.session.names, this.session.lits, this.opts.asm, false, this.opts.lexMode);
    if (t.n === 2) {
      out.kind[last] = t.kind[0]!;
      out.val[last] = t.val[0]!;
      out.flags[last] = out.flags[last]! & ~TF_NOEXPAND;
      return;
    }
    if (!this.opts.asm)
      this.diags.error(
        loc,
        `pasting "${DECODER.decode(a)}" and "${DECODER.decode(b)}" does not give a valid preprocessing token`,
      );
    out.push(kind, 0, val, loc);
  }

  private readonly pasteBuffer: Uint8Array = new Uint8Array(512);

  /** Bytes of a token's spelling. */
  spelling(kind: number, val: number): Uint8Array {
    if (kind === TK_IDENT || kind === TK_NUM || kind === TK_COMMENT) return this.session.names.bytes(val);
    if (kind === TK_STR || kind === TK_CHAR) {
      const l = this.session.lits.get(val);
      const q = kind === TK_STR ? 0x22 : 0x27;
      const out = new Uint8Array(l.prefix.length + l.bytes.length + 2);
      for (let i = 0; i < l.prefix.length; i++) out[i] = l.prefix.charCodeAt(i);
      out[l.prefix.length] = q;
      out.set(l.bytes, l.prefix.length + 1);
      out[out.length - 1] = q;
      return out;
    }
    if (kind === TK_OTHER) return val >= OTHER_TEXT ? this.session.names.bytes(val - OTHER_TEXT) : Uint8Array.of(val);
    return val === 1 ? ENCODED_DIGRAPHS[kind]! : ENCODED[kind]!;
  }

  private stringify(arg: Tokens): Uint8Array {
    const out: number[] = [];
    let source = PAD_NONE;
    for (let i = 0; i < arg.n; i++) {
      const kind = arg.kind[i]!;
      if (kind === TK_OTHER && (arg.flags[i]! & TF_AVOID) !== 0) {
        if (source === PAD_NONE || (source === PAD_TIGHT && arg.val[i] === PAD_NONE)) source = arg.val[i]!;
        continue;
      }
      const space = source === PAD_NONE ? (arg.flags[i]! & (TF_SPACE | TF_BOL)) !== 0 : source === PAD_SPACE;
      source = PAD_NONE;
      if (out.length > 0 && space) out.push(32);
      const s = this.spelling(kind, arg.val[i]!);
      const quoted = kind === TK_STR || kind === TK_CHAR;
      for (let k = 0; k < s.length; k++) {
        const c = s[k]!;
        if (quoted && (c === 0x5c || c === 0x22)) out.push(0x5c);
        out.push(c);
      }
    }
    // A lone backslash at the end would swallow the closing quote.
    let back = 0;
    while (back < out.length && out[out.length - 1 - back] === 0x5c) back++;
    if (back % 2 === 1) out.pop();
    return Uint8Array.from(out);
  }

  /** `kind` after a read, for code in which the type checker takes an older comparison as still valid. */
  token(): number {
    return this.kind;
  }

  /** Next token as it stands. */
  nextUnexpanded(): boolean {
    do {
      if (!this.nextRaw()) return false;
    } while (this.kind === TK_OTHER && (this.flags & TF_AVOID) !== 0);
    return true;
  }
}

/** An argument's last paddings go: nothing follows in it that they could space. */
function trimPadding(t: Tokens): void {
  while (t.n > 0 && t.kind[t.n - 1] === TK_OTHER && (t.flags[t.n - 1]! & TF_AVOID) !== 0) t.n--;
}

/** Is there anything but padding? */
function hasTokens(t: Tokens): boolean {
  for (let i = 0; i < t.n; i++) if (t.kind[i] !== TK_OTHER || (t.flags[i]! & TF_AVOID) === 0) return true;
  return false;
}

const NO_ARGS: Tokens[] = [];
const DECODER = new TextDecoder();
const EMPTY = new Tokens(1);
/** A pp-number that may end an identifier. */
const WORD = /^\w+$/;
const ENCODED_DIGRAPHS: Uint8Array[] = TOKEN_TEXT.map((s, i) => new TextEncoder().encode(DIGRAPH_TEXT[i] ?? s));
const ENCODED: Uint8Array[] = TOKEN_TEXT.map((s) => new TextEncoder().encode(s));
