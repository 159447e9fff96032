// __builtin_constant_p and __builtin_object_size: 1 (or the size) as soon as it is known, 0 (or unknown) at the end.
// Source: GCC manual, "Other Builtins" and "Object Size Checking".

import type { CallInfo, Func, PhiInfo, Value } from "../ir/func.ts";
import { BIND_LOCAL, BIND_WEAK, type Module, SYM_DATA } from "../ir/module.ts";
import {
  OP_ADD,
  OP_ALLOCA,
  OP_CALL,
  OP_CONST,
  OP_DALLOCA,
  OP_FCONST,
  OP_ISCONST,
  OP_OBJSIZE,
  OP_PHI,
  OP_PROJ,
  OP_SELECT,
  OP_SYM,
  OP_ZEXT32,
  TY_I32,
} from "../ir/ops.ts";
import type { OptOptions } from "./options.ts";

export function settleConstants(f: Func, m: Module, _o: OptOptions, last: boolean): boolean {
  let changed = false;
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      if (f.op[v] === OP_ISCONST) {
        const yes = isConstant(f, m, f.a[v]!);
        if (!yes && !last) continue;
        f.makeConst(v, yes ? 1 : 0, 0);
        changed = true;
      } else if (f.op[v] === OP_OBJSIZE) {
        const kind = f.b[v]!;
        const n = objectSize(f, m, f.a[v]!, kind);
        if (n === undefined && !last) continue;
        if (n === undefined) f.makeConst(v, (kind & 2) === 0 ? -1 : 0, (kind & 2) === 0 ? -1 : 0);
        else f.makeConst(v, n, 0);
        changed = true;
      }
    }
  }
  return changed;
}

function isConstant(f: Func, m: Module, v: Value): boolean {
  if (f.op[v] === OP_CONST || f.op[v] === OP_FCONST) return true;
  if (f.op[v] !== OP_SYM) return false;
  // the address of a string literal's first character
  const s = m.syms[f.a[v]!]!;
  return s.mergeStr !== 0 && f.b[v] === 0;
}

/** A pointer that the search came by: known bytes before and behind it in its object. */
interface Extent {
  readonly behind: number;
}

/** How many pointers one question may look at. */
const MOST_POINTERS = 200;

/** Bytes from the address to the end of its object (the most, or for kinds 2 and 3 the least, of all it may be); undefined = not known. */
function objectSize(f: Func, m: Module, v: Value, kind: number): number | undefined {
  const seen = new Map<Value, Extent | undefined>();
  const e = extent(f, m, v, (kind & 2) !== 0, seen);
  return e === undefined ? undefined : Math.max(0, e.behind);
}

/** `least`: of several objects the one with the least behind the pointer counts. A loop's own contribution is left out. */
function extent(f: Func, m: Module, v: Value, least: boolean, seen: Map<Value, Extent | undefined>): Extent | undefined {
  let off = 0;
  let x = v;
  while (f.op[x] === OP_ADD && f.op[f.b[x]!] === OP_CONST) {
    off += f.a[f.b[x]!]!;
    x = f.a[x]!;
  }
  const size = wholeSize(f, m, x);
  if (size !== undefined) {
    if (f.op[x] === OP_SYM) off += f.b[x]!;
    return off < 0 || off > size ? { behind: 0 } : { behind: size - off };
  }
  const first = firstArgument(f, m, x);
  if (first !== undefined) {
    const e = extent(f, m, first, least, seen);
    return e === undefined ? undefined : { behind: e.behind - off };
  }
  const options = f.op[x] === OP_SELECT ? [f.b[x]!, f.c[x]!] : f.op[x] === OP_PHI ? [...(f.aux[x] as PhiInfo).vals] : undefined;
  if (options === undefined || seen.has(x) || seen.size >= MOST_POINTERS) return undefined;
  // a pointer that moves in a loop may be anywhere
  seen.set(x, undefined);
  let best: number | undefined;
  for (const option of options) {
    const e = extent(f, m, option, least, seen);
    if (e === undefined) return undefined;
    const behind = Math.max(0, e.behind - off);
    best = best === undefined ? behind : least ? Math.min(best, behind) : Math.max(best, behind);
  }
  seen.delete(x);
  return best === undefined ? undefined : { behind: best };
}

const RETURNS_FIRST: ReadonlySet<string> = new Set(["memcpy", "memmove", "memset", "strcpy", "strncpy", "strcat", "strncat"]);

/** The argument that a library function gives back. */
function firstArgument(f: Func, m: Module, x: Value): Value | undefined {
  if (f.op[x] !== OP_PROJ || f.op[f.a[x]!] !== OP_CALL) return undefined;
  const info = f.aux[f.a[x]!] as CallInfo;
  const s = info.sym === 0 ? undefined : m.syms[info.sym];
  return s !== undefined && s.func === undefined && RETURNS_FIRST.has(s.name) ? info.args[0] : undefined;
}

/** Size of the object that begins at this address, if it is one whose size is known. */
function wholeSize(f: Func, m: Module, x: Value): number | undefined {
  switch (f.op[x]) {
    case OP_ALLOCA:
      return f.a[x]!;
    case OP_DALLOCA:
      return constantArg(f, f.a[x]!);
    case OP_SYM: {
      const s = m.syms[f.a[x]!]!;
      return s.kind === SYM_DATA && (s.bind === BIND_LOCAL || s.bind !== BIND_WEAK) ? s.size : undefined;
    }
    case OP_PROJ: {
      const call = f.a[x]!;
      if (f.op[call] !== OP_CALL) return undefined;
      const info = f.aux[call] as CallInfo;
      const places = info.sym === 0 ? undefined : m.syms[info.sym]!.allocSize;
      if (places === undefined) return undefined;
      let size = 1;
      for (const place of places) {
        const n = info.args[place] === undefined ? undefined : constantArg(f, info.args[place]!);
        if (n === undefined) return undefined;
        size *= n;
      }
      return size;
    }
  }
  return undefined;
}

function constantArg(f: Func, v: Value): number | undefined {
  let x = v;
  while (f.op[x] === OP_ZEXT32) x = f.a[x]!;
  return f.op[x] === OP_CONST && f.a[x]! >= 0 && (f.b[x] === 0 || f.ty[x] === TY_I32) ? f.a[x]! : undefined;
}
