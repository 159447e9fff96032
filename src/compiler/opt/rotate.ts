// Loop inversion: a loop that is tested at its top becomes one that is tested at its bottom, behind a copy of the test.
//
// `while (c) body` is `if (c) do body while (c)`: one branch a round instead of two, and what the loop computes for certain stands
// where licm may take it from. Source: Muchnick, "Advanced Compiler Design and Implementation", 18.5.
// The values of the header H are copied to the end of the preheader P, which then chooses by itself between the body and the exit;
// the edges of H into the loop and out of it get blocks N and X of their own, where the two copies meet in phis. Other uses are
// put right on demand (Braun et al., "Simple and Efficient Construction of SSA Form", 2013), with a shortcut: dominance by N and X
// as it was before the first rotation still holds after it, since every path of the new graph is one of the old graph once copies
// are taken for their originals. Trivial phis are left for the cfg pass.
// Invariants: nothing is executed more often than before, and in the same order; headers are small, without calls and asm.

import { addressTaken, type Cfg, computeCfg, splitEdge } from "../ir/cfg.ts";
import { computeDominators, type DomTree } from "../ir/dominators.ts";
import type { Block, Func, PhiInfo, Value } from "../ir/func.ts";
import { computeLoops, type Loop } from "../ir/loops.ts";
import {
  F_A,
  F_B,
  F_C,
  F_PURE,
  OP_BR,
  OP_CONST,
  OP_FCONST,
  OP_ISCONST,
  OP_JMP,
  OP_LABELADDR,
  OP_LOAD,
  OP_OBJSIZE,
  OP_PHI,
  OP_SUBOBJ,
  OP_SWITCH,
  OP_SYM,
  opFlags,
} from "../ir/ops.ts";
import type { PassCx } from "./options.ts";

/** Values of a header, other than phis and constants, that are worth a copy. */
const MAX_HEADER = 8;

interface Candidate {
  header: Block;
  /** Slot of the header's branch that stays in the loop. */
  inside: 0 | 1;
  /** Predecessors of the header outside the loop. */
  entering: Block[];
  preheader: Block;
  /** The edges of the header into the loop and out of it. */
  body: Block;
  exit: Block;
  /** Values that use one of the header's. */
  users: Value[];
  done: boolean;
}

/** Inverts the loops of f that are tested at their top; true when something changed. */
export function rotateLoops(f: Func, cx: PassCx): boolean {
  if (cx.o.size || f.callsSetjmp) return false;
  const cfg = computeCfg(f);
  if (!hasBackEdge(f, cfg)) return false;
  const loops = computeLoops(f, cfg, computeDominators(f, cfg));
  if (loops.list.length === 0) return false;
  const taken = addressTaken(f);
  const list: Candidate[] = [];
  const inLoop = new Uint8Array(f.nblk);
  for (const l of loops.list) {
    if (f.labelId[l.header] !== 0 || taken?.[l.header] === 1) continue;
    for (const b of l.blocks) inLoop[b] = 1;
    const c = candidate(f, cfg, l, inLoop, cx);
    for (const b of l.blocks) inLoop[b] = 0;
    if (c !== undefined) list.push(c);
  }
  if (list.length === 0) return false;
  for (const c of list) c.preheader = makePreheader(f, c);
  for (const c of list) {
    c.body = splitEdge(f, c.header, f.succ(c.header, c.inside));
    c.exit = splitEdge(f, c.header, f.succ(c.header, 1 - c.inside));
  }
  new Rotation(f, list).run();
  return true;
}

function hasBackEdge(f: Func, cfg: Cfg): boolean {
  for (let i = 0; i < cfg.n; i++) {
    const b = cfg.rpo[i];
    for (let j = cfg.predStart[b]; j < cfg.predStart[b + 1]; j++) if (cfg.pos[cfg.preds[j]] >= i) return f.order.length > 1;
  }
  return false;
}

