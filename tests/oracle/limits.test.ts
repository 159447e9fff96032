import { describe, expect, it } from "vitest";
import { SeenSlowdown } from "../../src/oracle/kernel/mix-boots.ts";
import { bootLimits } from "../../src/oracle/kernel/run.ts";

describe("bootLimits", () => {
  it("grow with the share under test, the GCC boot and the crowd on the machine, and have a floor", () => {
    expect(bootLimits(1000, 0)).toEqual({ timeoutMs: 30_000, silenceMs: 30_000, silentCpuMs: 3000 });
    expect(bootLimits(20_000, 0).timeoutMs).toBe(80_000);
    expect(bootLimits(20_000, 1).timeoutMs).toBe(640_000);
    expect(bootLimits(1000, 0, 5).timeoutMs).toBe(150_000);
    expect(bootLimits(1000, 0, 0.1).timeoutMs).toBe(30_000);
    // Processor time is what it is, whatever else runs.
    expect(bootLimits(20_000, 1, 5).silentCpuMs).toBe(bootLimits(20_000, 1).silentCpuMs);
  });

  it("a silent guest hangs sooner once the compiler's code is known not to be slow", () => {
    const seen = new SeenSlowdown();
    seen.ask(500);
    seen.passed(100, 1.2);
    expect(seen.seen).toBeUndefined();
    seen.passed(200, 1.1);
    expect(seen.seen).toBe(1.2);
    const unknown = bootLimits(2500, 1, 1, 560).silentCpuMs;
    expect(bootLimits(2500, 1, 1, 560, seen.seen).silentCpuMs).toBeLessThan(unknown / 2);
    // Slow code is given what it was seen to take, thrice over.
    expect(bootLimits(2500, 1, 1, 560, 6).silentCpuMs).toBeGreaterThan(3 * 6 * 560);
  });
});
