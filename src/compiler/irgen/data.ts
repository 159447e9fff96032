// Static data: initialisers to bytes and relocations.

import {
  D_VAR,
  type Decl,
  E_CAST,
  E_COMPOUND,
  E_FLOAT,
  E_INT,
  E_LOAD,
  E_STRING,
  type Expr,
  type Init,
  type InitEntry,
  Label,
  StrLit,
} from "../c/ast.ts";
import { type ConstVal, evalConst } from "../c/consteval.ts";
import { type CType, isAggregate, isFloating, isRecord, K_COMPLEX, K_UNION, K_VECTOR, Q_REVERSE } from "../c/ctype.ts";
import type { DataInit, DataReloc } from "../ir/module.ts";
import * as O from "../ir/ops.ts";
import { wideBits } from "./arith.ts";
import { pokeBitField } from "./bitfield.ts";
import type { ModGen } from "./module.ts";
import { irType } from "./types.ts";

const f64 = new Float64Array(1);
const f64b = new Uint8Array(f64.buffer);
const f32 = new Float32Array(1);
const f32b = new Uint8Array(f32.buffer);

class Image {
  readonly mg: ModGen;
  readonly bytes: Uint8Array;
  relocs: DataReloc[] = [];
  /** Past the last relocation so far: entries below it may override one. */
  private relocEnd = 0;
  failed = false;

  constructor(mg: ModGen, size: number) {
    this.mg = mg;
    this.bytes = new Uint8Array(size);
  }

  int(off: number, size: number, lo: number, hi: number, ext: Int32Array | null, unsigned: boolean): void {
    const b = this.bytes;
    for (let i = 0; i < size && i < 4; i++) b[off + i] = lo >>> (8 * i);
    for (let i = 4; i < size && i < 8; i++) b[off + i] = hi >>> (8 * (i - 4));
    for (let i = 8; i < size; i++) {
      const w = ext !== null ? (i < 12 ? ext[0]! : ext[1]!) : unsigned ? 0 : hi >> 31;
      b[off + i] = w >>> (8 * (i & 3));
    }
  }

  float(off: number, t: CType, num: number, ext: Int32Array | null): void {
    const ty = irType(this.mg.target, t);
    if (ty <= O.TY_F64 && ext !== null) {
      for (let i = 0; i < t.size; i++) this.bytes[off + i] = ext[i >> 2]! >>> (8 * (i & 3));
    } else if (ty === O.TY_F32) {
      f32[0] = num;
      this.bytes.set(f32b, off);
    } else if (ty === O.TY_F64) {
      f64[0] = num;
      this.bytes.set(f64b, off);
    } else {
      const w = ext ?? wideBits(ty, num);
      const n = ty === O.TY_F80 ? 10 : 16;
      for (let i = 0; i < n; i++) this.bytes[off + i] = w[i >> 2]! >>> (8 * (i & 3));
    }
  }

  /** What lies at [off, off+size) is about to be overridden. */
  clear(off: number, size: number): void {
    if (off >= this.relocEnd) return;
    for (let i = this.relocs.length - 1; i >= 0; i--) {
      const r = this.relocs[i]!;
      if (r.off < off + size && off < r.off + r.size) this.relocs.splice(i, 1);
    }
  }

  constant(off: number, t: CType, v: ConstVal, loc: number): void {
    switch (v.kind) {
      case "int":
        if (isFloating(t)) this.float(off, t, v.num, v.ext);
        else this.int(off, t.size, v.lo, v.hi, v.ext, t.unsigned);
        return;
      case "float":
        if (!isFloating(t)) break;
        this.float(off, t, v.num, v.ext);
        return;
      case "complex":
        if (t.kind !== K_COMPLEX) break;
        this.constant(off, t.base!, v.re!, loc);
        this.constant(off + t.base!.size, t.base!, v.im!, loc);
        return;
      case "addr": {
        const base = v.base;
        const r: DataReloc = { off, size: t.size, sym: 0, label: 0, minusLabel: 0, addend: v.off };
        if (base instanceof Label) {
          r.label = this.mg.labelIdOf(base);
          if (v.minusLabel !== null) r.minusLabel = this.mg.labelIdOf(v.minusLabel);
        } else if (base instanceof StrLit) {
          const s = this.mg.stringSym(base, base.bytes.length);
          s.referenced = true;
          r.sym = s.id;
        } else {
          if (base!.needsChain) {
            this.fail(loc, "initializer element is not constant");
            return;
          }
          const s = this.mg.symOf(base!);
          s.referenced = true;
          r.sym = s.id;
        }
        if (t.size < this.mg.target.ptrSize && v.minusLabel === null) break;
        this.relocs.push(r);
        if (off + t.size > this.relocEnd) this.relocEnd = off + t.size;
        return;
      }
    }
    this.fail(loc, "initializer element is not computable at load time");
  }

