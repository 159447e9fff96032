// The launcher as a user sees it: exit codes, one-line errors, help. No kernel is built here.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
let dir: string;
let tree: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "oracle-cli-"));
  tree = join(dir, "linux");
  mkdirSync(tree);
  writeFileSync(
    join(tree, "Makefile"),
    "VERSION = 6\nPATCHLEVEL = 9\nSUBLEVEL = 0\nallnoconfig:\n\t@echo kconfig: broken tree >&2; exit 3\n",
  );
  writeFileSync(join(tree, "Kbuild"), "");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function oracle(args: readonly string[], env: Record<string, string> = {}) {
  const result = await execa(join(root, "oracle"), args, {
    reject: false,
    env: { ORACLE_CACHE: join(dir, "cache"), ORACLE_STATE: join(dir, "state"), ORACLE_KERNEL_SRC: tree, ...env },
  });
  return { code: result.exitCode, out: result.stdout, err: result.stderr };
}

describe("bad usage ends with 2 and one line that names the offender", () => {
  const cases: [string[], string][] = [
    [["kernel", "--fraction", "1.5"], "--fraction 1.5"],
    [["kernel", "--fraction", "lots"], "--fraction lots"],
    [["kernel", "--seed", "-1"], "--seed -1"],
    [["kernel", "--arch", "mips"], "--arch mips"],
    [["kernel", "--slice", "4/3"], "--slice 4/3"],
    [["kernel", "--slice", "1/3", "--fraction", "0.5"], "--slice and --fraction"],
    [["kernel", "--repeat", "0"], "--repeat 0"],
    [["kernel", "--timeout", "0"], "--timeout 0"],
    [["kernel", "--jobs", "two"], "--jobs two"],
    [["kernel", "--kernel", "/no/such/tree"], "/no/such/tree"],
    [["kernel", "--config", "nonsense"], "nonsense"],
    [["kernel", "--cc", "-O1"], "-O1"],
    [["kernel", "--cc", "gcc '"], "--cc gcc '"],
    [["kernel", "--cc", "gcc; true"], "--cc gcc; true"],
    [["kernel", "--gcc", ""], "--gcc: empty command"],
    [["kernel", "--config", root], "--config"],
    [["kernel", "--files", root], "is a directory"],
    [["kernel", "--files", join(root, "biome.json")], "no list underTest"],
    [["kernel", "--files", ","], "names no unit"],
    [["kernel", "--files", "a.c", "--fraction", "0.1"], "--fraction and --files"],
    [["kernel", "--files", "a.c", "--only", "lib/**"], "--files and --only"],
    [["kernel", "--fraction", "0x1"], "--fraction 0x1"],
    [["kernel", "--repeat", "1e3"], "--repeat 1e3"],
    [["kernel", "--seed", "x"], "--seed x"],
    [["kernel", "--image", "floppy"], "--image floppy"],
    [["kernel", "--image", "bzImage", "--arch", "all"], "--image bzImage"],
    [["kernel", "--wrong"], "--wrong"],
    [["nonsense"], "nonsense"],
    [["doctor", "--arch", "vax"], "--arch vax"],
    [["test", "--arch", "mips"], "--arch mips"],
    [["test", "--level", "O9"], "--level O9"],
    [["test", "--seed", "-1", "abi"], "--seed -1"],
    [["test", "--fast=2"], "--fast=2"],
    [["test", "no-such-suite"], "no-such-suite"],
  ];
  for (const [args, offender] of cases) {
    it(args.join(" "), async () => {
      const result = await oracle(args);
      expect(result.code).toBe(2);
      const lines = result.err.split("\n").filter((line) => line.startsWith("ERROR: "));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(offender);
      expect(result.out).toBe("");
    });
  }
});

