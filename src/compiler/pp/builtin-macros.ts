// Macros whose value depends on where they stand: __FILE__, __LINE__, __COUNTER__, __has_include and their like (GCC CPP manual, 3.7).

import type { Loc } from "../base/source.ts";
import { TK_IDENT, TK_LPAREN, TK_LT, TK_NUM, TK_RPAREN, TK_STR, TOKEN_TEXT, Tokens } from "../lex/tokens.ts";
import type { Preprocessor } from "./preprocessor.ts";

const BM_FILE = 1;
const BM_LINE = 2;
const BM_COUNTER = 3;
const BM_LEVEL = 4;
const BM_BASE = 5;
const BM_DATE = 6;
const BM_TIME = 7;
const BM_TIMESTAMP = 8;
const BM_HAS_INCLUDE = 9;
const BM_HAS_INCLUDE_NEXT = 10;
const BM_HAS_ATTRIBUTE = 11;
const BM_HAS_BUILTIN = 12;
const BM_FILE_NAME = 13;

export const BUILTIN_MACROS: readonly (readonly [string, number])[] = [
  ["__FILE__", BM_FILE],
  ["__FILE_NAME__", BM_FILE_NAME],
  ["__LINE__", BM_LINE],
  ["__COUNTER__", BM_COUNTER],
  ["__INCLUDE_LEVEL__", BM_LEVEL],
  ["__BASE_FILE__", BM_BASE],
  ["__DATE__", BM_DATE],
  ["__TIME__", BM_TIME],
  ["__TIMESTAMP__", BM_TIMESTAMP],
  ["__has_include", BM_HAS_INCLUDE],
  ["__has_include_next", BM_HAS_INCLUDE_NEXT],
  ["__has_attribute", BM_HAS_ATTRIBUTE],
  ["__has_cpp_attribute", BM_HAS_ATTRIBUTE],
  ["__has_builtin", BM_HAS_BUILTIN],
];

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const two = (n: number): string => String(n).padStart(2, "0");

/** The expansion as a token list; undefined after an error. */
export function expandBuiltin(pp: Preprocessor, id: number, at: Loc): Tokens | undefined {
  const t = new Tokens(1);
  const number = (n: number): Tokens => {
    t.push(TK_NUM, 0, pp.session.names.intern(String(n)), at);
    return t;
  };
  const string = (s: string): Tokens => {
    t.push(TK_STR, 0, pp.session.lits.add("", new TextEncoder().encode(s.replace(/[\\"]/g, "\\$&"))), at);
    return t;
  };
  const when = new Date(pp.opts.now * 1000);
  switch (id) {
    case BM_FILE:
      return string(mapPrefix(pp, pp.sources.decode(at).file));
    case BM_FILE_NAME:
      return string(pp.sources.decode(at).file.replace(/^.*\//, ""));
    case BM_LINE:
      return number(pp.sources.decode(at).line);
    case BM_COUNTER:
      return number(pp.counter++);
    case BM_LEVEL:
      return number(pp.level());
    case BM_BASE:
      return string(mapPrefix(pp, pp.opts.baseFile));
    case BM_DATE:
      return string(`${MONTHS[when.getUTCMonth()]} ${String(when.getUTCDate()).padStart(2, " ")} ${when.getUTCFullYear()}`);
    case BM_TIME:
      return string(`${two(when.getUTCHours())}:${two(when.getUTCMinutes())}:${two(when.getUTCSeconds())}`);
    case BM_TIMESTAMP:
      return string(
        `${DAYS[when.getUTCDay()]} ${MONTHS[when.getUTCMonth()]} ${String(when.getUTCDate()).padStart(2, " ")} ` +
          `${two(when.getUTCHours())}:${two(when.getUTCMinutes())}:${two(when.getUTCSeconds())} ${when.getUTCFullYear()}`,
      );
    case BM_HAS_INCLUDE:
    case BM_HAS_INCLUDE_NEXT:
      return hasInclude(pp, id === BM_HAS_INCLUDE_NEXT, at, number);
    default:
      return hasFeature(pp, id, at, number);
  }
}

function mapPrefix(pp: Preprocessor, file: string): string {
  for (const [from, to] of pp.opts.prefixMap) if (file.startsWith(from)) return to + file.slice(from.length);
  return file;
}

function hasInclude(pp: Preprocessor, next: boolean, at: Loc, number: (n: number) => Tokens): Tokens | undefined {
  pp.next();
  if (pp.kind !== TK_LPAREN) {
    pp.diags.error(at, `missing '(' before "__has_include" operand`);
    return undefined;
  }
  pp.next();
  let name = "";
  let angled = false;
  if (pp.token() === TK_STR) name = new TextDecoder().decode(pp.session.lits.get(pp.val).bytes);
  else if (pp.token() === TK_LT) {
    angled = true;
    name = pp.angledOperand();
    if (name === "") {
      while (pp.next() && TOKEN_TEXT[pp.kind] !== ">") name += new TextDecoder().decode(pp.spelling(pp.kind, pp.val));
    }
  } else {
    pp.diags.error(at, `operator "__has_include" requires a header-name`);
    return undefined;
  }
  pp.next();
  if (pp.token() !== TK_RPAREN) pp.diags.error(at, `missing ')' after "__has_include" operand`);
  return number(pp.hasInclude(name, angled, next) ? 1 : 0);
}

/** __has_attribute(x), __has_builtin(x): one identifier, not expanded (a scoped gnu::x counts as x). */
function hasFeature(pp: Preprocessor, id: number, at: Loc, number: (n: number) => Tokens): Tokens | undefined {
  pp.next();
  if (pp.kind !== TK_LPAREN) {
    pp.diags.error(at, `missing '(' after "${id === BM_HAS_ATTRIBUTE ? "__has_attribute" : "__has_builtin"}"`);
    return undefined;
  }
  let name = "";
  while (pp.nextUnexpanded() && pp.token() !== TK_RPAREN) if (pp.token() === TK_IDENT) name = pp.session.names.text(pp.val);
  const bare = name.replace(/^__(.*)__$/, "$1");
  return number(id === BM_HAS_ATTRIBUTE ? pp.opts.hasAttribute(bare) : pp.opts.hasBuiltin(name) ? 1 : 0);
}
