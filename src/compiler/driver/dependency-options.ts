// -M, -MM, -MD, -MMD and what goes with them (GCC manual, "Preprocessor Options").

import { type DependencyOptions, UsageError } from "./invocation.ts";

/** Collects the -M options of a command line. */
export class DependencyRequest {
  /** -MF */
  outputFile: string | undefined;
  /** -MT and -MQ, in order. */
  readonly targets: string[] = [];
  /** -MP */
  phony = false;
  /** -MG */
  missingOk = false;
  private asked: Pick<DependencyOptions, "system" | "besides" | "direct" | "file"> | undefined;

  /** -M and -MD (with headers of the system) or -MM and -MMD; `file` when it was given as -Wp,-MD,FILE. */
  ask(system: boolean, besides: boolean, file?: string): void {
    this.asked = { system: system && this.asked?.system !== false, besides, direct: file !== undefined, file };
  }

  /** What they come to; nothing when no rule was asked for. */
  finish(): DependencyOptions | undefined {
    const { asked, targets, phony, missingOk } = this;
    if (asked !== undefined) return { ...asked, file: asked.file ?? this.outputFile, targets, phony, missingOk };
    if (this.outputFile !== undefined || targets.length > 0 || phony || missingOk)
      throw new UsageError("to generate dependencies you must specify either '-M' or '-MM'");
    return undefined;
  }
}
