// Spellings with a meaning to the parser, as Names: attributes and built-in functions. Made once per name table.

import type { Names } from "../lex/names.ts";
import { ATTRIBUTES } from "./attribute-ids.ts";
import { BF_FULLNAME, BF_PLAIN, BUILTINS, type BuiltinRow } from "./builtin-ids.ts";

export class Vocabulary {
  /** Attribute id (AT_*) of a name with or without the underscores around it. */
  readonly attributes: Map<number, number> = new Map();
  /** __builtin_ and __sync/__atomic names. */
  readonly builtins: Map<number, BuiltinRow> = new Map();
  /** Library functions that are built in under their plain name. */
  readonly plain: Map<number, BuiltinRow> = new Map();

  constructor(names: Names) {
    for (const [name, id] of ATTRIBUTES) {
      this.attributes.set(names.intern(name), id);
      this.attributes.set(names.intern(`__${name}__`), id);
    }
    for (const r of BUILTINS) {
      this.builtins.set(names.intern((r[3] & BF_FULLNAME) !== 0 ? r[0] : `__builtin_${r[0]}`), r);
      if ((r[3] & BF_PLAIN) !== 0) this.plain.set(names.intern(r[0]), r);
    }
  }
}

const cache: WeakMap<Names, Vocabulary> = new WeakMap();

export function vocabularyOf(names: Names): Vocabulary {
  let v = cache.get(names);
  if (v === undefined) {
    v = new Vocabulary(names);
    cache.set(names, v);
  }
  return v;
}
