// -dumpversion, -print-*, --version: what occ says of itself and of the toolchain, as GCC 12.2 would.

import { type Invocation, UsageError } from "./invocation.ts";
import { findLibraryFile, findTool, findToolchain } from "./toolchain.ts";

/** Version of GCC that occ is compatible with. */
export const GCC_VERSION = "12.2.0";

const HELP = `Usage: occ [options] file...
A C compiler that takes GCC's command line. The usual options of GCC 12 are understood; beyond them:
  --target=TRIPLE          x86_64-linux-gnu, i386-linux-gnu, aarch64-linux-gnu or riscv64-linux-gnu
  --dump=STAGE[:FUNCTION]  tokens, ir, after:PASS, asm, ...
  --pass=-NAME             leave a pass out
  --bisect=PATTERN         let only some pass runs and rewrites happen
  --check                  verify after every pass
  --time, --stats          times and counters
Examples:
  occ -O2 -c main.c -o main.o
  occ --target=riscv64-linux-gnu -static hello.c -o hello
`;

/** The answer to a query option, with its newline. */
export function answerQuery(inv: Invocation, query: string): string {
  const chain = (): ReturnType<typeof findToolchain> => findToolchain(inv.options.target, inv.options.triple, inv.link.prefixes);
  const eq = query.indexOf("=");
  const value = eq < 0 ? "" : query.slice(eq + 1);
  switch (eq < 0 ? query : query.slice(0, eq)) {
    case "--version":
      // Meson takes for a GCC what names the Free Software Foundation here.
      return `occ (Oracle) ${GCC_VERSION}\nCompatible with GCC ${GCC_VERSION} of the Free Software Foundation; target ${inv.options.triple}.\n`;
    case "--help":
      return HELP;
    case "-dumpversion":
      return `${GCC_VERSION.split(".")[0]}\n`;
    case "-dumpfullversion":
      return `${GCC_VERSION}\n`;
    case "-dumpmachine":
      return `${inv.options.triple === "i386-linux-gnu" ? "x86_64-linux-gnu" : inv.options.triple}\n`;
    case "-dumpspecs":
      throw new UsageError("'-dumpspecs' is not supported: occ has no spec strings");
    case "-print-multiarch":
      return `${inv.options.triple}\n`;
    case "-print-sysroot":
      return chain().cross ? "/\n" : "";
    case "-print-sysroot-headers-suffix":
      throw new UsageError("not configured with sysroot headers suffix", true);
    case "-print-multi-directory":
      return inv.options.target === "i386" ? "32\n" : ".\n";
    case "-print-multi-lib":
      return ".;\n";
    case "-print-multi-os-directory":
      return inv.options.target === "i386" ? "../lib32\n" : "../lib\n";
    case "-print-libgcc-file-name":
      return `${findLibraryFile(chain(), "libgcc.a") ?? "libgcc.a"}\n`;
    case "-print-search-dirs": {
      const c = chain();
      const gcc = c.gccDir === undefined ? "" : `${c.gccDir}/`;
      return `install: ${gcc}\nprograms: =${gcc}\nlibraries: =${c.libraryDirs.map((d) => `${d}/`).join(":")}\n`;
    }
    case "-print-file-name":
      return `${findLibraryFile(chain(), value) ?? value}\n`;
    default: // -print-prog-name
      return `${findTool(chain(), value) ?? value}\n`;
  }
}
