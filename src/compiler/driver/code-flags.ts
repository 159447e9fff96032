// The -f and -m flags that change code, as a table name -> value (letter included: "fwrapv", "mcmodel"). The last one given counts;
// a name that GCC does not have is an unknown option, a value that occ cannot honour is refused by name.

import type { TargetName } from "../base/options.ts";
import { type Charset, charsetOf } from "../lex/charset.ts";
import {
  BRANCH_PROTECTION,
  EMPTY_VALUE,
  FEATURES,
  MACHINE,
  MACHINE_VALUES,
  NO_NEGATIVE,
  NUMBERS,
  REFUSED,
  VALUES,
} from "./flag-tables.ts";
import { UsageError } from "./invocation.ts";
import { unknownOption } from "./spelling.ts";
import { checkArchitecture, checkMachine } from "./targets.ts";

type Family = "riscv" | "aarch64" | "x86";
type CodeFlags = ReadonlyMap<string, string | boolean>;
/** The one sanitizer that is not a matter of GCC's library. */
const SHADOW = "shadow-call-stack";
/** -msign-return-address= in terms of -mbranch-protection=. */
const SIGNING: Readonly<Record<string, string>> = { none: "none", "non-leaf": "pac-ret", all: "pac-ret+leaf" };
/** The flags of one letter: their names and the values some of them are limited to. */
interface FlagKind {
  readonly all: readonly string[];
  readonly names: ReadonlySet<string>;
  readonly values: Readonly<Record<string, readonly string[]>>;
}

const kind = (all: readonly string[], values: FlagKind["values"]): FlagKind => ({ all, names: new Set(all), values });
const FEATURE = kind(FEATURES, VALUES);
const MACHINE_OF: Readonly<Record<Family, FlagKind>> = {
  riscv: kind(MACHINE.riscv, MACHINE_VALUES.riscv!),
  aarch64: kind(MACHINE.aarch64, MACHINE_VALUES.aarch64!),
  x86: kind(MACHINE.x86, MACHINE_VALUES.x86!),
};

/** Targets that share their -m flags. */
export function familyOf(target: TargetName): Family {
  return target === "riscv64" ? "riscv" : target === "aarch64" ? "aarch64" : "x86";
}

