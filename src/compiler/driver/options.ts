// The GCC command line (GCC manual 3.2-3.14), parsed to an Invocation: what to do, with which inputs, and the Options of the compiler.
// Unknown options, missing operands and flags that occ cannot honour end it with GCC's wording and exit code 1.

import { type DiagnosticOptions, defaultDiagnosticOptions } from "../base/diagnostics.ts";
import type { Options, OptLevel, TargetName } from "../base/options.ts";
import { checkCodeFlags, dropSanitizers, executionCharset, familyOf, setCodeFlag } from "./code-flags.ts";
import { quoteForMake } from "./dependencies.ts";
import { DependencyRequest } from "./dependency-options.ts";
import { type Input, type Invocation, type Language, type Mode, type PreprocessOptions, UsageError } from "./invocation.ts";
import { LinkRequest } from "./link-options.ts";
import { JOINED, LANGUAGES, LONG, SEPARATE, STANDARDS } from "./option-names.ts";
import { otherLanguages } from "./other-languages.ts";
import { checkParameter } from "./param-names.ts";
import { unknownOption } from "./spelling.ts";
import { targetOf } from "./targets.ts";
import { setWarning } from "./warning-flags.ts";

const LINKERS: readonly string[] = ["bfd", "gold", "lld", "mold"];

/** Parses a command line whose @files have been put in. `host` is the triplet of this machine. */
export function parseCommandLine(argv: readonly string[], host: string): Invocation {
  return new Parser(host).parse(argv);
}

class Parser {
  private triple: string;
  private target: TargetName;
  private bits: "" | "16" | "32" | "64" = "";
  private mode: Mode = "link";
  private saveTemps: Invocation["saveTemps"] = "";
  private output: string | undefined;
  private readonly inputs: Input[] = [];
  private language: Language | undefined;
  private opt: OptLevel = 0;
  private debug: 0 | 1 | 2 | 3 = 0;
  private std = "gnu17";
  private readonly flags: Map<string, string | boolean> = new Map();
  private pic: 0 | 1 | 2 | undefined;
  private pie: 0 | 1 | 2 | undefined;
  private readonly defines: string[] = [];
  private readonly diag: DiagnosticOptions = defaultDiagnosticOptions();
  private readonly asFlags: string[] = [];
  private readonly foreign: { text: string; error: boolean; late: boolean }[] = [];
  private readonly dirs: Record<"quote" | "angle" | "system" | "after" | "imacros" | "includes", string[]> = {
    quote: [],
    angle: [],
    system: [],
    after: [],
    imacros: [],
    includes: [],
  };
  private readonly prefixMap: [string, string][] = [];
  private iprefix = "";
  private pre = { sysroot: undefined as string | undefined, noStandard: false, lineMarkers: true, undef: false, comments: false };
  private dumpMacros: PreprocessOptions["dumpMacros"] = "";
  private readonly deps = new DependencyRequest();
  private readonly link = new LinkRequest();
  private query: string | undefined;
  private verbose = false;
  private dryRun = false;
  private syntaxOnly = false;
  private readonly own = {
    dumps: [] as string[],
    passes: [] as string[],
    bisect: undefined as string | undefined,
    check: false,
    time: false,
    stats: false,
  };

  constructor(host: string) {
    const t = targetOf(host);
    if (t === undefined) throw new UsageError(`no support for the host '${host}'; use --target=`);
    this.triple = t.triple;
    this.target = t.target;
  }

  parse(argv: readonly string[]): Invocation {
    // The target first: which -m flags there are depends on it.
    for (let i = 0; i < argv.length; i++) {
      const m = /^--?target=(.*)$/.exec(argv[i]!);
      if (m !== null) this.setTarget(m[1]!);
      else if (argv[i] === "-target") this.setTarget(argv[++i] ?? "");
      else if (SEPARATE.has(argv[i]!)) i++;
    }
    for (let i = 0; i < argv.length; ) i = this.one(argv, i);
    return this.finish();
  }

