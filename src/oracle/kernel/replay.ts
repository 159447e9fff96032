// Replays steps of kbuild beside the build, by the commands that it recorded, with some of their inputs swapped.
//
// kbuild runs every command in the build directory with paths relative to it. So a step is repeated in a view of the build: a
// directory that has the same names in it, as symbolic links. The directories that steps write to are real ones there; what a
// step makes is left out of the view until the step has run, so that nothing is ever written through a link into the build.

import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { infraError } from "../errors.ts";
import { type ProcessResult, runProcess } from "../process.ts";
import { commandFile, unescapeCommand } from "./units.ts";

/** One recorded command: it makes `target`, which is relative to the build directory. */
export interface ReplayStep {
  readonly target: string;
  /** For the shell, with the build directory spelled ".". */
  readonly command: string;
}

/** Reads the command that made a target, or nothing when kbuild made none. */
export function readStep(buildDir: string, target: string): ReplayStep | undefined {
  const path = commandFile(buildDir, target);
  if (!existsSync(path)) return undefined;
  const match = /^(?:saved)?cmd_\S+ := (.*)$/m.exec(readFileSync(path, "utf8"));
  return match === null ? undefined : { target, command: unescapeCommand(match[1]!).replaceAll(buildDir, ".") };
}

/** Reads the commands of targets that must all be there. */
export function requireSteps(buildDir: string, targets: readonly string[]): ReplayStep[] {
  return targets.map((target) => {
    const step = readStep(buildDir, target);
    if (step === undefined) throw infraError("baseline", `${buildDir}: kbuild left no command for ${target}`);
    return step;
  });
}

/** What a view shows otherwise than the build does. */
export interface ViewChanges {
  /** Directories that steps write to, relative to the build directory. */
  readonly writable: readonly string[];
  /** Files that are not shown, because a step is going to make them. */
  readonly absent: ReadonlySet<string>;
  /** Files that stand for the build's own. */
  readonly swapped: ReadonlyMap<string, string>;
}

/** Makes a view of `buildDir` at `view`, which must not exist. */
export function makeView(buildDir: string, view: string, changes: ViewChanges): void {
  const real = new Set<string>();
  for (const dir of changes.writable) {
    const parts = dir.split("/");
    for (let i = 1; i <= parts.length; i++) real.add(parts.slice(0, i).join("/"));
  }
  const show = (dir: string): void => {
    mkdirSync(join(view, dir), { recursive: true });
    for (const name of readdirSync(join(buildDir, dir))) {
      const path = dir === "" ? name : `${dir}/${name}`;
      if (changes.absent.has(path)) continue;
      if (real.has(path)) show(path);
      else symlinkSync(changes.swapped.get(path) ?? join(buildDir, path), join(view, path));
    }
  };
  show("");
}

/** Puts a file into a view, whatever stood there. */
export function putIntoView(view: string, path: string, file: string): void {
  rmSync(join(view, path), { force: true });
  symlinkSync(file, join(view, path));
}

/** Runs a step in a view; what it makes must be a file of the view's own afterwards. */
export async function runStep(
  view: string,
  step: ReplayStep,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ProcessResult> {
  // An earlier step may have left a link to the build's own (a swapped object that is made anew).
  rmSync(join(view, step.target), { force: true });
  const result = await runProcess(["sh", "-c", step.command], { cwd: view, signal, env });
  if (result.exitCode === 0 && !lstatSync(join(view, step.target), { throwIfNoEntry: false })?.isFile())
    throw infraError("baseline", `replaying kbuild's command for ${step.target} made no such file`);
  return result;
}
