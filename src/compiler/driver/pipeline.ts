// One source file through preprocessor, compiler and assembler.

import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { CompileError, Diagnostics } from "../base/diagnostics.ts";
import { SourceManager } from "../base/source.ts";
import type { Tokens } from "../lex/tokens.ts";
import type { PpOptions } from "../pp/expander.ts";
import type { SearchDir } from "../pp/include.ts";
import type { CompileJob } from "../pp/job.ts";
import { predefinedMacros } from "../pp/predefined.ts";
import { Preprocessor } from "../pp/preprocessor.ts";
import { printMacros, printPreprocessed } from "../pp/print.ts";
import {
  LEX_ASM,
  LEX_COMMENTS,
  LEX_NO_DIGRAPHS,
  LEX_NO_UNICODE,
  LEX_PLAIN_NUMBERS,
  LEX_SEPARATORS,
  LEX_TRIGRAPHS,
  type LexedFile,
  Session,
} from "../pp/session.ts";
import { assemble, assemblerFlags } from "./assemble.ts";
import { defaultTarget, dependencyFile, dependencyRule, quoteForMake } from "./dependencies.ts";
import { hasAttribute, hasBuiltin } from "./has-feature.ts";
import { fileHost, from } from "./host.ts";
import type { Invocation, Language } from "./invocation.ts";
import type { DriverIo } from "./main.ts";
import { findToolchain, type Toolchain } from "./toolchain.ts";

/** What a worker keeps from job to job. */
export class DriverState {
  session: Session = new Session(fileHost);
  private uses = 0;

  /** A new Session now and then, so that names of thousands of units do not pile up. */
  renew(): void {
    if (++this.uses >= MAX_SESSION_UNITS || this.session.names.n > MAX_SESSION_NAMES) this.reset();
  }
  reset(): void {
    this.uses = 0;
    this.session = new Session(fileHost);
  }
}
const MAX_SESSION_UNITS = 1500;
const MAX_SESSION_NAMES = 3_000_000;

/** Ends the compilation of a file: the messages have been printed. */
export class Failed extends Error {}

export interface Unit {
  readonly inv: Invocation;
  readonly io: DriverIo;
  readonly cwd: string;
  readonly state: DriverState;
  readonly path: string;
  readonly language: Language;
  readonly chain: Toolchain;
}

type CompileTokens = (tokens: Tokens, job: CompileJob) => { asm: Uint8Array | string };

/** Runs one source file as far as the mode says. `object` = where its object goes (link mode: a temporary file). */
export async function runSource(
  inv: Invocation,
  io: DriverIo,
  cwd: string,
  state: DriverState,
  path: string,
  language: Language,
  object: string,
): Promise<void> {
  const chain = findToolchain(inv.options.target, inv.options.triple, inv.link.prefixes);
  const u: Unit = { inv, io, cwd, state, path, language, chain };
  if (language === "assembler") {
    if (inv.mode === "preprocess" || inv.mode === "dependencies" || inv.mode === "assembly" || inv.mode === "syntax") return;
    if (path !== "-" && fileHost.stat(from(cwd, path)) === undefined)
      return fail(io, `occ: error: ${path}: No such file or directory\n`);
    const flags = assemblerFlags(inv.options, inv.assemblerFlags);
    toObject(u, object, (out) =>
      assemble(chain, flags, path === "-" ? { text: io.stdin() } : { file: path }, inv.preprocess.angle, out, cwd),
    );
    return;
  }
  if (language !== "assembler-with-cpp") reportForeign(u);
  const { sources, diags, main, pp } = openUnit(u);
  const t0 = performance.now();
  try {
    if (inv.mode === "preprocess" || inv.mode === "dependencies" || language === "assembler-with-cpp") {
      const text = preprocessToText(u, pp, main);
      finish(io, diags);
      if (inv.mode === "dependencies") return writeDependencies(u, pp, object);
      if (inv.mode === "preprocess") {
        if (inv.dependencies !== undefined) writeDependencies(u, pp, object);
        return writeText(u, inv.output, text);
      }
      if (inv.dependencies !== undefined) writeDependencies(u, pp, object);
      if (inv.mode === "assembly") return writeText(u, inv.output, text);
      if (inv.mode === "syntax") return;
      const flags = assemblerFlags(inv.options, inv.assemblerFlags);
      toObject(u, object, (out) => assemble(chain, flags, { text }, inv.preprocess.angle, out, cwd));
      return;
    }
    const tokens = pp.run(main);
    if (diags.errors > 0) finish(io, diags);
    const t1 = performance.now();
    if (inv.dependencies !== undefined) writeDependencies(u, pp, object);
    const compile = await compiler();
    const { asm } = compile(tokens, {
      options: inv.options,
      session: state.session,
      sources,
      diags,
      pragmas: pp.pragmas,
      mainFile: path,
      dump: (title, text) => io.stderr(`; ${title}\n${text}\n`),
    });
    finish(io, diags);
    const t2 = performance.now();
    if (inv.mode === "assembly") writeText(u, inv.output ?? replaceSuffix(path, ".s"), asm);
    else if (inv.mode !== "syntax") {
      if (inv.saveTemps !== "") saveTemps(u, asm);
      const flags = assemblerFlags(inv.options, inv.assemblerFlags);
      toObject(u, object, (out) => assemble(chain, flags, { text: asm }, [], out, cwd));
    }
    if (inv.options.time)
      io.stderr(
        `preprocess ${(t1 - t0).toFixed(1)} ms, compile ${(t2 - t1).toFixed(1)} ms, assemble ${(performance.now() - t2).toFixed(1)} ms\n`,
      );
  } catch (e) {
    if (e instanceof Failed) throw e;
    pp.abandon();
    if (e instanceof CompileError) {
      io.stderr(diags.take());
      io.stderr("compilation terminated.\n");
      throw new Failed();
    }
    io.stderr(diags.take());
    throw e;
  }
}

