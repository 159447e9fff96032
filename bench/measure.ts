// CPU time and peak memory of one command, by bash's `time` and GNU ulimit-free /proc reading; medians; ratio tables.

import { execa } from "execa";

export interface Cost {
  /** User + system seconds. */
  readonly cpu: number;
  readonly wall: number;
}

/** Runs a command once and gives its CPU seconds; throws when it fails. */
export async function cost(argv: readonly string[], cwd: string): Promise<Cost> {
  const r = await execa("bash", ["-c", 'TIMEFORMAT="@@%U %S %R"; time "$@" >/dev/null 2>/dev/null', "bash", ...argv], {
    cwd,
    reject: false,
  });
  if (r.exitCode !== 0) throw new Error(`${argv.join(" ")}: exit ${r.exitCode}`);
  const m = /@@([\d.]+) ([\d.]+) ([\d.]+)/.exec(r.stderr);
  if (m === null) throw new Error(`${argv[0]}: no times`);
  return { cpu: Number(m[1]) + Number(m[2]), wall: Number(m[3]) };
}

export function median(xs: readonly number[]): number {
  const s = [...xs].sort((a, b) => a - b);
  const n = s.length;
  if (n === 0) return Number.NaN;
  return n % 2 === 1 ? s[(n - 1) / 2]! : (s[n / 2 - 1]! + s[n / 2]!) / 2;
}

export function geomean(xs: readonly number[]): number {
  return Math.exp(xs.reduce((a, x) => a + Math.log(x), 0) / xs.length);
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((r) => `| ${r.join(" | ")} |`).join("\n");
}
