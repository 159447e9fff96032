// Whether a variant of a program is still one that occ gets wrong: GCC's programs without optimisation and at the level in question
// end regularly and say the same, that of occ without the rewrites at fault as well, that of occ with them does not.
//
// Text that has lost a part easily means nothing any more. Where GCC's sanitizers run natively they have to be silent, too, unless
// the whole program does not pass them either.

import { rmSync } from "node:fs";
import path from "node:path";
import { runProcess } from "../process.ts";
import type { ProgramOutcome } from "./judge-program.ts";
import type { ProgramFailure } from "./program-run.ts";
import { type GccSide, runProgram } from "./run-suite.ts";

type Behaviour = Pick<ProgramOutcome, "state" | "exitCode" | "signal" | "stdout">;

const RUN_TIMEOUT_MS = 10_000;
const SANITIZERS = ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/** Judges the variants of one failing program. */
export class VariantJudge {
  private readonly failure: ProgramFailure;
  private readonly side: GccSide & { readonly gccCommand: readonly string[] };
  private readonly program: string;
  private readonly work: string;
  /** Undefined until the first variant, the whole program, has shown whether they are of use. */
  private sanitizers: readonly string[] | undefined;

  constructor(failure: ProgramFailure, side: GccSide & { readonly gccCommand: readonly string[] }, work: string) {
    this.failure = failure;
    this.side = side;
    this.work = work;
    this.program = path.join(work, "variant");
  }

  /** Whether the first text misbehaves and the second does not, both made of this source. */
  async misbehaves(on: string, off: string, source: string): Promise<boolean> {
    const { level } = this.failure;
    const right = await this.run(["-O0"], source);
    if (right === undefined || right.state !== "ran" || right.signal !== "" || right.exitCode !== 0) return false;
    const isRight = (seen: Behaviour | undefined): boolean =>
      seen !== undefined && seen.state === "ran" && seen.signal === "" && seen.exitCode === 0 && seen.stdout === right.stdout;
    const wrong = await this.run([level], on);
    if (wrong === undefined || isRight(wrong) || !isRight(await this.run([level], off))) return false;
    if (!isRight(await this.run([level], source))) return false;
    if (this.sanitizers === undefined) {
      const native = this.side.toolchain.runner.length === 0;
      this.sanitizers = native && isRight(await this.run(SANITIZERS, source)) ? SANITIZERS : [];
      return true;
    }
    return this.sanitizers.length === 0 || isRight(await this.run(this.sanitizers, source));
  }

  private async run(flags: readonly string[], text: string): Promise<Behaviour | undefined> {
    const { side, program } = this;
    const { test } = this.failure;
    const argv = [...side.gccCommand, ...test.options, ...flags, text, "-o", program, ...test.libs];
    const made = await runProcess(argv, { cwd: this.work, signal: side.signal, timeoutMs: 60_000 });
    if (made.exitCode !== 0) return undefined;
    const ran = await runProgram(side.toolchain, program, this.work, RUN_TIMEOUT_MS, side.signal);
    rmSync(program, { force: true });
    return ran;
  }
}
