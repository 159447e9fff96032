import { NO_ALIGNMENT } from "../../src/compiler/mach/emit-module.ts";
import { riscvCompile } from "../../src/compiler/target/riscv64/target.ts";
import { testRandomModules } from "./random-target.ts";

testRandomModules({
  gcc: "riscv64-linux-gnu-gcc",
  qemu: "qemu-riscv64-static",
  arguments: [10, 11, 12, 13, 14, 15, 16, 17],
  result: 10,
  compile: (m) =>
    riscvCompile(m, {
      hardFloat: true,
      pic: false,
      framePointer: false,
      strictAlign: false,
      siblingCalls: true,
      profile: false,
      alignFunctions: NO_ALIGNMENT,
      functionSections: false,
      dataSections: false,
      jumpTables: true,
      common: false,
      lines: undefined,
      directory: "",
      unwind: "none",
      attributes: true,
      patchable: [0, 0],
      tls: { shared: false, least: 0, localDynamic: true },
      stackProtection: undefined,
      check: true,
      march: "rv64gc",
      mabi: "lp64d",
    }),
});
