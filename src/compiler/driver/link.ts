// GNU ld with the start files and libraries that GCC would give it (what `gcc -###` shows on Debian 12).

import type { Options } from "../base/options.ts";
import { flagOn } from "../base/options.ts";
import { type Invocation, UsageError } from "./invocation.ts";
import { findLibraryFile, findTool, type Toolchain } from "./toolchain.ts";

interface Machine {
  readonly emulation: readonly string[];
  readonly interpreter: string;
}

function machine(o: Options): Machine {
  switch (o.target) {
    case "riscv64": {
      const abi = o.flags.get("mabi");
      return {
        emulation: ["-melf64lriscv"],
        interpreter: `/lib/ld-linux-riscv64-${typeof abi === "string" ? abi : "lp64d"}.so.1`,
      };
    }
    case "aarch64":
      return { emulation: ["-X", "-EL", "-maarch64linux", "--fix-cortex-a53-843419"], interpreter: "/lib/ld-linux-aarch64.so.1" };
    case "i386":
      return { emulation: ["-m", "elf_i386"], interpreter: "/lib/ld-linux.so.2" };
    default:
      return { emulation: ["-m", "elf_x86_64"], interpreter: "/lib64/ld-linux-x86-64.so.2" };
  }
}

/** The linker's program and words. `inputs` are the objects and link words in command line order, `further` what LIBRARY_PATH says. */
export function linkCommand(
  inv: Invocation,
  chain: Toolchain,
  inputs: readonly string[],
  output: string,
  further: readonly string[],
): { program: string; args: string[] } {
  const l = inv.link;
  const program = l.linker === undefined ? chain.ld : findTool(chain, `ld.${l.linker}`);
  if (program === undefined)
    throw new UsageError(
      `cannot find 'ld${l.linker === undefined ? "" : `.${l.linker}`}': install binutils for ${chain.triple}`,
      true,
    );
  const m = machine(inv.options);
  const args: string[] = [];
  const dynamic = l.kind === "pie" || l.kind === "exec";
  const statically = l.kind === "static" || l.kind === "static-pie";
  if (chain.cross) args.push("--sysroot=/");
  if (l.kind !== "relocatable") args.push("--build-id");
  if (!statically || l.kind === "static-pie") args.push("--eh-frame-hdr");
  args.push("--hash-style=gnu", "--as-needed");
  if (l.exportDynamic) args.push("-export-dynamic");
  if (dynamic) args.push("-dynamic-linker", m.interpreter);
  args.push(...m.emulation);
  if (l.kind === "pie") args.push("-pie");
  else if (l.kind === "static") args.push("-static");
  else if (l.kind === "static-pie") args.push("-static", "-pie", "--no-dynamic-linker", "-z", "text");
  else if (l.kind === "shared") args.push("-shared");
  else if (l.kind === "relocatable") args.push("-r");
  if (l.strip) args.push("-s");
  if (inv.options.target === "riscv64" && !flagOn(inv.options, "mrelax", true)) args.push("--no-relax");
  args.push("-o", output);
  const crt = (name: string): void => {
    const p = findLibraryFile(chain, name);
    // ld says what is missing, as with GCC
    args.push(p ?? name);
  };
  const pieObjects = l.kind === "pie" || l.kind === "static-pie" || l.kind === "shared";
  if (l.startFiles) {
    if (l.profile && l.kind !== "shared") crt(l.kind === "static-pie" ? "grcrt1.o" : "gcrt1.o");
    else if (l.kind !== "shared") crt(l.kind === "pie" ? "Scrt1.o" : l.kind === "static-pie" ? "rcrt1.o" : "crt1.o");
    crt("crti.o");
    crt(l.kind === "static" ? "crtbeginT.o" : pieObjects ? "crtbeginS.o" : "crtbegin.o");
  }
  args.push(...l.dirs, ...l.prefixes.map((p) => `-L${p}`), ...libraryDirs(chain, further).map((d) => `-L${d}`), ...inputs);
  if (l.defaultLibs) {
    const libc = [...(l.pthread ? ["-lpthread"] : []), ...(l.libc ? ["-lc"] : [])];
    if (statically) args.push("--start-group", "-lgcc", "-lgcc_eh", ...libc, "--end-group");
    else if (l.staticLibgcc) args.push("-lgcc", "-lgcc_eh", ...libc, "-lgcc", "-lgcc_eh");
    else {
      const gcc = ["-lgcc", "--push-state", "--as-needed", "-lgcc_s", "--pop-state"];
      args.push(...gcc, ...libc, ...gcc);
    }
  }
  if (l.startFiles) {
    crt(pieObjects ? "crtendS.o" : "crtend.o");
    crt("crtn.o");
  }
  args.push(...l.scripts);
  return { program, args };
}

/** LIBRARY_PATH stands in front of the directories of all machines, and only a native compiler asks it, as with GCC. */
function libraryDirs(chain: Toolchain, further: readonly string[]): readonly string[] {
  if (chain.cross) return chain.libraryDirs;
  const common = (d: string): boolean => d === "/lib" || d === "/usr/lib";
  return [...chain.libraryDirs.filter((d) => !common(d)), ...further, ...chain.libraryDirs.filter(common)];
}