/** A unit ready to be preprocessed. */
export function openUnit(u: Unit): { sources: SourceManager; diags: Diagnostics; main: LexedFile; pp: Preprocessor } {
  u.state.renew();
  const sources = new SourceManager();
  const diags = new Diagnostics(sources, u.inv.options.diagnostics);
  const main = readMain(u);
  const pp = new Preprocessor(u.state.session, sources, diags, preprocessorOptions(u));
  return { sources, diags, main, pp };
}

let loaded: CompileTokens | undefined;
async function compiler(): Promise<CompileTokens> {
  // Loaded when it is needed: preprocessing and linking do without.
  if (loaded !== undefined) return loaded;
  try {
    const module = await import("../compile.ts");
    loaded = module.compileTokens as CompileTokens;
    return loaded;
  } catch (e) {
    throw new Error(`the compiler proper could not be loaded: ${e instanceof Error ? e.message : String(e)}`);
  }
}

function fail(io: DriverIo, text: string): never {
  io.stderr(text);
  throw new Failed();
}

/** Prints what was said so far; ends the unit when that was an error. */
function finish(io: DriverIo, diags: Diagnostics): void {
  io.stderr(diags.take());
  if (diags.errors > 0) throw new Failed();
}

function readMain(u: Unit): LexedFile {
  const bytes = u.path === "-" ? u.io.stdin() : fileHost.read(from(u.cwd, u.path));
  if (bytes === undefined) fail(u.io, `occ: fatal error: ${u.path}: No such file or directory\ncompilation terminated.\n`);
  return u.state.session.lexBytes(u.path === "-" ? "<stdin>" : u.path, bytes, lexMode(u));
}