  private setTarget(triple: string): void {
    const t = targetOf(triple);
    if (t === undefined) throw new UsageError(`unknown target triple '${triple}'`);
    this.triple = t.triple;
    this.target = t.target;
  }

  /** Handles the option at i; returns the index behind it. */
  private one(argv: readonly string[], i: number): number {
    let a = argv[i]!;
    if (!a.startsWith("-") || a === "-") {
      this.file(a);
      return i + 1;
    }
    if (a.startsWith("--")) {
      if (this.ours(a)) return i + 1;
      const eq = a.indexOf("=");
      const short = LONG[eq < 0 ? a : a.slice(0, eq)];
      if (short !== undefined) {
        if (eq < 0) a = short;
        else if (SEPARATE.has(short)) {
          this.separate(short, a.slice(eq + 1));
          return i + 1;
        } else a = short + (short.startsWith("-print") ? "=" : "") + a.slice(eq + 1);
      }
    }
    if (SEPARATE.has(a)) {
      const v = argv[i + 1];
      if (v === undefined)
        throw new UsageError(a === "-o" || a === "-MF" ? `missing filename after '${a}'` : `missing argument to '${a}'`);
      this.separate(a, v);
      return i + 2;
    }
    if (a === "-target") return i + 2;
    if (this.link.take(a) || this.exact(a)) return i + 1;
    this.joined(a);
    return i + 1;
  }

  private file(path: string): void {
    if (this.language !== undefined) {
      this.inputs.push({ kind: "source", path, language: this.language });
      return;
    }
    const dot = path.lastIndexOf(".");
    const suffix = dot < 0 || path.indexOf("/", dot) >= 0 ? "" : path.slice(dot);
    if (suffix === ".c" || suffix === ".h") this.inputs.push({ kind: "source", path, language: "c" });
    else if (suffix === ".i") this.inputs.push({ kind: "source", path, language: "cpp-output" });
    else if (suffix === ".s") this.inputs.push({ kind: "source", path, language: "assembler" });
    else if (suffix === ".S" || suffix === ".sx") this.inputs.push({ kind: "source", path, language: "assembler-with-cpp" });
    else if (/^\.(cc|cpp|cxx|C|m|mm|f|f90|go|d|ad[bs])$/.test(suffix))
      throw new UsageError(`${path}: ${suffix.slice(1)} compiler not installed on this system`);
    else if (path === "-") {
      if (this.mode === "preprocess") this.inputs.push({ kind: "source", path, language: "c" });
      else throw new UsageError("'-E' or '-x' required when input is from standard input", true);
    } else this.inputs.push({ kind: "link", words: [path] });
  }

  /** occ's own options. */
  private ours(a: string): boolean {
    const eq = a.indexOf("=");
    const name = eq < 0 ? a : a.slice(0, eq);
    const value = eq < 0 ? "" : a.slice(eq + 1);
    switch (name) {
      case "--target":
        return true;
      case "--dump":
        if (value === "") return false;
        this.own.dumps.push(value);
        return true;
      case "--dump-format":
      case "--trace-rules":
        this.own.dumps.push(a.slice(2));
        return true;
      case "--pass":
        this.own.passes.push(value);
        return true;
      case "--bisect":
        this.own.bisect = value;
        return true;
      case "--check":
        this.own.check = true;
        return true;
      case "--time":
        this.own.time = true;
        return true;
      case "--stats":
        this.own.stats = true;
        return true;
      case "--version":
      case "--help":
        this.query = a;
        return true;
      case "--sysroot":
        if (eq < 0) return false;
        this.pre.sysroot = value;
        return true;
      case "--param":
        if (eq >= 0) checkParameter(this.target, value);
        return eq >= 0;
      default:
        return false;
    }
  }

