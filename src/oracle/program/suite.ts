// Program suites: reads the manifest configs/suites/suites.yaml and lists a suite's test cases.

import { readFileSync } from "node:fs";
import path from "node:path";
import fg from "fast-glob";
import { parse } from "yaml";
import { infraError, usageError } from "../errors.ts";
import { type DgDirectives, parseDg } from "./dejagnu.ts";
import { locateSource, type SourceSpec } from "./suite-source.ts";

/** Suites whose programs are generated, not listed in the manifest. */
export const GENERATED_SUITES: readonly string[] = ["csmith", "abi", "nested", "arithmetic"];

/** What is asked of a test: to run, to compile, or to be refused. */
export type SuiteKind = "execute" | "compile" | "reject";

/** A suite of the manifest. */
export interface SuiteSpec {
  readonly name: string;
  readonly about: string;
  readonly kind: SuiteKind;
  readonly source: string;
  readonly glob: string;
  readonly only?: "run" | "error";
  readonly expected?: string;
  readonly options: readonly string[];
  readonly libs: readonly string[];
}

/** One test of a suite. */
export interface TestCase {
  /** suite/relative-name-without-ending; stable across machines. */
  readonly id: string;
  readonly suite: string;
  readonly kind: SuiteKind;
  readonly files: readonly string[];
  /** Files that GCC compiles in either case. */
  readonly gccFiles?: readonly string[];
  readonly cwd: string;
  readonly options: readonly string[];
  readonly libs: readonly string[];
  /** Lines on which the compiler under test must report an error. */
  readonly errorLines: readonly number[];
  /** Expected standard output, where the suite gives one; else GCC's is the expectation. */
  readonly expectedOutput: string | undefined;
  /** Effective targets that the test asks for. */
  readonly requires: readonly string[];
  readonly shouldFail: boolean;
}

interface ManifestSuite {
  about?: string;
  kind: SuiteKind;
  source: string;
  glob: string;
  only?: "run" | "error";
  expected?: string;
  options?: string[];
  libs?: string[];
}
interface Manifest {
  suites: Record<string, ManifestSuite>;
  sources: Record<string, SourceSpec>;
}

function manifest(root: string): Manifest {
  return parse(readFileSync(path.join(root, "configs/suites/suites.yaml"), "utf8")) as Manifest;
}

/** All suites of the manifest, in its order. */
export function listSuites(root: string): SuiteSpec[] {
  const m = manifest(root);
  return Object.entries(m.suites).map(([name, s]) => ({
    name,
    about: s.about ?? "",
    kind: s.kind,
    source: s.source,
    glob: s.glob,
    ...(s.only === undefined ? {} : { only: s.only }),
    ...(s.expected === undefined ? {} : { expected: s.expected }),
    options: s.options ?? [],
    libs: s.libs ?? [],
  }));
}

/** A suite's test cases sorted by file. */
export async function loadSuite(root: string, name: string, signal: AbortSignal): Promise<TestCase[]> {
  const spec = listSuites(root).find((s) => s.name === name);
  if (spec === undefined)
    throw usageError(
      `${name}: no such suite (there are ${[...listSuites(root).map((s) => s.name), ...GENERATED_SUITES].join(", ")})`,
    );
  const source = manifest(root).sources[spec.source];
  if (source === undefined) throw usageError(`configs/suites/suites.yaml: suite ${name}: no such source: ${spec.source}`);
  const dir = await locateSource(root, spec.source, source, signal);
  const files = await fg(spec.glob, { cwd: dir, onlyFiles: true });
  files.sort();
  const out: TestCase[] = [];
  for (const file of files) {
    const text = readFileSync(path.join(dir, file), "latin1");
    const dg = parseDg(text);
    const c = testCase(spec, dir, file, dg);
    if (c !== undefined) out.push(c);
  }
  if (out.length === 0) throw infraError("source", `suite ${name}: no tests in ${dir}`);
  return out;
}

function testCase(spec: SuiteSpec, dir: string, file: string, dg: DgDirectives): TestCase | undefined {
  if (spec.only === "run" && dg.action !== "run") return undefined;
  if (spec.only === "error" && (dg.errorLines.length === 0 || dg.action === "run" || dg.action === "link")) return undefined;
  const full = path.join(dir, file);
  const expectedFile = spec.expected === undefined ? undefined : full + spec.expected;
  const extra = dg.additionalSources.map((s) => path.join(path.dirname(full), s));
  return {
    id: `${spec.name}/${path.basename(file).replace(/\.c$/, "")}`,
    suite: spec.name,
    kind: spec.kind,
    files: [full, ...extra],
    cwd: path.dirname(full),
    options: [
      ...spec.options,
      ...(dg.options ?? (spec.kind === "reject" ? ["-ansi", "-pedantic-errors"] : [])),
      ...dg.additionalOptions,
    ],
    libs: spec.libs,
    errorLines: dg.errorLines,
    expectedOutput: expectedFile === undefined ? undefined : readFileSync(expectedFile, "utf8"),
    requires: dg.requires,
    shouldFail: dg.shouldFail,
  };
}
