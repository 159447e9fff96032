// Reader of the textual IR that ir/print.ts writes. Value and block numbers are kept, so that print(read(text)) === text.
// Lines starting with `;` are comments. Errors throw with the line.

import { type Aux, type CallInfo, Func, newCall, type Piece, type SwitchInfo } from "./func.ts";
import { opLayout } from "./layout.ts";
import { Module, type Sym } from "./module.ts";
import {
  MEM_ALIGN_SHIFT,
  MEM_FS,
  MEM_GS,
  MEM_SIGNED,
  MEM_VOLATILE,
  OP_ASM,
  OP_ATOMICRMW,
  OP_ATOMICSTORE,
  OP_BLKCPY,
  OP_BLKSET,
  OP_BR,
  OP_CALL,
  OP_CMPXCHG,
  OP_CONST,
  OP_FCONST,
  OP_IJMP,
  OP_PHI,
  OP_RET,
  OP_ROWS,
  OP_SWITCH,
  TY_F32,
  TY_F64,
  TY_I32,
  TY_I128,
  TY_NAMES,
} from "./ops.ts";
import { RMW_NAMES } from "./print.ts";

const opByName: Map<string, number> = new Map(OP_ROWS.map(([op, name]) => [name, op]));
const tyByName: Map<string, number> = new Map(TY_NAMES.map((n, i) => [n, i]));

class Line {
  toks: string[];
  i = 0;
  text: string;
  constructor(text: string) {
    this.text = text;
    this.toks = text.match(/[()[\]{}]|[^\s()[\]{}]+/g) ?? [];
  }
  fail(what: string): never {
    throw new Error("IR text: " + what + " in: " + this.text);
  }
  peek(): string {
    return this.toks[this.i] ?? "";
  }
  next(): string {
    return this.toks[this.i++] ?? this.fail("line ends early");
  }
  eat(t: string): boolean {
    if (this.toks[this.i] !== t) return false;
    this.i++;
    return true;
  }
  expect(t: string): void {
    if (!this.eat(t)) this.fail("expected " + t + " at " + this.peek());
  }
  num(): number {
    const t = this.next();
    const x = Number(t);
    if (t === "" || Number.isNaN(x)) this.fail("bad number " + t);
    return x;
  }
  ref(prefix: string): number {
    const t = this.next();
    if (t[0] !== prefix || !/^\d+$/.test(t.slice(1))) this.fail("expected " + prefix + "<number>, got " + t);
    return Number(t.slice(1));
  }
  type(): number {
    return tyByName.get(this.next()) ?? this.fail("bad type");
  }
  /** Signed 64-bit decimal: low half, high half in hi64. */
  i64(): bigint {
    const t = this.next();
    if (!/^-?\d+$/.test(t)) this.fail("bad integer " + t);
    return BigInt.asIntN(64, BigInt(t));
  }
  piece(): Piece {
    const t = this.next();
    const k = t.indexOf(":");
    const ty = tyByName.get(t.slice(0, k)) ?? this.fail("bad piece " + t);
    return { ty, loc: Number(t.slice(k + 1)) };
  }
  pieces(): Piece[] {
    const out: Piece[] = [];
    this.expect("(");
    while (!this.eat(")")) out.push(this.piece());
    return out;
  }
}

const lo32 = (x: bigint): number => Number(BigInt.asIntN(32, x));
const hi32 = (x: bigint): number => Number(BigInt.asIntN(32, x >> 32n));

function readMem(l: Line): number {
  const t = l.next();
  const r = /^m(\d+)(s?)(v?)(g?)(f?)a(\d+)$/.exec(t);
  if (r === null) l.fail("bad memory descriptor " + t);
  return (
    Number(r[1]) |
    (r[2] ? MEM_SIGNED : 0) |
    (r[3] ? MEM_VOLATILE : 0) |
    (r[4] ? MEM_GS : 0) |
    (r[5] ? MEM_FS : 0) |
    (Number(r[6]) << MEM_ALIGN_SHIFT)
  );
}

function readSymRef(l: Line, m: Module): number {
  const t = l.next();
  if (t[0] === "#") return Number(t.slice(1));
  if (t[0] !== "@") l.fail("expected a symbol, got " + t);
  return m.symbol(JSON.parse('"' + t.slice(1) + '"') as string).id;
}

