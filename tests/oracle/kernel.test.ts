// The engine on a real kernel: one small riscv GCC build (from the cache when it is there), then mixes of it.
// Linux 6.9 where it can be had, else the distribution's source: what is tested here does not depend on the version.

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cacheRoot, contentHash } from "../../src/oracle/cache.ts";
import type { RunReport } from "../../src/oracle/kernel/run.ts";

const root = join(import.meta.dirname, "../..");
const gcc = "gcc -O1";
let dir: string;
let first: RunReport;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "oracle-kernel-"));
  const result = await oracle(["--fraction", "0", "--cc", gcc]);
  expect(result.code, result.err).toBe(0);
  first = result.report!;
}, 900_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function oracle(args: readonly string[], env: Record<string, string> = {}, cwd = process.cwd()) {
  const result = await execa(join(root, "oracle"), ["kernel", "--arch", "riscv", "--json", "--no-bisect", ...args], {
    reject: false,
    cwd,
    env: { ORACLE_STATE: join(dir, "state"), ...env },
  });
  const report = result.stdout === "" ? undefined : (JSON.parse(result.stdout) as RunReport);
  return { code: result.exitCode, err: result.stderr, report };
}

/** A directory with a program that stands before the real one in PATH. */
function shadow(name: string, script: string): string {
  const bin = mkdtempSync(join(dir, "bin-"));
  writeFileSync(join(bin, name), script);
  chmodSync(join(bin, name), 0o755);
  return `${bin}:${process.env.PATH}`;
}

