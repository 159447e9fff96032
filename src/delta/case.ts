// A case: one minimal failing set with its evidence, as a directory that an agent or a person can start from.
//
//   case.json      members, signature, confidence, blame key, the commands
//   repro.sh       fails while the bug is there
//   console.diff   the failing boot's console against GCC's, times and addresses taken out
//   asm.diff       the compiler's code against GCC's, the functions at fault only where they are known
//   reduced.c      the reduced source, if there is one; of a miscompile with reduced.sh, which shows its code without and with the rewrite
//   standalone.c   the function at fault with what it needs, and standalone.sh, which shows its code without and with the rewrite

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Blame, blameKey } from "./blame-key.ts";

/** What a case is about. */
export type CaseKind = "file" | "pair" | "set" | "mismatch" | "function" | "program" | "compile";

/** One case. */
export interface Case {
  readonly id: string;
  readonly kind: CaseKind;
  readonly members: readonly string[];
  /** Files that must come from the trusted compiler for it to fail. */
  readonly against: readonly string[];
  /** What the two sides of a mismatch understand differently. */
  readonly disagreement?: readonly string[];
  readonly functions: readonly string[];
  /** Why there are no functions, where the question was asked. */
  readonly functionNote: string;
  readonly pass: string;
  readonly rewrite: string;
  /** How large the function at fault is by itself, and where. */
  readonly standalone?: string;
  /** How far its source was reduced, and where that is. */
  readonly reduced?: string;
  readonly signature: string;
  readonly confidence: number;
  readonly boots: number;
  readonly repro: string;
  readonly compiler: string;
  readonly arch: string;
  readonly run: string;
  readonly evidence: readonly string[];
}

/** Kind by the number of members. */
export function kindOf(members: readonly string[], against: readonly string[]): CaseKind {
  if (against.length > 0) return "mismatch";
  return members.length === 1 ? "file" : members.length === 2 ? "pair" : "set";
}

/** The case's id: its blame key. */
export function caseId(blame: Blame, arch: string): string {
  return `${arch}-${blameKey(blame)}`;
}

/** Writes a case directory; files are put in place whole. */
export function writeCase(root: string, record: Case, files: Readonly<Record<string, string>>): string {
  const dir = join(root, record.id);
  mkdirSync(dir, { recursive: true });
  const put = (name: string, text: string): void => {
    writeFileSync(join(dir, `${name}.new`), text);
    renameSync(join(dir, `${name}.new`), join(dir, name));
  };
  for (const [name, text] of Object.entries(files)) put(name, text);
  put("repro.sh", `#!/bin/sh\n# Fails while the bug is there.\nexec ${record.repro} "$@"\n`);
  chmodSync(join(dir, "repro.sh"), 0o755);
  put("case.json", `${JSON.stringify(record, null, 1)}\n`);
  return dir;
}

/** All cases below a directory. */
export function readCases(root: string): Case[] {
  if (!existsSync(root)) return [];
  const cases: Case[] = [];
  for (const name of readdirSync(root).sort()) {
    // Without its record, which is written last, a case is one that is being written.
    const path = join(root, name, "case.json");
    if (existsSync(path)) cases.push(JSON.parse(readFileSync(path, "utf8")) as Case);
  }
  return cases;
}

/** Below this an answer is the best that there is, and is called uncertain. */
const CERTAIN = 0.99;

/** Whether an answer may be given without a reservation. */
export const isCertain = (confidence: number): boolean => confidence >= CERTAIN;

/** A confidence in words. */
export function sureness(confidence: number): string {
  // Rounded down: what is said is never more than what is known.
  const percent = `${(Math.floor(confidence * 10_000) / 100).toFixed(2)} %`;
  return !isCertain(confidence) ? `not certain, confidence ${percent}` : `confidence ${percent}`;
}

/** A case in a few lines; several cases fit into 15 together. */
export function caseLines(record: Case, most = 7): string[] {
  const what =
    record.against.length > 0
      ? `${record.members.join(" + ")}, only against GCC's ${record.against.join(" + ")}`
      : record.members.join(" + ");
  const lines = [`${record.kind} ${what}  (${sureness(record.confidence)}, ${record.boots} boots)`, `  ${record.signature}`];
  for (const d of (record.disagreement ?? []).slice(0, 2)) lines.push(`  ${d}`);
  if (record.functions.length > 0) lines.push(`  function ${record.functions.join(" + ")}`);
  if (record.functionNote !== "") lines.push(`  ${record.functionNote}`);
  if (record.pass !== "") lines.push(`  pass ${record.pass} ${record.rewrite}`);
  if (record.standalone !== undefined) lines.push(`  ${record.standalone}`);
  if (record.reduced !== undefined) lines.push(`  ${record.reduced}`);
  for (const e of record.evidence) if (lines.length < most - 1) lines.push(`  ${e}`);
  lines.push(`  case ${record.id}  repro: ${record.repro}`);
  return lines;
}