  private separate(a: string, v: string): void {
    const d = this.dirs;
    switch (a) {
      case "-o":
        this.output = v;
        return;
      case "-x": {
        if (v === "none") this.language = undefined;
        else {
          const l = LANGUAGES[v];
          if (l === undefined) throw new UsageError(`language ${v} not recognized`);
          this.language = l;
        }
        return;
      }
      case "-D":
        this.defines.push(v);
        return;
      case "-U":
        this.defines.push(`-${v}`);
        return;
      case "-I":
        if (v === "-") throw new UsageError("obsolete option '-I-' used, please use '-iquote' instead");
        d.angle.push(v);
        return;
      case "-iquote":
        d.quote.push(v);
        return;
      case "-isystem":
        d.system.push(v);
        return;
      case "-idirafter":
        d.after.push(v);
        return;
      case "-include":
        d.includes.push(v);
        return;
      case "-imacros":
        d.imacros.push(v);
        return;
      case "-iprefix":
        this.iprefix = v;
        return;
      case "-iwithprefix":
        d.after.push(this.iprefix + v);
        return;
      case "-iwithprefixbefore":
        d.angle.push(this.iprefix + v);
        return;
      case "-isysroot":
      case "--sysroot":
        this.pre.sysroot = v;
        return;
      case "-MF":
        this.deps.outputFile = v;
        return;
      case "-MT":
        this.deps.targets.push(v);
        return;
      case "-MQ":
        this.deps.targets.push(quoteForMake(v));
        return;
      case "-L":
        this.link.dirs.push(`-L${v}`);
        return;
      case "-l":
        this.inputs.push({ kind: "link", words: [`-l${v}`] });
        return;
      case "-T":
        this.link.scripts.push("-T", v);
        return;
      case "-u":
      case "-z":
      case "-e":
        this.inputs.push({ kind: "link", words: [a, v] });
        return;
      case "-Xlinker":
        this.inputs.push({ kind: "link", words: [v] });
        return;
      case "-Xassembler":
        this.asFlags.push(v);
        return;
      case "-Xpreprocessor":
        this.one([v], 0);
        return;
      case "-B":
        this.link.prefixes.push(v);
        return;
      case "--param":
        return checkParameter(this.target, v);
      case "-specs":
      case "-wrapper":
      case "-aux-info":
        throw new UsageError(`'${a}' is not supported`);
      default:
        return; // -A, -dumpbase, -imultilib: nothing that the code depends on
    }
  }

  /** -E before -S before -c, whatever their order. */
  private setMode(m: "object" | "assembly" | "preprocess"): void {
    if (this.mode === "link" || m === "preprocess" || (m === "assembly" && this.mode === "object")) this.mode = m;
  }

