// Dead code elimination: what no effect, directly or through others, depends on goes. Works through phi cycles, as it marks
// from the effects down instead of counting uses.

import type { CallInfo, Func, Value } from "../ir/func.ts";
import { F_EFFECT, MEM_VOLATILE, OP_CALL, OP_LOAD, OP_PARAM, OP_PROJ, opFlags } from "../ir/ops.ts";

function isPureCall(x: CallInfo): boolean {
  return x.purity !== 0 && !x.noreturn && x.outArgs.length === 0 && x.stackSize === 0;
}

export function eliminateDead(f: Func): boolean {
  const live = new Uint8Array(f.nval);
  const work: Value[] = [];
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      const op = f.op[v]!;
      // a const or pure call has no effect but its results
      if (op === OP_CALL && isPureCall(f.aux[v] as CallInfo)) continue;
      if ((opFlags[op]! & F_EFFECT) !== 0 || (op === OP_LOAD && (f.c[v]! & MEM_VOLATILE) !== 0)) {
        live[v] = 1;
        work.push(v);
      }
    }
  }
  const buf: number[] = [];
  while (work.length > 0) {
    const v = work.pop()!;
    const n = f.operands(v, buf);
    for (let k = 0; k < n; k++) {
      const x = buf[k]!;
      if (live[x] === 0) {
        live[x] = 1;
        work.push(x);
      }
    }
  }
  let changed = false;
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; ) {
      const next = f.next[v]!;
      if (live[v] === 0 && f.op[v] !== OP_PARAM) {
        if (f.op[v] !== OP_PROJ) changed = true;
        f.remove(v);
      }
      v = next;
    }
  }
  return changed;
}
