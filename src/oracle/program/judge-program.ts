// What one test did with one compiler at one level, and how that compares with GCC.

import type { TestCase } from "./suite.ts";

/** What happened, in an order in which the first that applies is named. */
export type ProgramState = "ok" | "rejected" | "compiler-crash" | "compile-timeout" | "link-error" | "run-timeout" | "ran";

/** What one compiler made of one test. */
export interface ProgramOutcome {
  readonly state: ProgramState;
  /** First error line of the compiler, or "". */
  readonly message: string;
  /** Lines on which errors were reported. */
  readonly errorLines: readonly number[];
  readonly exitCode: number;
  readonly signal: string;
  readonly stdout: string;
  readonly compileMs: number;
}

/** What is said of one test at one level. */
export interface TestVerdict {
  readonly id: string;
  readonly level: string;
  readonly verdict: "pass" | "fail" | "left-out";
  /** Empty for a pass. */
  readonly reason: string;
}

/** Judges the compiler under test against GCC's outcome of the same test. */
export function judgeProgram(test: TestCase, level: string, gcc: ProgramOutcome | undefined, cut: ProgramOutcome): TestVerdict {
  const at = (verdict: TestVerdict["verdict"], reason: string): TestVerdict => ({ id: test.id, level, verdict, reason });
  if (cut.state === "compiler-crash") return at("fail", `compiler crashed: ${cut.message}`);
  if (cut.state === "compile-timeout") return at("fail", "compiler timed out");
  if (test.kind === "reject") return judgeReject(test, cut, at);
  if (gcc !== undefined && gccFailed(test, gcc)) return at("left-out", `gcc itself: ${describe(gcc)}`);
  if (cut.state === "rejected") return at("fail", `rejected: ${cut.message}`);
  if (cut.state === "link-error") return at("fail", `link: ${cut.message}`);
  if (test.kind === "compile") return at("pass", "");
  if (cut.state === "run-timeout") return at("fail", "program timed out");
  const wantExit = test.shouldFail ? undefined : (gcc?.exitCode ?? 0);
  if (wantExit !== undefined && (cut.exitCode !== wantExit || cut.signal !== (gcc?.signal ?? ""))) {
    return at("fail", `exit ${exitText(cut)}, expected ${gcc === undefined ? 0 : exitText(gcc)}`);
  }
  if (test.shouldFail && cut.exitCode === 0) return at("fail", "exit 0, expected a failure");
  const wantOut = test.expectedOutput ?? gcc?.stdout;
  if (wantOut !== undefined && cut.stdout !== wantOut)
    return at("fail", `output differs: ${firstDifference(wantOut, cut.stdout)}`);
  return at("pass", "");
}

function judgeReject(
  test: TestCase,
  cut: ProgramOutcome,
  at: (verdict: TestVerdict["verdict"], reason: string) => TestVerdict,
): TestVerdict {
  if (cut.state !== "rejected") return at("fail", "invalid program accepted");
  const wrong = test.errorLines.filter((l) => !cut.errorLines.includes(l));
  if (wrong.length === test.errorLines.length) return at("fail", `no error on line ${wrong[0]}: ${cut.message}`);
  return at("pass", "");
}

function gccFailed(test: TestCase, gcc: ProgramOutcome): boolean {
  if (test.kind === "compile") return gcc.state !== "ok";
  if (gcc.state !== "ran") return true;
  if (test.shouldFail) return gcc.exitCode === 0 && gcc.signal === "";
  if (test.expectedOutput !== undefined) return gcc.stdout !== test.expectedOutput;
  return gcc.exitCode !== 0 || gcc.signal !== "";
}

function exitText(o: ProgramOutcome): string {
  return o.signal === "" ? String(o.exitCode) : o.signal;
}

function describe(o: ProgramOutcome): string {
  return o.state === "ran" ? `exit ${exitText(o)}` : `${o.state}${o.message === "" ? "" : `: ${o.message}`}`;
}

function firstDifference(want: string, got: string): string {
  const w = want.split("\n");
  const g = got.split("\n");
  for (let i = 0; i < Math.max(w.length, g.length); i++) {
    if (w[i] !== g[i]) return `line ${i + 1}: ${quote(g[i])}, expected ${quote(w[i])}`;
  }
  return "nothing";
}

function quote(s: string | undefined): string {
  return s === undefined ? "nothing" : JSON.stringify(s.length > 60 ? `${s.slice(0, 60)}…` : s);
}