/** Puts a -f or -m flag into the table after looking it up in the names. */
export function setCodeFlag(
  flags: Map<string, string | boolean>,
  target: TargetName,
  letter: "f" | "m",
  body: string,
  a: string,
): void {
  const { names, all, values } = letter === "f" ? FEATURE : MACHINE_OF[familyOf(target)];
  const eq = body.indexOf("=");
  let name = eq < 0 ? body : body.slice(0, eq);
  let value: string | boolean = eq < 0 ? true : body.slice(eq + 1);
  if (eq < 0 && !names.has(name) && name.startsWith("no-") && names.has(name.slice(3))) {
    name = name.slice(3);
    value = false;
  } else if (!names.has(eq < 0 ? name : `${name}=`))
    throw unknownOption(
      a,
      all.map((n) => `-${letter}${n}`),
    );
  const key = letter + name;
  if (value === false && NO_NEGATIVE.has(key)) throw unknownOption(a, [`-${key}`]);
  if (typeof value === "string") {
    if (value === "" && !EMPTY_VALUE.has(key)) throw new UsageError(`missing argument to '-${key}='`);
    const allowed = values[key];
    if (allowed !== undefined && !allowed.includes(value))
      throw new UsageError(
        `unrecognized argument in option '${a}'\nnote: valid arguments to '-${key}=' are: ${allowed.join(" ")}`,
      );
    if (NUMBERS[key]?.test(value) === false) throw new UsageError(`invalid number in option '${a}'`);
    if (key === "mbranch-protection" && !BRANCH_PROTECTION.test(value))
      throw new UsageError(`invalid argument '${value}' for '-mbranch-protection='`);
    if (key === "fpatchable-function-entry" && Number(value.split(",")[1] ?? 0) > Number(value.split(",")[0]))
      throw new UsageError(`invalid arguments for '-${key}'`);
    if (key === "march" || key === "mcpu" || key === "mtune") checkArchitecture(target, a, value);
  }
  if (value === false && key === "finline-atomics") throw new UsageError(`'${a}' is not supported`);
  if (key === "fsanitize" && value === SHADOW) {
    if (target !== "aarch64") throw new UsageError(`'${a}' not supported in current platform`);
    return void flags.set(`fsanitize-${SHADOW}`, true);
  }
  if (value !== false) {
    const harmless = REFUSED[key];
    if (harmless !== undefined && !harmless.includes(String(value))) throw new UsageError(`'${a}' is not supported`);
  }
  if (key.startsWith("fstack-protector")) {
    for (const mode of ["", "-strong", "-all", "-explicit"]) flags.delete(`fstack-protector${mode}`);
    if (value === false && key !== "fstack-protector") throw unknownOption(a, [`-${key}`]);
  }
  if (key === "fcf-protection" && value !== "none" && familyOf(target) !== "x86")
    throw new UsageError(`'-fcf-protection=${value === true ? "full" : value}' is not supported for this target`);
  // The older name of a part of -mbranch-protection=; the last of the two counts.
  if (key === "msign-return-address") return setCodeFlag(flags, target, "m", `branch-protection=${SIGNING[String(value)]}`, a);
  // Opposites share one entry, so that the last one given counts.
  if (key === "fsigned-bitfields") return void flags.set("funsigned-bitfields", value === false);
  if (key === "fsigned-char") return void flags.set("funsigned-char", value === false);
  if (key === "msoft-float" && value === false) return void flags.set("m80387", true);
  if (key === "mhard-float") return void flags.set("m80387", value);
  if (key === "fstrict-overflow") {
    flags.set("fwrapv", value === false);
    flags.set("fwrapv-pointer", value === false);
  }
  if (key === "msse4" && value === false) flags.set("msse4.1", false);
  flags.delete(key); // keeps the order of the last mention
  flags.set(key, value);
}

/** -fno-sanitize=LIST */
export function dropSanitizers(flags: Map<string, string | boolean>, names: string): void {
  if (/(^|,)(all|shadow-call-stack)(,|$)/.test(names)) flags.delete(`fsanitize-${SHADOW}`);
}

/** The set that -fexec-charset= names; null without it. */
export function executionCharset(flags: CodeFlags): Charset | null {
  const name = flags.get("fexec-charset");
  const set = typeof name === "string" ? charsetOf(name) : null;
  if (set === undefined) throw new UsageError(`'-fexec-charset=${name}' is not supported`);
  return set;
}

/** Ends the command when flags contradict each other or the target. */
export function checkCodeFlags(flags: CodeFlags, target: TargetName, pic: boolean): void {
  const math = flags.get("mfpmath");
  if (target === "i386" && typeof math === "string" && math !== "387")
    throw new UsageError(`'-mfpmath=${math}' is not supported for 32-bit code`);
  if (target === "x86_64" && flags.get("mpreferred-stack-boundary") === "2")
    throw new UsageError("'-mpreferred-stack-boundary=2' is not between 3 and 12");
  // The 64-bit ABI aligns double and long long to 8 bytes in any case (GCC manual, "x86 Options"); the 32-bit one to 4.
  if (target === "i386" && flags.get("malign-double") === true)
    throw new UsageError("'-malign-double' is not supported for 32-bit code");
  checkMachine(flags, target, pic);
  if (flags.get(`fsanitize-${SHADOW}`) === true && flags.get("ffixed-x18") !== true)
    throw new UsageError(`'-fsanitize=${SHADOW}' requires '-ffixed-x18'`);
  if (flags.get("mnop-mcount") === true && pic) throw new UsageError("'-mnop-mcount' is not implemented for '-fPIC'");
  if (flags.get("pg") !== true) return;
  if (target === "i386" && pic) throw new UsageError("'-pg' is not supported with '-m32 -fPIC'");
  if (flags.get("fomit-frame-pointer") === true) throw new UsageError("-pg and -fomit-frame-pointer are incompatible");
}
