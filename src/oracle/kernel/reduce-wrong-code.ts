// Cases of a kernel run that were narrowed to a rewrite of occ, reduced: the function at fault loses what it can while the kernel
// that has it from occ fails in the same way, and boots with the rewrite off.
//
// The rest of the unit stays as it is, or nothing would boot; the unit alone comes from occ, and a boot makes the one check that
// shows the failure where one is enough.

import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "../../bisect/probe.ts";
import { type Case, readCases, writeCase } from "../../delta/case.ts";
import { acceptedByGcc, reduceMiscompile } from "../reduce-miscompile.ts";
import { ownFlags } from "../standalone.ts";
import type { BuildProgress } from "./baseline.ts";
import { assembleText, enoughCheck } from "./narrow.ts";
import { createKernelProbe, type KernelProbe } from "./probe.ts";
import type { RunReport } from "./run.ts";
import { areFaces } from "./verdict.ts";

/** How far. */
export interface WrongCodeOptions {
  readonly jobs: number;
  /** Tests per case. */
  readonly budget: number;
  readonly onCase?: (record: Case, text: string) => void;
}

/** A failure that shows less often than this is not reduced: each test would be many boots. */
const STEADILY = /fails in about (\d+) % of the boots/;

/** Reduces what can be reduced of a run's cases. */
export async function reduceWrongCode(
  run: RunReport,
  options: WrongCodeOptions,
  progress: BuildProgress,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  const cases = readCases(join(run.dir, "cases")).filter(
    (record) => record.kind !== "compile" && record.pass !== "" && record.members.length === 1 && record.compiler === "occ",
  );
  for (const record of cases) {
    const flaky = STEADILY.exec(record.functionNote);
    if (flaky !== null) {
      options.onCase?.(record, `not reduced: it fails in ${flaky[1]} % of the boots only`);
      continue;
    }
    // What was found of one case, its check and its known boots, is no other's.
    const kernel = await createKernelProbe(run.dir, { jobs: options.jobs }, progress, signal, log);
    try {
      const check = enoughCheck(run.dir, record.signature);
      if (check !== undefined && record.signature === run.signature) await kernel.shorten(check, signal);
      const found = await reduceCase(kernel, record, join(run.dir, "reduce"), options.budget, signal);
      if (typeof found === "string") {
        options.onCase?.(record, `not reduced: ${found}`);
        continue;
      }
      writeCase(join(run.dir, "cases"), { ...record, reduced: found.line }, found.files);
      options.onCase?.(record, found.line);
    } finally {
      await kernel.close();
    }
  }
}

async function reduceCase(
  kernel: KernelProbe,
  record: Case,
  work: string,
  budget: number,
  signal: AbortSignal,
): ReturnType<typeof reduceMiscompile> {
  const { baseline, eligible, arch } = kernel.context;
  const unit = eligible.find((u) => u.id === record.members[0]);
  if (unit === undefined) return `${record.members[0]} is no unit of this build`;
  mkdirSync(work, { recursive: true });
  const object = join(work, "variant.o");
  const boot = async (text: string): Promise<Outcome> => {
    const complaint = await assembleText(kernel, unit, readFileSync(text, "latin1"), object, signal);
    if (complaint !== undefined) return { verdict: "invalid", reason: complaint };
    const outcome = await kernel.bootObjects(new Map([[unit.object, object]]), signal);
    if (existsSync(object)) rmSync(object);
    return outcome;
  };
  const gcc = baseline.record.gcc.command;
  const flags = ownFlags(unit.argv).filter((word) => word !== "-pg");
  return reduceMiscompile(
    { arch, argv: unit.argv, source: unit.source, cwd: baseline.buildDir },
    record,
    {
      accepts: acceptedByGcc(gcc, flags, baseline.buildDir, signal),
      misbehaves: async (on, off) => {
        const wrong = await boot(on);
        const isOurs =
          wrong.verdict === "fail" && (wrong.signature === record.signature || areFaces(wrong.signature, record.signature));
        return isOurs && (await boot(off)).verdict === "pass";
      },
    },
    { budget, functionOnly: true, work, signal },
  );
}
