// Interned spellings. // hot
// A Name is a small integer, 0 = none; keywords have fixed ones (KW_*, named by their spelling), so that the parser switches on
// them. No global state: each Session owns a table, filled with the keywords first. Open addressing on FNV-1a over the bytes.

export const KW_auto = 1;
export const KW_break = 2;
export const KW_case = 3;
export const KW_char = 4;
export const KW_const = 5;
export const KW_continue = 6;
export const KW_default = 7;
export const KW_do = 8;
export const KW_double = 9;
export const KW_else = 10;
export const KW_enum = 11;
export const KW_extern = 12;
export const KW_float = 13;
export const KW_for = 14;
export const KW_goto = 15;
export const KW_if = 16;
export const KW_inline = 17;
export const KW_int = 18;
export const KW_long = 19;
export const KW_register = 20;
export const KW_restrict = 21;
export const KW_return = 22;
export const KW_short = 23;
export const KW_signed = 24;
export const KW_sizeof = 25;
export const KW_static = 26;
export const KW_struct = 27;
export const KW_switch = 28;
export const KW_typedef = 29;
export const KW_union = 30;
export const KW_unsigned = 31;
export const KW_void = 32;
export const KW_volatile = 33;
export const KW_while = 34;
export const KW__Alignas = 35;
export const KW__Alignof = 36;
export const KW__Atomic = 37;
export const KW__Bool = 38;
export const KW__Complex = 39;
export const KW__Generic = 40;
export const KW__Imaginary = 41;
export const KW__Noreturn = 42;
export const KW__Static_assert = 43;
export const KW__Thread_local = 44;
export const KW_asm = 45;
export const KW_typeof = 46;
export const KW___asm = 47;
export const KW___asm__ = 48;
export const KW___attribute = 49;
export const KW___attribute__ = 50;
export const KW___const = 51;
export const KW___const__ = 52;
export const KW___extension__ = 53;
export const KW___inline = 54;
export const KW___inline__ = 55;
export const KW___restrict = 56;
export const KW___restrict__ = 57;
export const KW___signed = 58;
export const KW___signed__ = 59;
export const KW___typeof = 60;
export const KW___typeof__ = 61;
export const KW___volatile = 62;
export const KW___volatile__ = 63;
export const KW___alignof = 64;
export const KW___alignof__ = 65;
export const KW___auto_type = 66;
export const KW___builtin_va_arg = 67;
export const KW___builtin_offsetof = 68;
export const KW___builtin_types_compatible_p = 69;
export const KW___builtin_choose_expr = 70;
export const KW___builtin_va_list = 71;
export const KW___complex = 72;
export const KW___complex__ = 73;
export const KW___func__ = 74;
export const KW___FUNCTION__ = 75;
export const KW___PRETTY_FUNCTION__ = 76;
export const KW___imag = 77;
export const KW___imag__ = 78;
export const KW___real = 79;
export const KW___real__ = 80;
export const KW___int128 = 81;
export const KW___int128_t = 82;
export const KW___uint128_t = 83;
export const KW___label__ = 84;
export const KW___thread = 85;
export const KW___seg_gs = 86;
export const KW___seg_fs = 87;
export const KW__Float16 = 88;
export const KW__Float32 = 89;
export const KW__Float64 = 90;
export const KW__Float128 = 91;
export const KW__Float32x = 92;
export const KW__Float64x = 93;
export const KW___float128 = 94;
export const KW___float80 = 95;
export const KW___builtin_convertvector = 96;
export const KW___builtin_shuffle = 97;
export const KW___builtin_complex = 98;
export const KW___builtin_has_attribute = 99;
export const KW___builtin_tgmath = 100;
export const KW___null = 101;
export const LAST_KEYWORD = 101;
const KEYWORDS: readonly string[] = [
  "auto",
  "break",
  "case",
  "char",
  "const",
  "continue",
  "default",
  "do",
  "double",
  "else",
  "enum",
  "extern",
  "float",
  "for",
  "goto",
  "if",
  "inline",
  "int",
  "long",
  "register",
  "restrict",
  "return",
  "short",
  "signed",
  "sizeof",
  "static",
  "struct",
  "switch",
  "typedef",
  "union",
  "unsigned",
  "void",
  "volatile",
  "while",
  "_Alignas",
  "_Alignof",
  "_Atomic",
  "_Bool",
  "_Complex",
  "_Generic",
  "_Imaginary",
  "_Noreturn",
  "_Static_assert",
  "_Thread_local",
  "asm",
  "typeof",
  "__asm",
  "__asm__",
  "__attribute",
  "__attribute__",
  "__const",
  "__const__",
  "__extension__",
  "__inline",
  "__inline__",
  "__restrict",
  "__restrict__",
  "__signed",
  "__signed__",
  "__typeof",
  "__typeof__",
  "__volatile",
  "__volatile__",
  "__alignof",
  "__alignof__",
  "__auto_type",
  "__builtin_va_arg",
  "__builtin_offsetof",
  "__builtin_types_compatible_p",
  "__builtin_choose_expr",
  "__builtin_va_list",
  "__complex",
  "__complex__",
  "__func__",
  "__FUNCTION__",
  "__PRETTY_FUNCTION__",
  "__imag",
  "__imag__",
  "__real",
  "__real__",
  "__int128",
  "__int128_t",
  "__uint128_t",
  "__label__",
  "__thread",
  "__seg_gs",
  "__seg_fs",
  "_Float16",
  "_Float32",
  "_Float64",
  "_Float128",
  "_Float32x",
  "_Float64x",
  "__float128",
  "__float80",
  "__builtin_convertvector",
  "__builtin_shuffle",
  "__builtin_complex",
  "__builtin_has_attribute",
  "__builtin_tgmath",
  "__null",
];

