// Programs inside the kernel and the boot image around it: replayed steps, swapped objects, units compiled within the chain.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LinkRecipe } from "../../src/oracle/kernel/link.ts";
import { type ImageLink, linkImage, type NestedRecipe, nestedObjects, readNestedRecipe } from "../../src/oracle/kernel/nested.ts";
import { makeView, readStep, runStep } from "../../src/oracle/kernel/replay.ts";

const signal = new AbortController().signal;
let root: string;
let build: string;
let out: string;

const link: LinkRecipe = {
  ld: "x86_64-linux-gnu-ld",
  flags: ["-e", "0", "-z", "noexecstack"],
  script: "vmlinux.lds",
  objects: ["leaf.o", "nested/blob.o"],
  extra: [],
  libraries: [],
  sortTable: false,
  objcopy: undefined,
};

const nested: NestedRecipe = {
  embedded: [
    {
      name: "nested",
      objects: ["nested/prog/a.o"],
      steps: [
        { target: "nested/prog/prog.bin", command: "cat nested/prog/a.o > nested/prog/prog.bin" },
        { target: "nested/blob.o", command: "x86_64-linux-gnu-ld -r -b binary -o nested/blob.o nested/prog/prog.bin" },
      ],
      result: "nested/blob.o",
    },
  ],
  boot: {
    name: "boot",
    objects: ["boot/setup.o", "boot/late.o"],
    steps: [
      { target: "boot/size.h", command: "strings vmlinux | grep PROGRAM > boot/size.h" },
      { target: "boot/late.o", command: "sed 's/^/late by kbuild: /' boot/size.h > boot/late.o" },
      { target: "boot/image", command: "cat boot/setup.o boot/late.o > boot/image" },
    ],
    result: "boot/image",
  },
};

/** Every file of the build with its bytes: nothing may change there. */
function contents(dir: string): Map<string, string> {
  const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(dir, name)).isFile());
  return new Map(files.sort().map((name) => [name, readFileSync(join(dir, name), "latin1")]));
}

function job(swapped: Record<string, string>, more: Partial<ImageLink> = {}): ImageLink {
  return {
    arch: "x86",
    link,
    nested,
    buildDir: build,
    swapped: new Map(Object.entries(swapped)),
    outDir: out,
    env: {},
    late: async (object) => `${object} was not expected`,
    ...more,
  };
}

