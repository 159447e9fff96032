// Loads from constant data: string literals, const tables. // hot

import type { Func, Value } from "../ir/func.ts";
import { BIND_WEAK, type DataInit, type Module, SYM_DATA } from "../ir/module.ts";
import * as O from "../ir/ops.ts";
import type { Folder } from "./fold.ts";

/** Initial value of constant data that cannot be replaced at link time, or undefined. */
export function constantData(m: Module, sym: number): { init: DataInit | undefined; size: number } | undefined {
  const s = m.syms[sym]!;
  if (s.kind !== SYM_DATA || !(s.readonly || s.neverWritten) || s.bind === BIND_WEAK || s.alias !== 0 || s.common || s.tls)
    return undefined;
  if (s.section !== "" && s.mergeStr === 0) return undefined;
  return s;
}

export function foldLoad(k: Folder, v: Value): boolean {
  const f: Func = k.f;
  const x = f.a[v];
  const mem = f.c[v];
  if (f.op[x] !== O.OP_SYM || mem & (O.MEM_VOLATILE | O.MEM_GS | O.MEM_FS)) return false;
  const d = constantData(k.cx.m, f.a[x]);
  if (d === undefined) return false;
  const size = mem & O.MEM_SIZE;
  const off = f.b[x];
  if (off < 0 || off + size > d.size || size > 8) return false;
  const ty = f.ty[v];
  let lo = 0;
  let hi = 0;
  if (d.init !== undefined) {
    for (const r of d.init.relocs) {
      if (r.off >= off + size || off >= r.off + r.size) continue;
      if (
        r.off === off &&
        r.size === size &&
        r.sym !== 0 &&
        r.label === 0 &&
        ty === k.cx.o.target.ptrTy &&
        size === O.TY_SIZE[ty] &&
        r.addend === (r.addend | 0)
      )
        return k.become(v, O.OP_SYM, r.sym, r.addend, 0);
      return false;
    }
    const b = d.init.bytes;
    for (let i = 0; i < size; i++) {
      const y = off + i < b.length ? b[off + i] : 0;
      if (i < 4) lo |= y << (8 * i);
      else hi |= y << (8 * i - 32);
    }
  }
  if (ty >= O.TY_F32) {
    if (ty > O.TY_F64) return false;
    return k.become(v, O.OP_FCONST, lo, ty === O.TY_F32 ? 0 : hi, 0);
  }
  if (ty === O.TY_I128) return false;
  if (mem & O.MEM_SIGNED && size < 8) {
    const n = 32 - 8 * size;
    lo = (lo << n) >> n;
    hi = lo >> 31;
  }
  return k.toConst(v, lo, hi);
}
