// The command line: what is understood, what is refused and how.

import { describe, expect, test } from "vitest";
import { type Invocation, UsageError } from "../../src/compiler/driver/invocation.ts";
import { expandResponseFiles, splitWords } from "../../src/compiler/driver/main.ts";
import { parseCommandLine } from "../../src/compiler/driver/options.ts";
import { nearest } from "../../src/compiler/driver/spelling.ts";

const HOST = "x86_64-linux-gnu";
const parse = (line: string): Invocation => parseCommandLine(splitWords(line), HOST);
const message = (line: string): string => {
  try {
    parse(line);
  } catch (e) {
    if (e instanceof UsageError) return e.message;
    throw e;
  }
  return "";
};

describe("refusals", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["-fxyz", "unrecognized command-line option '-fxyz'"],
    ["-fno-comon", "unrecognized command-line option '-fno-comon'; did you mean '-fcommon'?"],
    ["-Wblah-blah", "unrecognized command-line option '-Wblah-blah'"],
    ["-Werror=blah", "'-Werror=blah': no option '-Wblah'"],
    ["-mnonsense", "unrecognized command-line option '-mnonsense'"],
    ["--nonsense", "unrecognized command-line option '--nonsense'"],
    ["-std=c12", "unrecognized command-line option '-std=c12'"],
    ["-x foo", "language foo not recognized"],
    ["-o", "missing filename after '-o'"],
    ["-I", "missing argument to '-I'"],
    ["-fvisibility=foo", "unrecognized argument in option '-fvisibility=foo'"],
    ["-march=foo", "bad value 'foo' for '-march=' switch"],
    ["--target=riscv64-linux-gnu -mcmodel=foo", "unrecognized argument in option '-mcmodel=foo'"],
    ["--target=riscv64-linux-gnu -m32", "unrecognized command-line option '-m32'"],
    ["--target=riscv64-linux-gnu -march=rv64xyz", "first ISA subset must be"],
    ["--target=aarch64-linux-gnu -march=armv8-a+foo", "invalid feature modifier 'foo'"],
    ["--target=vax-dec-ultrix", "unknown target triple"],
    ["-fsanitize=address", "'-fsanitize=address' is not supported"],
    ["-fsanitize=shadow-call-stack", "'-fsanitize=shadow-call-stack' not supported in current platform"],
    ["--target=aarch64-linux-gnu -fsanitize=shadow-call-stack", "'-fsanitize=shadow-call-stack' requires '-ffixed-x18'"],
    ["-fsplit-stack", "'-fsplit-stack' is not supported"],
    ["-pg -fomit-frame-pointer", "-pg and -fomit-frame-pointer are incompatible"],
    ["-mindirect-branch=thunk", "'-mindirect-branch=thunk' is not supported"],
    ["-traditional-cpp", "'-traditional-cpp' is not supported"],
    ["-MF x", "to generate dependencies you must specify either '-M' or '-MM'"],
    ["-falign-functions=x", "invalid number in option '-falign-functions=x'"],
    ["-mpreferred-stack-boundary=", "missing argument to '-mpreferred-stack-boundary='"],
    ["--target=riscv64 -mtune=generic", "unrecognized argument in option '-mtune=generic'"],
    ["--target=riscv64 -mcpu=cortex-a53", "unrecognized argument in option '-mcpu=cortex-a53'"],
    ["--target=riscv64 -march=rv64imac", "requested ABI requires '-march' to subsume the 'D' extension"],
    ["--target=riscv64 -march=rv64imac -mabi=lp64f", "requested ABI requires '-march' to subsume the 'F' extension"],
    ["--target=riscv64 -march=rv64gc_foo", "unsupported ISA subset 'f'"],
    ["--target=riscv64 -mpreferred-stack-boundary=3", "must be between 4 and 8"],
    ["--target=riscv64 -fcf-protection", "'-fcf-protection=full' is not supported for this target"],
    ["--target=aarch64 -mcpu=apple-m1", "unknown value 'apple-m1' for '-mcpu'"],
    ["--target=aarch64 -mcmodel=large", "code model 'large' with '-fPIC' is not supported"],
    ["--target=aarch64 -mno-general-regs-only", "unrecognized command-line option '-mno-general-regs-only'"],
    ["-mtune=cortex-a53", "bad value 'cortex-a53' for '-mtune=' switch"],
    ["-mtune=x86-64-v3", "bad value 'x86-64-v3' for '-mtune=' switch"],
    ["-march=i686", "CPU you selected does not support x86-64 instruction set"],
    ["-mcmodel=kernel", "code model kernel does not support PIC mode"],
    ["-flto=auto", "'-flto=auto' is not supported"],
    ["-fno-cf-protection", "unrecognized command-line option '-fno-cf-protection'"],
    ["-fmax-errors=x", "invalid number in option '-fmax-errors=x'"],
    ["-fstack-reuse=some", "unrecognized argument in option '-fstack-reuse=some'"],
    ["-fexcess-precision=", "missing argument to '-fexcess-precision='"],
    ["-fpatchable-function-entry=2,3", "invalid arguments for '-fpatchable-function-entry'"],
    ["--param=allow-store-data-races=0", "unrecognized command-line option '--param=allow-store-data-races=0'"],
    ["--param bogus=1", "unrecognized command-line option '--param=bogus=1'"],
    ["-specs=x", "'-specs=x' is not supported"],
    ["-fuse-ld=x", "unrecognized command-line option '-fuse-ld=x'"],
    ["-m32 -malign-double", "'-malign-double' is not supported for 32-bit code"],
    ["x.cc", "cc compiler not installed"],
  ];
  for (const [line, text] of cases) {
    test(line, () => {
      expect(message(line)).toContain(text);
    });
  }
  test("what build systems and distributions give", () => {
    const lines = [
      "-fcf-protection=branch -mharden-sls=all -march=x86-64-v3 -mtune=generic -fno-PIE -mcmodel=kernel -mpreferred-stack-boundary=3",
      "-m32 -march=i686 -mregparm=3 -mtune=pentium4 -maddress-mode=short",
      "-O2 -g -pipe -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fno-plt -fexceptions -ffat-lto-objects -fno-lto",
      "--param=ssp-buffer-size=4 --param max-inline-insns-single=70 --param=x86-stlf-window-ninsns=4 -ftrivial-auto-var-init=zero",
      "--target=aarch64 -mbranch-protection=standard -mcpu=neoverse-n1+crypto -mtune=cortex-a72 -march=armv8.2-a+sve -mtls-dialect=desc",
      "--target=riscv64 -mabi=lp64 -march=rv64ima_zicsr_zifencei -mtune=sifive-7-series",
      "--target=riscv64 -mabi=lp64f -march=rv64imafc -mcpu=sifive-u74 -misa-spec=2.2",
      "-fzero-call-used-regs=used-gpr -falign-functions=64:32 -fmax-errors=0x10 -ftrack-macro-expansion= -mrecip=all,!sqrt",
    ];
    for (const line of lines) expect(message(line)).toBe("");
  });
  test("-msign-return-address= is a part of -mbranch-protection=", () => {
    const f = parse("--target=aarch64 -msign-return-address=all x.c").options.flags;
    expect(f.get("mbranch-protection")).toBe("pac-ret+leaf");
  });
  test("what is switched off or asks for nothing is no reason to refuse", () => {
    expect(
      message(
        "-fno-stack-protector -fno-trapv -fcf-protection=none -fno-sanitize=all -mindirect-branch=keep -Wno-nonsense -fno-profile-arcs -mno-sse -Wno-error=all -malign-double",
      ),
    ).toBe("");
  });
});