describe("trouble of the machine ends with 125 and one line", () => {
  it("a missing tool", async () => {
    const result = await oracle(["kernel", "--gcc", "no-such-gcc"]);
    expect(result.code).toBe(125);
    expect(result.err).toContain("ERROR: tool: no-such-gcc: compiler not found; try: ./oracle doctor --install");
  });

  it("a command that is no compiler", async () => {
    const liar = join(dir, "liar");
    writeFileSync(liar, "#!/bin/sh\nexit 0\n", { mode: 0o755 });
    for (const [option, command, reason] of [
      ["--cc", "cat", "does not compile `int oracle_probe;`: "],
      ["--cc", liar, "makes no object"],
      ["--gcc", "cat", "does not compile `int oracle_probe;`: "],
    ] as const) {
      const result = await oracle(["kernel", option, command]);
      expect(result.code).toBe(125);
      expect(result.err).toMatch(/^ERROR: tool: .*$/);
      expect(result.err).toContain(reason);
    }
  });

  it("a record that is damaged, and a history that is no database", async () => {
    const run = join(dir, "damaged");
    mkdirSync(run);
    writeFileSync(join(run, "run.json"), '{"id": "dam');
    for (const command of ["bisect", "delta", "report"]) {
      const result = await oracle([command, run]);
      expect(result.code).toBe(125);
      expect(result.err).toMatch(/^ERROR: run: .*run\.json: damaged: .*$/);
    }
    const state = join(dir, "no-state");
    mkdirSync(state);
    writeFileSync(join(state, "oracle.db"), "x".repeat(5000));
    const result = await oracle(["runs"], { ORACLE_STATE: state });
    expect(result.code).toBe(125);
    expect(result.err).toMatch(/^ERROR: history: .*oracle\.db: .*$/);
    const file = await oracle(["runs"], { ORACLE_STATE: join(state, "oracle.db") });
    expect(file.code).toBe(125);
    expect(file.err).toMatch(/^ERROR: file: .*$/);
  });

  it("a full disk", async () => {
    const result = await oracle(["kernel"], { ORACLE_FREE_BYTES: "1000" });
    expect(result.code).toBe(125);
    expect(result.err).toMatch(/ERROR: disk: .*0 MB free, a kernel build needs \d+ MB/);
  });

  it("a source that does not build", async () => {
    const result = await oracle(["kernel"]);
    expect(result.code).toBe(125);
    expect(result.err).toMatch(/ERROR: baseline: make allnoconfig: /);
  });

  it("a run that does not exist", async () => {
    const result = await oracle(["report", "no-such-run"]);
    expect(result.code).toBe(125);
    expect(result.err).toContain("no-such-run: no such run");
  });
});

describe("help", () => {
  it("is there for every subcommand, with examples", async () => {
    const all = await oracle(["--help"]);
    expect(all.code).toBe(0);
    for (const name of ["kernel", "test", "bisect", "delta", "runs", "report", "doctor"]) {
      expect(all.out).toContain(`  ${name}`);
      const help = await oracle([name, "--help"]);
      expect(help.code).toBe(0);
      expect(help.out.split("Examples:")[1]!.match(/\n {2}oracle /g)!.length).toBeGreaterThanOrEqual(2);
    }
  });

  it("is bad usage when nothing was said", async () => {
    expect((await oracle([])).code).toBe(2);
  });
});

describe("delta of a stored run", () => {
  const stored = (id: string, state: string, exitCode: number): void => {
    const run = join(dir, "state", "runs", id);
    mkdirSync(join(run, "cases"), { recursive: true });
    writeFileSync(join(run, "run.json"), JSON.stringify({ id, dir: run, state, exitCode }));
  };

  it("has nothing against a run that passed", async () => {
    stored("passed", "pass", 0);
    const result = await oracle(["delta", "passed"]);
    expect(result.out).toContain("0 minimal failing sets");
    expect(result.code).toBe(0);
  });

  it("ends with 1 where there are cases", async () => {
    stored("failed", "diff", 1);
    const record = {
      id: "riscv-1",
      kind: "file",
      members: ["lib/sort.c"],
      against: [],
      functions: [],
      functionNote: "",
      pass: "",
      rewrite: "",
      signature: "check: sort",
      confidence: 1,
      boots: 3,
      repro: "./oracle kernel",
      compiler: "occ",
      arch: "riscv",
      run: "failed",
      evidence: [],
    };
    const at = join(dir, "state", "runs", "failed", "cases", "riscv-1");
    mkdirSync(at);
    writeFileSync(join(at, "case.json"), JSON.stringify(record));
    const result = await oracle(["delta", "failed", "--json"]);
    expect(JSON.parse(result.out)).toEqual([record]);
    expect(result.code).toBe(1);
  });
});

describe("bisect of a run without a failing mix", () => {
  for (const [state, words] of [
    ["pass", "passed: there is nothing to search"],
    ["build-fail", "--reduce 500"],
  ] as const)
    it(`ends with 2: ${state}`, async () => {
      const run = join(dir, "state", "runs", `no-mix-${state}`);
      mkdirSync(run, { recursive: true });
      writeFileSync(join(run, "run.json"), JSON.stringify({ id: `no-mix-${state}`, dir: run, state, exitCode: 1 }));
      const result = await oracle(["bisect", `no-mix-${state}`]);
      expect(result.code).toBe(2);
      expect(result.err).toMatch(/^ERROR: usage: run no-mix-.*$/);
      expect(result.err).toContain(words);
    });
});