function candidate(f: Func, cfg: Cfg, l: Loop, inLoop: Uint8Array, cx: PassCx): Candidate | undefined {
  const h = l.header;
  const t = f.last[h];
  if (h === f.entry || f.op[t] !== OP_BR) return undefined;
  const yes = f.b[t];
  const no = f.c[t];
  if (inLoop[yes] === inLoop[no] || yes === h || no === h) return undefined;
  // Tested at the bottom already.
  for (const b of l.latches) {
    const e = f.last[b];
    if (f.op[e] === OP_BR && (inLoop[f.b[e]] === 0 || inLoop[f.c[e]] === 0)) return undefined;
  }
  let cost = 0;
  for (let v = f.first[h]; v !== t; v = f.next[v]) {
    const op = f.op[v];
    if (op === OP_PHI || op === OP_CONST || op === OP_SYM) continue;
    if ((opFlags[op] & F_PURE) === 0 && op !== OP_LOAD) return undefined;
    if (op === OP_LABELADDR || op === OP_ISCONST || op === OP_OBJSIZE || op === OP_SUBOBJ) return undefined;
    if (++cost > MAX_HEADER) return undefined;
  }
  const entering: Block[] = [];
  for (let j = cfg.predStart[h]; j < cfg.predStart[h + 1]; j++) {
    const p = cfg.preds[j];
    if (l.latches.includes(p)) continue;
    const op = f.op[f.last[p]];
    if (op !== OP_JMP && op !== OP_BR && op !== OP_SWITCH) return undefined;
    entering.push(p);
  }
  if (entering.length === 0) return undefined;
  if (cx.bisect !== undefined && !cx.bisect.allow("rotate", f.name, "loop", f.loc[t])) return undefined;
  return { header: h, inside: inLoop[yes] === 1 ? 0 : 1, entering, preheader: 0, body: 0, exit: 0, users: [], done: false };
}

/** The one block that enters the loop, ending in a jump. */
function makePreheader(f: Func, c: Candidate): Block {
  const h = c.header;
  if (c.entering.length === 1) {
    const p = c.entering[0];
    return f.op[f.last[p]] === OP_JMP ? p : splitEdge(f, p, h);
  }
  const pre = f.newBlock();
  for (const p of c.entering) {
    const n = f.succCount(p);
    for (let i = 0; i < n; i++) if (f.succ(p, i) === h) f.setSucc(p, i, pre);
  }
  for (let v = f.first[h]; v !== 0 && f.op[v] === OP_PHI; v = f.next[v]) {
    const phi = f.aux[v] as PhiInfo;
    const merged: PhiInfo = { blocks: [], vals: [] };
    for (const p of c.entering) {
      const i = phi.blocks.indexOf(p);
      merged.blocks.push(p);
      merged.vals.push(phi.vals[i]);
      phi.blocks.splice(i, 1);
      phi.vals.splice(i, 1);
    }
    phi.blocks.push(pre);
    phi.vals.push(f.append(pre, OP_PHI, f.ty[v], 0, 0, 0, f.loc[v], merged));
  }
  f.append(pre, OP_JMP, 0, 0, h, 0, f.loc[f.last[h]]);
  return pre;
}

class Rotation {
  private readonly f: Func;
  private readonly list: readonly Candidate[];
  private readonly cfg: Cfg;
  private readonly dom: DomTree;
  /** Candidate by header and by block N or X. */
  private readonly ofHeader: (Candidate | undefined)[];
  private readonly ofEdge: (Candidate | undefined)[];
  /** The loop in work and, by value of its header, the copy in the preheader. */
  private now: Candidate;
  private copy: Map<Value, Value> = new Map();
  /** What stands for the value in work at the end of a block. */
  private at: Map<Block, Value> = new Map();
  private value: Value = 0;

  constructor(f: Func, list: readonly Candidate[]) {
    this.f = f;
    this.list = list;
    this.cfg = computeCfg(f);
    this.dom = computeDominators(f, this.cfg);
    this.ofHeader = new Array(f.nblk).fill(undefined);
    this.ofEdge = new Array(f.nblk).fill(undefined);
    this.now = list[0];
    for (const c of list) {
      this.ofHeader[c.header] = c;
      this.ofEdge[c.body] = c;
      this.ofEdge[c.exit] = c;
    }
  }

  run(): void {
    this.collectUsers();
    for (const c of this.list) this.rotate(c);
  }

  private collectUsers(): void {
    const { f } = this;
    const buf: number[] = [];
    for (const b of f.order) {
      for (let v = f.first[b]; v !== 0; v = f.next[v]) {
        const n = f.operands(v, buf);
        for (let k = 0; k < n; k++) this.noteUse(v, buf[k]);
      }
    }
  }

  /** x has become an operand of u. */
  private noteUse(u: Value, x: Value): void {
    const { f } = this;
    const b = f.blk[x];
    const c = this.ofHeader[b];
    if (c !== undefined && !c.done && (f.blk[u] !== b || f.op[u] === OP_PHI)) c.users.push(u);
  }