  private exact(a: string): boolean {
    switch (a) {
      case "-c":
        this.setMode("object");
        return true;
      case "-S":
        this.setMode("assembly");
        return true;
      case "-E":
        this.setMode("preprocess");
        return true;
      case "-M":
      case "-MM":
        this.deps.ask(a === "-M", false);
        return true;
      case "-MD":
      case "-MMD":
        this.deps.ask(a === "-MD", true);
        return true;
      case "-MP":
        this.deps.phony = true;
        return true;
      case "-MG":
        this.deps.missingOk = true;
        return true;
      case "-P":
        this.pre.lineMarkers = false;
        return true;
      case "-save-temps":
        this.saveTemps = "cwd";
        return true;
      case "-H":
        throw new UsageError(`'${a}' is not supported`);
      case "-C":
        this.pre.comments = true;
        return true;
      case "-CC":
        throw new UsageError(`'${a}' is not supported: comments in macros are not kept`);
      case "-traditional":
      case "-traditional-cpp":
        throw new UsageError(`'${a}' is not supported`);
      case "-nostdinc":
        this.pre.noStandard = true;
        return true;
      case "-undef":
        this.pre.undef = true;
        this.flags.set("undef", true);
        return true;
      case "-trigraphs":
        this.flags.set("trigraphs", true);
        return true;
      case "-ansi":
        this.std = "c89";
        return true;
      case "-w":
        this.diag.noWarnings = true;
        return true;
      case "-v":
        this.verbose = true;
        return true;
      case "-###":
        this.verbose = true;
        this.dryRun = true;
        return true;
      case "-pipe":
      case "-pass-exit-codes":
      case "-no-integrated-cpp":
      case "-time":
      case "-quiet":
      case "-remap":
      case "-nostdinc++":
      case "-no-canonical-prefixes":
        return true;
      case "-pedantic":
        this.flags.set("pedantic", true);
        this.diag.enabled.set("pedantic", true);
        return true;
      case "-pedantic-errors":
        this.flags.set("pedantic", true);
        this.flags.set("pedantic-errors", true);
        this.diag.enabled.set("pedantic", true);
        this.diag.asError.set("pedantic", true);
        return true;
      case "-p":
      case "-pg":
        this.flags.set("pg", true);
        return true;
      case "-pthread":
      case "-pthreads":
        this.flags.set("pthread", true);
        return true;
      case "-symbolic":
      case "-t":
      case "-N":
      case "-n":
        this.inputs.push({ kind: "link", words: [a === "-symbolic" ? "-Bsymbolic" : a] });
        return true;
      case "-dumpversion":
      case "-dumpfullversion":
      case "-dumpmachine":
      case "-dumpspecs":
      case "-print-search-dirs":
      case "-print-libgcc-file-name":
      case "-print-multi-directory":
      case "-print-multi-lib":
      case "-print-multi-os-directory":
      case "-print-multiarch":
      case "-print-sysroot":
      case "-print-sysroot-headers-suffix":
        // -dumpversion -dumpfullversion asks for the full one
        if (!(this.query === "-dumpfullversion" && a === "-dumpversion")) this.query = a;
        return true;
      case "-dN":
      case "-dI":
      case "-dU":
        throw new UsageError(`'${a}' is not supported`);
      case "-dM":
      case "-dD":
        this.dumpMacros = a[2] as PreprocessOptions["dumpMacros"];
        return true;
      default:
        return false;
    }
  }

  private joined(a: string): void {
    if (a.startsWith("-print-file-name=") || a.startsWith("-print-prog-name=")) {
      this.query = a;
      return;
    }
    const level = /^-O(.*)$/.exec(a);
    if (level !== null) {
      const v = level[1]!;
      if (v === "") this.opt = 1;
      else if (v === "s" || v === "z") this.opt = "s";
      else if (v === "g") this.opt = "g";
      else if (v === "fast") this.opt = "fast";
      else if (/^\d+$/.test(v)) this.opt = Math.min(3, Number(v)) as OptLevel;
      else throw new UsageError(`argument to '-O' should be a non-negative integer, 'g', 's', 'z' or 'fast'`);
      return;
    }
    if (a.startsWith("-std=")) {
      if (this.isForeign(a)) return;
      const s = STANDARDS[a.slice(5)];
      if (s === undefined)
        throw unknownOption(
          a,
          Object.keys(STANDARDS).map((k) => `-std=${k}`),
        );
      this.std = s;
      return;
    }
    if (a.startsWith("-Wl,")) {
      this.inputs.push({ kind: "link", words: a.slice(4).split(",") });
      return;
    }
    if (a.startsWith("-Wa,")) {
      this.asFlags.push(...a.slice(4).split(","));
      return;
    }
    if (a.startsWith("-Wp,")) {
      this.forPreprocessor(a.slice(4).split(","));
      return;
    }
    if (a === "-save-temps=cwd" || a === "-save-temps=obj") {
      this.saveTemps = a.endsWith("obj") ? "obj" : "cwd";
      return;
    }
    if (a.startsWith("-save-temps=")) throw new UsageError(`'${a}' is an unknown '-save-temps' option`);
    if (a.startsWith("-specs=")) throw new UsageError(`'${a}' is not supported: occ has no spec strings`);
    if (a.startsWith("-fdump-") || a.startsWith("-d")) return;
    if (a.startsWith("-fuse-ld=")) {
      this.link.linker = a.slice(9);
      if (!LINKERS.includes(this.link.linker))
        throw unknownOption(
          a,
          LINKERS.map((name) => `-fuse-ld=${name}`),
        );
      return;
    }
    if (/^-[Wf]/.test(a) && this.isForeign(a)) return;
    if (a.startsWith("-W")) return setWarning(this.diag, a);
    if (a.startsWith("-g")) return this.debugFlag(a);
    if (a.startsWith("-f")) return this.feature(a);
    if (a.startsWith("-m")) return this.machine(a);
    for (const p of JOINED) {
      if (a.startsWith(p)) {
        this.separate(p, a.slice(p.length));
        return;
      }
    }
    throw unknownOption(a, []);
  }

