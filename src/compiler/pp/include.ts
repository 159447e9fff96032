// The search for included files (GCC manual, "Directory Options"): -iquote, -I, -isystem, the target's own, -idirafter.

import type { LexedFile } from "./session.ts";

export interface SearchDir {
  readonly path: string;
  readonly system: boolean;
}
export interface SearchPath {
  /** Directory that relative paths are taken from. */
  readonly cwd: string;
  readonly quote: readonly SearchDir[];
  /** Bracket chain in order: -I, -isystem, standard, -idirafter. */
  readonly bracket: readonly SearchDir[];
}
export interface FoundFile {
  readonly path: string;
  readonly file: LexedFile;
  readonly system: boolean;
  /** Index in quote ++ bracket; -1 = the includer's own directory or an absolute path. */
  readonly dirIndex: number;
}

export class IncludeSearch {
  private readonly path: SearchPath;
  private readonly open: (path: string) => LexedFile | undefined;
  private readonly chain: readonly SearchDir[];
  private readonly cache: Map<string, FoundFile | undefined> = new Map();

  constructor(path: SearchPath, open: (path: string) => LexedFile | undefined) {
    this.path = path;
    this.open = (p) => open(this.absolute(p));
    this.chain = [...path.quote, ...path.bracket];
  }

  private absolute(p: string): string {
    return p.startsWith("/") ? p : this.path.cwd === "" ? p : `${this.path.cwd}/${p}`;
  }

  /**
   * @param fromDir directory of the including file as it was spelled ("" = the current one)
   * @param after for #include_next the includer's dirIndex, else -2
   * @param commandLine -include: looked up in the current directory first
   */
  find(name: string, fromDir: string, angled: boolean, after: number, commandLine: boolean): FoundFile | undefined {
    if (name.startsWith("/")) {
      const file = this.open(name);
      return file === undefined ? undefined : { path: name, file, system: false, dirIndex: -1 };
    }
    let start = angled ? this.path.quote.length : 0;
    if (after >= 0) start = after + 1;
    else if (!angled || commandLine) {
      const dir = commandLine ? "" : fromDir;
      const p = dir === "" ? name : `${dir}/${name}`;
      const file = this.open(p);
      if (file !== undefined) return { path: p, file, system: false, dirIndex: -1 };
    }
    const key = `${start} ${name}`;
    if (this.cache.has(key)) return this.cache.get(key);
    let found: FoundFile | undefined;
    for (let i = start; i < this.chain.length; i++) {
      const d = this.chain[i]!;
      const p =
        d.path === "" || d.path === "."
          ? d.path === "."
            ? `./${name}`
            : name
          : d.path.endsWith("/")
            ? d.path + name
            : `${d.path}/${name}`;
      const file = this.open(p);
      if (file !== undefined) {
        found = { path: p, file, system: d.system, dirIndex: i };
        break;
      }
    }
    this.cache.set(key, found);
    return found;
  }
}
