// `oracle doctor`: the external tools, per architecture: what is there, what is needed, and how to get what is missing.

import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { ALL_ARCHES, type Arch, archInfo, crossPrefix } from "../oracle/arch.ts";
import { findProgram } from "../oracle/compilers/identity.ts";
import { EXIT_INFRA, EXIT_OK } from "../oracle/errors.ts";
import { runProcess } from "../oracle/process.ts";
import type { CommandHost } from "./main.ts";
import { arches } from "./options.ts";

/** A tool or file that something here needs. */
export interface Requirement {
  readonly what: string;
  readonly needed: string;
  /** Debian package that brings it. */
  readonly package: string;
  /** Program to look for, or a file when it starts with "/". */
  readonly find: string;
  readonly versionArgument?: string;
  readonly atLeast?: readonly [number, number];
  /** Missing ones are told but do not make the doctor fail. */
  readonly optional?: boolean;
}

function common(): Requirement[] {
  const tool = (name: string, pack: string, needed: string, extra: Partial<Requirement> = {}): Requirement => ({
    what: name,
    needed,
    package: pack,
    find: name,
    versionArgument: "--version",
    ...extra,
  });
  return [
    tool("make", "make", "3.82 or later (kbuild)", { atLeast: [3, 82] }),
    tool("gcc", "gcc", "for kbuild's host programs"),
    tool("flex", "flex", "kconfig"),
    tool("bison", "bison", "kconfig"),
    tool("bc", "bc", "kbuild"),
    tool("perl", "perl", "kbuild"),
    tool("xz", "xz-utils", "unpacking kernel sources"),
    tool("cpio", "cpio", "kbuild"),
    tool("git", "git", "--kernel GITDIR@REF"),
    { what: "libc headers", needed: "kbuild's host programs", package: "libc6-dev", find: "/usr/include/stdio.h" },
    { what: "libelf", needed: "objtool, sorttable", package: "libelf-dev", find: "/usr/include/libelf.h" },
    { what: "libssl", needed: "kbuild's host programs", package: "libssl-dev", find: "/usr/include/openssl/ssl.h" },
    tool("clang", "clang", "only for --cc clang", { optional: true }),
    tool("csmith", "csmith", "only for oracle test csmith", { optional: true }),
  ];
}

function forArch(arch: Arch): Requirement[] {
  const info = archInfo(arch);
  const prefix = crossPrefix(arch);
  const [gcc, binutils, libc, qemu] = info.packages as [string, string, string, string];
  const user = { riscv: "qemu-riscv64-static", arm: "qemu-aarch64-static", x86: undefined }[arch];
  const list: Requirement[] = [
    {
      what: `${prefix}gcc`,
      needed: `${arch}: the oracle, 10 or later`,
      package: gcc,
      find: `${prefix}gcc`,
      versionArgument: "-dumpfullversion",
      atLeast: [10, 0],
    },
    {
      what: `${prefix}ld`,
      needed: `${arch}: 2.35 or later`,
      package: binutils,
      find: `${prefix}ld`,
      versionArgument: "--version",
      atLeast: [2, 35],
    },
    {
      what: info.qemu,
      needed: `${arch}: boots, 7.0 or later`,
      package: qemu,
      find: info.qemu,
      versionArgument: "--version",
      atLeast: [7, 0],
    },
    {
      what: `libc (${info.triplet})`,
      needed: `${arch}: the init and test programs`,
      package: libc,
      find: arch === "x86" ? "/usr/include/stdio.h" : `/usr/${info.triplet}/include/stdio.h`,
    },
  ];
  if (user !== undefined)
    list.push({
      what: user,
      needed: `${arch}: test programs`,
      package: "qemu-user-static",
      find: user,
      versionArgument: "--version",
      optional: false,
    });
  if (arch === "riscv")
    list.push({
      what: "OpenSBI",
      needed: "riscv: the firmware that QEMU starts",
      package: "opensbi",
      find: "/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin",
    });
  return list;
}

/** What was found for a requirement. */
export interface Finding {
  readonly requirement: Requirement;
  readonly found: string | undefined;
  readonly good: boolean;
}

