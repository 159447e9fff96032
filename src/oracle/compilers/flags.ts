// Which of GCC's flags another compiler takes: found by asking it, one flag at a time, and remembered per compiler.
//
// A flag that is refused with -Werror (unknown flags are mere warnings in Clang) is dropped, and the list is part of the
// run's record. -march is never dropped whole: extensions that the compiler does not know are taken off one by one.

import { join } from "node:path";
import pLimit from "p-limit";
import { cacheDir, digest, readJson, writeAtomically } from "../cache.ts";
import { runProcess } from "../process.ts";

/** What to do with each flag: itself, another spelling, or nothing. */
export type FlagMap = ReadonlyMap<string, string | undefined>;

/** Flags whose argument is the next word: they are passed on untouched. */
const SEPARATE = new Set(["-include", "-imacros", "-isystem", "-I", "-D", "-U", "-idirafter", "-x", "-Xassembler"]);

/** The flags of a command line that are worth asking about: code generation, warnings, dialect. */
export function questionableFlags(argv: readonly string[]): string[] {
  const flags: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (SEPARATE.has(word)) i++;
    else if (/^-(f|m|W|std=|-param)/.test(word) && !word.startsWith("-fmacro-prefix-map=")) flags.push(word);
  }
  return flags;
}

/** Applies a flag map to a command line. */
export function mapFlags(argv: readonly string[], map: FlagMap): string[] {
  const out: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (SEPARATE.has(word)) out.push(word, argv[++i]!);
    else if (!map.has(word)) out.push(word);
    else {
      const other = map.get(word);
      if (other !== undefined) out.push(other);
    }
  }
  return out;
}

/** Spellings of a -march with fewer and fewer extensions. */
export function weakerMarch(flag: string): string[] {
  const match = /^-march=(rv(?:32|64)\w+?)((?:_[a-z]\w*?)*)$/.exec(flag.replace(/^(-march=rv\d+[a-z]+)/, "$1"));
  if (!flag.startsWith("-march=") || match === null) return [];
  const [base, ...extensions] = flag.slice("-march=".length).split("_");
  const spellings: string[] = [];
  for (let keep = extensions.length - 1; keep >= 0; keep--)
    spellings.push(`-march=${[base, ...extensions.slice(0, keep)].join("_")}`);
  return spellings;
}

/** Asks a compiler about every flag of the command lines; the answers are cached under its identity. */
export async function probeFlags(
  command: readonly string[],
  identity: string,
  commandLines: readonly (readonly string[])[],
  jobs: number,
  signal: AbortSignal,
): Promise<FlagMap> {
  const flags = [...new Set(commandLines.flatMap(questionableFlags))].sort();
  const path = join(cacheDir("probes"), `${digest(identity).slice(0, 24)}.json`);
  const known = new Map(Object.entries(readJson<Record<string, string | null>>(path) ?? {}));
  const accepts = async (flag: string): Promise<boolean> => {
    const result = await runProcess([...command, "-Werror", flag, "-x", "c", "-c", "-o", "/dev/null", "-"], {
      signal,
      input: "int oracle_probe;\n",
      timeoutMs: 30_000,
    });
    return result.exitCode === 0;
  };
  const limit = pLimit(jobs);
  const unknown = flags.filter((flag) => !known.has(flag));
  await Promise.all(
    unknown.map((flag) =>
      limit(async () => {
        for (const spelling of [flag, ...weakerMarch(flag)]) {
          if (!(await accepts(spelling))) continue;
          known.set(flag, spelling);
          return;
        }
        known.set(flag, null);
      }),
    ),
  );
  if (unknown.length > 0) writeAtomically(path, JSON.stringify(Object.fromEntries(known)));
  const map = new Map<string, string | undefined>();
  for (const flag of flags) if (known.get(flag) !== flag) map.set(flag, known.get(flag) ?? undefined);
  return map;
}