/** A compiler that is GCC but for the units named in `broken`, of which it does `action`. */
function brittleCompiler(broken: string, action: string): string {
  const path = join(mkdtempSync(join(dir, "cc-")), "cc");
  writeFileSync(
    path,
    `#!/bin/sh\nfor a; do case $a in */${broken}) ${action};; esac; done\nexec riscv64-linux-gnu-gcc "$@" -O1\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("a mix", () => {
  it("of nothing is the baseline, bit for bit", () => {
    expect(first.underTest).toBe(0);
    expect(first.vmlinux).toBe(contentHash(readFileSync(join(first.buildDir, "vmlinux"))));
  });

  it("of gcc -O1 objects is another kernel, passes, and leaves its record", async () => {
    const { code, report } = await oracle(["--fraction", "0.05", "--seed", "7", "--cc", gcc]);
    expect(code).toBe(0);
    expect(report!.compiled).toBe(Math.round(report!.units * 0.05));
    expect(report!.vmlinux).not.toBe(first.vmlinux);
    expect(report!.checks).toBeGreaterThan(0);
    for (const name of ["run.json", "plan.json", "verdict.json", "console.log", "build.log", "repro.sh"])
      expect(readFileSync(join(report!.dir, name), "utf8")).not.toBe("");
    const again = await oracle(["--files", join(report!.dir, "plan.json"), "--cc", gcc]);
    expect(again.report!.vmlinux).toBe(report!.vmlinux);
    expect(again.report!.fromStore).toBe(report!.compiled);
  });

  it("may be asked for with a run directory and a compiler below the current directory", async () => {
    const cc = brittleCompiler("no-such.c", "exit 1");
    const args = ["--files", "kernel/fork.c", "--run-dir", "below/here", "--cc", `./${relative(dir, cc)}`];
    const { code, err, report } = await oracle(args, {}, dir);
    expect(code, err).toBe(0);
    expect(report).toMatchObject({ id: "here", dir: join(realpathSync(dir), "below/here"), cc });
    expect(readFileSync(join(dir, "below/here/run.json"), "utf8")).not.toBe("");
  });

  it("lists a unit that does not compile, gives it to GCC, boots, and ends with 1", async () => {
    const cc = brittleCompiler("fork.c", 'echo "$a:1:1: error: too hard" >&2; exit 1');
    const { code, report } = await oracle(["--files", "kernel/fork.c,kernel/exit.c", "--cc", cc]);
    expect(code).toBe(1);
    expect(report!.state).toBe("build-fail");
    expect(report!.failed).toEqual([
      { unit: "kernel/fork.c", status: "refused", reason: expect.stringContaining("error: too hard") },
    ]);
    expect(report!.compiled).toBe(1);
    expect(report!.bootsPassed).toBe(1);
  });

  it("with a wrong object fails with a verdict of its own", async () => {
    // The code of fs/exec.c becomes zeros, which is no instruction: the kernel dies when it starts its init.
    const zeros = join(dir, "zeros");
    const breaking = [
      'riscv64-linux-gnu-gcc "$@" || exit',
      'for o; do [ "$p" = -o ] && out=$o; p=$o; done',
      `size=$(riscv64-linux-gnu-size -A "$out" | sed -n 's/^\\.text *\\([0-9]*\\) .*/\\1/p')`,
      `head -c "$size" /dev/zero > ${zeros}`,
      `exec riscv64-linux-gnu-objcopy --update-section .text=${zeros} "$out"`,
    ].join("; ");
    const cc = brittleCompiler("exec.c", breaking);
    const { code, report } = await oracle(["--files", "fs/exec.c", "--cc", cc, "--timeout", "20"]);
    expect(code).toBe(1);
    expect(report!.state).not.toBe("pass");
    expect(report!.signature).not.toBe("");
  });

  it("refuses a --files name that is no unit with 2", async () => {
    const { code, err } = await oracle(["--files", "kernel/no-such.c", "--cc", gcc]);
    expect(code).toBe(2);
    expect(err).toContain("ERROR: usage: --files: kernel/no-such.c: no unit of this kernel and config");
  });
});

describe("where things go wrong", () => {
  it("a damaged object of the store is found and made again", async () => {
    const { report } = await oracle(["--files", "kernel/fork.c", "--cc", gcc]);
    const hash = Object.values(JSON.parse(readFileSync(join(report!.dir, "objects.json"), "utf8")) as Record<string, string>)[0]!;
    const objects = join(cacheRoot(), "objects");
    let damaged = 0;
    for (const name of readdirSync(objects, { recursive: true, encoding: "utf8" })) {
      const path = join(objects, name);
      if (!name.endsWith(".o") || contentHash(readFileSync(path)) !== hash) continue;
      writeFileSync(`${path}.tmp`, "damaged");
      renameSync(`${path}.tmp`, path);
      damaged++;
    }
    expect(damaged).toBeGreaterThan(0);
    const again = await oracle(["--files", "kernel/fork.c", "--cc", gcc]);
    expect(again.code).toBe(0);
    expect(again.report!.corruptedEntries).toBe(1);
    expect(again.report!.vmlinux).toBe(report!.vmlinux);
  });

  it("a damaged object of the baseline is found and compiled again to the same bytes", async () => {
    const path = join(first.buildDir, "kernel/exit.o");
    const good = contentHash(readFileSync(path));
    writeFileSync(`${path}.tmp`, readFileSync(path).subarray(0, 100));
    renameSync(`${path}.tmp`, path);
    const { code, report } = await oracle(["--fraction", "0", "--cc", gcc]);
    expect(code).toBe(0);
    expect(report!.corruptedEntries).toBe(1);
    expect(contentHash(readFileSync(path))).toBe(good);
  });

  it("a QEMU that dies says nothing about the compiler: 125", async () => {
    const real = execFileSync("sh", ["-c", "command -v qemu-system-riscv64"], { encoding: "utf8" }).trim();
    // Only boots die: the version is still told, so that the GCC boots come from the cache.
    const PATH = shadow(
      "qemu-system-riscv64",
      `#!/bin/sh\n[ "$1" = --version ] && exec ${real} --version\necho "qemu: could not set up host memory" >&2\nexit 1\n`,
    );
    const { code, err } = await oracle(["--files", "kernel/fork.c", "--cc", gcc], { PATH });
    expect(code).toBe(125);
    expect(err).toMatch(/^ERROR: /m);
  });

  it("a linker that is killed from outside says nothing about the compiler: 125", async () => {
    const PATH = shadow("riscv64-linux-gnu-ld", "#!/bin/sh\nkill -KILL $$\n");
    const { code, err } = await oracle(["--files", "kernel/fork.c", "--cc", gcc], { PATH });
    expect(code).toBe(125);
    expect(err).toContain("ERROR: link: ld was killed by SIGKILL");
  });

  it("a missing linker is named: 125", async () => {
    const bin = join(dir, "few");
    mkdirSync(bin);
    for (const name of [
      "sh",
      "env",
      "dirname",
      "basename",
      "readlink",
      "uname",
      "id",
      "cmp",
      "sed",
      "make",
      "riscv64-linux-gnu-gcc",
    ])
      execFileSync("sh", ["-c", `ln -sf "$(command -v ${name})" ${bin}/`]);
    const { code, err } = await oracle(["--files", "kernel/fork.c", "--cc", gcc], { PATH: bin });
    expect(code).toBe(125);
    expect(err).toContain("ERROR: tool: riscv64-linux-gnu-ld: not found; try: ./oracle doctor --install");
  });

  it("Ctrl-C while compiling ends with 130, leaves no child and no half-written file", async () => {
    const mark = join(dir, "started");
    const cc = brittleCompiler("*.c", `echo $$ >> ${mark}; sleep 600`);
    const child = execa(
      join(root, "oracle"),
      ["kernel", "--arch", "riscv", "--fraction", "0.05", "--seed", "3", "--cc", cc, "--json"],
      {
        reject: false,
        env: { ORACLE_STATE: join(dir, "state") },
      },
    );
    const pids = () => {
      try {
        return readFileSync(mark, "utf8").trim().split("\n").map(Number);
      } catch {
        return [];
      }
    };
    while (pids().length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill("SIGINT");
    const result = await child;
    expect(result.exitCode).toBe(130);
    for (const pid of pids()) await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
    const left = readdirSync(join(cacheRoot(), "objects"), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.includes(`-${child.pid}-`),
    );
    expect(left).toEqual([]);
  });

  it("two runs at once on one cache give the same kernel", async () => {
    const cc = `${gcc} -DORACLE_TEST_RUN=${Date.now()}`;
    const [a, b] = await Promise.all([
      oracle(["--fraction", "0.03", "--seed", "5", "--cc", cc]),
      oracle(["--fraction", "0.03", "--seed", "5", "--cc", cc]),
    ]);
    expect([a.code, b.code]).toEqual([0, 0]);
    expect(a.report!.vmlinux).toBe(b.report!.vmlinux);
    expect(a.report!.dir).not.toBe(b.report!.dir);
  });
});