function preprocessorOptions(u: Unit): PpOptions {
  const { inv } = u;
  const p = inv.preprocess;
  const asm = u.language === "assembler-with-cpp";
  const standard = p.noStandard ? [] : u.chain.headerDirs;
  const root = (d: string): string => (d.startsWith("=") ? (p.sysroot ?? "") + d.slice(1) : d);
  const behindSystem = environmentDirs(u.io.env, "C_INCLUDE_PATH");
  const system: SearchDir[] = [...p.system.map(root), ...behindSystem, ...standard, ...p.after.map(root)].map((path) => ({
    path,
    system: true,
  }));
  const canonical = new Set(system.map((d) => from(u.cwd, d.path)));
  const exists = (path: string): boolean => statSync(from(u.cwd, path), { throwIfNoEntry: false })?.isDirectory() === true;
  const unique = (dirs: SearchDir[]): SearchDir[] => {
    const seen = new Set<string>();
    return dirs.filter((d) => {
      const key = from(u.cwd, d.path).replace(/\/+$/, "");
      if (seen.has(key) || !exists(d.path)) return false;
      seen.add(key);
      return true;
    });
  };
  // A directory that is a system one stays a system one, in its place: -I of it counts for nothing.
  const angle = [...p.angle.map(root), ...environmentDirs(u.io.env, "CPATH")].filter(
    (d) => !canonical.has(from(u.cwd, d).replace(/\/+$/, "")),
  );
  const pathOf = (path: string): SearchDir => ({ path, system: false });
  const quote = unique(p.quote.map(pathOf));
  const bracket = unique([...angle.map(pathOf), ...system]);
  if (inv.verbose) u.io.stderr(searchList(quote, bracket));
  return {
    search: { cwd: u.cwd, quote, bracket },
    macros: inv.options.defines,
    imacros: p.imacros,
    includes: p.includes,
    preinclude:
      u.language === "cpp-output" ||
      inv.options.flags.get("ffreestanding") === true ||
      inv.options.flags.get("fhosted") === false ||
      p.undef
        ? ""
        : "stdc-predef.h",
    predefined: u.language === "cpp-output" ? "" : predefinedMacros(inv.options, asm),
    asm,
    lexMode: lexMode(u),
    preprocessed: u.language === "cpp-output",
    charset: inv.options.charset,
    charSigned: inv.options.charSigned,
    wcharSize: inv.options.wcharSize,
    prefixMap: p.prefixMap,
    std: !inv.options.std.startsWith("gnu"),
    elifdef: inv.options.std.startsWith("gnu") || inv.options.std === "c2x",
    now: now(u.io),
    missingOk: inv.dependencies?.missingOk === true,
    baseFile: u.path === "-" ? "<stdin>" : u.path,
    hasAttribute: (name) => hasAttribute(name, inv.options.target),
    hasBuiltin: (name) => hasBuiltin(name, inv.options.target),
  };
}

/** Directories of a variable of the environment (GCC manual 3.21); an empty word is the working directory. */
export function environmentDirs(env: DriverIo["env"], name: string): string[] {
  const value = env[name] ?? "";
  return value === "" ? [] : value.split(":").map((d) => (d === "" ? "." : d));
}

/** Where headers are looked for, in the words by which configure scripts find the list in what -v prints. */
function searchList(quote: readonly SearchDir[], bracket: readonly SearchDir[]): string {
  const lines = (dirs: readonly SearchDir[]): string => dirs.map((d) => ` ${d.path}\n`).join("");
  const starts = "search starts here:\n";
  return `#include "..." ${starts}${lines(quote)}#include <...> ${starts}${lines(bracket)}End of search list.\n`;
}

/** Only the strict dialects know trigraphs, and who asks for them; comments stay under -E -C. */
function lexMode(u: Unit): number {
  const { options, preprocess, mode } = u.inv;
  const { std } = options;
  const trigraphs = options.flags.get("trigraphs") === true || !options.std.startsWith("gnu");
  return (
    (u.language === "assembler-with-cpp" ? LEX_ASM : 0) |
    (trigraphs ? LEX_TRIGRAPHS : 0) |
    (std === "c89" ? LEX_NO_DIGRAPHS : 0) |
    (std === "c89" || std === "ciso94" ? LEX_PLAIN_NUMBERS : 0) |
    (std.endsWith("2x") ? LEX_SEPARATORS : 0) |
    (/89$|94$|^c99$/.test(std) ? LEX_NO_UNICODE : 0) |
    (preprocess.comments && mode === "preprocess" ? LEX_COMMENTS : 0)
  );
}

/** SOURCE_DATE_EPOCH, else the clock in local time. */
function now(io: DriverIo): number {
  const epoch = io.env.SOURCE_DATE_EPOCH;
  if (epoch !== undefined && /^\d+$/.test(epoch)) return Number(epoch);
  const t = new Date();
  return Math.floor(t.getTime() / 1000) - t.getTimezoneOffset() * 60;
}

function preprocessToText(u: Unit, pp: Preprocessor, main: LexedFile): Uint8Array | string {
  const p = u.inv.preprocess;
  if (p.dumpMacros === "M" && u.inv.mode === "preprocess") return printMacros(pp, main);
  if (u.inv.mode === "dependencies") {
    pp.start(main);
    while (pp.next());
    return "";
  }
  return printPreprocessed(pp, main, {
    lineMarkers: p.lineMarkers,
    definitions: p.dumpMacros === "D",
    asm: u.language === "assembler-with-cpp",
  });
}

