// __builtin_constant_p and __builtin_object_size: 1 (or the size) as soon as it is known, 0 (or unknown) at the end, when the marks of
// members (OP_SUBOBJ) have served and go too.
// Source: GCC manual, "Other Builtins" and "Object Size Checking".

import type { Func, Value } from "../ir/func.ts";
import type { Module } from "../ir/module.ts";
import {
  OBJSIZE_DYNAMIC,
  OBJSIZE_LEAST,
  OP_CONST,
  OP_FCONST,
  OP_ISCONST,
  OP_OBJSIZE,
  OP_SUBOBJ,
  OP_SYM,
  TY_I64,
} from "../ir/ops.ts";
import { objectSize, SizeCode } from "./object-size.ts";
import type { OptOptions } from "./options.ts";

export function settleConstants(f: Func, m: Module, o: OptOptions, last: boolean): boolean {
  let changed = false;
  let marks = false;
  let code: SizeCode | undefined;
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      if (f.op[v] === OP_ISCONST) {
        const yes = isConstant(f, m, f.a[v]!);
        if (!yes && !last) continue;
        f.makeConst(v, yes ? 1 : 0, 0);
        changed = true;
      } else if (f.op[v] === OP_OBJSIZE) {
        const kind = f.b[v]!;
        if ((kind & OBJSIZE_DYNAMIC) !== 0 && o.level > 0 && f.ty[v] === TY_I64) {
          const known = objectSize(f, m, f.a[v]!, kind);
          if (known !== undefined && !known.joined && (last || !known.provisional)) {
            f.makeConst(v, known.size, 0);
            changed = true;
            continue;
          }
          if (!last) continue;
          code ??= new SizeCode(f, m);
          const n = code.size(f.a[v]!, kind);
          if (n !== undefined) f.replaceWith(v, n);
          else unknown(f, v, kind);
          changed = true;
          continue;
        }
        const n = objectSize(f, m, f.a[v]!, kind);
        if (!last && (n === undefined || n.provisional)) continue;
        if (n === undefined) unknown(f, v, kind);
        else f.makeConst(v, n.size, 0);
        changed = true;
      } else if (f.op[v] === OP_SUBOBJ) marks = true;
    }
  }
  if (code !== undefined) f.resolveCopies();
  return (last && marks && dropMarks(f)) || changed;
}

function unknown(f: Func, v: Value, kind: number): void {
  const n = (kind & OBJSIZE_LEAST) === 0 ? -1 : 0;
  f.makeConst(v, n, n);
}

function dropMarks(f: Func): boolean {
  for (const b of f.order)
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) if (f.op[v] === OP_SUBOBJ) f.replaceWith(v, f.a[v]!);
  f.resolveCopies();
  return true;
}

function isConstant(f: Func, m: Module, v: Value): boolean {
  if (f.op[v] === OP_CONST || f.op[v] === OP_FCONST) return true;
  if (f.op[v] !== OP_SYM) return false;
  // the address of a string literal's first character
  const s = m.syms[f.a[v]!]!;
  return s.mergeStr !== 0 && f.b[v] === 0;
}
