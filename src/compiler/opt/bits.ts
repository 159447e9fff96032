// Which bits of a value may be one ("possible bits"), and which low bits of an operand a user looks at. // hot
// A forward walk of limited depth; everything unknown may be all ones. Results in mlo/mhi.

import { hi as i64hi, shl64, shr64 } from "../base/i64.ts";
import type { Func, PhiInfo, Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";

export let mlo = 0;
export let mhi = 0;

/** Mask of all bits up to the highest one of m. */
function fill(): void {
  if (mhi !== 0) {
    mhi = mhi < 0 ? -1 : (2 ** (32 - Math.clz32(mhi)) - 1) | 0;
    mlo = -1;
  } else if (mlo !== 0) mlo = mlo < 0 ? -1 : (2 ** (32 - Math.clz32(mlo)) - 1) | 0;
}

function all(ty: number): void {
  mlo = -1;
  mhi = ty === O.TY_I32 ? 0 : -1;
}

/** Possible one-bits of an I32 (mhi = 0) or I64 value. */
export function possibleBits(f: Func, v: Value, depth: number): void {
  const ty = f.ty[v];
  switch (f.op[v]) {
    case O.OP_CONST:
      mlo = f.a[v];
      mhi = ty === O.TY_I32 ? 0 : f.b[v];
      return;
    case O.OP_EQ:
    case O.OP_NE:
    case O.OP_SLT:
    case O.OP_SLE:
    case O.OP_ULT:
    case O.OP_ULE:
    case O.OP_FEQ:
    case O.OP_FNE:
    case O.OP_FLT:
    case O.OP_FLE:
    case O.OP_FLTQ:
    case O.OP_FLEQ:
    case O.OP_ISCONST:
      mlo = 1;
      mhi = 0;
      return;
    case O.OP_ZEXT8:
      mlo = 0xff;
      mhi = 0;
      if (depth > 0) narrow(f, f.a[v], depth, 0xff);
      return;
    case O.OP_ZEXT16:
      mlo = 0xffff;
      mhi = 0;
      if (depth > 0) narrow(f, f.a[v], depth, 0xffff);
      return;
    case O.OP_ZEXT32:
      if (depth > 0) possibleBits(f, f.a[v], depth - 1);
      else mlo = -1;
      mhi = 0;
      return;
    case O.OP_LOAD: {
      const c = f.c[v];
      const size = c & O.MEM_SIZE;
      if (size < 4 && (c & O.MEM_SIGNED) === 0) {
        mlo = size === 1 ? 0xff : 0xffff;
        mhi = 0;
      } else if (size === 4 && (c & O.MEM_SIGNED) === 0) {
        mlo = -1;
        mhi = 0;
      } else all(ty);
      return;
    }
    case O.OP_CLZ:
    case O.OP_CTZ:
    case O.OP_POPCNT:
      mlo = 127;
      mhi = 0;
      return;
    case O.OP_PROJ:
      if (f.op[f.a[v]] === O.OP_CMPXCHG && f.b[v] === 1) {
        mlo = 1;
        mhi = 0;
        return;
      }
      break;
  }
  if (depth <= 0 || (ty !== O.TY_I32 && ty !== O.TY_I64)) {
    all(ty);
    return;
  }
  depth--;
  const x = f.a[v];
  const y = f.b[v];
  switch (f.op[v]) {
    case O.OP_COPY:
      possibleBits(f, x, depth);
      return;
    case O.OP_AND: {
      possibleBits(f, x, depth);
      const l = mlo;
      const h = mhi;
      possibleBits(f, y, depth);
      mlo &= l;
      mhi &= h;
      return;
    }
    case O.OP_OR:
    case O.OP_XOR: {
      possibleBits(f, x, depth);
      const l = mlo;
      const h = mhi;
      possibleBits(f, y, depth);
      mlo |= l;
      mhi |= h;
      return;
    }
    case O.OP_SELECT: {
      possibleBits(f, y, depth);
      const l = mlo;
      const h = mhi;
      possibleBits(f, f.c[v], depth);
      mlo |= l;
      mhi |= h;
      return;
    }
    case O.OP_PHI: {
      // Bounded by depth, so cycles end; wide phis are not worth it.
      const vals = (f.aux[v] as PhiInfo).vals;
      if (vals.length > 4) break;
      let l = 0;
      let h = 0;
      for (let i = 0; i < vals.length; i++) {
        if (vals[i] === v) continue;
        possibleBits(f, vals[i], depth - 1);
        l |= mlo;
        h |= mhi;
      }
      mlo = l;
      mhi = h;
      return;
    }
    case O.OP_ADD: {
      possibleBits(f, x, depth);
      const l = mlo;
      const h = mhi;
      possibleBits(f, y, depth);
      mlo |= l;
      mhi |= h;
      fill();
      // One carry beyond the highest bit.
      mhi = (mhi << 1) | (mlo >>> 31);
      mlo = (mlo << 1) | 1;
      if (ty === O.TY_I32) mhi = 0;
      return;
    }
    case O.OP_SHL:
    case O.OP_SHR: {
      if (f.op[y] !== O.OP_CONST) {
        if (f.op[v] === O.OP_SHR) {
          possibleBits(f, x, depth);
          fill();
        } else all(ty);
        return;
      }
      const n = f.a[y];
      if (n >>> 0 >= O.TY_SIZE[ty] * 8) {
        all(ty);
        return;
      }
      possibleBits(f, x, depth);
      if (f.op[v] === O.OP_SHL) mlo = shl64(mlo, mhi, n);
      else mlo = shr64(mlo, mhi, n);
      mhi = ty === O.TY_I32 ? 0 : i64hi;
      return;
    }
    case O.OP_SAR: {
      // With a clear sign bit this is a logical shift.
      possibleBits(f, x, depth);
      const sign = ty === O.TY_I32 ? mlo : mhi;
      if (sign < 0 || f.op[y] !== O.OP_CONST || f.a[y] >>> 0 >= O.TY_SIZE[ty] * 8) {
        all(ty);
        return;
      }
      mlo = shr64(mlo, mhi, f.a[y]);
      mhi = ty === O.TY_I32 ? 0 : i64hi;
      return;
    }
    case O.OP_UREM:
    case O.OP_UDIV: {
      possibleBits(f, x, depth);
      fill();
      const l = mlo;
      const h = mhi;
      if (f.op[v] === O.OP_UREM && f.op[y] === O.OP_CONST) {
        possibleBits(f, y, 0);
        fill();
        mlo &= l;
        mhi &= h;
      }
      return;
    }
    case O.OP_TRUNC:
      if (f.c[v] === O.TY_I64) {
        possibleBits(f, x, depth);
        mhi = 0;
        return;
      }
      break;
    case O.OP_SEXT32:
      possibleBits(f, x, depth);
      mhi = mlo < 0 ? -1 : 0;
      return;
    case O.OP_SEXT8:
    case O.OP_SEXT16: {
      possibleBits(f, x, depth);
      const n = f.op[v] === O.OP_SEXT8 ? 24 : 16;
      if ((mlo << n) >> 31 === 0) {
        mlo = (mlo << n) >>> n;
        mhi = 0;
      } else all(ty);
      return;
    }
  }
  all(ty);
}

function narrow(f: Func, x: Value, depth: number, mask: number): void {
  if (f.ty[x] === O.TY_I32 || f.ty[x] === O.TY_I64) {
    possibleBits(f, x, depth - 1);
    mlo &= mask;
  }
  mhi = 0;
}

/**
 * A value that agrees with x in the bits of the mask and is found by walking down from it: operands of OR and XOR that have none of
 * them, masks that keep all of them.
 */
export function stripDemanded(f: Func, x: Value, dlo: number, dhi: number): Value {
  for (let k = 0; k < 8; k++) {
    switch (f.op[x]) {
      case O.OP_OR:
      case O.OP_XOR:
        possibleBits(f, f.b[x], 3);
        if ((mlo & dlo) === 0 && (mhi & dhi) === 0) {
          x = f.a[x];
          continue;
        }
        possibleBits(f, f.a[x], 3);
        if ((mlo & dlo) === 0 && (mhi & dhi) === 0) {
          x = f.b[x];
          continue;
        }
        return x;
      case O.OP_AND: {
        const c = f.b[x];
        if (f.op[c] !== O.OP_CONST || (f.a[c] & dlo) !== dlo || (f.b[c] & dhi) !== dhi) return x;
        x = f.a[x];
        continue;
      }
      case O.OP_ZEXT8:
      case O.OP_SEXT8:
        if ((dlo & ~0xff) !== 0 || dhi !== 0) return x;
        x = f.a[x];
        continue;
      case O.OP_ZEXT16:
      case O.OP_SEXT16:
        if ((dlo & ~0xffff) !== 0 || dhi !== 0) return x;
        x = f.a[x];
        continue;
      default:
        return x;
    }
  }
  return x;
}

/** A value that agrees with x in its low `bits` bits and is computed with fewer ops. */
export function stripHigh(f: Func, x: Value, bits: number): Value {
  for (let k = 0; k < 8; k++) {
    switch (f.op[x]) {
      case O.OP_SEXT8:
      case O.OP_ZEXT8:
        if (bits > 8) return x;
        break;
      case O.OP_SEXT16:
      case O.OP_ZEXT16:
        if (bits > 16) return x;
        break;
      case O.OP_AND: {
        const y = f.b[x];
        if (f.op[y] !== O.OP_CONST || bits > 32) return x;
        const m = bits === 32 ? -1 : (1 << bits) - 1;
        if ((f.a[y] & m) !== m) return x;
        break;
      }
      default:
        return x;
    }
    x = f.a[x];
  }
  return x;
}
