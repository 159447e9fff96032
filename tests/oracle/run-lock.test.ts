// The lock of a run directory, with real processes: refused while its holder lives, taken over from the dead, never held by two.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { openRunDir } from "../../src/oracle/run-dir.ts";
import { holdRun } from "../../src/oracle/run-lock.ts";

const root = mkdtempSync(join(tmpdir(), "oracle-lock-"));
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(root, "run-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const start = (...args: string[]) =>
  execa(process.execPath, [join(import.meta.dirname, "hold-run.ts"), ...args], { reject: false });

/** A process that holds the directory; what ends it resolves when it is gone. */
async function holder() {
  const child = start(dir);
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    void child.then((end) => reject(new Error(end.stderr)));
  });
  return {
    pid: child.pid,
    async end(signal: "SIGTERM" | "SIGKILL") {
      child.kill(signal);
      await child;
    },
  };
}

const locks = (): string[] => readdirSync(dir).filter((name) => name.startsWith("lock-"));

describe("a run directory that another process holds", () => {
  it("is refused with 2 and the holder's number, and is free when that one ends", async () => {
    const first = await holder();
    const second = await start(dir);
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toMatch(new RegExp(`^run r is in use by process ${first.pid} \\(.*, since 2\\d{3}-.*\\)$`));
    expect(locks()).toHaveLength(1);
    await first.end("SIGTERM");
    expect(locks()).toEqual([]);
    expect((await start(dir, "0")).exitCode).toBe(0);
  });

  it("is taken over when the holder was killed", async () => {
    const first = await holder();
    await first.end("SIGKILL");
    expect(locks()).toHaveLength(1);
    expect((await start(dir, "0")).exitCode).toBe(0);
    expect(locks()).toEqual([]);
  });

  it("is taken over when its number belongs to another process by now", async () => {
    writeFileSync(join(dir, `lock-${hostname()}-${process.pid}-1`), "bisect r\nsince then\n");
    expect((await start(dir, "0")).exitCode).toBe(0);
  });

  it("of another machine is nobody's to take over: the file to remove is named", async () => {
    const name = "lock-elsewhere-1-1";
    writeFileSync(join(dir, name), "bisect r\nsince then\n");
    const refused = await start(dir, "0");
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(join(dir, name));
    expect(existsSync(join(dir, name))).toBe(true);
  });

  it("is the same by any of its names, and may be taken again by its holder", async () => {
    const first = await holdRun(dir, "r");
    const again = await holdRun(`${dir}/../${dir.slice(root.length + 1)}/`, "r");
    first();
    first();
    expect((await start(dir, "0")).exitCode).toBe(2);
    again();
    expect(locks()).toEqual([]);
    expect((await start(dir, "0")).exitCode).toBe(0);
  });
});

it("of many that come at once only one holds it at a time", async () => {
  const ends = await Promise.all(Array.from({ length: 6 }, () => start(dir, "400")));
  const spans = ends
    .filter((end) => end.exitCode === 0)
    .map((end) => [...end.stdout.matchAll(/(?:held|released) \d+ (\d+)/g)].map((match) => Number(match[1])));
  expect(spans.length).toBeGreaterThan(0);
  spans.sort((a, b) => a[0]! - b[0]!);
  for (const [i, span] of spans.entries()) if (i > 0) expect(span[0]).toBeGreaterThanOrEqual(spans[i - 1]![1]!);
  for (const end of ends) expect([0, 2]).toContain(end.exitCode);
  expect(locks()).toEqual([]);
});

describe("the directory of a new run", () => {
  const never = new AbortController().signal;
  const write = (at: string, ...names: string[]): void => {
    for (const name of names) writeFileSync(join(at, name), "{}");
  };

  it("is cleared of an earlier run, and of nothing else", async () => {
    write(dir, "plan.json", "run.json", "notes.txt");
    mkdirSync(join(dir, "cases", "riscv-1"), { recursive: true });
    const place = await openRunDir(dir, never);
    expect(readdirSync(dir).filter((name) => !name.startsWith("lock-"))).toEqual(["notes.txt"]);
    place.release();
    expect(readdirSync(dir)).toEqual(["notes.txt"]);
  });

  it("keeps what is in a directory that never was a run's", async () => {
    mkdirSync(join(dir, "cases"));
    (await openRunDir(dir, never)).release();
    expect(readdirSync(dir)).toEqual(["cases"]);
  });

  it("is absolute, and goes if nothing was written", async () => {
    const before = process.cwd();
    process.chdir(dir);
    try {
      const place = await openRunDir("new", never);
      expect(place).toMatchObject({ id: "new", dir: join(dir, "new") });
      expect(existsSync(join(dir, "new"))).toBe(true);
      place.release();
      expect(existsSync(join(dir, "new"))).toBe(false);
    } finally {
      process.chdir(before);
    }
  });

  it("of a run that ended in trouble keeps the plan and what was said, and no half a kernel", async () => {
    const place = await openRunDir(dir, never);
    write(dir, "plan.json", "console.log", "vmlinux");
    place.release();
    expect(readdirSync(dir)).toEqual(["console.log", "plan.json"]);
  });

  it("of an interrupted run is taken away, a finished one stays", async () => {
    const controller = new AbortController();
    const [a, b] = [join(dir, "a"), join(dir, "b")];
    const [unfinished, finished] = [await openRunDir(a, controller.signal), await openRunDir(b, controller.signal)];
    write(a, "plan.json", "vmlinux");
    write(b, "plan.json", "run.json");
    controller.abort();
    unfinished.release();
    finished.release();
    expect(existsSync(a)).toBe(false);
    expect(readdirSync(b)).toEqual(["plan.json", "run.json"]);
  });
});
