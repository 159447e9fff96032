// Kernel configurations: a kconfig base with fragments laid over it, and the check that each requested option survived.
//
// As scripts/kconfig/merge_config.sh -n does it (KCONFIG_ALLCONFIG with allnoconfig, so that no new symbol becomes y by
// default), but without its temporary file in the source tree. A requested option that kconfig silently dropped would be
// a test that silently does not run, so it is an error; one that this kernel does not have at all is listed instead.

import { existsSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { parse } from "yaml";
import type { Arch } from "../arch.ts";
import { infraError, usageError } from "../errors.ts";
import { repositoryRoot } from "../repository.ts";

/** A configuration before kconfig has seen it. */
export interface ConfigRequest {
  /** "boot", "test", "full", "defconfig", or "boot+FRAGMENT" for people. */
  readonly name: string;
  /** The kconfig target that it starts from. */
  readonly base: string;
  /** All fragments, one after the other. */
  readonly text: string;
  /** About how many objects a build makes; for the progress bar only. */
  readonly objects: number;
}

/** A fragment of a profile: a path, or one that only some kernels need. */
type FragmentEntry = string | { readonly file: string; readonly arch?: Arch; readonly before?: string };

interface Profile {
  readonly base: string;
  readonly fragments: readonly FragmentEntry[];
  readonly objects?: number;
}

function profiles(): Record<string, Profile> {
  return parse(readFileSync(join(repositoryRoot(), "configs/profiles.yaml"), "utf8")) as Record<string, Profile>;
}

/** Whether version `a` is older than `b`, number by number. */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (let i = 0; i < Math.max(left!.length, right!.length); i++) {
    const difference = (left![i] ?? 0) - (right![i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** What --config knows by name. */
export function profileNames(): string[] {
  return Object.keys(profiles());
}

/** Throws unless the words of --config are at most one profile and files that are there. */
export function checkConfigWords(words: readonly string[]): void {
  const known = profiles();
  const names = words.filter((word) => Object.hasOwn(known, word));
  if (names.length > 1) throw usageError(`--config: ${names.join(" and ")} are both whole profiles; give one`);
  for (const path of words.filter((word) => !Object.hasOwn(known, word)))
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
      throw usageError(`--config ${path}: neither a file nor one of ${Object.keys(known).join(", ")}`);
}

/** Resolves --config: one profile by name (`boot` if there is none) and any number of fragment files over it. */
export function requestConfig(arch: Arch, words: readonly string[], version: string): ConfigRequest {
  const known = profiles();
  checkConfigWords(words);
  const name = words.find((word) => Object.hasOwn(known, word)) ?? "boot";
  const profile = known[name]!;
  const extra = words.filter((word) => !Object.hasOwn(known, word));
  const applies = (entry: FragmentEntry) =>
    typeof entry === "string" ||
    ((entry.arch ?? arch) === arch && (entry.before === undefined || isOlder(version, entry.before)));
  const texts = profile.fragments.filter(applies).map((entry) => {
    const path = (typeof entry === "string" ? entry : entry.file).replaceAll("{arch}", arch);
    return readFileSync(isAbsolute(path) ? path : join(repositoryRoot(), "configs", path), "utf8");
  });
  texts.push(...extra.map((path) => readFileSync(path, "utf8")));
  return {
    name: [name, ...extra.map((path) => path.replace(/^.*\//, ""))].join("+"),
    base: profile.base,
    text: mergeFragments(texts),
    objects: profile.objects ?? 600,
  };
}

/** One option of a fragment: its line, or nothing. */
function optionOf(line: string): string | undefined {
  return (/^(CONFIG_\w+)=/.exec(line) ?? /^# (CONFIG_\w+) is not set$/.exec(line))?.[1];
}

/** Lays fragments over each other: the last word on an option wins, comments go. */
export function mergeFragments(texts: readonly string[]): string {
  const lines = new Map<string, string>();
  for (const text of texts) {
    for (const raw of text.split("\n")) {
      const line = raw.trim();
      const option = optionOf(line);
      if (option === undefined) continue;
      lines.delete(option);
      lines.set(option, line);
    }
  }
  return `${[...lines.values()].join("\n")}\n`;
}

/** Options that were requested and are not so in the .config: `lost` for those that can be set in this kernel, `unknown` for the rest. */
export function checkConfig(request: string, config: string, kconfigText: () => string): { lost: string[]; unknown: string[] } {
  const have = new Set(config.split("\n"));
  const lost: string[] = [];
  const unknown: string[] = [];
  let kconfig: string | undefined;
  for (const line of request.split("\n")) {
    const option = optionOf(line);
    if (option === undefined || have.has(line)) continue;
    if (line.startsWith("#") && !have.has(`${option}=y`) && !have.has(`${option}=m`)) continue;
    kconfig ??= kconfigText();
    const name = option.slice("CONFIG_".length);
    if (hasPrompt(name, kconfig)) lost.push(line);
    else unknown.push(line);
  }
  return { lost, unknown };
}

/** Whether an option exists in these Kconfig files and is one that a user can set (in some versions it is only selected). */
function hasPrompt(name: string, kconfig: string): boolean {
  for (const match of kconfig.matchAll(new RegExp(`^\\s*(?:menu)?config ${name}\\n((?:[ \\t].*\\n|\\n)*)`, "gm")))
    if (/^\s*(?:bool|tristate|string|int|hex|prompt)\s+["']/m.test(match[1]!.split(/^\s*help\s*$/m)[0]!)) return true;
  return false;
}

/** The text of all Kconfig files that kconfig read, found from the list that it leaves. */
export function kconfigFiles(sourceDir: string, buildDir: string): string[] {
  const list = join(buildDir, "include/config/auto.conf.cmd");
  if (!existsSync(list)) return [];
  const text = readFileSync(list, "utf8");
  const files: string[] = [];
  for (const match of text.matchAll(/^\t(\S*Kconfig\S*) \\?$/gm)) {
    const path = join(sourceDir, match[1]!);
    if (existsSync(path)) files.push(path);
  }
  return files;
}

/** Throws unless every requested option that this kernel knows is in the .config; returns the unknown ones. */
export function requireConfig(request: ConfigRequest, sourceDir: string, buildDir: string): string[] {
  const config = readFileSync(join(buildDir, ".config"), "utf8");
  const { lost, unknown } = checkConfig(request.text, config, () =>
    kconfigFiles(sourceDir, buildDir)
      .map((path) => readFileSync(path, "utf8"))
      .join("\n"),
  );
  if (lost.length > 0)
    throw infraError("config", `${request.name}: kconfig dropped ${lost.join(", ")} (a dependency is missing)`);
  return unknown;
}
