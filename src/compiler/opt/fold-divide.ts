// Division and remainder by constants: shifts for powers of two, else multiplication by a reciprocal.
// Algorithm: Granlund & Montgomery, "Division by Invariant Integers using Multiplication" (1994); constants as in Warren,
// "Hacker's Delight", chapter 10. Constants are found with BigInt: divisions by constants are rare.

import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { mhi, mlo, possibleBits } from "./bits.ts";
import { type Folder, log2 } from "./fold.ts";

const lo32 = (x: bigint): number => Number(BigInt.asIntN(32, x));
const hi32 = (x: bigint): number => Number(BigInt.asIntN(32, x >> 32n));

export function foldDivide(k: Folder, v: Value, op: number): boolean {
  const f = k.f;
  const ty = f.ty[v];
  const x = f.a[v];
  const y = f.b[v];
  if (f.op[y] !== O.OP_CONST || (f.a[y] === 0 && f.b[y] === 0)) return false;
  const lo = f.a[y];
  const hi = f.b[y];
  const rem = op === O.OP_SREM || op === O.OP_UREM;
  if (lo === 1 && hi === 0) return rem ? k.toConst(v, 0, 0) : k.copy(v, x);
  const n = log2(ty, lo, hi);
  if (op === O.OP_UDIV && n > 0) return k.become(v, O.OP_SHR, x, k.num(O.TY_I32, n, 0), 0);
  if (op === O.OP_UREM && n > 0) {
    const m = (1n << BigInt(n)) - 1n;
    return k.become(v, O.OP_AND, x, k.num(ty, lo32(m), hi32(m)), 0);
  }
  const w = O.TY_SIZE[ty] * 8;
  if (op === O.OP_SDIV || op === O.OP_SREM) {
    if (lo === -1 && hi === -1) return rem ? k.toConst(v, 0, 0) : k.become(v, O.OP_SUB, k.num(ty, 0, 0), x, 0);
    possibleBits(f, x, 4);
    if ((ty === O.TY_I32 ? mlo : mhi) >= 0 && hi >= 0) return k.become(v, op === O.OP_SDIV ? O.OP_UDIV : O.OP_UREM, x, y, 0);
    if (n > 0 && n < w - 1) {
      // Rounds towards zero: adds 2^n - 1 to negative dividends first.
      const sign = k.before(v, O.OP_SAR, ty, x, k.num(O.TY_I32, w - 1, 0), 0);
      const bias = k.before(v, O.OP_SHR, ty, sign, k.num(O.TY_I32, w - n, 0), 0);
      const t = k.before(v, O.OP_ADD, ty, x, bias, 0);
      if (!rem) return k.become(v, O.OP_SAR, t, k.num(O.TY_I32, n, 0), 0);
      const m = -(1n << BigInt(n));
      const c = k.before(v, O.OP_AND, ty, t, k.num(ty, lo32(m), hi32(m)), 0);
      return k.become(v, O.OP_SUB, x, c, 0);
    }
  }
  // Reciprocals cost code, and dividing twice is better seen before.
  if (!k.cx.late || k.cx.o.size || k.cx.o.level < 1 || k.cx.o.target.ptrSize !== 8) return false;
  if (ty === O.TY_I64 && hi === -0x80000000 && lo === 0) return false;
  const q =
    op === O.OP_UDIV || op === O.OP_UREM ? unsignedQuotient(k, v, x, ty, w, lo, hi) : signedQuotient(k, v, x, ty, w, lo, hi);
  if (q === 0) return false;
  if (!rem) return k.copy(v, q);
  const t = k.before(v, O.OP_MUL, ty, q, y, 0);
  return k.become(v, O.OP_SUB, x, t, 0);
}

function unsignedQuotient(k: Folder, v: Value, x: Value, ty: number, w: number, lo: number, hi: number): Value {
  const d = BigInt.asUintN(w, (BigInt(hi) << 32n) | BigInt(lo >>> 0));
  const W = BigInt(w);
  let l = 0n;
  while (1n << l < d) l++;
  // m = floor(2^w (2^l - d) / d) + 1; quotient = (umulh(m, x) + (x - umulh) / 2) >> (l - 1), or shorter when m fits w bits.
  for (let p = W; p <= W + l; p++) {
    const m = (1n << p) / d + 1n;
    if (m >> W !== 0n) break;
    // Exact for all x < 2^w when d - 2^p mod d <= 2^(p - w).
    if (d - ((1n << p) % d) <= 1n << (p - W)) {
      const s = Number(p - W);
      const h = mulHigh(k, v, x, ty, m, false, s);
      return s === 0 || ty === O.TY_I32 ? h : k.before(v, O.OP_SHR, ty, h, k.num(O.TY_I32, s, 0), 0);
    }
  }
  const m = ((1n << W) * ((1n << l) - d)) / d + 1n;
  const h = mulHigh(k, v, x, ty, m, false, 0);
  const t = k.before(v, O.OP_SUB, ty, x, h, 0);
  const half = k.before(v, O.OP_SHR, ty, t, k.num(O.TY_I32, 1, 0), 0);
  const s = k.before(v, O.OP_ADD, ty, half, h, 0);
  return k.before(v, O.OP_SHR, ty, s, k.num(O.TY_I32, Number(l) - 1, 0), 0);
}

function signedQuotient(k: Folder, v: Value, x: Value, ty: number, w: number, lo: number, hi: number): Value {
  const f = k.f;
  const d = BigInt.asIntN(w, (BigInt(hi) << 32n) | BigInt(lo >>> 0));
  const ad = d < 0n ? -d : d;
  const W = BigInt(w);
  if (ad < 2n || ad === 1n << (W - 1n)) return 0;
  let l = 0n;
  while (1n << l < ad) l++;
  if (l < 1n) l = 1n;
  // m = floor(2^(w + l - 1) / |d|) + 1 - 2^w, signed; q = x + mulsh(m, x) >> (l - 1) - sign(x).
  const m = (1n << (W + l - 1n)) / ad + 1n - (1n << W);
  const h = mulHigh(k, v, x, ty, m, true, 0);
  const t = k.before(v, O.OP_ADD, ty, x, h, 0);
  const s = l === 1n ? t : k.before(v, O.OP_SAR, ty, t, k.num(O.TY_I32, Number(l) - 1, 0), 0);
  const sign = k.before(v, O.OP_SAR, ty, x, k.num(O.TY_I32, w - 1, 0), 0);
  return d < 0n ? k.before(v, O.OP_SUB, f.ty[v], sign, s, 0) : k.before(v, O.OP_SUB, f.ty[v], s, sign, 0);
}

/** High half of x * m; for I32 through a 64-bit product, then shifted right by `more`. */
function mulHigh(k: Folder, v: Value, x: Value, ty: number, m: bigint, signed: boolean, more: number): Value {
  if (ty === O.TY_I64) return k.before(v, signed ? O.OP_SMULH : O.OP_UMULH, ty, x, k.num(ty, lo32(m), hi32(m)), 0);
  const e = k.before(v, signed ? O.OP_SEXT32 : O.OP_ZEXT32, O.TY_I64, x, 0, 0);
  const c = signed ? BigInt.asIntN(32, m) : BigInt.asUintN(32, m);
  const p = k.before(v, O.OP_MUL, O.TY_I64, e, k.num(O.TY_I64, lo32(c), hi32(c)), 0);
  const h = k.before(v, signed ? O.OP_SAR : O.OP_SHR, O.TY_I64, p, k.num(O.TY_I32, 32 + more, 0), 0);
  return k.before(v, O.OP_TRUNC, O.TY_I32, h, 0, O.TY_I64);
}
