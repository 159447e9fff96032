import { describe, expect, it } from "vitest";
import { compileArguments, parseCommandFile, unitFromRecord, withUniqueIds } from "../../src/oracle/kernel/units.ts";

const TEXT = [
  "savedcmd_kernel/fork.o := gcc -Wp,-MMD,kernel/.fork.o.d -nostdinc -I/src/include -I./include -DKBUILD_MODNAME='\"fork\"' -DPRICE='\"$$5\\#\"' -c -o kernel/fork.o /src/kernel/fork.c ; ./tools/objtool/objtool --hacks=jump_label kernel/fork.o",
  "",
  "source_kernel/fork.o := /src/kernel/fork.c",
  "",
  "deps_kernel/fork.o := \\",
  "    $(wildcard include/config/SMP) \\",
  "  /src/include/linux/kernel.h \\",
  "  include/generated/bounds.h \\",
  "",
  "kernel/fork.o: $(deps_kernel/fork.o)",
  "",
].join("\n");

describe("parseCommandFile", () => {
  const record = parseCommandFile(TEXT);

  it("undoes make's and the shell's quoting", () => {
    expect(record.commands[0]).toContain('-DKBUILD_MODNAME="fork"');
    expect(record.commands[0]).toContain('-DPRICE="$5#"');
  });

  it("separates what kbuild ran afterwards", () => {
    expect(record.commands[1]).toEqual(["./tools/objtool/objtool", "--hacks=jump_label", "kernel/fork.o"]);
  });

  it("lists the source and the files, not the configuration's wildcards", () => {
    expect(record.deps).toEqual(["/src/kernel/fork.c", "/src/include/linux/kernel.h", "include/generated/bounds.h"]);
  });
});

describe("unitFromRecord", () => {
  const unit = unitFromRecord(parseCommandFile(TEXT), "kernel/fork.o", "/build", "/src")!;

  it("names the unit by its source and takes output options out", () => {
    expect(unit.id).toBe("kernel/fork.c");
    expect(unit.argv).toEqual(["-nostdinc", "-I/src/include", "-I./include", '-DKBUILD_MODNAME="fork"', '-DPRICE="$5#"']);
    expect(unit.after).toEqual([["./tools/objtool/objtool", "--hacks=jump_label", "kernel/fork.o"]]);
    expect(compileArguments(unit, "/out.o").slice(-4)).toEqual(["-c", "-o", "/out.o", "/src/kernel/fork.c"]);
  });

  it("is nothing for assembler sources and objcopy's products", () => {
    expect(
      unitFromRecord(parseCommandFile("savedcmd_a.o := gcc -c -o a.o /src/a.S\nsource_a.o := /src/a.S\n"), "a.o", "/b", "/src"),
    ).toBeUndefined();
    expect(
      unitFromRecord(parseCommandFile("savedcmd_a.pi.o := objcopy --prefix a.o a.pi.o\n"), "a.pi.o", "/b", "/src"),
    ).toBeUndefined();
  });

  it("tells apart two objects of one source", () => {
    const ids = withUniqueIds([unit, { ...unit, object: "other/fork.o" }]).map((entry) => entry.id);
    expect(ids).toEqual(["kernel/fork.c@kernel/fork.o", "kernel/fork.c@other/fork.o"]);
  });
});
