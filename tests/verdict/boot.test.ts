// The boot with a shell script in QEMU's place: what is read, when it is ended, what is left behind.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BootJob, bootKernel } from "../../src/oracle/kernel/boot.ts";
import { stripStamp } from "../../src/oracle/kernel/console.ts";
import { makeCpio } from "../../src/oracle/kernel/init.ts";

let dir = "";
const path = process.env.PATH;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "oracle-boot-"));
  mkdirSync(join(dir, "bin"));
  process.env.PATH = `${join(dir, "bin")}:${path}`;
});
afterAll(() => {
  process.env.PATH = path;
  rmSync(dir, { recursive: true, force: true });
});

/** Runs a script as the emulator; in it $console is the file to write to and $nonce this boot's nonce. */
function boot(script: string, over: Partial<BootJob> = {}, signal = new AbortController().signal) {
  const qemu = join(dir, "bin", "qemu-system-riscv64");
  writeFileSync(
    qemu,
    `#!/bin/sh\nfor word; do case $word in file:*) console=\${word#file:};; *oracle.nonce=*) nonce=\${word##*oracle.nonce=};; esac; done\n${script}\n`,
  );
  chmodSync(qemu, 0o755);
  for (const name of ["image", "initrd"]) writeFileSync(join(dir, name), "");
  const job = {
    arch: "riscv",
    image: join(dir, "image"),
    initrd: join(dir, "initrd"),
    runDir: join(dir, "run"),
    timeoutMs: 60_000,
    silenceMs: 60_000,
    accel: "tcg",
  };
  return bootKernel({ ...job, ...over } as BootJob, signal);
}

test("the console is read, the nonce checked, the end seen", async () => {
  const result = await boot(
    'printf "[    0.1] Linux version 6.9\\noracle: ready nonce=$nonce\\noracle: ok fork 1 a b\\noracle: done nonce=$nonce count=1 uts=Linux 6.9\\n" > $console',
  );
  expect(result).toMatchObject({ end: "exit", exitCode: 0, banners: 1, ready: true, done: { count: 1, uts: "Linux 6.9" } });
  expect(result.checks).toEqual([{ name: "fork", status: "ok", value: "1 a b" }]);
  expect(Object.keys(result.stages)).toEqual(expect.arrayContaining(["first-byte", "banner", "ready", "done", "exit"]));
});

test("a silent guest is ended, and so is one that takes too long", async () => {
  expect(await boot("echo x > $console; exec sleep 1000", { silenceMs: 300 })).toMatchObject({ end: "silence", exitCode: -1 });
  expect(await boot("while :; do echo x >> $console; sleep 0.05; done", { timeoutMs: 400 })).toMatchObject({
    end: "timeout",
    exitCode: -1,
  });
});

test("a flood is ended and its log bounded", async () => {
  const result = await boot("exec yes flood > $console", { maxConsoleBytes: 50_000 });
  expect(result).toMatchObject({ end: "flood", consoleBytes: 50_000 });
  expect(statSync(result.consolePath).size).toBe(50_000);
});

test("a guest that is done or in panic and stays is ended", async () => {
  expect(await boot('echo "oracle: done nonce=$nonce count=0 uts=L" > $console; exec sleep 1000')).toMatchObject({
    end: "no-power-off",
  });
  expect(await boot('echo "Kernel panic - not syncing: x" > $console; exec sleep 1000')).toMatchObject({ end: "panic" });
});

test("QEMU's complaint is kept", async () => {
  expect(await boot("echo 'qemu: could not do it' >&2; exit 1")).toMatchObject({
    end: "exit",
    exitCode: 1,
    consoleBytes: 0,
    qemuErrors: "qemu: could not do it",
  });
});

test("an abort ends the emulator and throws", async () => {
  const controller = new AbortController();
  const pidFile = join(dir, "pid");
  const running = boot(`echo $$ > ${pidFile}; echo x > $console; exec sleep 1000`, {}, controller.signal);
  setTimeout(() => controller.abort(), 500);
  await expect(running).rejects.toMatchObject({ exitCode: 130 });
  const pid = Number(readFileSync(pidFile, "utf8"));
  expect(() => process.kill(pid, 0)).toThrow();
});

test("an image that is not there is the machine's trouble", async () => {
  await expect(boot("exit 0", { image: join(dir, "none") })).rejects.toMatchObject({ exitCode: 125 });
});

test("time stamps and callers are stripped", () => {
  expect(stripStamp("<6>[    1.234567][    T1] text \r")).toBe("text");
  expect(stripStamp("[   12.345678] [x] text")).toBe("[x] text");
  expect(stripStamp("no stamp")).toBe("no stamp");
});

test("an archive has the newc layout and the same bytes every time", () => {
  const entries = [{ name: "init", mode: 0o100755, data: Buffer.from("abcde") }];
  const archive = Buffer.from(makeCpio(entries));
  expect(archive.toString("latin1", 0, 6)).toBe("070701");
  expect(archive.toString("latin1", 54, 62)).toBe("00000005");
  expect(archive.toString("latin1", 110, 114)).toBe("init");
  expect(archive.toString("latin1", 116, 121)).toBe("abcde");
  expect(archive.length % 4).toBe(0);
  expect(archive.includes("TRAILER!!!")).toBe(true);
  expect(archive.equals(Buffer.from(makeCpio(entries)))).toBe(true);
});
