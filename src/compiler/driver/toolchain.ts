// Where GCC's headers, start files, libraries and the GNU tools of a target are (Debian's native and cross packages).
// Everything is searched for: no version and no host is assumed. Found once per process and target.

import { readdirSync, statSync } from "node:fs";
import { arch } from "node:os";
import { delimiter, join } from "node:path";
import type { TargetName } from "../base/options.ts";

export interface Toolchain {
  readonly triple: string;
  /** GCC's own directory (headers, crtbegin.o, libgcc.a), or undefined when no GCC for the target is installed. */
  readonly gccDir: string | undefined;
  readonly headerDirs: readonly string[];
  /** Where crt files and libraries are looked for, in order. */
  readonly libraryDirs: readonly string[];
  readonly as: string | undefined;
  readonly ld: string | undefined;
  readonly native: boolean;
  /** The target's tools and libraries have a root of their own (cross packages). */
  readonly cross: boolean;
}

/** Triplet of this machine. */
export function hostTriple(): string {
  const a = arch();
  return a === "x64"
    ? "x86_64-linux-gnu"
    : a === "arm64"
      ? "aarch64-linux-gnu"
      : a === "riscv64"
        ? "riscv64-linux-gnu"
        : `${a}-linux-gnu`;
}

function isDirectory(p: string): boolean {
  return statSync(p, { throwIfNoEntry: false })?.isDirectory() === true;
}
function isFile(p: string): boolean {
  return statSync(p, { throwIfNoEntry: false })?.isFile() === true;
}

/** Highest version directory of GCC under one of the roots. */
function findGcc(triple: string): string | undefined {
  for (const root of [`/usr/lib/gcc-cross/${triple}`, `/usr/lib/gcc/${triple}`, `/usr/local/lib/gcc/${triple}`]) {
    if (!isDirectory(root)) continue;
    const versions = readdirSync(root)
      .filter((v) => /^\d+(\.\d+)*$/.test(v) && isFile(join(root, v, "include", "stddef.h")))
      .sort((a, b) => compareVersions(b, a));
    if (versions[0] !== undefined) return join(root, versions[0]);
  }
  return undefined;
}

function compareVersions(a: string, b: string): number {
  const x = a.split(".").map(Number);
  const y = b.split(".").map(Number);
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const d = (x[i] ?? 0) - (y[i] ?? 0);
    if (d !== 0) return d;
  }
  return 0;
}

function findProgram(names: readonly string[], prefixes: readonly string[]): string | undefined {
  const dirs = [...prefixes, ...(process.env.PATH ?? "").split(delimiter), "/usr/bin"];
  for (const n of names) {
    for (const d of dirs) {
      const p = join(d, n);
      if (d !== "" && isFile(p)) return p;
    }
  }
  return undefined;
}

const found: Map<string, Toolchain> = new Map();

/** The tools of a target. `prefixes` are -B directories. */
export function findToolchain(target: TargetName, triple: string, prefixes: readonly string[] = []): Toolchain {
  const key = `${triple}\0${prefixes.join("\0")}`;
  let t = found.get(key);
  if (t === undefined) {
    t = locate(target, triple, prefixes);
    found.set(key, t);
  }
  return t;
}

function locate(target: TargetName, triple: string, prefixes: readonly string[]): Toolchain {
  const host = hostTriple();
  // 32-bit x86 comes with the 64-bit toolchain (multilib) when it has none of its own.
  const own = findGcc(triple);
  const shared = target === "i386" && own === undefined ? "x86_64-linux-gnu" : triple;
  const gccDir = own ?? findGcc(shared);
  const native = shared === host || triple === host;
  const cross = gccDir !== undefined && gccDir.startsWith("/usr/lib/gcc-cross/");
  const headers = [
    gccDir === undefined ? "" : `${gccDir}/include`,
    gccDir === undefined ? "" : `${gccDir}/include-fixed`,
    native ? "/usr/local/include" : "",
    cross ? `/usr/${shared}/include` : "",
    native || !cross ? `/usr/include/${triple}` : "",
    native && triple !== shared ? `/usr/include/${shared}` : "",
    native || cross ? "/usr/include" : "",
  ];
  const multilib = target === "i386" && own === undefined;
  const libs = [
    gccDir === undefined ? "" : multilib ? `${gccDir}/32` : gccDir,
    cross ? `/usr/${shared}/lib` : "",
    multilib ? "/usr/lib32" : "",
    `/lib/${triple}`,
    `/usr/lib/${triple}`,
    native && !multilib ? "/lib" : "",
    native && !multilib ? "/usr/lib" : "",
  ];
  const plain = native ? ["as", `${shared}-as`] : [`${shared}-as`];
  return {
    triple,
    gccDir,
    headerDirs: headers.filter((d) => d !== "" && isDirectory(d)),
    libraryDirs: libs.filter((d) => d !== "" && isDirectory(d)),
    as: findProgram(plain, prefixes),
    ld: findProgram(
      plain.map((p) => p.replace(/as$/, "ld")),
      prefixes,
    ),
    native,
    cross,
  };
}

/** A file of the target's libraries (crt1.o, libgcc.a, include …), or undefined. */
export function findLibraryFile(t: Toolchain, name: string): string | undefined {
  for (const d of t.libraryDirs) {
    const p = `${d}/${name}`;
    if (statSync(p, { throwIfNoEntry: false }) !== undefined) return p;
  }
  return undefined;
}

/** A GNU program of the target by its plain name (as, ld, objdump …). */
export function findTool(t: Toolchain, name: string): string | undefined {
  if (name === "as") return t.as;
  if (name === "ld") return t.ld;
  const names = t.native ? [name, `${t.triple}-${name}`] : [`${t.triple}-${name}`];
  return findProgram(names, []);
}