  private rotate(c: Candidate): void {
    const { f } = this;
    this.now = c;
    const h = c.header;
    const p = c.preheader;
    const t = f.last[h];
    const jump = f.last[p];
    const copy = new Map<Value, Value>();
    this.copy = copy;
    const map = (x: Value): Value => copy.get(x) ?? x;
    for (let v = f.first[h]; v !== t; v = f.next[v]) {
      if (f.op[v] === OP_PHI) {
        const phi = f.aux[v] as PhiInfo;
        const i = phi.blocks.indexOf(p);
        copy.set(v, phi.vals[i]);
        phi.blocks.splice(i, 1);
        phi.vals.splice(i, 1);
        continue;
      }
      const fl = opFlags[f.op[v]];
      const a = fl & F_A ? map(f.a[v]) : f.a[v];
      const b = fl & F_B ? map(f.b[v]) : f.b[v];
      const k = fl & F_C ? map(f.c[v]) : f.c[v];
      const aux = f.op[v] === OP_FCONST && f.aux[v] !== undefined ? (f.aux[v] as Int32Array).slice() : undefined;
      const w = f.insertBefore(jump, f.op[v], f.ty[v], a, b, k, f.loc[v], aux);
      copy.set(v, w);
      if (fl & F_A) this.noteUse(w, a);
      if (fl & F_B) this.noteUse(w, b);
      if (fl & F_C) this.noteUse(w, k);
    }
    f.op[jump] = OP_BR;
    f.a[jump] = map(f.a[t]);
    f.b[jump] = f.b[t];
    f.c[jump] = f.c[t];
    f.prob[jump] = f.prob[t];
    f.loc[jump] = f.loc[t];
    this.noteUse(jump, f.a[jump]);
    c.done = true;
    this.repair(c);
  }

  /** Lets the uses of the header's values see whichever copy has been executed. */
  private repair(c: Candidate): void {
    const { f } = this;
    const h = c.header;
    const uses = new Map<Value, Set<Value>>();
    const buf: number[] = [];
    for (const u of c.users) {
      const n = f.operands(u, buf);
      for (let k = 0; k < n; k++) {
        const x = buf[k];
        if (f.blk[x] !== h || (f.blk[u] === h && f.op[u] !== OP_PHI)) continue;
        const s = uses.get(x);
        if (s === undefined) uses.set(x, new Set([u]));
        else s.add(u);
      }
    }
    const one = { x: 0, y: 0, map: (v: Value): Value => (v === one.x ? one.y : v) };
    for (const [x, users] of uses) {
      this.value = x;
      this.at = new Map([
        [h, x],
        [c.preheader, this.copy.get(x)!],
      ]);
      for (const u of users) {
        if (f.op[u] === OP_PHI) {
          const phi = f.aux[u] as PhiInfo;
          for (let i = 0; i < phi.vals.length; i++) {
            if (phi.vals[i] !== x) continue;
            phi.vals[i] = this.read(phi.blocks[i]);
            this.noteUse(u, phi.vals[i]);
          }
          continue;
        }
        one.x = x;
        one.y = this.read(f.blk[u]);
        f.mapOperands(u, one);
        this.noteUse(u, one.y);
      }
    }
  }

  /** The value in work at the end of block b. */
  private read(b: Block): Value {
    const { dom, now } = this;
    const walked: Block[] = [];
    let r = this.at.get(b) ?? 0;
    while (r === 0) {
      walked.push(b);
      if (dom.dominates(now.body, b)) r = this.meet(now.body);
      else if (dom.dominates(now.exit, b)) r = this.meet(now.exit);
      else {
        const preds = this.preds(b);
        if (preds.length === 1) {
          b = preds[0];
          r = this.at.get(b) ?? 0;
        } else r = this.join(b, preds);
      }
    }
    for (const w of walked) this.at.set(w, r);
    return r;
  }

  /** Phi of the two copies at N or X. */
  private meet(b: Block): Value {
    const old = this.at.get(b);
    if (old !== undefined) return old;
    return this.join(b, [this.now.header, this.now.preheader]);
  }

  private join(b: Block, preds: readonly Block[]): Value {
    const { f } = this;
    const phi: PhiInfo = { blocks: [...preds], vals: [] };
    const v = f.insertBefore(f.first[b], OP_PHI, f.ty[this.value], 0, 0, 0, f.loc[this.value], phi);
    this.at.set(b, v);
    for (const p of preds) {
      const x = this.read(p);
      phi.vals.push(x);
      this.noteUse(v, x);
    }
    return v;
  }

  /** Predecessors of b as the rotations so far have left them. */
  private preds(b: Block): Block[] {
    const { cfg } = this;
    const own = this.ofHeader[b];
    const r: Block[] = [];
    for (let j = cfg.predStart[b]; j < cfg.predStart[b + 1]; j++) {
      if (own?.done !== true || cfg.preds[j] !== own.preheader) r.push(cfg.preds[j]);
    }
    const edge = this.ofEdge[b];
    if (edge?.done === true) r.push(edge.preheader);
    return r;
  }
}
