import { describe, expect, it } from "vitest";
import { checkConfig, isOlder, mergeFragments, requestConfig } from "../../src/oracle/kernel/configure.ts";
import { exclusionFor, loadExclusions, parseExclusions } from "../../src/oracle/kernel/exclusions.ts";

describe("configurations", () => {
  it("let the last word win", () => {
    expect(mergeFragments(["CONFIG_A=y\n# CONFIG_B is not set\n# words\n", "CONFIG_B=y\n"])).toBe("CONFIG_A=y\nCONFIG_B=y\n");
  });

  it("report an option that kconfig dropped, apart from one that this kernel does not have", () => {
    const request =
      "CONFIG_KEPT=y\nCONFIG_DROPPED=y\nCONFIG_NEVER=y\nCONFIG_HIDDEN=y\n# CONFIG_OFF is not set\n# CONFIG_ON is not set\n";
    const config = "CONFIG_KEPT=y\nCONFIG_ON=y\n";
    const kconfig =
      'config KEPT\n\tbool "k"\nconfig DROPPED\n\tbool "d"\n\tdepends on X\nconfig ON\n\tbool\n\tprompt "o"\nconfig HIDDEN\n\tbool\n\thelp\n\t  bool "no prompt"\n';
    expect(checkConfig(request, config, () => kconfig)).toEqual({
      lost: ["CONFIG_DROPPED=y", "# CONFIG_ON is not set"],
      unknown: ["CONFIG_NEVER=y", "CONFIG_HIDDEN=y"],
    });
  });

  it("know their profiles for every arch", () => {
    for (const arch of ["x86", "arm", "riscv"] as const) {
      expect(requestConfig(arch, ["boot"], "6.9.0").text).toContain("CONFIG_TTY=y");
      expect(requestConfig(arch, ["test"], "6.9.0").text).toContain("CONFIG_TEST_PRINTF=y");
      const full = requestConfig(arch, ["full"], "6.9.0").text;
      expect(full).toContain("CONFIG_FUNCTION_TRACER=y");
      expect(full.includes("CONFIG_X86_KERNEL_IBT=y")).toBe(arch === "x86");
      for (const line of requestConfig(arch, ["test"], "6.9.0").text.split("\n")) expect(full).toContain(line);
      expect(requestConfig(arch, ["defconfig"], "6.9.0").base).toBe("defconfig");
    }
  });

  it("give older kernels what they need besides", () => {
    expect(requestConfig("riscv", ["boot"], "6.1.192").text).toContain("CONFIG_SIFIVE_PLIC=y");
    expect(requestConfig("riscv", ["boot"], "6.9.0").text).not.toContain("CONFIG_SIFIVE_PLIC=y");
    expect(requestConfig("arm", ["boot"], "6.1.192").text).not.toContain("CONFIG_SIFIVE_PLIC=y");
    expect(isOlder("6.1.192", "6.5")).toBe(true);
    expect(isOlder("6.5", "6.5.0")).toBe(false);
    expect(isOlder("6.10.0", "6.5")).toBe(false);
  });

  it("refuse what is neither a profile nor a file", () => {
    expect(() => requestConfig("riscv", ["nonsense"], "6.9.0")).toThrow("--config nonsense");
    expect(() => requestConfig("riscv", ["boot", "test"], "6.9.0")).toThrow("both whole profiles");
  });
});

describe("exclusions", () => {
  it("all have a reason", () => {
    for (const exclusion of loadExclusions()) expect(exclusion.reason).not.toBe("");
    expect(() => parseExclusions("- match: a.o\n", "x.yaml")).toThrow("x.yaml: a.o: has no reason");
  });

  it("match object paths", () => {
    const exclusions = loadExclusions();
    expect(exclusionFor("arch/riscv/kernel/pi/string.o", exclusions)?.reason).toContain("relocation");
    expect(exclusionFor("kernel/fork.o", exclusions)).toBeUndefined();
  });
});