describe("what the kernel gives", () => {
  const KERNEL =
    "--target=riscv64-linux-gnu -Wp,-MMD,kernel/.fork.o.d -nostdinc -I/s/arch/riscv/include -I./include -include /s/kconfig.h -D__KERNEL__ -fmacro-prefix-map=/s/= -std=gnu11 -fshort-wchar -funsigned-char -fno-common -fno-PIE -fno-strict-aliasing -mabi=lp64 -march=rv64imac_zicsr_zifencei_zihintpause -mno-save-restore -mcmodel=medany -fno-asynchronous-unwind-tables -fno-unwind-tables -mno-riscv-attribute -Wa,-mno-arch-attr -mstrict-align -fno-delete-null-pointer-checks -O2 -fno-allow-store-data-races -fno-stack-protector -fomit-frame-pointer -fno-stack-clash-protection -fno-strict-overflow -fno-stack-check -fconserve-stack -Wall -Wundef -Werror=implicit-int -Wframe-larger-than=2048 -Wimplicit-fallthrough=5 -DKBUILD_MODNAME='\"fork\"' -c -o kernel/fork.o /s/kernel/fork.c";
  const inv = parse(KERNEL);
  test("mode, input, output", () => {
    expect(inv.mode).toBe("object");
    expect(inv.output).toBe("kernel/fork.o");
    expect(inv.inputs).toEqual([{ kind: "source", path: "/s/kernel/fork.c", language: "c" }]);
  });
  test("code generation", () => {
    const o = inv.options;
    expect([o.target, o.opt, o.std, o.charSigned, o.wcharSize, o.pic, o.pie]).toEqual(["riscv64", 2, "gnu11", false, 2, 0, 0]);
    expect(o.flags.get("mcmodel")).toBe("medany");
    expect(o.flags.get("fcommon")).toBe(false);
    expect(o.flags.get("fwrapv")).toBe(true);
    expect(o.flags.get("fdelete-null-pointer-checks")).toBe(false);
    expect(o.defines).toEqual(["__KERNEL__", 'KBUILD_MODNAME="fork"']);
  });
  test("assembler, dependencies, prefix map, warnings", () => {
    expect(inv.assemblerFlags).toEqual(["-mno-arch-attr"]);
    expect(inv.dependencies).toMatchObject({ file: "kernel/.fork.o.d", system: false, direct: true, besides: true });
    expect(inv.preprocess.prefixMap).toEqual([["/s/", ""]]);
    expect(inv.options.diagnostics.enabled.get("undef")).toBe(true);
    expect(inv.options.diagnostics.asError.get("implicit-int")).toBe(true);
  });
});

