// The external reducer's protocol, with a stand-in that works as C-Vise does: fresh directories, a script, the file improved in place.

import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reduceExternally } from "../../src/delta/external-reducer.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "external-"));
  // Tries each line away, like a very plain reducer.
  writeFileSync(
    join(dir, "plain-reducer"),
    `#!/bin/sh
[ "$1" = --n ] || exit 9
script=$3 file=$4 n=1
while [ "$n" -le "$(wc -l < "$file")" ]; do
  t=$(mktemp -d) && sed "\${n}d" "$file" > "$t/$file"
  if (cd "$t" && "$script"); then cp "$t/$file" "$file"; else n=$((n + 1)); fi
  rm -r "$t"
done
`,
  );
  chmodSync(join(dir, "plain-reducer"), 0o755);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (argv: readonly string[], cwd: string): Promise<number> =>
  new Promise((resolve) => spawn(argv[0]!, argv.slice(1), { cwd, stdio: "inherit" }).on("close", (code) => resolve(code ?? -1)));

test("the tool asks our test and leaves the smallest variant", async () => {
  const text = "int a;\nint keep;\nint b;\nint keep2;\nint c;\n";
  const options = {
    program: join(dir, "plain-reducer"),
    workers: 2,
    work: join(dir, "work"),
    timeoutMs: 60_000,
    signal: new AbortController().signal,
    run,
  };
  const reduced = await reduceExternally(text, async (t) => t.includes("keep;") && t.includes("keep2"), options);
  expect(reduced.text).toBe("int keep;\nint keep2;\n");
  expect(reduced.complete).toBe(true);
  expect(reduced.tests).toBeGreaterThanOrEqual(5);
  await expect(reduceExternally(text, async () => false, options)).rejects.toThrow("not interesting");
  const broken = await reduceExternally(text, async (t) => t === text, { ...options, program: "/bin/false" });
  expect(broken).toMatchObject({ text, complete: false });
});
