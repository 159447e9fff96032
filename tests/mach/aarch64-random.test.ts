import { NO_ALIGNMENT } from "../../src/compiler/mach/emit-module.ts";
import { branchProtection } from "../../src/compiler/target/aarch64/options.ts";
import { aarch64Compile } from "../../src/compiler/target/aarch64/target.ts";
import { testRandomModules } from "./random-target.ts";

testRandomModules({
  gcc: "aarch64-linux-gnu-gcc",
  qemu: "qemu-aarch64-static",
  arguments: [0, 1, 2, 3, 4, 5, 6, 7],
  result: 0,
  compile: (m) =>
    aarch64Compile(m, {
      generalRegsOnly: false,
      shadowCallStack: false,
      fixedVectors: [],
      pic: false,
      framePointer: false,
      strictAlign: false,
      siblingCalls: true,
      profile: false,
      alignFunctions: NO_ALIGNMENT,
      functionSections: false,
      dataSections: false,
      jumpTables: true,
      lines: undefined,
      directory: "",
      unwind: "none",
      patchable: [0, 0],
      branchProtection: branchProtection("none"),
      tls: { shared: false, least: 0, localDynamic: true },
      tlsTraditional: false,
      stackProtection: undefined,
      check: true,
    }),
});