/** An interned spelling; 0 = none. */
export type Name = number;

const MIN_SLOTS = 1 << 15;

export class Names {
  /** Number of names, 0 included. */
  n = 1;
  private pool: Uint8Array = new Uint8Array(1 << 20);
  private poolEnd = 0;
  private start: Int32Array = new Int32Array(1 << 14);
  private len: Int32Array = new Int32Array(1 << 14);
  private hash: Int32Array = new Int32Array(1 << 14);
  private slots: Int32Array = new Int32Array(MIN_SLOTS);
  private texts: (string | undefined)[] = [""];
  private readonly plains: Map<Name, Name> = new Map();

  constructor() {
    for (const k of KEYWORDS) this.intern(k);
  }

  /** The name of buf[from..to). */
  internBytes(buf: Uint8Array, from: number, to: number): Name {
    let h = 0x811c9dc5 | 0;
    for (let i = from; i < to; i++) h = Math.imul(h ^ buf[i]!, 0x01000193);
    const length = to - from;
    const mask = this.slots.length - 1;
    let s = (h ^ (h >>> 15)) & mask;
    for (;;) {
      const n = this.slots[s]!;
      if (n === 0) break;
      if (this.hash[n] === h && this.len[n] === length) {
        const at = this.start[n]!;
        let i = 0;
        while (i < length && this.pool[at + i] === buf[from + i]) i++;
        if (i === length) return n;
      }
      s = (s + 1) & mask;
    }
    return this.insert(buf, from, to, h, s);
  }

  private insert(buf: Uint8Array, from: number, to: number, h: number, slot: number): Name {
    const n = this.n++;
    const length = to - from;
    if (n >= this.start.length) {
      this.start = grow(this.start);
      this.len = grow(this.len);
      this.hash = grow(this.hash);
    }
    while (this.poolEnd + length > this.pool.length) {
      const p = new Uint8Array(this.pool.length * 2);
      p.set(this.pool);
      this.pool = p;
    }
    for (let i = 0; i < length; i++) this.pool[this.poolEnd + i] = buf[from + i]!;
    this.start[n] = this.poolEnd;
    this.len[n] = length;
    this.hash[n] = h;
    this.poolEnd += length;
    this.texts.push(undefined);
    this.slots[slot] = n;
    if (this.n * 2 > this.slots.length) this.rehash();
    return n;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    const hidden = new Set(this.plains.values());
    for (let n = 1; n < this.n; n++) {
      if (hidden.has(n)) continue;
      const h = this.hash[n]!;
      let s = (h ^ (h >>> 15)) & mask;
      while (slots[s] !== 0) s = (s + 1) & mask;
      slots[s] = n;
    }
    this.slots = slots;
  }

  /** The name of a text (UTF-8). */
  intern(text: string): Name {
    const b = ENCODER.encode(text);
    return this.internBytes(b, 0, b.length);
  }

  text(n: Name): string {
    let t = this.texts[n];
    if (t === undefined) {
      t = DECODER.decode(this.pool.subarray(this.start[n]!, this.start[n]! + this.len[n]!));
      this.texts[n] = t;
    }
    return t;
  }

  /** A name with a keyword's spelling that is no keyword, for dialects that lack it; looking the spelling up still gives the keyword. */
  plain(keyword: Name): Name {
    const known = this.plains.get(keyword);
    if (known !== undefined) return known;
    const n = this.n++;
    if (n >= this.start.length) {
      this.start = grow(this.start);
      this.len = grow(this.len);
      this.hash = grow(this.hash);
    }
    this.start[n] = this.start[keyword]!;
    this.len[n] = this.len[keyword]!;
    this.hash[n] = this.hash[keyword]!;
    this.texts.push(this.text(keyword));
    this.plains.set(keyword, n);
    return n;
  }

  /** The spelling's bytes, not to be written to. */
  bytes(n: Name): Uint8Array {
    return this.pool.subarray(this.start[n]!, this.start[n]! + this.len[n]!);
  }
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

function grow(x: Int32Array): Int32Array {
  const y = new Int32Array(x.length * 2);
  y.set(x);
  return y;
}
