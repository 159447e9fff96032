import { NO_ALIGNMENT } from "../../src/compiler/mach/emit-module.ts";
import { x86Compile } from "../../src/compiler/target/x86/target.ts";
import { testRandomModules } from "./random-target.ts";

testRandomModules({
  gcc: "gcc",
  qemu: "qemu-x86_64-static",
  arguments: [7, 6, 2, 1, 8, 9],
  result: 0,
  compile: (m) =>
    x86Compile(m, {
      pic: false,
      pie: false,
      model: "small",
      redZone: true,
      sse: true,
      popcnt: false,
      framePointer: false,
      siblingCalls: true,
      alignFunctions: NO_ALIGNMENT,
      functionSections: false,
      dataSections: false,
      jumpTables: true,
      stackAlign: 16,
      indirectBranch: "keep",
      functionReturn: "keep",
      csPrefix: false,
      endbr: false,
      skipRaxSetup: false,
      plt: true,
      hardenReturn: false,
      hardenJump: false,
      lines: undefined,
      directory: "",
      unwind: "none",
      patchable: [0, 0],
      tls: { shared: false, least: 0, localDynamic: true },
      stackProtection: undefined,
      check: true,
    }),
});