  /** Takes an option that is for C++ or another language. */
  private isForeign(a: string): boolean {
    const languages = otherLanguages(a);
    if (languages === undefined) return false;
    const text = `command-line option '${a}' is valid for ${languages} but not for C`;
    this.foreign.push({ text, error: this.diag.allErrors, late: !a.startsWith("-W") });
    return true;
  }

  /** -Wp,…: kbuild's -Wp,-MMD,file gives the file as the flag's operand. */
  private forPreprocessor(words: readonly string[]): void {
    for (let i = 0; i < words.length; ) {
      if (words[i] === "-MD" || words[i] === "-MMD") {
        this.deps.ask(words[i] === "-MD", true, words[i + 1]);
        i += 2;
      } else i = this.one(words, i);
    }
  }

  private debugFlag(a: string): void {
    const m = /^-g(gdb|dwarf|dwarf-[2-5]|stabs)?([0-3])?$/.exec(a);
    if (m !== null) {
      this.debug = (m[2] === undefined ? Math.max(2, this.debug) : Number(m[2])) as 0 | 1 | 2 | 3;
      return;
    }
    if (
      /^-g(no-)?(record-gcc-switches|strict-dwarf|column-info|statement-frontiers|variable-location-views|pubnames|gnu-pubnames|inline-points|as-loc-support|as-locview-support|describe-dies|toggle|dwarf32|dwarf64|internal-reset-location-views)$/.test(
        a,
      )
    )
      return;
    if (/^-gz(=(none|zlib|zlib-gnu))?$/.test(a) || a === "-gsplit-dwarf" || /^-gdwarf-?[2-5]$/.test(a)) {
      if (this.debug === 0 && a.startsWith("-gdwarf")) this.debug = 2;
      return;
    }
    throw unknownOption(a, ["-g", "-g1", "-g2", "-g3", "-ggdb"]);
  }

