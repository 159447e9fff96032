// The judge on synthetic boots: each state once at least, and what must not count as a difference.

import { describe, expect, test } from "vitest";
import { judge } from "../../src/oracle/kernel/verdict.ts";
import { bootOf, changed, healthy, NONCE, until } from "./boots.ts";

const baselines = [bootOf(healthy()), bootOf(healthy()), bootOf(healthy())];
const state = (lines: readonly string[], over = {}) => judge(baselines, bootOf(lines, over));

describe("what passes", () => {
  test("the same boot passes, with all checks equal", () => {
    const verdict = state(healthy());
    expect(verdict).toMatchObject({ state: "pass", signature: "", checks: 3, differences: [] });
  });

  test("how much memory the alternatives of one processor took is no difference", () => {
    const freed = (size: string) => changed("clk: Disabling unused clocks", `Freeing SMP alternatives memory: ${size}`);
    const gcc = [1, 2].map(() => bootOf(freed("20K")));
    expect(judge(gcc, bootOf(freed("16K"))).state).toBe("pass");
  });

  test("how many functions a kernel has to trace is no difference, what the tracer's self test counted is", () => {
    const tracer = (entries: number, counts: string) => [
      "clk: Disabling unused clocks",
      `ftrace: allocating ${entries} entries in ${entries >> 7} pages`,
      `ftrace: allocated ${entries >> 7} pages with ${entries % 5} groups`,
      `Testing dynamic ftrace ops #1: ${counts}PASSED`,
    ];
    const gcc = [1, 2].map(() => bootOf(changed("clk: Disabling unused clocks", ...tracer(23456, "(1 0 1 0 0) (2 1 3 0 365) "))));
    const boot = (counts: string) => judge(gcc, bootOf(changed("clk: Disabling unused clocks", ...tracer(20017, counts))));
    expect(boot("(1 0 1 0 0) (2 1 3 17 298) ").state).toBe("pass");
    expect(boot("(1 0 1 0 0) (2 0 3 0 365) ").signature).toMatch(/^warn: console ~Testing dynamic ftrace/);
  });

  test("the size of the kernel, addresses and durations are no difference", () => {
    const lines = healthy().map((line) =>
      line.replace("3000K kernel code", "3100K kernel code").replace("80a0", "80b0").replace("12 usecs", "99 usecs"),
    );
    expect(state(lines).state).toBe("pass");
  });

  test("a check on whose value the GCC boots differ is compared by its status only", () => {
    const other = bootOf(changed("oracle: ok pipe 00bb size=65536", "oracle: ok pipe 00cc size=65536"));
    expect(
      judge([baselines[0]!, other], bootOf(changed("oracle: ok pipe 00bb size=65536", "oracle: ok pipe 00dd size=1"))).state,
    ).toBe("pass");
    expect(
      judge([baselines[0]!, other], bootOf(changed("oracle: ok pipe 00bb size=65536", "oracle: not ok pipe died"))).state,
    ).toBe("test-fail");
  });

  test("a line that only some GCC boots print may come or stay away", () => {
    const chatty = bootOf(changed("clk: Disabling unused clocks", "clk: Disabling unused clocks", "clock jumped by 5"));
    expect(judge([chatty, baselines[0]!], bootOf(healthy())).state).toBe("pass");
    expect(
      judge(
        [chatty, baselines[0]!],
        bootOf(changed("clk: Disabling unused clocks", "clk: Disabling unused clocks", "clock jumped by 7")),
      ).state,
    ).toBe("pass");
  });
});

describe("alarms", () => {
  const BUG = "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000018";

  test("an oops that ends in a panic is an oops, named by its frame", () => {
    const verdict = state(
      until(
        "oracle: start pipe",
        BUG,
        "Oops [#1]",
        "epc : pipe_write+0x12/0x340",
        " ra : vfs_write+0x1/0x2",
        "Kernel panic - not syncing: Fatal exception",
      ),
    );
    expect(verdict.state).toBe("oops");
    expect(verdict.signature).toBe(
      "oops: Unable to handle kernel NULL pointer dereference at virtual address ADDR in pipe_write",
    );
    expect(verdict.evidence[0]).toBe(BUG);
  });

  test("the signature does not depend on addresses", () => {
    const at = (address: string) => state(until("oracle: start pipe", BUG.replace("0000000000000018", address))).signature;
    expect(at("ffffffd80012ab00")).toBe(at("00000000deadbeef"));
  });

  test("a panic", () => {
    const verdict = state(
      until("oracle: start fork", "Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b"),
      { end: "panic", exitCode: -1 },
    );
    expect(verdict).toMatchObject({
      state: "panic",
      signature: "panic: Kernel panic - not syncing: Attempted to kill init! exitcode=ADDR",
    });
  });

  test("a second banner", () => {
    expect(state([...until("oracle: start fork"), ...healthy()]).signature).toBe("panic: the kernel started twice");
  });

  test("a reset before the end", () => {
    expect(state(until("oracle: start pipe"))).toMatchObject({
      state: "panic",
      signature: "panic: end without proof in check pipe",
    });
  });

  test("a stall that RCU reports", () => {
    expect(state(until("oracle: start pipe", "rcu: INFO: rcu_sched self-detected stall on CPU")).state).toBe("hang");
  });

  test("a warning, even when a check notices the taint", () => {
    const lines = changed(
      "oracle: ok pipe 00bb size=65536",
      "WARNING: CPU: 0 PID: 31 at fs/pipe.c:55 pipe_read+0x1/0x2",
      "oracle: ok pipe 0000 size=1",
    );
    expect(state(lines)).toMatchObject({
      state: "warn",
      signature: "warn: WARNING: CPU: N PID: N at fs/pipe.c:55 pipe_read in pipe_read",
    });
  });

  test("an alarm of the GCC kernel itself is none", () => {
    const lines = changed(
      "clk: Disabling unused clocks",
      "clk: Disabling unused clocks",
      "WARNING: CPU: 0 PID: 1 at init/main.c:1 start_kernel+0x1/0x2",
    );
    expect(judge([bootOf(lines)], bootOf(lines)).state).toBe("pass");
  });
});

