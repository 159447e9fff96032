// The compile database: which object of the image was made how. Read from the .cmd files that kbuild leaves behind
// (scripts/Kbuild.include, scripts/basic/fixdep.c): `savedcmd_T := command`, `source_T := file`, `deps_T := \ files`.
//
// Leaf objects are keyed on the object's path, for one source can be compiled several times. A unit's id is its source's
// path in the tree when that is unambiguous, so that people can name it.

import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { splitCommands } from "../shell-words.ts";

/** One object that kbuild compiled from a C file. */
export interface TranslationUnit {
  /** Source path within the tree, e.g. "kernel/fork.c". */
  readonly id: string;
  /** Object path within the build directory, e.g. "kernel/fork.o". */
  readonly object: string;
  /** The compiler's command line without the compiler itself; output and dependency options are taken out. */
  readonly argv: readonly string[];
  /** What kbuild ran on the object after the compiler (objtool), the object's path spelled as `object`. */
  readonly after: readonly (readonly string[])[];
  readonly cwd: string;
  /** Absolute path of the C file. */
  readonly source: string;
  /** Every file read, absolute. */
  readonly deps: readonly string[];
}

/** A parsed .cmd file. */
export interface CommandRecord {
  readonly commands: readonly (readonly string[])[];
  readonly source: string | undefined;
  readonly deps: readonly string[];
}

/** Where kbuild keeps the command of an object. */
export function commandFile(buildDir: string, object: string): string {
  return join(buildDir, dirname(object), `.${basename(object)}.cmd`);
}

/** Parses the text of a .cmd file. */
export function parseCommandFile(text: string): CommandRecord {
  const commandMatch = /^(?:saved)?cmd_\S+ := (.*)$/m.exec(text);
  const source = /^source_\S+ := (\S+)$/m.exec(text)?.[1];
  const deps: string[] = source === undefined ? [] : [source];
  const start = /^deps_\S+ := \\$/m.exec(text);
  if (start) {
    for (const line of text.slice(start.index + start[0].length + 1).split("\n")) {
      const dep = line.replace(/\\$/, "").trim();
      if (dep === "") break;
      if (!dep.startsWith("$(")) deps.push(dep);
      if (!line.endsWith("\\")) break;
    }
  }
  return { commands: splitCommands(unescapeCommand(commandMatch?.[1] ?? "")), source, deps };
}

/** A saved command as the shell got it: kbuild escapes `$` and `#` for make (make-cmd in Kbuild.include). */
export function unescapeCommand(text: string): string {
  return text.replaceAll("$(pound)", "#").replaceAll("$$", "$").replaceAll("\\#", "#");
}

/** Reads the command of one object; nothing when kbuild left none. */
export function readCommandFile(buildDir: string, object: string): CommandRecord | undefined {
  const path = commandFile(buildDir, object);
  return existsSync(path) ? parseCommandFile(readFileSync(path, "utf8")) : undefined;
}

/** A unit from a record, or nothing when the object was not compiled from a C file by that compiler. */
export function unitFromRecord(
  record: CommandRecord,
  object: string,
  buildDir: string,
  sourceDir: string,
  compilerWords = 1,
): TranslationUnit | undefined {
  const first = record.commands[0];
  if (first === undefined || record.source === undefined || !record.source.endsWith(".c")) return undefined;
  if (!first.includes("-c") || !first.includes(object)) return undefined;
  const argv: string[] = [];
  for (let i = compilerWords; i < first.length; i++) {
    const word = first[i]!;
    if (word.startsWith("-Wp,-MMD,") || word.startsWith("-Wp,-MD,") || word === "-c") continue;
    if (word === "-o") {
      i++;
      continue;
    }
    if (word === record.source) continue;
    argv.push(word);
  }
  const source = isAbsolute(record.source) ? record.source : join(buildDir, record.source);
  const inTree = relative(sourceDir, source);
  return {
    id: inTree.startsWith("..") ? relative(buildDir, source) : inTree,
    object,
    argv,
    after: record.commands.slice(1).filter((command) => command.includes(object)),
    cwd: buildDir,
    source,
    deps: record.deps.map((dep) => (isAbsolute(dep) ? dep : join(buildDir, dep))),
  };
}

/** Gives each unit an id of its own: a source that is compiled more than once is told apart by its object. */
export function withUniqueIds(units: readonly TranslationUnit[]): TranslationUnit[] {
  const count = new Map<string, number>();
  for (const unit of units) count.set(unit.id, (count.get(unit.id) ?? 0) + 1);
  return units.map((unit) => (count.get(unit.id)! > 1 ? { ...unit, id: `${unit.id}@${unit.object}` } : unit));
}

/** Command line that compiles a unit to `out`, without the compiler itself. */
export function compileArguments(unit: { readonly argv: readonly string[]; readonly source: string }, out: string): string[] {
  return [...unit.argv, "-c", "-o", out, unit.source];
}
