// C-Vise or C-Reduce as the reducer, with our own interestingness test.
//
// Both run a script in a fresh directory that holds the variant and take its exit code. The test lives in this process (it has the
// compiler open), so the script only asks it: it sends the variant's path through a socket and exits with the answer. The tool
// keeps the smallest interesting variant in the file that it was given, at every moment, so a limit on time costs nothing.

import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { type Interesting, NotInteresting, type Reduced } from "./reduce.ts";

/** How the tool is run. */
export interface ExternalOptions {
  /** The program's path. */
  readonly program: string;
  readonly workers: number;
  /** A directory of its own. */
  readonly work: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Runs a program to its end (or until the limit) and gives its exit code, -1 when it was ended. */
  readonly run: (argv: readonly string[], cwd: string, timeoutMs: number) => Promise<number>;
}

const FILE = "reduced.c";

/** Reduces a text with an external tool; the answer is never worse than the text. */
export async function reduceExternally(text: string, interesting: Interesting, options: ExternalOptions): Promise<Reduced> {
  const { work } = options;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  if (!(await interesting(text, options.signal))) throw new NotInteresting();
  const path = join(work, FILE);
  writeFileSync(path, text);
  // Socket paths are short; the work directory's may not be.
  const socket = `\0oracle-reduce-${process.pid}-${Math.floor(performance.now())}`;
  let tests = 0;
  const server: Server = createServer((client) => {
    let asked = "";
    client.on("error", () => {});
    client.on("data", (chunk: Buffer) => {
      asked += chunk.toString();
      if (!asked.endsWith("\n")) return;
      tests++;
      let variant: string;
      try {
        variant = readFileSync(join(asked.trimEnd(), FILE), "utf8");
      } catch {
        client.end("1");
        return;
      }
      interesting(variant, options.signal).then(
        (yes) => client.end(yes ? "0" : "1"),
        () => client.end("1"),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const asker = join(work, "asker.mjs");
  writeFileSync(
    asker,
    `import { connect } from "node:net";
let answer = "";
const c = connect(${JSON.stringify(socket)}, () => c.write(process.cwd() + "\\n"));
c.on("data", (d) => (answer += d));
c.on("error", () => process.exit(1));
c.on("close", () => process.exit(answer === "0" ? 0 : 1));
`,
  );
  const script = join(work, "interesting.sh");
  writeFileSync(script, `#!/bin/sh\nexec '${process.execPath}' '${asker}'\n`);
  chmodSync(script, 0o755);
  try {
    const code = await options.run([options.program, "--n", String(options.workers), script, FILE], work, options.timeoutMs);
    const reduced = readFileSync(path, "utf8");
    const better = reduced.length < text.length && (await interesting(reduced, options.signal));
    return { text: better ? reduced : text, tests, complete: code === 0 };
  } finally {
    server.close();
  }
}
