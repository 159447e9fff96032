// GNU as: assembly text goes in through a pipe, the object comes out under a temporary name and is renamed.

import { spawnSync } from "node:child_process";
import { flagOn, flagValue, type Options } from "../base/options.ts";
import type { Toolchain } from "./toolchain.ts";

/** The flags that GCC itself gives to as for these options. */
export function assemblerFlags(o: Options, own: readonly string[]): string[] {
  const flags: string[] = [];
  if (o.target === "riscv64") {
    flags.push("--traditional-format");
    if (o.pic > 0) flags.push("-fpic");
    flags.push(`-march=${flagValue(o, "march", "rv64imafdc_zicsr_zifencei")}`, `-mabi=${flagValue(o, "mabi", "lp64d")}`);
    flags.push(`-misa-spec=${flagValue(o, "misa-spec", "20191213")}`);
    if (!flagOn(o, "mrelax", true)) flags.push("-mno-relax");
  } else if (o.target === "aarch64") {
    flags.push("-EL", `-mabi=${flagValue(o, "mabi", "lp64")}`);
    const arch = flagValue(o, "march", "");
    const cpu = flagValue(o, "mcpu", "");
    if (arch !== "") flags.push(`-march=${arch}`);
    if (cpu !== "" && cpu !== "native") flags.push(`-mcpu=${cpu}`);
  } else flags.push(o.target === "i386" ? "--32" : "--64");
  return [...flags, ...own];
}

export interface ToolRun {
  status: number;
  stderr: string;
}

/** Runs as on a text (through its standard input) or a file. */
export function assemble(
  chain: Toolchain,
  flags: readonly string[],
  source: { readonly text: Uint8Array | string } | { readonly file: string },
  includeDirs: readonly string[],
  output: string,
  cwd: string,
): ToolRun {
  if (chain.as === undefined)
    return { status: 1, stderr: `occ: fatal error: cannot execute '${chain.triple}-as': install binutils for ${chain.triple}\n` };
  const args = [...flags, ...includeDirs.flatMap((d) => ["-I", d]), "-o", output];
  if ("file" in source) args.push(source.file);
  else args.push("--");
  return runTool(chain.as, args, cwd, "file" in source ? undefined : source.text);
}

/** Runs a program to its end; its standard output is dropped unless it fails. */
export function runTool(program: string, args: readonly string[], cwd: string, input?: Uint8Array | string): ToolRun {
  const r = spawnSync(program, args as string[], {
    cwd,
    input: input === undefined || input.length === 0 ? undefined : input,
    stdio: [input === undefined || input.length === 0 ? "ignore" : "pipe", "pipe", "pipe"],
    maxBuffer: 1 << 28,
    encoding: "utf8",
  });
  if (r.error !== undefined && r.status === null)
    return { status: 1, stderr: `occ: fatal error: cannot execute '${program}': ${r.error.message}\n` };
  if (r.status === null)
    return { status: 1, stderr: `${r.stderr}occ: fatal error: ${program} was ended by signal ${r.signal}\n` };
  return { status: r.status, stderr: r.status === 0 ? r.stderr : r.stdout + r.stderr };
}
