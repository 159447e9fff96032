// The real programs that the benchmarks compile: lua, zlib and sqlite's amalgamation, from Debian's source packages.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { cacheDir, debianSource } from "./debian-source.ts";

/** C files that are compiled with the same flags. */
export interface Sources {
  readonly name: string;
  readonly files: readonly string[];
  readonly flags: readonly string[];
  readonly libs: readonly string[];
}

export async function lua(): Promise<Sources> {
  const dir = path.join(await debianSource("lua5.4"), "src");
  const files = readdirSync(dir).filter((f) => f.endsWith(".c") && f !== "luac.c");
  return { name: "lua", files: files.map((f) => path.join(dir, f)), flags: ["-DLUA_USE_POSIX"], libs: ["-lm"] };
}

const ZLIB =
  "adler32 compress crc32 deflate gzclose gzlib gzread gzwrite infback inffast inflate inftrees trees uncompr zutil".split(" ");

export async function zlib(): Promise<Sources> {
  const dir = await debianSource("zlib");
  return {
    name: "zlib",
    files: ZLIB.map((f) => path.join(dir, `${f}.c`)),
    flags: [`-I${dir}`, "-DHAVE_UNISTD_H"],
    libs: [],
  };
}

/** sqlite3.c, made by sqlite's own scripts (which need tclsh and make), kept in the cache. */
export async function sqlite(): Promise<Sources> {
  const final = path.join(cacheDir(), "sources", "sqlite3-amalgamation");
  if (!existsSync(final)) {
    const source = await debianSource("sqlite3");
    mkdirSync(path.dirname(final), { recursive: true });
    const tmp = mkdtempSync(path.join(path.dirname(final), ".sqlite-"));
    try {
      await execa(path.join(source, "configure"), ["--disable-tcl", "--disable-readline"], { cwd: tmp });
      await execa("make", ["sqlite3.c"], { cwd: tmp });
      renameSync(tmp, final);
    } finally {
      rmSync(tmp, { recursive: true, force: true });
    }
  }
  return {
    name: "sqlite3.c",
    files: [path.join(final, "sqlite3.c")],
    flags: [`-I${final}`, "-DSQLITE_THREADSAFE=0", "-DSQLITE_OMIT_LOAD_EXTENSION"],
    libs: ["-lm"],
  };
}
