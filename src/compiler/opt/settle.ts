// __builtin_constant_p and __builtin_object_size: 1 (or the size) as soon as it is known, 0 (or unknown) at the end.
// Source: GCC manual, "Other Builtins" and "Object Size Checking".

import type { Func, Value } from "../ir/func.ts";
import { BIND_LOCAL, BIND_WEAK, type Module, SYM_DATA } from "../ir/module.ts";
import { OP_ADD, OP_ALLOCA, OP_CONST, OP_FCONST, OP_ISCONST, OP_OBJSIZE, OP_PHI, OP_SELECT, OP_SYM } from "../ir/ops.ts";
import type { OptOptions } from "./options.ts";

export function settleConstants(f: Func, m: Module, _o: OptOptions, last: boolean): boolean {
  let changed = false;
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      if (f.op[v] === OP_ISCONST) {
        const yes = isConstant(f, m, f.a[v]!);
        if (!yes && !last) continue;
        f.makeConst(v, yes ? 1 : 0, 0);
        changed = true;
      } else if (f.op[v] === OP_OBJSIZE) {
        const kind = f.b[v]!;
        const n = objectSize(f, m, f.a[v]!, kind);
        if (n === undefined && !last) continue;
        if (n === undefined) f.makeConst(v, (kind & 2) === 0 ? -1 : 0, (kind & 2) === 0 ? -1 : 0);
        else f.makeConst(v, n, 0);
        changed = true;
      }
    }
  }
  return changed;
}

function isConstant(f: Func, m: Module, v: Value): boolean {
  if (f.op[v] === OP_CONST || f.op[v] === OP_FCONST) return true;
  if (f.op[v] !== OP_SYM) return false;
  // the address of a string literal's first character
  const s = m.syms[f.a[v]!]!;
  return s.mergeStr !== 0 && f.b[v] === 0;
}

/** Bytes from the address to the end of its object; undefined = not known. */
function objectSize(f: Func, m: Module, v: Value, kind: number): number | undefined {
  let off = 0;
  let x = v;
  while (f.op[x] === OP_ADD && f.op[f.b[x]!] === OP_CONST) {
    off += f.a[f.b[x]!]!;
    x = f.a[x]!;
  }
  let size: number | undefined;
  if (f.op[x] === OP_ALLOCA) size = f.a[x]!;
  else if (f.op[x] === OP_SYM) {
    const s = m.syms[f.a[x]!]!;
    off += f.b[x]!;
    if (s.kind === SYM_DATA && (s.bind === BIND_LOCAL || s.bind !== BIND_WEAK)) size = s.size;
  } else if ((f.op[x] === OP_SELECT || f.op[x] === OP_PHI) && kind < 0) size = undefined;
  if (size === undefined) return undefined;
  return off < 0 || off > size ? 0 : size - off;
}
