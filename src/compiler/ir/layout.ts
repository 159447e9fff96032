// What the fields a, b, c of each op hold, as one string an op: read by the printer, the reader and the verifier.
//
// Letters: v value, n number, t type code, m memory descriptor, s symbol id, b block, - unused. Ops with aux operands or a
// constant's special layout are handled by name where the string says nothing.

import {
  F_A,
  F_B,
  F_C,
  OP_ALLOCA,
  OP_ATOMICLOAD,
  OP_ATOMICRMW,
  OP_ATOMICSTORE,
  OP_BITCAST,
  OP_BLKCPY,
  OP_BLKSET,
  OP_BR,
  OP_COUNT,
  OP_DALLOCA,
  OP_EQ,
  OP_FCVT,
  OP_FENCE,
  OP_FEQ,
  OP_FLEQ,
  OP_FRAMEADDR,
  OP_FTOSI,
  OP_FTOUI,
  OP_JMP,
  OP_LABELADDR,
  OP_LOAD,
  OP_OBJSIZE,
  OP_OUTARG,
  OP_PARAM,
  OP_PREFETCH,
  OP_PROJ,
  OP_READREG,
  OP_RETADDR,
  OP_SITOF,
  OP_STACKPARAM,
  OP_STORE,
  OP_SUBOBJ,
  OP_SYM,
  OP_TLSADDR,
  OP_TRUNC,
  OP_UITOF,
  OP_ULE,
  OP_WRITEREG,
  opFlags,
} from "./ops.ts";

/** Field letters by op. */
export const opLayout: string[] = new Array(OP_COUNT).fill("");
for (let op = 0; op < OP_COUNT; op++) {
  const fl = opFlags[op];
  opLayout[op] = (fl & F_A ? "v" : "-") + (fl & F_B ? "v" : "-") + (fl & F_C ? "v" : "-");
}
const special: readonly (readonly [number, string])[] = [
  [OP_SYM, "sn-"],
  [OP_TLSADDR, "sn-"],
  [OP_ALLOCA, "nno"],
  [OP_DALLOCA, "vn-"],
  [OP_PARAM, "n--"],
  [OP_STACKPARAM, "n--"],
  [OP_OUTARG, "nn-"],
  [OP_LABELADDR, "b--"],
  [OP_PROJ, "vn-"],
  [OP_FRAMEADDR, "n--"],
  [OP_RETADDR, "n--"],
  [OP_READREG, "n--"],
  [OP_WRITEREG, "nv-"],
  [OP_TRUNC, "v-t"],
  [OP_SITOF, "v-t"],
  [OP_UITOF, "v-t"],
  [OP_FTOSI, "v-t"],
  [OP_FTOUI, "v-t"],
  [OP_FCVT, "v-t"],
  [OP_BITCAST, "v-t"],
  [OP_LOAD, "v-m"],
  [OP_STORE, "vvm"],
  [OP_BLKCPY, "vvn"],
  [OP_BLKSET, "vvn"],
  [OP_FENCE, "nn-"],
  [OP_ATOMICLOAD, "vnm"],
  [OP_ATOMICSTORE, "vvm"],
  [OP_ATOMICRMW, "vvm"],
  [OP_PREFETCH, "vnn"],
  [OP_OBJSIZE, "vn-"],
  [OP_SUBOBJ, "vn-"],
  [OP_JMP, "-b-"],
  [OP_BR, "vbb"],
];
for (const [op, s] of special) opLayout[op] = s;
for (let op = OP_EQ; op <= OP_ULE; op++) opLayout[op] = "vvt";
for (let op = OP_FEQ; op <= OP_FLEQ; op++) opLayout[op] = "vvt";
export const IS_CMP: Uint8Array = new Uint8Array(OP_COUNT);
for (let op = OP_EQ; op <= OP_FLEQ; op++) IS_CMP[op] = 1;
