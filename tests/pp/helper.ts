// Preprocesses text in memory, as the driver would.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runDriver } from "../../src/compiler/driver/main.ts";
import { DriverState } from "../../src/compiler/driver/pipeline.ts";

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** Runs occ in a directory made of `files`. */
export async function occIn(
  files: Readonly<Record<string, string>>,
  argv: readonly string[],
  state?: DriverState,
): Promise<Outcome & { dir: string }> {
  const dir = mkdtempSync(join(tmpdir(), "occ-test-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    return { ...(await occ(argv, dir, "", state)), dir };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Runs occ with `stdin`; what it says on both streams. */
export async function occ(argv: readonly string[], cwd = "/", stdin = "", state = new DriverState()): Promise<Outcome> {
  let out = "";
  let err = "";
  const code = await runDriver(
    argv,
    cwd,
    {
      stdout: (d) => {
        out += typeof d === "string" ? d : new TextDecoder().decode(d);
      },
      stderr: (t) => {
        err += t;
      },
      stdin: () => new TextEncoder().encode(stdin),
      env: { SOURCE_DATE_EPOCH: "1700000000" },
    },
    state,
  );
  return { code, out, err };
}

/** -E -P of a text, white space made single. */
export async function expand(source: string, ...flags: string[]): Promise<string> {
  const r = await occ(["-nostdinc", ...flags, "-E", "-P", "-x", "c", "-"], "/", source);
  if (r.code !== 0 || r.err !== "") throw new Error(r.err);
  return r.out.trim().replace(/\s+/g, " ");
}