/** The first version number in a text. */
export function versionIn(text: string): [number, number] | undefined {
  const match = /(\d+)\.(\d+)/.exec(text);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

async function examine(requirement: Requirement): Promise<Finding> {
  if (requirement.find.startsWith("/")) {
    try {
      readFileSync(requirement.find);
      return { requirement, found: requirement.find, good: true };
    } catch {
      return { requirement, found: undefined, good: false };
    }
  }
  const path = findProgram(requirement.find);
  if (path === undefined) return { requirement, found: undefined, good: false };
  const result = await runProcess([requirement.find, requirement.versionArgument ?? "--version"], { timeoutMs: 30_000 });
  const first = `${result.stdout}\n${result.stderr}`.split("\n").find((line) => line.trim() !== "") ?? "";
  const version = versionIn(first.replace(/\([^)]*\)/g, ""));
  const atLeast = requirement.atLeast;
  const good =
    atLeast === undefined ||
    version === undefined ||
    version[0] > atLeast[0] ||
    (version[0] === atLeast[0] && version[1] >= atLeast[1]);
  return { requirement, found: version ? version.join(".") : first.trim().slice(0, 40), good };
}

/** Adds the subcommand. */
export function registerDoctor(program: Command, host: CommandHost): void {
  program
    .command("doctor")
    .description("external tools: found, needed, and the command that installs what is missing")
    .option("--arch <arch>", "x86, arm, riscv or all", "all")
    .option("--install", "install what is missing (as root or with sudo)")
    .option("--json", "one JSON document on stdout")
    .addHelpText("after", "\nExamples:\n  oracle doctor --arch riscv\n  oracle doctor --install")
    .action(async (options: { arch: string; install?: boolean; json?: boolean }) => host.exit(await doctor(options, host)));
}

async function doctor(options: { arch: string; install?: boolean; json?: boolean }, host: CommandHost): Promise<number> {
  const wanted = options.arch === "all" ? ALL_ARCHES : arches(options.arch);
  const requirements = [...common(), ...wanted.flatMap(forArch)];
  const check = () => Promise.all(requirements.map(examine));
  let findings = await check();
  const missing = () => findings.filter((finding) => !finding.good);
  const packages = () => [...new Set(missing().map((finding) => finding.requirement.package))];
  if (options.install === true && missing().length > 0) {
    await install(packages(), host.signal);
    findings = await check();
  }
  const required = missing().filter((finding) => finding.requirement.optional !== true);
  if (options.json === true) {
    const list = findings.map(({ requirement, found, good }) => ({
      what: requirement.what,
      needed: requirement.needed,
      package: requirement.package,
      found: found ?? null,
      good,
    }));
    process.stdout.write(`${JSON.stringify({ good: required.length === 0, tools: list })}\n`);
  } else {
    for (const { requirement, found, good } of findings) {
      const state = good ? "ok     " : requirement.optional === true ? "absent " : "MISSING";
      process.stdout.write(`${state}  ${requirement.what.padEnd(28)} ${(found ?? "-").padEnd(12)}  ${requirement.needed}\n`);
    }
  }
  if (required.length === 0) return EXIT_OK;
  process.stderr.write(
    `ERROR: tool: ${required.map((finding) => finding.requirement.what).join(", ")}: missing; run: ${installLine(packages())}\n`,
  );
  return EXIT_INFRA;
}

function installLine(packages: readonly string[]): string {
  return `${process.getuid?.() === 0 ? "" : "sudo "}apt-get install -y ${packages.join(" ")}`;
}

async function install(packages: readonly string[], signal: AbortSignal): Promise<void> {
  if (findProgram("apt-get") === undefined) return;
  const asRoot = process.getuid?.() === 0;
  if (!asRoot && (await runProcess(["sudo", "-n", "true"], { signal })).exitCode !== 0) return;
  const prefix = asRoot ? [] : ["sudo"];
  const apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
  process.stderr.write(`installing ${packages.join(" ")}\n`);
  const onLine = (line: string) => process.stderr.write(`  ${line}\n`);
  const go = (extra: readonly string[]) =>
    runProcess([...prefix, ...apt, "install", "-qy", "--no-install-recommends", ...packages, ...extra], { signal, onLine });
  if ((await go([])).exitCode === 0) return;
  await runProcess([...prefix, ...apt, "update", "-q"], { signal, onLine });
  await go([]);
}
