// -E gives GCC's tokens on the C library's headers, for every target whose GCC 12 is installed.

import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { occ } from "./helper.ts";

const HEADERS =
  "stdio stdlib string math tgmath complex pthread signal sys/types sys/stat sys/socket netinet/in time unistd fcntl errno limits stdint inttypes float setjmp locale wchar stdatomic threads assert stdarg stdbool fenv regex sys/mman poll";
const SOURCE = `${HEADERS.split(" ")
  .map((h) => `#include <${h}.h>\n`)
  .join("")}
int main(void) { assert(1); double complex z = I * 2.0; printf("%" PRIu64 "\\n", UINT64_C(5)); return INT_MAX == sqrt(2.0f) + fabs(z) || isnan(3.0); }
`;
const TARGETS: readonly (readonly [string, string])[] = [
  ["x86_64-linux-gnu", "gcc"],
  ["aarch64-linux-gnu", "aarch64-linux-gnu-gcc"],
  ["riscv64-linux-gnu", "riscv64-linux-gnu-gcc"],
];

for (const [triple, gcc] of TARGETS) {
  const installed = spawnSync(gcc, ["-dumpfullversion"], { encoding: "utf8" }).stdout?.startsWith("12.") === true;
  describe.skipIf(!installed)(triple, () => {
    for (const flags of [[], ["-O2", "-D_FORTIFY_SOURCE=2", "-D_GNU_SOURCE"], ["-std=c99"], ["-ffreestanding"]]) {
      test(`headers ${flags.join(" ")}`, async () => {
        const argv = [...flags, "-E", "-P", "-x", "c", "-"];
        const want = execFileSync(gcc, argv, { input: SOURCE, encoding: "utf8", maxBuffer: 1 << 26 });
        const got = await occ([`--target=${triple}`, ...argv], "/", SOURCE);
        expect(got.err).toBe("");
        expect(got.out.trim().split(/\s+/)).toEqual(want.trim().split(/\s+/));
      });
    }
  });
}
