// Predefined macros are those of the GCCs on the machine, for many sets of flags.

import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { runDriver } from "../../src/compiler/driver/main.ts";

const COMMON = [
  "",
  "-O1",
  "-O2",
  "-Os",
  "-Og",
  "-Ofast",
  "-std=c11",
  "-std=c99",
  "-std=gnu99",
  "-std=c89",
  "-ansi",
  "-std=gnu89",
  "-std=c2x",
  "-std=iso9899:199409",
  "-ffreestanding",
  "-fno-hosted",
  "-fPIC",
  "-fpic",
  "-fpie",
  "-fno-pie",
  "-fno-PIC",
  "-pthread",
  "-funsigned-char",
  "-fsigned-char",
  "-fno-signed-char",
  "-fshort-wchar",
  "-ffast-math",
  "-fno-math-errno",
  "-ffinite-math-only",
  "-fno-signed-zeros",
  "-funsafe-math-optimizations",
  "-fno-trapping-math",
  "-freciprocal-math",
  "-frounding-math",
  "-fsignaling-nans",
  "-fexceptions",
  "-fno-asynchronous-unwind-tables",
  "-fgnu89-inline",
  "-O2 -fno-inline",
  "-fwrapv",
  "-O2 -ffast-math -fmath-errno",
  "-g",
];
const SETS: Readonly<Record<string, { gcc: string; flags: readonly string[] }>> = {
  "x86_64-linux-gnu": {
    gcc: "gcc",
    flags: [
      ...COMMON,
      "-fno-PIE -mno-sse -mno-mmx -mno-sse2 -mno-3dnow -mno-avx -mno-80387 -mno-fp-ret-in-387 -mno-red-zone -mcmodel=kernel",
      "-mno-sse",
      "-mno-sse2",
      "-mno-mmx",
      "-mno-80387",
      "-msoft-float",
      "-mgeneral-regs-only",
      "-mcmodel=medium",
      "-mavx2",
      "-mavx512f",
      "-mfma",
      "-mf16c",
      "-msse4.2",
      "-maes",
      "-mpclmul",
      "-mcx16",
      "-msahf",
      "-mpopcnt -mbmi -mbmi2 -mlzcnt -mmovbe -madx",
      "-march=x86-64-v2",
      "-march=x86-64-v3",
      "-march=haswell",
      "-march=core2",
      "-march=nehalem",
      "-mtune=haswell",
      "-mfpmath=387",
      "-m32",
      "-m32 -O2",
      "-m32 -march=i386",
      "-m32 -march=i486",
      "-m32 -march=i586",
      "-m32 -march=pentium4",
      "-m32 -msse2",
      "-m32 -msse",
      "-m32 -msoft-float -mregparm=3",
      "-m16",
      "-m16 -march=i386 -mregparm=3 -fno-pic",
    ],
  },
  "aarch64-linux-gnu": {
    gcc: "aarch64-linux-gnu-gcc",
    flags: [
      ...COMMON,
      "-mgeneral-regs-only -mbranch-protection=none -mlittle-endian -mabi=lp64 -fno-PIE",
      "-march=armv8-a+crc",
      "-march=armv8.1-a",
      "-march=armv8.2-a",
      "-march=armv8.3-a",
      "-march=armv8.5-a",
      "-march=armv8-a+lse",
      "-march=armv8-a+crypto",
      "-march=armv8-a+fp16",
      "-march=armv8-a+nofp",
      "-march=armv8-a+nosimd",
      "-mcmodel=tiny",
      "-mcpu=cortex-a72",
      "-mstrict-align",
    ],
  },
  "riscv64-linux-gnu": {
    gcc: "riscv64-linux-gnu-gcc",
    flags: [
      ...COMMON,
      "-mabi=lp64 -march=rv64imac_zicsr_zifencei_zihintpause -mcmodel=medany -fno-PIE -O2 -fshort-wchar -funsigned-char",
      "-mabi=lp64 -march=rv64imac",
      "-mabi=lp64 -march=rv64ima",
      "-march=rv64gc_zba_zbb_zbs",
      "-march=rv64imafdc",
      "-march=rv64g",
      "-mcmodel=medany",
      "-mcmodel=medany -fno-pie",
      "-mabi=lp64f",
      "-mno-div",
      "-mno-fdiv",
      "-mstrict-align -msave-restore",
      "-march=rv64gc_zicbom_zihintpause",
      "-march=rv64imafdc_zbkb_zk",
      "-misa-spec=2.2",
    ],
  },
};

async function occ(argv: readonly string[]): Promise<string> {
  let out = "";
  let err = "";
  const io = {
    stdout: (d: string | Uint8Array) => {
      out += typeof d === "string" ? d : new TextDecoder().decode(d);
    },
    stderr: (t: string) => {
      err += t;
    },
    stdin: () => new Uint8Array(),
    env: {},
  };
  expect([await runDriver(argv, "/", io), err]).toEqual([0, ""]);
  return out;
}

for (const [triple, { gcc, flags }] of Object.entries(SETS)) {
  const installed = spawnSync(gcc, ["-dumpfullversion"], { encoding: "utf8" }).stdout?.startsWith("12.") === true;
  describe.skipIf(!installed)(`${gcc} 12`, () => {
    for (const f of flags) {
      test(f === "" ? "no flags" : f, async () => {
        const words = [...f.split(" ").filter((w) => w !== ""), "-dM", "-E", "-x", "c", "/dev/null"];
        const want = execFileSync(gcc, words, { encoding: "utf8" }).trim().split("\n").sort();
        const got = (await occ([`--target=${triple}`, ...words])).trim().split("\n").sort();
        expect(got).toEqual(want);
      });
    }
  });
}