function readCall(l: Line, m: Module): CallInfo {
  const x = newCall(0);
  if (l.peek()[0] === "*") x.target = Number(l.next().slice(2));
  else x.sym = readSymRef(l, m);
  l.expect("(");
  while (!l.eat(")")) {
    x.args.push(l.ref("v"));
    x.argLocs.push(l.piece());
  }
  l.expect("->");
  x.rets = l.pieces();
  for (;;) {
    if (l.eat("stack")) x.stackSize = l.num();
    else if (l.eat("pops")) x.calleePops = l.num();
    else if (l.eat("vec")) x.vecRegs = l.num();
    else if (l.eat("purity")) x.purity = l.num();
    else if (l.eat("out")) {
      l.expect("(");
      while (!l.eat(")")) x.outArgs.push(l.ref("v"));
    } else if (l.eat("variadic")) x.variadic = true;
    else if (l.eat("noreturn")) x.noreturn = true;
    else if (l.eat("twice")) x.returnsTwice = true;
    else if (l.eat("hidden")) x.hiddenResult = true;
    else if (l.eat("tail")) x.tail = true;
    else return x;
  }
}

function readSwitch(l: Line): SwitchInfo {
  const unsigned = l.eat("unsigned");
  const rows: [bigint, bigint, number][] = [];
  l.expect("[");
  while (!l.eat("]")) rows.push([l.i64(), l.i64(), l.ref("b")]);
  return {
    lo: Int32Array.from(rows, (r) => lo32(r[0])),
    loHi: Int32Array.from(rows, (r) => hi32(r[0])),
    hi: Int32Array.from(rows, (r) => lo32(r[1])),
    hiHi: Int32Array.from(rows, (r) => hi32(r[1])),
    targets: rows.map((r) => r[2]),
    dflt: l.ref("b"),
    unsigned,
  };
}

function readAux(l: Line, op: number, m: Module): Aux | undefined {
  switch (op) {
    case OP_PHI: {
      const blocks: number[] = [];
      const vals: number[] = [];
      l.expect("[");
      while (!l.eat("]")) {
        blocks.push(l.ref("b"));
        vals.push(l.ref("v"));
      }
      return { blocks, vals };
    }
    case OP_CALL:
      return readCall(l, m);
    case OP_SWITCH:
      return readSwitch(l);
    case OP_IJMP: {
      const targets: number[] = [];
      l.expect("[");
      while (!l.eat("]")) targets.push(l.ref("b"));
      return { targets };
    }
    case OP_RET: {
      const list: number[] = [];
      while (l.peek()[0] === "v") list.push(l.ref("v"));
      return { vals: list };
    }
    case OP_BLKCPY:
    case OP_BLKSET: {
      l.expect("align");
      const align = l.num();
      return { align, volatile: l.eat("volatile") };
    }
    case OP_ATOMICSTORE:
      l.expect("order");
      return { order: l.num(), failOrder: 0, kind: 0, mem: 0, weak: false };
    case OP_ATOMICRMW: {
      const kind = RMW_NAMES.indexOf(l.next());
      if (kind < 0) l.fail("bad atomic operation");
      l.expect("order");
      return { order: l.num(), failOrder: 0, kind, mem: 0, weak: false };
    }
    case OP_CMPXCHG: {
      const mem = readMem(l);
      l.expect("order");
      const order = l.num();
      const failOrder = l.num();
      return { order, failOrder, kind: 0, mem, weak: l.eat("weak") };
    }
    default:
      return undefined;
  }
}

function readFuncHeader(l: Line, m: Module): Func {
  l.expect("func");
  let f: Func;
  if (l.peek()[0] === "#") {
    const id = Number(l.next().slice(1));
    f = new Func(id, JSON.parse(l.next()) as string);
  } else {
    const id = readSymRef(l, m);
    f = new Func(id, m.syms[id]!.name);
    m.syms[id]!.func = f;
  }
  l.expect("params");
  f.params = l.pieces();
  l.expect("ret");
  f.ret = l.pieces();
  l.expect("entry");
  f.entry = l.ref("b");
  for (;;) {
    if (l.eat("variadic")) {
      f.variadic = true;
      f.vaGp = l.num();
      f.vaFp = l.num();
      f.vaStack = l.num();
    } else if (l.eat("paramstack")) f.paramStack = l.num();
    else if (l.eat("pops")) f.calleePops = l.num();
    else if (l.eat("ms")) f.ms = true;
    else if (l.eat("dalloca")) f.hasDalloca = true;
    else if (l.eat("setjmp")) f.callsSetjmp = true;
    else if (l.eat("frameaddr")) f.usesFrameAddr = true;
    else if (l.peek()[0] === "!") f.declLoc = l.ref("!");
    else break;
  }
  l.expect("{");
  return f;
}