  private feature(a: string): void {
    const body = a.slice(2);
    const map = /^(macro|file|debug|profile)-prefix-map=(.*)$/.exec(body);
    if (map !== null) {
      const eq = map[2]!.indexOf("=");
      if (eq < 0) throw new UsageError(`invalid value '${map[2]}' for '-f${map[1]}-prefix-map'`);
      if (map[1] === "macro" || map[1] === "file") this.prefixMap.unshift([map[2]!.slice(0, eq), map[2]!.slice(eq + 1)]);
      return;
    }
    const pic = /^(no-)?(pic|PIC|pie|PIE)$/.exec(body);
    if (pic !== null) {
      const n = pic[1] !== undefined ? 0 : pic[2]! === pic[2]!.toUpperCase() ? 2 : 1;
      this.pic = n;
      this.pie = n !== 0 && pic[2]!.toLowerCase() === "pie" ? n : 0;
      return;
    }
    if (/^no-builtin-\w+$/.test(body)) {
      this.flags.set(`fbuiltin-${body.slice("no-builtin-".length)}`, false);
      return;
    }
    // x18 belongs to the platform: aarch64 code never uses it
    if (body === "fixed-x18" && this.target === "aarch64") return void this.flags.set("ffixed-x18", true);
    const vector = /^fixed-[vqdshb](1[6-9]|2\d|3[01])$/.exec(body);
    if (vector !== null && this.target === "aarch64") return void this.flags.set(`ffixed-v${vector[1]}`, true);
    if (/^(call-used|call-saved|fixed)-/.test(body)) throw new UsageError(`'${a}' is not supported: the register set is fixed`);
    if (/^(no-)?(tree-|rtl-|ipa-)?(enable|disable)-|^opt-info/.test(body)) return;
    if (body.startsWith("no-sanitize=")) return dropSanitizers(this.flags, body.slice(12));
    if (/^no-sanitize(-recover|-coverage|-trap)?=/.test(body)) return;
    if (body === "parse-all") {
      // occ's own: bodies of inline functions that nobody calls are parsed too.
      this.flags.set("fparse-all", true);
      return;
    }
    if (body === "syntax-only") this.syntaxOnly = true;
    setCodeFlag(this.flags, this.target, "f", body, a);
  }

  private machine(a: string): void {
    const body = a.slice(2);
    if (familyOf(this.target) === "x86" && /^(16|32|64)$/.test(body)) {
      this.bits = body as "16" | "32" | "64";
      return;
    }
    if (body === "arch=help" || body === "tune=help") return;
    setCodeFlag(this.flags, this.target, "m", body, a);
  }

  private finish(): Invocation {
    if (this.bits === "64") {
      if (this.target === "i386") this.setTarget("x86_64");
    } else if (this.bits !== "") this.setTarget("i386");
    const code16 = this.bits === "16";
    const pie = this.pie ?? (this.pic === undefined ? 2 : 0);
    const pic = this.pic ?? 2;
    checkCodeFlags(this.flags, this.target, pic !== 0);
    const dependencies = this.deps.finish();
    if (dependencies?.besides === false) this.mode = "dependencies";
    if (this.syntaxOnly && this.mode !== "preprocess" && this.mode !== "dependencies") this.mode = "syntax";
    const signedByDefault = this.target === "x86_64" || this.target === "i386";
    const uns = this.flags.get("funsigned-char");
    const options: Options = {
      target: this.target,
      triple: this.triple,
      code16,
      opt: this.opt,
      debug: this.debug,
      std: this.std,
      flags: this.flags,
      charset: executionCharset(this.flags),
      charSigned: uns === undefined ? signedByDefault : uns === false,
      wcharSize: this.flags.get("fshort-wchar") === true ? 2 : 4,
      pic,
      pie,
      defines: this.defines,
      diagnostics: this.diag,
      dumps: this.own.dumps,
      passes: this.own.passes,
      bisect: this.own.bisect,
      check: this.own.check,
      time: this.own.time,
      stats: this.own.stats,
    };
    return {
      options,
      preprocess: {
        quote: this.dirs.quote,
        angle: this.dirs.angle,
        system: this.dirs.system,
        after: this.dirs.after,
        imacros: this.dirs.imacros,
        includes: this.dirs.includes,
        prefixMap: this.prefixMap,
        dumpMacros: this.dumpMacros,
        ...this.pre,
      },
      dependencies,
      mode: this.mode,
      output: this.output,
      inputs: this.inputs,
      assemblerFlags: this.asFlags,
      foreign: this.diag.noWarnings
        ? []
        : this.foreign.map((f) => ({ text: f.text, error: f.late ? this.diag.allErrors : f.error })),
      saveTemps: this.saveTemps,
      link: this.link.finish(this.flags),
      query: this.query,
      verbose: this.verbose,
      dryRun: this.dryRun,
      traceTime: this.own.time,
    };
  }
}