/** A file beside the build that stands for an object. */
function swap(name: string, text: string): string {
  const path = join(root, name);
  writeFileSync(path, text);
  return path;
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "oracle-nested-"));
  build = join(root, "build");
  for (const dir of ["nested/prog", "boot"]) mkdirSync(join(build, dir), { recursive: true });
  writeFileSync(join(build, "leaf.s"), "\t.text\n\tret\n");
  execFileSync("x86_64-linux-gnu-as", ["-o", "leaf.o", "leaf.s"], { cwd: build });
  writeFileSync(join(build, "vmlinux.lds"), "SECTIONS { .text : { *(.text) } .data : { *(.data) } }\n");
  writeFileSync(join(build, "nested/prog/a.o"), "PROGRAM of GCC\n");
  writeFileSync(join(build, "boot/setup.o"), "setup of GCC\n");
  // What kbuild would have left: made by the same commands in the build itself.
  for (const { command } of nested.embedded[0]!.steps) execFileSync("sh", ["-c", command], { cwd: build });
  const objects = ["leaf.o", "nested/blob.o"];
  execFileSync(link.ld, [...link.flags, "--script=./vmlinux.lds", "-o", "vmlinux", ...objects], { cwd: build });
  for (const { command } of nested.boot.steps) execFileSync("sh", ["-c", command], { cwd: build });
});
beforeEach(() => {
  out = mkdtempSync(join(root, "out-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("a boot image", () => {
  it("is kbuild's own when nothing is swapped, and leaves the build as it was", async () => {
    const before = contents(build);
    const result = await linkImage(job({}, { all: true }), signal);
    expect(result.failure).toBeUndefined();
    expect(readFileSync(result.image, "latin1")).toBe(readFileSync(join(build, "boot/image"), "latin1"));
    expect(contents(build)).toEqual(before);
    expect(existsSync(join(out, "view"))).toBe(false);
  });

  it("holds what an embedded program was swapped for, and what reads vmlinux reads that one", async () => {
    const before = contents(build);
    const result = await linkImage(job({ "nested/prog/a.o": swap("a.o", "PROGRAM of another\n") }), signal);
    expect(result.failure).toBeUndefined();
    expect(readFileSync(result.vmlinux, "latin1")).toContain("PROGRAM of another");
    expect(readFileSync(result.image, "latin1")).toBe("setup of GCC\nlate by kbuild: PROGRAM of another\n");
    expect(contents(build)).toEqual(before);
  });

  it("is made of swapped objects of its own", async () => {
    const result = await linkImage(job({ "boot/setup.o": swap("setup.o", "setup of another\n") }), signal);
    expect(readFileSync(result.image, "latin1")).toBe("setup of another\nlate by kbuild: PROGRAM of GCC\n");
  });

  it("has a unit that depends on the link compiled within it, not taken from the store", async () => {
    const seen: string[] = [];
    const late = async (object: string, view: string, path: string): Promise<undefined> => {
      seen.push(object);
      writeFileSync(path, `late by another: ${readFileSync(join(view, "boot/size.h"), "latin1")}`);
    };
    const swapped = { "boot/late.o": swap("stale.o", "stale\n"), "nested/prog/a.o": swap("a.o", "PROGRAM of another\n") };
    const result = await linkImage(job(swapped, { late }), signal);
    expect(seen).toEqual(["boot/late.o"]);
    expect(readFileSync(result.image, "latin1")).toBe("setup of GCC\nlate by another: PROGRAM of another\n");
  });

  it("fails by name when such a unit does not compile or a step does not succeed", async () => {
    const refused = await linkImage(
      job({ "boot/late.o": swap("l.o", "") }, { late: async () => "refused: no such thing" }),
      signal,
    );
    expect(refused.failure).toBe("boot/late.o: refused: no such thing");
    const step = await linkImage(job({ "nested/prog/a.o": swap("none.o", "nothing to be found\n") }), signal);
    expect(step.failure).toMatch(/^boot\/size\.h: /);
  });
});

describe("a view of the build", () => {
  it("never writes through a link: what a step makes is its own", async () => {
    const view = join(out, "view");
    makeView(build, view, { writable: ["boot"], absent: new Set(), swapped: new Map() });
    const before = contents(build);
    const result = await runStep(view, { target: "boot/setup.o", command: "echo new > boot/setup.o" }, {}, signal);
    expect(result.exitCode).toBe(0);
    expect(readFileSync(join(view, "boot/setup.o"), "utf8")).toBe("new\n");
    expect(contents(build)).toEqual(before);
  });

  it("takes a step that makes nothing for a damaged baseline", async () => {
    const view = join(out, "view");
    makeView(build, view, { writable: ["boot"], absent: new Set(), swapped: new Map() });
    await expect(runStep(view, { target: "boot/other", command: "true" }, {}, signal)).rejects.toThrow(/boot\/other/);
  });
});

describe("kbuild's records", () => {
  it("give the command as the shell got it", () => {
    const dir = mkdtempSync(join(root, "records-"));
    writeFileSync(
      join(dir, ".pasyms.h.cmd"),
      `savedcmd_pasyms.h := nm ${dir}/a.o | sed -n -e 's/ (.+)$$/$(pound)define \\1/p' > pasyms.h\n`,
    );
    expect(readStep(dir, "pasyms.h")).toEqual({
      target: "pasyms.h",
      command: "nm ./a.o | sed -n -e 's/ (.+)$/#define \\1/p' > pasyms.h",
    });
    expect(readStep(dir, "absent.h")).toBeUndefined();
  });

  it("are needed whole", () => {
    const dir = mkdtempSync(join(root, "records-"));
    writeFileSync(join(dir, ".config"), "CONFIG_KERNEL_GZIP=y\n");
    expect(() => readNestedRecipe(dir)).toThrow(/no packed kernel/);
    writeFileSync(join(dir, ".config"), "CONFIG_X86_NEED_RELOCS=y\n");
    expect(() => readNestedRecipe(dir)).toThrow(/CONFIG_RANDOMIZE_BASE/);
    expect(nestedObjects(nested)).toEqual(["nested/prog/a.o", "boot/setup.o", "boot/late.o"]);
  });
});