describe("hangs", () => {
  test("silence in a check", () => {
    expect(state(until("oracle: start pipe"), { end: "silence", exitCode: -1 })).toMatchObject({
      state: "hang",
      signature: "hang: in check pipe",
    });
  });

  test("silence before the first byte and before the banner", () => {
    expect(state([], { end: "silence", exitCode: -1 }).signature).toBe("hang: before the first byte");
    expect(state(["OpenSBI v1.1"], { end: "timeout", exitCode: -1 }).signature).toBe("hang: before the banner");
  });

  test("a flood of the console", () => {
    expect(state(until("oracle: start pipe", "again", "again"), { end: "flood", exitCode: -1 }).signature).toBe(
      "hang: flood of the console in check pipe",
    );
  });

  test("no power-off", () => {
    expect(state(healthy(), { end: "no-power-off", exitCode: -1 })).toMatchObject({
      state: "hang",
      signature: "hang: no power-off after the last check",
    });
  });
});

describe("checks", () => {
  test("another value", () => {
    const verdict = state(changed("oracle: ok pipe 00bb size=65536", "oracle: ok pipe 00cc size=4096"));
    expect(verdict).toMatchObject({ state: "test-fail", signature: "test-fail: check pipe", checks: 2 });
    expect(verdict.evidence[0]).toContain("size=4096");
    expect(verdict.evidence[0]).toContain("size=65536");
  });

  test("another status", () => {
    expect(state(changed("oracle: skip locks EACCES", "oracle: ok locks 00ee")).signature).toBe("test-fail: check locks");
    expect(state(changed("oracle: ok fork 00aa 0 13 26", "oracle: not ok fork no end")).signature).toBe("test-fail: check fork");
  });

  test("a check that is absent", () => {
    const verdict = state(changed("oracle: ok pipe 00bb size=65536"));
    expect(verdict).toMatchObject({ state: "test-fail", signature: "test-fail: check pipe" });
    expect(verdict.differences).toEqual(['pipe: absent, expected "ok"']);
  });

  test("the first difference in the GCC kernel's order gives the signature", () => {
    const lines = changed("oracle: ok fork 00aa 0 13 26", "oracle: ok fork 0000 1");
    lines[lines.indexOf("oracle: ok pipe 00bb size=65536")] = "oracle: ok pipe 0000 1";
    expect(state(lines)).toMatchObject({ signature: "test-fail: check fork", checks: 1 });
  });
});

describe("proof", () => {
  const done = healthy().find((line) => line.startsWith("oracle: done"))!;

  test("a token with another nonce is none", () => {
    expect(state(changed(done, done.replace(NONCE, "feedfeedfeedfeed")))).toMatchObject({
      state: "panic",
      signature: "panic: end without proof after check locks",
    });
  });

  test("nothing counts before the nonce has been shown", () => {
    expect(state(changed(`oracle: ready nonce=${NONCE}`, "oracle: ready nonce=none")).state).toBe("test-fail");
  });

  test("another kernel's token", () => {
    expect(state(changed(done, done.replace("#1", "#2"))).signature).toBe("test-fail: not the kernel that was built");
  });

  test("fewer checks than planned", () => {
    expect(state(changed(done, done.replace("count=3", "count=2"))).signature).toBe("test-fail: number of checks");
  });
});

describe("console lines", () => {
  test("a new kind of line, a missing one, another number", () => {
    const line = "clk: Disabling unused clocks";
    expect(state(changed(line, line, "clk: error -22 while parenting"))).toMatchObject({
      state: "warn",
      evidence: ["+ clk: error -22 while parenting"],
    });
    expect(state(changed(line))).toMatchObject({ state: "warn", signature: "warn: console -clk: Disabling unused clocks" });
  });

  test("an initcall that returns something else", () => {
    const line = "initcall 0xffffffff80a05678 returned -19 after 4 usecs";
    expect(state(changed(line, line.replace("-19", "0"))).signature).toBe("warn: initcall 1 returned 0, expected -19");
  });
});

test("QEMU that dies at once says nothing about the kernel", () => {
  const verdict = state([], { exitCode: 1, qemuErrors: "qemu-system-riscv64: could not load kernel 'x'" });
  expect(verdict).toMatchObject({ state: "infra-error", signature: "QEMU: qemu-system-riscv64: could not load kernel 'x'" });
  expect(state(until("oracle: start pipe"), { exitCode: -1 }).state).toBe("infra-error");
});
