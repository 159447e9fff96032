// -fstack-protector… and -mstack-protector-guard…: which functions, and where the guard value is. The defaults and the rules of
// each machine are those of GCC 12 (GCC manual, "x86 Options", "AArch64 Options", "RISC-V Options").

import { flagOn, flagValue, type Options } from "../base/options.ts";
import { MEM_FS, MEM_GS } from "../ir/ops.ts";
import type { GuardPlace, StackProtection } from "../mach/stack-protector.ts";

const SYMBOL = "__stack_chk_guard";
/** Offset of the guard in the thread's block of the C library (sysdeps of the x86-64 and i386 psABI: tcbhead_t.stack_guard). */
const X86_OFFSET = 40;
const I386_OFFSET = 20;

/** Flags which name a mode; the driver keeps only the last one given. */
const MODES: readonly (readonly [string, StackProtection["mode"]])[] = [
  ["fstack-protector", "default"],
  ["fstack-protector-strong", "strong"],
  ["fstack-protector-all", "all"],
  ["fstack-protector-explicit", "explicit"],
];

/** A wrong use of the options, in GCC's words. */
export class GuardError extends Error {}

function invalid(value: string, what: string, option: string): GuardError {
  return new GuardError(`'${value}' is not a valid ${what} in '-mstack-protector-guard-${option}='`);
}

/** A number as GCC reads it: decimal, octal, hexadecimal. */
function offsetOf(text: string, notNumber: string): number {
  if (!/^[-+]?(0[xX][\da-fA-F]+|\d+)$/.test(text)) throw invalid(text, notNumber, "offset");
  const digits = text.replace(/^[-+]/, "");
  const n = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return text.startsWith("-") ? -n : n;
}

function x86Guard(o: Options): GuardPlace {
  const register = flagValue(o, "mstack-protector-guard-reg", "");
  if (register !== "" && register !== "fs" && register !== "gs") throw invalid(register, "base register", "reg");
  const wide = o.target === "x86_64";
  const byDefault = wide && flagValue(o, "mcmodel", "small") !== "kernel" ? MEM_FS : MEM_GS;
  const segment = register === "fs" ? MEM_FS : register === "gs" ? MEM_GS : byDefault;
  const text = flagValue(o, "mstack-protector-guard-offset", "");
  const offset = text === "" ? (wide ? X86_OFFSET : I386_OFFSET) : offsetOf(text, "number");
  if (offset !== (offset | 0)) throw invalid(text, "offset", "offset");
  if (flagValue(o, "mstack-protector-guard", "tls") === "global") return { kind: "symbol", name: SYMBOL, segment: 0 };
  const name = flagValue(o, "mstack-protector-guard-symbol", "");
  return name !== "" ? { kind: "symbol", name, segment } : { kind: "segment", segment, offset };
}

function bothNeeded(): GuardError {
  return new GuardError(
    "both '-mstack-protector-guard-offset' and '-mstack-protector-guard-reg' must be used with '-mstack-protector-guard=sysreg'",
  );
}

function otherGuard(o: Options, regByName: (name: string) => number): GuardPlace {
  const kind = flagValue(o, "mstack-protector-guard", "global");
  const name = flagValue(o, "mstack-protector-guard-reg", "");
  const text = flagValue(o, "mstack-protector-guard-offset", "");
  const arm = o.target === "aarch64";
  if (kind === "global") {
    if (arm && text !== "")
      throw new GuardError(`incompatible options '-mstack-protector-guard=global' and '-mstack-protector-guard-offset=${text}'`);
    return { kind: "symbol", name: SYMBOL, segment: 0 };
  }
  if (name === "" || text === "") throw bothNeeded();
  const offset = offsetOf(text, arm ? "offset" : "number");
  if (arm) {
    if (offset !== (offset | 0)) throw invalid(text, "offset", "offset");
    return { kind: "system", name, offset };
  }
  if (offset < -2048 || offset > 2047) throw invalid(text, "offset", "offset");
  const register = regByName(name);
  if (register < 0 || register >= 32) throw invalid(name, "base register", "reg");
  return { kind: "register", register, offset };
}

/** What the command line asks for. */
export function stackProtection(o: Options, regByName: (name: string) => number): StackProtection {
  const mode = MODES.find(([flag]) => flagOn(o, flag, false))?.[1] ?? "none";
  const guard = o.target === "x86_64" || o.target === "i386" ? x86Guard(o) : otherGuard(o, regByName);
  return { mode, guard };
}