  fail(loc: number, text: string): void {
    this.failed = true;
    this.mg.error(loc, text);
  }

  entry(x: InitEntry, base: number): void {
    const e = x.e;
    const t = x.type;
    const off = base + x.off;
    if (x.field !== null) {
      const v = constantOf(this.mg, e);
      if (v === null || v.kind !== "int") this.fail(e.loc, "initializer element is not constant");
      else pokeBitField(this.bytes, off - x.field.off, x.field, v.lo, v.hi, v.ext);
      return;
    }
    this.clear(off, Math.max(1, t.size));
    this.value(off, t, e);
    if ((t.quals & Q_REVERSE) !== 0 && !isAggregate(t)) this.bytes.subarray(off, off + t.size).reverse();
  }

  value(off: number, t: CType, e: Expr): void {
    if (e.op === E_INT && !isFloating(t) && !isAggregate(t)) {
      this.int(off, t.size, e.lo, e.hi, e.ext, e.type.unsigned);
      return;
    }
    if (e.op === E_FLOAT && isFloating(t)) {
      this.float(off, t, e.num, e.ext);
      return;
    }
    if (isAggregate(t) && t.kind !== K_COMPLEX) {
      this.aggregate(off, t, e);
      return;
    }
    const v = constantOf(this.mg, e);
    if (v === null) this.fail(e.loc, "initializer element is not constant");
    else this.constant(off, t, v, e.loc);
  }

  private aggregate(off: number, t: CType, e: Expr): void {
    if (e.op === E_STRING) {
      const s = e.str!.bytes;
      const size = t.size < 0 ? s.length : t.size;
      const n = Math.min(s.length, size, this.bytes.length - off);
      this.bytes.set(n === s.length ? s : s.subarray(0, n), off);
      if (n < size) this.bytes.fill(0, off + n, off + size);
      return;
    }
    let x = e;
    while (x.op === E_LOAD || (x.op === E_CAST && x.a!.type.size === x.type.size && x.type.kind !== K_UNION)) x = x.a!;
    if (x.op === E_COMPOUND && x.decl!.init !== null) {
      this.bytes.fill(0, off, off + Math.max(0, t.size));
      for (const y of x.decl!.init.entries) this.entry(y, off);
      return;
    }
    if (x.op === E_CAST && isRecord(x.type)) {
      this.bytes.fill(0, off, off + t.size);
      this.value(off, x.a!.type.unqual, x.a!);
      return;
    }
    const what = t.kind === K_VECTOR ? "vector initializer element is not constant" : "initializer element is not constant";
    this.fail(e.loc, what);
  }
}

function constantOf(mg: ModGen, e: Expr): ConstVal | null {
  return evalConst(e, mg.target);
}

/** Bytes from the start of a bit-field's storage that it may take, at most. */
const FIELD_REACH = 32;

/** Bytes of the largest image. */
const MOST = 2 ** 32;

/** Where what an entry writes ends; what is not written is zero. */
function endOf(x: InitEntry): number {
  if (x.field !== null) return x.off + FIELD_REACH;
  const size = x.type.size;
  if (x.e.op === E_INT && x.e.lo === 0 && x.e.hi === 0 && x.e.ext === null && !isAggregate(x.type)) return 0;
  if (x.e.op !== E_STRING || !isAggregate(x.type)) return x.off + size;
  const length = x.e.str!.bytes.length;
  return x.off + (size < 0 ? length : Math.min(length, size));
}

/** Bytes and relocations of an initialiser, as far as it reaches; relocations in offset order. */
export function buildImage(mg: ModGen, size: number, init: Init): DataInit {
  let reach = 0;
  for (const x of init.entries) {
    const end = endOf(x);
    if (end > MOST) {
      mg.error(x.e.loc, `an initializer ${end} bytes into an object is more than this compiler can hold`);
      return { bytes: new Uint8Array(0), relocs: [] };
    }
    if (end > reach) reach = end;
  }
  const im = new Image(mg, Math.min(reach, size));
  for (const x of init.entries) im.entry(x, 0);
  im.relocs.sort((a, b) => a.off - b.off);
  return { bytes: im.bytes, relocs: im.relocs };
}

/** Initial contents of a static object: undefined when they are all zero. */
export function objectImage(mg: ModGen, d: Decl): DataInit | undefined {
  if (d.kind !== D_VAR || d.init === null) return undefined;
  const size = Math.max(0, d.type.size) + d.init.extra;
  const im = buildImage(mg, size, d.init);
  if (im.relocs.length !== 0) return im;
  const b = im.bytes;
  for (let i = 0; i < b.length; i++) if (b[i] !== 0) return im;
  return undefined;
}