describe("small things", () => {
  test("position independence: the last one counts, pie by default", () => {
    const of = (l: string): number[] => [parse(l).options.pic, parse(l).options.pie];
    expect(of("")).toEqual([2, 2]);
    expect(of("-fPIC")).toEqual([2, 0]);
    expect(of("-fpie")).toEqual([1, 1]);
    expect(of("-fPIC -fno-pie")).toEqual([0, 0]);
    expect(of("-fno-pic -fPIE")).toEqual([2, 2]);
  });
  test("targets", () => {
    expect(parse("--target=riscv64-unknown-linux-gnu").options.target).toBe("riscv64");
    expect(parse("-m32").options.target).toBe("i386");
    expect(parse("-m16").options.code16).toBe(true);
    expect(parse("--target=i686-linux-gnu -m64").options.target).toBe("x86_64");
  });
  test("-E before -S before -c", () => {
    expect(parse("-c -S").mode).toBe("assembly");
    expect(parse("-S -c").mode).toBe("assembly");
    expect(parse("-E -c").mode).toBe("preprocess");
    expect(parse("-c -fsyntax-only").mode).toBe("syntax");
  });
  test("-x and stdin, link words in order", () => {
    expect(parse("-x c - -x none a.o -lm b.S -Wl,-z,now -L /l").inputs).toEqual([
      { kind: "source", path: "-", language: "c" },
      { kind: "link", words: ["a.o"] },
      { kind: "link", words: ["-lm"] },
      { kind: "source", path: "b.S", language: "assembler-with-cpp" },
      { kind: "link", words: ["-z", "now"] },
    ]);
  });
  test("occ's own options", () => {
    const o = parse("--dump=ir:main --bisect=01 --check --time --stats --pass=-gvn").options;
    expect([o.dumps, o.bisect, o.check, o.time, o.stats, o.passes]).toEqual([["ir:main"], "01", true, true, true, ["-gvn"]]);
  });
  test("words of response files, and a file that is not there", () => {
    expect(splitWords(`-DA='b c' "d\\"e"  f\\ g\n''`)).toEqual(["-DA=b c", 'd"e', "f g", ""]);
    expect(expandResponseFiles(["@nonsense", "x"], "/")).toEqual(["@nonsense", "x"]);
  });
  test("the nearest name", () => {
    expect(nearest("-fcomon", ["-fcommon", "-fcombine"])).toBe("-fcommon");
    expect(nearest("-fabsolutely-else", ["-fcommon"])).toBe("");
  });
});

describe("options for other languages", () => {
  const said = (line: string): readonly string[] =>
    parse(line).foreign.map(
      (f) => `${f.error ? "error" : "warning"}: ${/'(.*)' is valid for (.*) but/.exec(f.text)!.slice(1).join(" ")}`,
    );
  test("are warned of, and an error under -Werror", () => {
    expect(said("-fno-rtti -Wno-reorder -std=c++17")).toEqual([
      "warning: -fno-rtti C++/D/ObjC++",
      "warning: -Wno-reorder C++/ObjC++",
      "warning: -std=c++17 C++/ObjC++",
    ]);
    expect(said("-fpermissive -Wreorder -Werror -Wselector")).toEqual([
      "error: -fpermissive C++/ObjC++",
      "warning: -Wreorder C++/ObjC++",
      "error: -Wselector ObjC/ObjC++",
    ]);
    expect(said("-w -frtti")).toEqual([]);
    expect(said("-Wall -fno-common -std=gnu2x")).toEqual([]);
  });
});