describe("a run that another process works on", () => {
  it("is refused by bisect and delta with 2 and one line, and is free when that one was killed", async () => {
    const run = join(dir, "state", "runs", "held");
    mkdirSync(run, { recursive: true });
    writeFileSync(join(run, "run.json"), JSON.stringify({ id: "held", dir: run, state: "panic", exitCode: 1, arch: "riscv" }));
    const holder = execa(process.execPath, [join(import.meta.dirname, "hold-run.ts"), run], { reject: false });
    await new Promise<void>((resolve) => holder.stdout.once("data", () => resolve()));
    for (const command of ["bisect", "delta"]) {
      const refused = await oracle([command, "held"]);
      expect(refused.code).toBe(2);
      expect(refused.err).toMatch(new RegExp(`^ERROR: busy: run held is in use by process ${holder.pid} \\(.*\\)$`));
    }
    const made = await oracle(["kernel", "--run-dir", run]);
    expect(made.code).toBe(2);
    expect(made.err).toContain(`ERROR: busy: run held is in use by process ${holder.pid} `);
    holder.kill("SIGKILL");
    await holder;
    // Here it has no plan, which is seen once the directory is taken.
    expect((await oracle(["bisect", "held"])).err).toContain("not the directory of a kernel run");
    expect(readdirSync(run)).toEqual(["run.json"]);
  });

  it("is no directory that cannot be made", async () => {
    for (const [asked, reason] of [
      ["", "no directory is named"],
      [join(tree, "Makefile"), "not a directory"],
      [join(tree, "Makefile", "below"), "not a directory"],
      ["/proc/oracle", "cannot be made"],
    ] as const) {
      const refused = await oracle(["kernel", "--run-dir", asked]);
      expect(refused.code).toBe(2);
      expect(refused.err).toMatch(/^ERROR: usage: --run-dir.*$/);
      expect(refused.err).toContain(reason);
    }
  });
});

describe("doctor and runs", () => {
  it("print one JSON document", async () => {
    const doctor = JSON.parse((await oracle(["doctor", "--json"])).out) as { tools: unknown[] };
    expect(doctor.tools.length).toBeGreaterThan(10);
    expect(JSON.parse((await oracle(["runs", "--json"])).out)).toEqual([]);
  });
});

describe("oracle test when it is interrupted", () => {
  const isAlive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch {
      return false;
    }
  };
  const until = async (holds: () => boolean): Promise<void> => {
    for (let i = 0; i < 600 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(holds()).toBe(true);
  };

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`ends by ${signal}, takes its children along and leaves nothing behind`, async () => {
      const place = mkdtempSync(join(dir, "interrupted-"));
      const temporary = join(place, "tmp");
      mkdirSync(temporary);
      // A compiler whose child never ends, and which leaves a scratch file.
      const compiler = join(place, "cc");
      writeFileSync(
        compiler,
        `#!/bin/sh\n[ "$1" = --version ] && { echo 1; exit 0; }\nsleep 10000 &\n: > "$TMPDIR/scratch"\necho $! > ${place}/child.new\nmv ${place}/child.new ${place}/child\nwait\n`,
        { mode: 0o755 },
      );
      const log = join(place, "test.log");
      const running = execa(
        join(root, "oracle"),
        ["test", "own", "--arch", "x86", "--level", "O0", "--jobs", "1", "--cc", compiler, "--gcc", compiler, "--log", log],
        { reject: false, env: { ORACLE_CACHE: join(place, "cache"), TMPDIR: temporary } },
      );
      await until(() => existsSync(join(place, "child")));
      const child = Number(readFileSync(join(place, "child"), "utf8"));
      expect(isAlive(child)).toBe(true);
      running.kill(signal);
      const ended = await running;
      expect(ended.exitCode).toBe(130);
      expect(ended.stderr).toContain("interrupted");
      await until(() => !isAlive(child));
      expect(readdirSync(temporary).filter((name) => name !== "node-compile-cache")).toEqual([]);
      expect(existsSync(log)).toBe(false);
      const stored = existsSync(join(place, "cache")) ? readdirSync(join(place, "cache"), { recursive: true }).map(String) : [];
      expect(stored.filter((name) => name.includes("programs/"))).toEqual([]);
    }, 60_000);
  }
});
