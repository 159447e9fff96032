// Kernels that can move themselves: which relocations are taken out behind the link, as arch/ARCH/Makefile.postlink has it.

import { describe, expect, it } from "vitest";
import { readRelocationRecipe } from "../../src/oracle/kernel/link.ts";

const POSTLINK = [
  "quiet_cmd_strip_relocs = RSTRIP  $@",
  "      cmd_strip_relocs = \\",
  "\t$(OBJCOPY) --remove-section='.rel.*' --remove-section='.rel__*' \\",
  "\t\t   --remove-section='.rela.*' $@",
].join("\n");
const STRIP = ["--remove-section=.rel.*", "--remove-section=.rel__*", "--remove-section=.rela.*"];

describe("readRelocationRecipe", () => {
  it("lists x86's for the unpacker and strips them", () => {
    const recipe = readRelocationRecipe("x86", POSTLINK, new Set(["CONFIG_X86_NEED_RELOCS=y"]));
    expect(recipe).toEqual({ lister: "arch/x86/tools/relocs", strip: STRIP });
  });

  it("strips riscv's of a relocatable kernel", () => {
    expect(readRelocationRecipe("riscv", POSTLINK, new Set(["CONFIG_RELOCATABLE=y"]))).toEqual({
      lister: undefined,
      strip: STRIP,
    });
  });

  it("leaves alone what stays where it is, and kernels without such a step", () => {
    expect(readRelocationRecipe("x86", POSTLINK, new Set(["CONFIG_RELOCATABLE=y"]))).toBeUndefined();
    expect(readRelocationRecipe("arm", POSTLINK, new Set(["CONFIG_RELOCATABLE=y"]))).toBeUndefined();
    expect(readRelocationRecipe("x86", undefined, new Set(["CONFIG_X86_NEED_RELOCS=y"]))).toBeUndefined();
  });
});
