// The link of a mix in the two forms that kbuild has: of all objects, and of the one object that objtool made of them.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LinkRecipe, linkKernel } from "../../src/oracle/kernel/link.ts";

const signal = new AbortController().signal;
let root: string;
let build: string;

const recipe: LinkRecipe = {
  ld: "x86_64-linux-gnu-ld",
  flags: ["-m", "elf_x86_64", "-z", "noexecstack", "--build-id=none"],
  script: "vmlinux.lds",
  objects: ["a.o", "b.o"],
  extra: ["stamp.o"],
  libraries: [{ archive: "lib.a", members: ["c.o", "unused.o"] }],
  sortTable: false,
  objcopy: undefined,
};
const whole: LinkRecipe = {
  ...recipe,
  whole: { flags: ["-m", "elf_x86_64", "-r"], after: [["x86_64-linux-gnu-objcopy", "--add-section", ".seen=seen", "vmlinux.o"]] },
};

function assemble(dir: string, name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(`${path}.s`, `${text}\n\t.section .note.GNU-stack,"",@progbits\n`);
  execFileSync("x86_64-linux-gnu-as", ["-o", path, `${path}.s`]);
  return path;
}

async function link(form: LinkRecipe, swapped: Record<string, string> = {}, mapPath?: string) {
  const out = mkdtempSync(join(root, "out-"));
  const result = await linkKernel("x86", form, build, new Map(Object.entries(swapped)), out, signal, mapPath);
  return { ...result, out, bytes: existsSync(result.vmlinux) ? readFileSync(result.vmlinux, "latin1") : "" };
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "oracle-link-"));
  build = mkdtempSync(join(root, "build-"));
  assemble(build, "a.o", '\t.data\n\t.ascii "GCC-A"\n\t.quad c\n');
  assemble(build, "b.o", '\t.data\n\t.ascii "GCC-B"\n');
  assemble(build, "c.o", '\t.globl c\n\t.data\nc:\t.ascii "GCC-C"\n');
  assemble(build, "unused.o", '\t.data\n\t.ascii "UNUSED"\n');
  assemble(build, "stamp.o", '\t.data\n\t.ascii "STAMP"\n');
  execFileSync("x86_64-linux-gnu-ar", ["cDPrsT", "lib.a", "c.o", "unused.o"], { cwd: build });
  writeFileSync(join(build, "vmlinux.lds"), "SECTIONS { .data : { *(.data) } .seen : { KEEP(*(.seen)) } }\n");
  writeFileSync(join(build, "seen"), "SEEN-BY-OBJTOOL");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it.each([recipe, whole])("takes swapped objects and members of libraries", async (form) => {
  const plain = await link(form);
  expect(plain.failure).toBeUndefined();
  for (const text of ["GCC-A", "GCC-B", "GCC-C", "STAMP"]) expect(plain.bytes).toContain(text);
  expect(plain.bytes).not.toContain("UNUSED");
  const swapped = await link(form, {
    "b.o": assemble(root, "b2.o", '\t.data\n\t.ascii "OTHER-B"\n'),
    "c.o": assemble(root, "c2.o", '\t.globl c\n\t.data\nc:\t.ascii "OTHER-C"\n'),
  });
  for (const text of ["GCC-A", "OTHER-B", "OTHER-C", "STAMP"]) expect(swapped.bytes).toContain(text);
  for (const text of ["GCC-B", "GCC-C"]) expect(swapped.bytes).not.toContain(text);
});

it("links what the tool left of the object of all objects, and names objects in the map all the same", async () => {
  const map = join(root, "map");
  const result = await link(whole, {}, map);
  expect(result.bytes).toContain("SEEN-BY-OBJTOOL");
  expect(existsSync(join(result.out, "vmlinux.o"))).toBe(false);
  expect(readFileSync(map, "utf8")).toMatch(/^ \.data\s+0x\S+\s+0x\S+ b\.o$/m);
  expect((await link(recipe)).bytes).not.toContain("SEEN-BY-OBJTOOL");
});

it("fails with the tool's name when that one is not content", async () => {
  const form = { ...whole, whole: { ...whole.whole!, after: [["x86_64-linux-gnu-objcopy", "--no-such-option", "vmlinux.o"]] } };
  expect((await link(form)).failure).toMatch(/^x86_64-linux-gnu-objcopy: /);
  const broken = await link(whole, { "a.o": assemble(root, "a2.o", "\t.data\n\t.quad nowhere\n") });
  expect(broken.failure).toMatch(/^ld: .*nowhere/);
});
