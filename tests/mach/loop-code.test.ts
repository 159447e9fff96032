// Inner loops as they come out of register allocation: one branch a round, and no reload of what the round does not use.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "oracle-loops-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

// More values live across the inner loop than there are registers, none of them used in it.
const held = Array.from({ length: 20 }, (_, k) => `x${k}`);
const source = `
long table[64];
long source(void);
long f(long *p, long n, long rounds) {
  long ${held.map((x) => `${x} = source()`).join(", ")}, sum = 0;
  for (long r = 0; r < rounds; r++) {
    for (long i = 0; i < n; i++) sum = sum * 3 + (p[i] ^ table[i & 63]);
    ${held.map((x, k) => `${x} += sum >> ${k + 1};`).join(" ")}
  }
  return sum ${held.map((x) => `^ ${x}`).join(" ")};
}
`;
const file = join(dir, "f.c");
writeFileSync(file, source);

const machines = [
  { target: "x86_64-linux-gnu", frame: /\(%rsp\)/, branch: /^\tj/ },
  { target: "aarch64-linux-gnu", frame: /\[sp/, branch: /^\tb/ },
  { target: "riscv64-linux-gnu", frame: /\(sp\)/, branch: /^\t(b|j)/ },
];

/** Instructions from a label to the branch back to it, for the stretches without another label that a branch ends. */
function innerLoops(text: string): string[][] {
  const lines = text.split("\n").filter((l) => !/^\t\./.test(l));
  const loops: string[][] = [];
  let label = "";
  let body: string[] = [];
  for (const l of lines) {
    const m = /^(\.?\w+):/.exec(l);
    if (m !== null) {
      label = m[1]!;
      body = [];
      continue;
    }
    body.push(l);
    if (label !== "" && new RegExp(`[\\s,]${label.replace(".", "\\.")}$`).test(l)) loops.push(body);
  }
  return loops;
}

describe.each(machines)("$target", ({ target, frame, branch }) => {
  it("the inner loop has one branch and leaves the frame alone", () => {
    const text = execFileSync(join(root, "occ"), [`--target=${target}`, "-O2", "-w", "-S", "-o", "-", file], {
      encoding: "utf8",
    });
    const loops = innerLoops(text);
    expect(loops.length).toBe(1);
    expect(loops[0]!.filter((l) => branch.test(l)).length).toBe(1);
    expect(loops[0]!.filter((l) => frame.test(l))).toEqual([]);
  });
});

// Reduced by `oracle delta --reduce` from mast_spanning_rebalance of lib/maple_tree.c: on x86-64 a value was evicted in a hole of its
// range that ends right before a use, and the allocator gave up.
const evicted = `
struct state { void *tree; unsigned long index, last; void *node; unsigned long min, max; void *alloc; int status; unsigned char offset; };
struct pair { struct state *l, *r; };
extern const unsigned char table[];
int meta_end(void *node, int type), is_root(void *);
static inline unsigned char data_end(struct state *s) {
  int type;
  void *node;
  unsigned char offset;
  unsigned long *pivots;
  if (__builtin_expect(!!(!pivots[offset]), 1)) return meta_end(node, type);
  if (__builtin_expect(!!(pivots[offset] == s->max), 1)) return table[type];
}
_Bool rebalance(struct pair *p) {
  struct state r = *p->r;
  unsigned char depth = 0;
  do {
    if (p->r->offset < data_end(p->r)) {
      do p->l->offset = data_end(p->l); while (--depth);
      *p->r = r;
      return 1;
    }
  } while (!is_root(p->r->node));
}
`;

it.each(machines)("$target: a value evicted in a hole of its range", ({ target }) => {
  const unit = join(dir, `${target}.c`);
  writeFileSync(unit, evicted);
  const text = execFileSync(join(root, "occ"), [`--target=${target}`, "-O2", "-w", "-S", "-o", "-", unit], { encoding: "utf8" });
  expect(text).toContain("is_root");
});
