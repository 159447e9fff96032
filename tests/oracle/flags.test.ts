import { describe, expect, it } from "vitest";
import { splitCommand } from "../../src/oracle/compilers/command.ts";
import { mapFlags, questionableFlags, weakerMarch } from "../../src/oracle/compilers/flags.ts";

describe("flags of another compiler", () => {
  it("asks about code generation and warnings, not about paths and names", () => {
    const argv = [
      "-nostdinc",
      "-I",
      "-fake",
      "-include",
      "x.h",
      "-DX",
      "-O2",
      "-std=gnu11",
      "-fconserve-stack",
      "-mabi=lp64",
      "-Wall",
      "-fmacro-prefix-map=/a/=",
      "--param=x=1",
    ];
    expect(questionableFlags(argv)).toEqual(["-std=gnu11", "-fconserve-stack", "-mabi=lp64", "-Wall", "--param=x=1"]);
  });

  it("drops and replaces, but never an argument of another flag", () => {
    const map = new Map<string, string | undefined>([
      ["-fconserve-stack", undefined],
      ["-march=rv64imac_zicsr", "-march=rv64imac"],
    ]);
    expect(mapFlags(["-fconserve-stack", "-march=rv64imac_zicsr", "-include", "-fconserve-stack", "-O2"], map)).toEqual([
      "-march=rv64imac",
      "-include",
      "-fconserve-stack",
      "-O2",
    ]);
  });

  it("weakens -march from the end", () => {
    expect(weakerMarch("-march=rv64imac_zicsr_zifencei")).toEqual(["-march=rv64imac_zicsr", "-march=rv64imac"]);
    expect(weakerMarch("-mabi=lp64")).toEqual([]);
    expect(weakerMarch("-march=armv8-a")).toEqual([]);
  });

  it("puts a user's own flags apart, so that they can come last", () => {
    expect(splitCommand("ccache /opt/gcc -O1 -g0", { arch: "riscv" })).toEqual({
      command: ["ccache", "/opt/gcc"],
      flags: ["-O1", "-g0"],
    });
    expect(() => splitCommand("-O1", { arch: "riscv" })).toThrow("begins with an option");
  });
});
