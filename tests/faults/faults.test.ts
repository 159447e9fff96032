// Every kind of fault on every architecture becomes an object, and under qemu-user a planted program really computes wrongly.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FAULT_KINDS } from "./kinds.ts";
import { type Fault, type FaultArch, plant, provide } from "./plant.ts";

const TARGETS: Record<FaultArch, { gcc: string; run: string[] }> = {
  riscv: { gcc: "riscv64-linux-gnu-gcc", run: ["qemu-riscv64-static"] },
  x86: { gcc: "x86_64-linux-gnu-gcc", run: [] },
  arm: { gcc: "aarch64-linux-gnu-gcc", run: ["qemu-aarch64-static"] },
};

const SOURCE = `
struct s { long a, b, c; int d; };
int printf(const char *, ...);
__attribute__((noinline)) long work(struct s *p, int n, unsigned u, signed char *q) {
  long sum = 0; int i;
  for (i = 0; i < n; i++) {
    if (p[i].b < (long)u) sum += (long)(n * q[i] + i) >> 3;
    if (p[i].d > n) p[i].c = sum << 2;
    sum += p[i].c + (int)(p[i].d * u) + (p[i].a == 3 ? 5 : 9);
  }
  return sum;
}
__attribute__((noinline)) long twice(struct s *p, int n, signed char *q) { long a = work(p, n, 7, q); return a * 3 + work(p, n, 9, q) + n; }
int main(void) {
  static struct s v[5] = {{3,-4,5,6},{1,2,30,-8},{0,9,-1,77},{3,3,3,3},{7,-7,7,100}};
  signed char q[5] = {-3, 4, -5, 100, -100};
  printf("%ld\\n", twice(v, 5, q));
  for (int i = 0; i < 5; i++) printf("%ld ", v[i].c);
  return 0;
}`;

const fault = (kind: Fault["kind"], extra: Partial<Fault> = {}): Fault => ({
  unit: "a.c",
  kind,
  seed: 1,
  spread: 1,
  needs: [],
  unless: [],
  chance: 1024,
  provides: [],
  ...extra,
});

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "faults-"));
  writeFileSync(join(dir, "a.c"), SOURCE);
  writeFileSync(join(dir, "b.c"), "int other;\n");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

for (const arch of ["riscv", "x86", "arm"] as const) {
  const { gcc, run } = TARGETS[arch];
  const assembly = (file: string): string => execFileSync(gcc, ["-O2", "-S", "-o", "-", join(dir, file)], { encoding: "utf8" });
  const result = (texts: readonly string[]): string => {
    const files = texts.map((text, i) => {
      const path = join(dir, `${arch}${i}.s`);
      writeFileSync(path, text);
      return path;
    });
    const exe = join(dir, arch);
    execFileSync(gcc, ["-static", "-o", exe, ...files]);
    const done = spawnSync([...run, exe][0]!, [...run, exe].slice(1), { encoding: "utf8", timeout: 10_000 });
    return done.status === 0 ? done.stdout : `status ${done.status} ${done.signal}`;
  };

  describe(arch, () => {
    test("each kind has sites, assembles, and most change the result", () => {
      const right = result([assembly("a.c")]);
      let wrong = 0;
      for (const kind of FAULT_KINDS) {
        const planted = plant(assembly("a.c"), arch, fault(kind));
        if (planted === undefined) continue;
        expect(planted.functions.length).toBeGreaterThan(0);
        if (result([planted.text]) !== right) wrong++;
      }
      expect(wrong).toBeGreaterThanOrEqual(4);
    });

    test("a pair shows only together, a mismatch only apart", () => {
      const right = result([assembly("a.c"), assembly("b.c")]);
      const needing = plant(assembly("a.c"), arch, fault("dropped-store", { needs: ["fault_x"], seed: 2 }))!;
      const mismatched = plant(assembly("a.c"), arch, fault("dropped-store", { unless: ["fault_x"], seed: 2 }))!;
      const partner = provide(assembly("b.c"), ["fault_x"]);
      expect(result([needing.text, assembly("b.c")])).toBe(right);
      expect(result([assembly("a.c"), partner])).toBe(right);
      expect(result([needing.text, partner])).not.toBe(right);
      expect(result([mismatched.text, partner])).toBe(right);
      expect(result([mismatched.text, assembly("b.c")])).not.toBe(right);
    });

    test("a gated branch keeps the flags", () => {
      const right = result([assembly("a.c")]);
      const gated = plant(assembly("a.c"), arch, fault("branch", { needs: ["fault_never"] }))!;
      expect(gated.sites).toBeGreaterThan(1);
      expect(result([gated.text])).toBe(right);
    });

    test("a flaky fault shows in some runs only", () => {
      const right = result([assembly("a.c")]);
      const flaky = plant(assembly("a.c"), arch, fault("dropped-store", { chance: 512 }))!;
      const seen = new Set<boolean>();
      for (let i = 0; i < 40 && seen.size < 2; i++) seen.add(result([flaky.text]) === right);
      expect(seen.size).toBe(2);
    });
  });
}

test("an immediate of AArch64 is no comment", () => {
  const planted = plant("\t.text\nf:\n\ttbz\tw1, #5, .L2 // note\n\tret\n.L2:\n\tret\n", "arm", fault("branch"))!;
  expect(planted.text).toContain("\ttbnz\tw1,#5,.L2\n");
});
