// Types in GCC's wording: 'const char *', 'int (*)(int,  char)', 'struct s'.

import type { Names } from "../lex/names.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";

const BASIC: readonly string[] = [
  "void",
  "_Bool",
  "char",
  "signed char",
  "unsigned char",
  "short int",
  "short unsigned int",
  "int",
  "unsigned int",
  "long int",
  "long unsigned int",
  "long long int",
  "long long unsigned int",
  "__int128",
  "__int128 unsigned",
  "enum",
  "float",
  "double",
  "long double",
  "_Float128",
];

function quals(q: number): string {
  let s = "";
  if ((q & T.Q_CONST) !== 0) s += "const ";
  if ((q & T.Q_VOLATILE) !== 0) s += "volatile ";
  if ((q & T.Q_RESTRICT) !== 0) s += "restrict ";
  if ((q & T.Q_ATOMIC) !== 0) s += "_Atomic ";
  return s;
}

/** The type as GCC prints it between quotes. */
export function typeText(t: CType, names: Names): string {
  return declare(t, "", names).trimEnd();
}

/** A declaration of `inner` with this type. */
export function declare(t: CType, inner: string, names: Names): string {
  switch (t.kind) {
    case T.K_POINTER: {
      const q = quals(t.quals).trimEnd();
      const b = t.base!;
      const star = `*${q === "" ? "" : ` ${q}${inner === "" ? "" : " "}`}${inner}`;
      if (b.kind === T.K_ARRAY || b.kind === T.K_FUNCTION) return declare(b, `(${star})`, names);
      const s = declare(b, star, names);
      return s;
    }
    case T.K_ARRAY:
      return declare(t.base!, `${inner}[${t.count >= 0 ? t.count : t.count === T.COUNT_STAR ? "*" : ""}]`, names);
    case T.K_FUNCTION: {
      let ps = t.params.map((p) => typeText(p, names)).join(", ");
      if (t.variadic) ps += ps === "" ? "..." : ", ...";
      else if (t.prototype && ps === "") ps = "void";
      return declare(t.base!, `${inner}(${ps})`, names);
    }
  }
  const s = quals(t.quals) + baseText(t, names);
  return inner === ""
    ? s
    : inner.startsWith("[") || (inner.startsWith("(") && !inner.startsWith("(*"))
      ? `${s}${inner.startsWith("(") ? "" : ""}${inner}`
      : `${s} ${inner}`;
}

function baseText(t: CType, names: Names): string {
  switch (t.kind) {
    case T.K_STRUCT:
    case T.K_UNION:
      return `${t.kind === T.K_STRUCT ? "struct" : "union"} ${t.tag === 0 ? "<anonymous>" : names.text(t.tag)}`;
    case T.K_ENUM:
      return `enum ${t.tag === 0 ? "<anonymous>" : names.text(t.tag)}`;
    case T.K_COMPLEX:
      return `_Complex ${baseText(t.base!, names)}`;
    case T.K_VECTOR:
      return `__vector(${t.count}) ${typeText(t.base!, names)}`;
    case T.K_ERROR:
      return "<error>";
    default:
      return t.floatName !== "" ? t.floatName : (BASIC[t.kind] ?? "?");
  }
}