function readValue(f: Func, block: number, text: string, m: Module): void {
  // The JSON of an asm must not be cut into tokens.
  const json = text.indexOf(" asm {") >= 0 ? text.indexOf("{") : -1;
  const l = new Line(json >= 0 ? text.slice(0, json) : text);
  const v = l.ref("v");
  if (!l.eat("=")) l.expect(":");
  const name = l.next();
  const op = opByName.get(name) ?? l.fail("unknown op " + name);
  f.op[v] = op;
  if (tyByName.has(l.peek()) && l.peek() !== "void") f.ty[v] = l.type();
  const ty = f.ty[v];
  f.linkLast(v, block);
  if (op === OP_CONST) {
    const x = l.i64();
    f.a[v] = lo32(x);
    f.b[v] = ty === TY_I32 ? f.a[v] >> 31 : hi32(x);
    if (ty === TY_I128) f.c[v] = l.num();
  } else if (op === OP_FCONST) {
    f.a[v] = 0;
    if (ty === TY_F32) f.a[v] = l.num() | 0;
    else if (ty === TY_F64) {
      f.a[v] = l.num() | 0;
      f.b[v] = l.num() | 0;
    } else f.aux[v] = Int32Array.of(l.num() | 0, l.num() | 0, l.num() | 0, l.num() | 0);
  } else if (op === OP_ASM) {
    const end = text.lastIndexOf("}") + 1;
    f.aux[v] = JSON.parse(text.slice(json, end)) as Aux;
    const r = /^ !(\d+)$/.exec(text.slice(end));
    if (r !== null) f.loc[v] = Number(r[1]);
    return;
  } else {
    const lay = opLayout[op];
    for (let i = 0; i < 3; i++) {
      let x = 0;
      switch (lay[i]) {
        case "v":
          x = l.ref("v");
          break;
        case "n":
          x = l.num();
          break;
        case "o":
          if (l.i < l.toks.length && !l.peek().startsWith("!")) x = l.num();
          break;
        case "t":
          x = l.type();
          break;
        case "m":
          x = readMem(l);
          break;
        case "s":
          x = readSymRef(l, m);
          break;
        case "b":
          x = l.ref("b");
          break;
      }
      if (i === 0) f.a[v] = x;
      else if (i === 1) f.b[v] = x;
      else f.c[v] = x;
    }
    const aux = readAux(l, op, m);
    if (aux !== undefined) f.aux[v] = aux;
    if (op === OP_BR && l.eat("prob")) f.prob[v] = l.num();
  }
  if (l.peek()[0] === "!") f.loc[v] = l.ref("!");
  if (l.i !== l.toks.length) l.fail("extra text " + l.peek());
}

function readFuncLines(lines: readonly string[], from: number, to: number, m: Module): Func {
  const f = readFuncHeader(new Line(lines[from]), m);
  const entry = f.entry;
  let maxV = 0;
  let maxB = 0;
  for (let i = from + 1; i < to; i++) {
    const r = /^ +v(\d+) [=:]/.exec(lines[i]);
    if (r !== null) maxV = Math.max(maxV, Number(r[1]));
    const s = /^b(\d+):/.exec(lines[i]);
    if (s !== null) maxB = Math.max(maxB, Number(s[1]));
  }
  while (f.nblk <= maxB) f.newBlock();
  f.live.fill(0);
  f.order.length = 0;
  f.reserveValues(maxV + 1);
  let block = 0;
  for (let i = from + 1; i < to; i++) {
    const t = lines[i];
    const s = /^b(\d+):(?: label (\d+))?/.exec(t);
    if (s !== null) {
      block = Number(s[1]);
      f.live[block] = 1;
      f.order.push(block);
      if (s[2] !== undefined) f.labelId[block] = Number(s[2]);
    } else if (t.trim() !== "" && t.trim()[0] !== ";") {
      readValue(f, block, t.trim(), m);
    }
  }
  f.entry = entry;
  return f;
}

function readSym(text: string, m: Module): void {
  const x = JSON.parse(text) as Record<string, unknown>;
  const s = m.symbol(x.name as string);
  const rec = s as unknown as Record<string, unknown>;
  for (const [k, v] of Object.entries(x)) {
    if (k === "init" || k === "relocs") continue;
    rec[k] = k === "alias" ? m.symbol(v as string).id : v;
  }
  if (typeof x.init === "string") {
    const h = x.init;
    const bytes = new Uint8Array(h.length / 2);
    for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(h.slice(2 * i, 2 * i + 2), 16);
    const relocs = (x.relocs as (Record<string, unknown> & { sym: string })[]).map((r) => ({
      ...r,
      sym: r.sym === "" ? 0 : m.symbol(r.sym).id,
    }));
    s.init = { bytes, relocs: relocs as unknown as NonNullable<Sym["init"]>["relocs"] };
  }
}

/** Reads a module; functions are added to its list in order. */
export function readModule(text: string): Module {
  const m = new Module();
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const t = lines[i];
    if (t.startsWith("sym ")) readSym(t.slice(4), m);
    else if (t.startsWith("asm ")) m.asms.push(JSON.parse(t.slice(4)) as string);
    else if (t.startsWith("func ")) {
      let e = i + 1;
      while (e < lines.length && lines[e] !== "}") e++;
      m.funcs.push(readFuncLines(lines, i, e, m));
      i = e;
    } else if (t.trim() !== "" && t[0] !== ";") throw new Error("IR text: cannot read: " + t);
  }
  return m;
}
