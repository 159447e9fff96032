// Loop-invariant code motion: pure values whose operands come from outside a loop move to its preheader.
//
// Only what cannot trap moves, and neither constants nor symbol addresses (the target makes those anew more cheaply than it keeps
// them in registers across a loop). A load moves when it stands in the header before any effect, so that it is executed anyway,
// and nothing in the loop may write there. Inner loops come first. Source: Muchnick 13.2; Aho et al. 9.5.

import { type Cfg, computeCfg, splitEdge } from "../ir/cfg.ts";
import { computeDominators } from "../ir/dominators.ts";
import type { Block, Func, Value } from "../ir/func.ts";
import { computeLoops, type Loop } from "../ir/loops.ts";
import * as O from "../ir/ops.ts";
import { Aliases, base, offset, resolve } from "./alias.ts";
import { type LoopWrites, loopWrites } from "./memory.ts";
import type { PassCx } from "./options.ts";

/** Values moved out of one loop at most: each one lives across the whole loop. */
const MAX_MOVED = 12;

export function hoistInvariants(f: Func, cx: PassCx): boolean {
  let cfg = computeCfg(f);
  let dom = computeDominators(f, cfg);
  let loops = computeLoops(f, cfg, dom);
  if (loops.list.length === 0) return false;
  if (addPreheaders(f, cfg, loops.list)) {
    cfg = computeCfg(f);
    dom = computeDominators(f, cfg);
    loops = computeLoops(f, cfg, dom);
  }
  let changed = false;
  let aliases: Aliases | undefined;
  const inLoop = new Uint8Array(f.nblk);
  for (const l of loops.list) {
    const pre = preheader(f, cfg, l);
    if (pre === 0) continue;
    for (const b of l.blocks) inLoop[b] = 1;
    let writes: LoopWrites | undefined;
    let moved = 0;
    const at = f.last[pre];
    for (const b of l.blocks) {
      let quiet = b === l.header;
      for (let v = f.first[b]; v !== 0 && moved < MAX_MOVED; ) {
        const next = f.next[v];
        const op = f.op[v];
        const fl = O.opFlags[op];
        if (fl & (O.F_EFFECT | O.F_TRAPS)) quiet = false;
        if (op === O.OP_LOAD && quiet && (f.c[v] & (O.MEM_VOLATILE | O.MEM_GS | O.MEM_FS)) === 0 && outside(f, v, inLoop)) {
          aliases ??= new Aliases(f, cx.m);
          writes ??= loopWrites(f, l.blocks);
          if (unwritten(f, v, writes, aliases) && mayMove(f, v, cx)) {
            moveLeaves(f, v, at, inLoop);
            f.moveBefore(v, at);
            moved++;
            changed = true;
          }
        } else if (movable(op, fl) && outside(f, v, inLoop) && mayMove(f, v, cx)) {
          moveLeaves(f, v, at, inLoop);
          f.moveBefore(v, at);
          moved++;
          changed = true;
        }
        v = next;
      }
    }
    for (const b of l.blocks) inLoop[b] = 0;
  }
  return changed;
}

/** Asked only while bisecting. */
function mayMove(f: Func, v: Value, cx: PassCx): boolean {
  return cx.bisect === undefined || cx.bisect.allow("licm", f.name, "move-" + O.opName[f.op[v]], f.loc[v]);
}

function movable(op: number, fl: number): boolean {
  if ((fl & O.F_PURE) === 0 || fl & O.F_TRAPS) return false;
  switch (op) {
    case O.OP_CONST:
    case O.OP_FCONST:
    case O.OP_SYM:
    case O.OP_UNDEF:
    case O.OP_COPY:
    case O.OP_STACKPARAM:
    case O.OP_LABELADDR:
    case O.OP_ISCONST:
    case O.OP_OBJSIZE:
    case O.OP_SUBOBJ:
    case O.OP_CLZ:
    case O.OP_CTZ:
      return false;
  }
  // A comparison is mostly part of the branch that uses it.
  return op < O.OP_EQ || op > O.OP_FLEQ;
}

function outside(f: Func, v: Value, inLoop: Uint8Array): boolean {
  const fl = O.opFlags[f.op[v]];
  let own = 0;
  for (let i = 0; i < 3; i++) {
    if ((fl & (i === 0 ? O.F_A : i === 1 ? O.F_B : O.F_C)) === 0) continue;
    const x = i === 0 ? f.a[v] : i === 1 ? f.b[v] : f.c[v];
    // constants of the loop move with their user
    if (inLoop[f.blk[x]] === 1 && !leaf(f.op[x])) return false;
    if (f.op[x] !== O.OP_CONST) own++;
  }
  return own > 0 || f.op[v] === O.OP_LOAD;
}

/** A constant or symbol address: the target makes it anew at each use. */
function leaf(op: number): boolean {
  return op === O.OP_CONST || op === O.OP_FCONST || op === O.OP_SYM;
}

/** Constants that stand in the loop and that v, which is about to leave it, uses. */
function moveLeaves(f: Func, v: Value, at: Value, inLoop: Uint8Array): void {
  const fl = O.opFlags[f.op[v]];
  for (let i = 0; i < 3; i++) {
    if ((fl & (i === 0 ? O.F_A : i === 1 ? O.F_B : O.F_C)) === 0) continue;
    const x = i === 0 ? f.a[v] : i === 1 ? f.b[v] : f.c[v];
    if (inLoop[f.blk[x]] === 1) f.moveBefore(x, at);
  }
}

function unwritten(f: Func, v: Value, w: LoopWrites, al: Aliases): boolean {
  resolve(f, f.a[v]);
  const b = base;
  const off = offset;
  const size = f.c[v] & O.MEM_SIZE;
  if (w.shared && al.privateSlot(b) === 0) return false;
  for (let i = 0; i < w.list.length; i += 3) if (al.mayAlias(b, off, size, w.list[i], w.list[i + 1], w.list[i + 2])) return false;
  return true;
}

/** A block of its own in front of each loop that is entered by one branch; empty ones are cleaned away afterwards. */
function addPreheaders(f: Func, cfg: Cfg, loops: readonly Loop[]): boolean {
  let changed = false;
  for (const l of loops) {
    const h = l.header;
    let from: Block = 0;
    let count = 0;
    for (let j = cfg.predStart[h]; j < cfg.predStart[h + 1]; j++) {
      if (l.latches.includes(cfg.preds[j])) continue;
      from = cfg.preds[j];
      count++;
    }
    if (count !== 1) continue;
    const op = f.op[f.last[from]];
    if (op !== O.OP_BR && op !== O.OP_SWITCH) continue;
    splitEdge(f, from, h);
    const nb = f.order.pop()!;
    f.order.splice(f.order.indexOf(h), 0, nb);
    changed = true;
  }
  return changed;
}

/** The only block that enters the loop, when it does nothing else. */
export function preheader(f: Func, cfg: Cfg, l: Loop): Block {
  const h = l.header;
  const enter: Block[] = [];
  for (let j = cfg.predStart[h]; j < cfg.predStart[h + 1]; j++) if (!l.latches.includes(cfg.preds[j])) enter.push(cfg.preds[j]);
  if (enter.length !== 1) return 0;
  const p = enter[0];
  return f.op[f.last[p]] === O.OP_JMP ? p : 0;
}
