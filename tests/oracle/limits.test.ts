import { describe, expect, it } from "vitest";
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
});