/** -save-temps: the preprocessed text and the assembly, named as GCC names them (manual, 3.2, "-dumpbase"). */
function saveTemps(u: Unit, asm: string | Uint8Array): void {
  const { mode, output, saveTemps: where } = u.inv;
  const directory = where === "obj" && output?.includes("/") === true ? output.slice(0, output.lastIndexOf("/") + 1) : "";
  // what is linked right away bears the program's name, so that two programs made of one source do not meet
  const prefix = mode === "link" ? `${replaceSuffix(output ?? "a.out", "")}-` : "";
  const name = (suffix: string): string => directory + prefix + replaceSuffix(u.path === "-" ? "stdin" : u.path, suffix);
  const again = openUnit(u);
  writeText(u, name(u.language === "cpp-output" ? ".ii" : ".i"), preprocessToText(u, again.pp, again.main));
  writeText(u, name(".s"), asm);
}

function writeDependencies(u: Unit, pp: Preprocessor, object: string): void {
  const d = u.inv.dependencies!;
  const target =
    d.besides && !d.direct && u.inv.output !== undefined && u.inv.mode !== "preprocess"
      ? quoteForMake(object)
      : defaultTarget(u.path);
  const text = dependencyRule(pp.deps, target, d);
  const file = d.file ?? (d.besides ? dependencyFile(u.path, u.inv.output) : u.inv.output);
  writeText(u, file, text);
}

/** Writes to a file by way of a temporary name, or to standard output. */
function writeText(u: Unit, file: string | undefined, data: string | Uint8Array): void {
  if (file === undefined || file === "-") {
    u.io.stdout(data);
    return;
  }
  const path = from(u.cwd, file);
  try {
    if (isSpecial(path)) writeFileSync(path, data);
    else {
      const temporary = temporaryName(path);
      writeFileSync(temporary, data);
      renameSync(temporary, path);
    }
  } catch (e) {
    fail(u.io, `occ: fatal error: opening output file ${file}: ${reason(e)}\ncompilation terminated.\n`);
  }
}

function reason(e: unknown): string {
  const code = (e as NodeJS.ErrnoException).code;
  return code === "ENOENT"
    ? "No such file or directory"
    : code === "EACCES"
      ? "Permission denied"
      : code === "EISDIR"
        ? "Is a directory"
        : String(code);
}

/** Lets as write under a temporary name; renames it on success, leaves nothing on failure. */
function toObject(u: Unit, object: string, run: (output: string) => { status: number; stderr: string }): void {
  const path = from(u.cwd, object);
  const special = isSpecial(path);
  const temporary = special ? path : temporaryName(path);
  const r = run(temporary);
  u.io.stderr(r.stderr);
  if (r.status !== 0) {
    if (!special) {
      rmSync(temporary, { force: true });
      if (u.inv.mode === "object") rmSync(path, { force: true });
    }
    throw new Failed();
  }
  if (special) return;
  try {
    renameSync(temporary, path);
  } catch (e) {
    rmSync(temporary, { force: true });
    fail(u.io, `occ: fatal error: opening output file ${object}: ${reason(e)}\ncompilation terminated.\n`);
  }
}

/** Options that are for other languages: told for every unit, an error under -Werror. */
function reportForeign(u: Unit): void {
  for (const f of u.inv.foreign) u.io.stderr(`occ: ${f.error ? "error" : "warning"}: ${f.text}${f.error ? " [-Werror]" : ""}\n`);
  if (u.inv.foreign.some((f) => f.error)) fail(u.io, "occ: all warnings being treated as errors\n");
}

/** Something there that is no ordinary file (/dev/null, a pipe): to be written to as it is. */
function isSpecial(path: string): boolean {
  const s = statSync(path, { throwIfNoEntry: false });
  return s !== undefined && !s.isFile() && !s.isDirectory();
}

let serial = 0;
function temporaryName(path: string): string {
  return `${path}.${process.pid}-${threadTag}-${++serial}.tmp`;
}
const threadTag = Math.floor(performance.timeOrigin % 1e6).toString(36);

/** a/b.c with its suffix replaced and its directory gone: where GCC puts outputs by default. */
export function replaceSuffix(path: string, suffix: string): string {
  const base = path.slice(path.lastIndexOf("/") + 1);
  const dot = base.lastIndexOf(".");
  return (dot > 0 ? base.slice(0, dot) : base) + suffix;
}
