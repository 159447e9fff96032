// The GCC command line (GCC manual 3.2-3.14), parsed to an Invocation: what to do, with which inputs, and the Options of the compiler.
// Unknown options, missing operands and flags that occ cannot honour end it with GCC's wording and exit code 1.

import { type DiagnosticOptions, defaultDiagnosticOptions } from "../base/diagnostics.ts";
import type { Options, OptLevel, TargetName } from "../base/options.ts";
import { type Charset, charsetOf } from "../lex/charset.ts";
import { FEATURES, MACHINE, MACHINE_VALUES, NUMBERS, REFUSED, VALUES, WARNINGS } from "./flag-tables.ts";

/** A mistake on the command line: one line each, without the "occ: error: ". */
export class UsageError extends Error {
  readonly fatal: boolean;
  constructor(message: string, fatal = false) {
    super(message);
    this.fatal = fatal;
  }
}

export type Mode = "preprocess" | "dependencies" | "syntax" | "assembly" | "object" | "link";
export type Language = "c" | "cpp-output" | "assembler" | "assembler-with-cpp";
/** A source file, or something for the linker: an object, a library, -Wl words. */
export type Input =
  | { readonly kind: "source"; readonly path: string; readonly language: Language }
  | { readonly kind: "link"; readonly words: readonly string[] };

export interface DependencyOptions {
  /** undefined = none asked for. */
  readonly system: boolean;
  readonly file: string | undefined;
  readonly targets: readonly string[];
  readonly phony: boolean;
  readonly missingOk: boolean;
  /** -MD and -MMD: besides compiling; the file's name follows the output's. */
  readonly besides: boolean;
  /** Given as -Wp,-MMD,file: the target has no directory, as cc1 makes it. */
  readonly direct: boolean;
}

export interface PreprocessOptions {
  readonly quote: readonly string[];
  readonly angle: readonly string[];
  readonly system: readonly string[];
  readonly after: readonly string[];
  readonly sysroot: string | undefined;
  readonly noStandard: boolean;
  readonly imacros: readonly string[];
  readonly includes: readonly string[];
  readonly lineMarkers: boolean;
  readonly dumpMacros: "" | "M" | "D";
  readonly prefixMap: readonly (readonly [string, string])[];
  readonly undef: boolean;
  /** -C: comments outside of directives stay in -E's output. */
  readonly comments: boolean;
}

export interface Invocation {
  readonly options: Options;
  readonly preprocess: PreprocessOptions;
  readonly dependencies: DependencyOptions | undefined;
  readonly mode: Mode;
  readonly output: string | undefined;
  readonly inputs: readonly Input[];
  readonly assemblerFlags: readonly string[];
  /** -save-temps: where what is made on the way stays. */
  readonly saveTemps: "" | "cwd" | "obj";
  /** Words for the linker that stand before the inputs. */
  readonly link: LinkOptions;
  readonly query: string | undefined;
  readonly verbose: boolean;
  /** -###: print the commands, run nothing. */
  readonly dryRun: boolean;
  readonly traceTime: boolean;
}

export interface LinkOptions {
  readonly kind: "pie" | "exec" | "static" | "static-pie" | "shared" | "relocatable";
  readonly startFiles: boolean;
  readonly defaultLibs: boolean;
  readonly libc: boolean;
  readonly pthread: boolean;
  /** -pg: the start files write down what the profiler counted. */
  readonly profile: boolean;
  readonly exportDynamic: boolean;
  readonly strip: boolean;
  readonly staticLibgcc: boolean;
  readonly dirs: readonly string[];
  readonly prefixes: readonly string[];
  readonly scripts: readonly string[];
  /** bfd, gold …: which ld-NAME to run. */
  readonly linker: string | undefined;
}

const STANDARDS: Readonly<Record<string, string>> = {
  c89: "c89",
  c90: "c89",
  "iso9899:1990": "c89",
  "iso9899:199409": "ciso94",
  c99: "c99",
  c9x: "c99",
  "iso9899:1999": "c99",
  "iso9899:199x": "c99",
  c11: "c11",
  c1x: "c11",
  "iso9899:2011": "c11",
  c17: "c17",
  c18: "c17",
  "iso9899:2017": "c17",
  "iso9899:2018": "c17",
  c2x: "c2x",
  gnu89: "gnu89",
  gnu90: "gnu89",
  gnu99: "gnu99",
  gnu9x: "gnu99",
  gnu11: "gnu11",
  gnu1x: "gnu11",
  gnu17: "gnu17",
  gnu18: "gnu17",
  gnu2x: "gnu2x",
};

const LANGUAGES: Readonly<Record<string, Language>> = {
  c: "c",
  "cpp-output": "cpp-output",
  assembler: "assembler",
  "assembler-with-cpp": "assembler-with-cpp",
};

/** What -Wall and -Wextra switch on, as far as occ has the warning. */
const W_ALL = list(
  "address array-bounds bool-compare bool-operation char-subscripts comment duplicate-decl-specifier enum-compare format implicit implicit-int implicit-function-declaration init-self int-in-bool-context logical-not-parentheses main maybe-uninitialized memset-elt-size memset-transposed-args misleading-indentation missing-attributes missing-braces multistatement-macros nonnull nonnull-compare parentheses pointer-sign return-type sequence-point sizeof-array-div sizeof-pointer-div sizeof-pointer-memaccess strict-aliasing switch tautological-compare trigraphs uninitialized unknown-pragmas unused unused-but-set-variable unused-const-variable unused-function unused-label unused-local-typedefs unused-value unused-variable volatile-register-var zero-length-bounds",
);
const W_EXTRA = list(
  "clobbered cast-function-type empty-body expansion-to-defined ignored-qualifiers implicit-fallthrough missing-field-initializers missing-parameter-type old-style-declaration override-init sign-compare type-limits unused-but-set-parameter unused-parameter shift-negative-value absolute-value",
);

function list(s: string): readonly string[] {
  return s.split(" ");
}

/** Options whose operand is the next word. */
const SEPARATE: ReadonlySet<string> = new Set(
  list(
    "-o -x -D -U -I -L -l -T -u -z -e -MF -MT -MQ -include -imacros -isystem -iquote -idirafter -iprefix -iwithprefix -iwithprefixbefore -isysroot -imultilib -Xlinker -Xassembler -Xpreprocessor -aux-info -dumpbase -dumpdir -dumpbase-ext -wrapper -specs --param --sysroot -A -B",
  ),
);
/** Of those, the ones whose operand may also be joined. */
const JOINED = list(
  "-o -x -D -U -I -L -l -T -u -z -e -MF -MT -MQ -include -imacros -isystem -iquote -idirafter -iprefix -iwithprefixbefore -iwithprefix -isysroot -A -B",
);
/** --long names of short options (GCC manual, "Overall Options"). */
const LONG: Readonly<Record<string, string>> = {
  "--all-warnings": "-Wall",
  "--ansi": "-ansi",
  "--assemble": "-S",
  "--comments": "-C",
  "--compile": "-c",
  "--debug": "-g",
  "--define-macro": "-D",
  "--dependencies": "-M",
  "--include": "-include",
  "--imacros": "-imacros",
  "--include-directory": "-I",
  "--no-line-commands": "-P",
  "--no-standard-includes": "-nostdinc",
  "--no-warnings": "-w",
  "--optimize": "-O",
  "--output": "-o",
  "--pass-exit-codes": "-pass-exit-codes",
  "--pedantic": "-pedantic",
  "--pedantic-errors": "-pedantic-errors",
  "--pie": "-pie",
  "--pipe": "-pipe",
  "--preprocess": "-E",
  "--print-file-name": "-print-file-name",
  "--print-libgcc-file-name": "-print-libgcc-file-name",
  "--print-multi-os-directory": "-print-multi-os-directory",
  "--print-prog-name": "-print-prog-name",
  "--print-search-dirs": "-print-search-dirs",
  "--print-sysroot": "-print-sysroot",
  "--shared": "-shared",
  "--static": "-static",
  "--trigraphs": "-trigraphs",
  "--undefine-macro": "-U",
  "--user-dependencies": "-MM",
  "--verbose": "-v",
  "--write-dependencies": "-MD",
  "--write-user-dependencies": "-MMD",
};

const TARGETS: readonly (readonly [RegExp, TargetName, string])[] = [
  [/^(x86_64|amd64)(-|$)/, "x86_64", "x86_64-linux-gnu"],
  [/^i[3-6]86(-|$)/, "i386", "i386-linux-gnu"],
  [/^(aarch64|arm64)(-|$)/, "aarch64", "aarch64-linux-gnu"],
  [/^riscv64(-|$)/, "riscv64", "riscv64-linux-gnu"],
];

/** Target of a triplet such as riscv64-unknown-linux-gnu; undefined = none of ours. */
export function targetOf(triple: string): { target: TargetName; triple: string } | undefined {
  for (const [pattern, target, canonical] of TARGETS) {
    if (pattern.test(triple)) return { target, triple: canonical };
  }
  return undefined;
}

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
  private deps: { -readonly [K in keyof DependencyOptions]: DependencyOptions[K] } | undefined;
  private readonly depTargets: string[] = [];
  private depFile: string | undefined;
  private depPhony = false;
  private depMissing = false;
  private readonly link = {
    static: false,
    staticPie: false,
    shared: false,
    relocatable: false,
    pie: undefined as boolean | undefined,
    startFiles: true,
    defaultLibs: true,
    libc: true,
    exportDynamic: false,
    strip: false,
    staticLibgcc: false,
  };
  private readonly linkDirs: string[] = [];
  private readonly linkPrefixes: string[] = [];
  private readonly scripts: string[] = [];
  private linker: string | undefined;
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

  private family(): "riscv" | "aarch64" | "x86" {
    return this.target === "riscv64" ? "riscv" : this.target === "aarch64" ? "aarch64" : "x86";
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
    if (this.exact(a)) return i + 1;
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
        return eq >= 0; // --param=name=value tunes GCC's passes
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
        this.depFile = v;
        return;
      case "-MT":
        this.depTargets.push(v);
        return;
      case "-MQ":
        this.depTargets.push(quoteForMake(v));
        return;
      case "-L":
        this.linkDirs.push(`-L${v}`);
        return;
      case "-l":
        this.inputs.push({ kind: "link", words: [`-l${v}`] });
        return;
      case "-T":
        this.scripts.push("-T", v);
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
        this.linkPrefixes.push(v);
        return;
      default:
        return; // -A, -aux-info, -dumpbase, -imultilib, -specs, -wrapper, --param: nothing that the code depends on
    }
  }

  private dep(system: boolean, besides: boolean, file?: string): void {
    this.deps = {
      system: system && this.deps?.system !== false,
      file,
      targets: [],
      phony: false,
      missingOk: false,
      besides,
      direct: file !== undefined,
    };
  }

  /** -E before -S before -c, whatever their order. */
  private setMode(m: "object" | "assembly" | "preprocess"): void {
    if (this.mode === "link" || m === "preprocess" || (m === "assembly" && this.mode === "object")) this.mode = m;
  }

  private exact(a: string): boolean {
    const l = this.link;
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
        this.dep(a === "-M", false);
        return true;
      case "-MD":
      case "-MMD":
        this.dep(a === "-MD", true);
        return true;
      case "-MP":
        this.depPhony = true;
        return true;
      case "-MG":
        this.depMissing = true;
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
      case "-static":
        l.static = true;
        return true;
      case "-static-pie":
        l.staticPie = true;
        return true;
      case "-shared":
        l.shared = true;
        return true;
      case "-r":
        l.relocatable = true;
        return true;
      case "-pie":
        l.pie = true;
        return true;
      case "-no-pie":
      case "-nopie":
        l.pie = false;
        return true;
      case "-s":
        l.strip = true;
        return true;
      case "-rdynamic":
        l.exportDynamic = true;
        return true;
      case "-nostdlib":
        l.startFiles = false;
        l.defaultLibs = false;
        return true;
      case "-nostartfiles":
        l.startFiles = false;
        return true;
      case "-nodefaultlibs":
        l.defaultLibs = false;
        return true;
      case "-nolibc":
        l.libc = false;
        return true;
      case "-static-libgcc":
        l.staticLibgcc = true;
        return true;
      case "-shared-libgcc":
        l.staticLibgcc = false;
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
      const s = STANDARDS[a.slice(5)];
      if (s === undefined)
        throw this.unknown(
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
    if (a.startsWith("-specs=") || a.startsWith("-fdump-") || a.startsWith("-d")) return;
    if (a.startsWith("-fuse-ld=")) {
      this.linker = a.slice(9);
      return;
    }
    if (a.startsWith("-W")) return this.warning(a);
    if (a.startsWith("-g")) return this.debugFlag(a);
    if (a.startsWith("-f")) return this.feature(a);
    if (a.startsWith("-m")) return this.machine(a);
    for (const p of JOINED) {
      if (a.startsWith(p)) {
        this.separate(p, a.slice(p.length));
        return;
      }
    }
    throw this.unknown(a, []);
  }

  /** -Wp,…: kbuild's -Wp,-MMD,file gives the file as the flag's operand. */
  private forPreprocessor(words: readonly string[]): void {
    for (let i = 0; i < words.length; ) {
      if (words[i] === "-MD" || words[i] === "-MMD") {
        this.dep(words[i] === "-MD", true, words[i + 1]);
        i += 2;
      } else i = this.one(words, i);
    }
  }

  private debugFlag(a: string): void {
    const m = /^-g(gdb|dwarf|dwarf-\d|stabs|vms)?([0-3])?$/.exec(a);
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
    if (/^-gz(=.*)?$/.test(a) || a === "-gsplit-dwarf" || /^-gdwarf-?[2-5]$/.test(a)) {
      if (this.debug === 0 && a.startsWith("-gdwarf")) this.debug = 2;
      return;
    }
    throw this.unknown(a, ["-g", "-g1", "-g2", "-g3", "-ggdb"]);
  }

  private warning(a: string): void {
    let name = a.slice(2);
    const d = this.diag;
    if (name === "" || name === "error") {
      d.allErrors = true;
      return;
    }
    if (name === "no-error") {
      d.allErrors = false;
      return;
    }
    if (name === "fatal-errors" || name === "no-fatal-errors") return;
    const off = name.startsWith("no-");
    if (off) name = name.slice(3);
    if (name.startsWith("error=")) {
      const w = name.slice(6).replace(/=.*$/, "");
      if (!KNOWN_WARNINGS.has(w)) throw new UsageError(`'${a}': no option '-W${name.slice(6)}'`);
      d.asError.set(w, !off);
      if (!off) d.enabled.set(w, true);
      return;
    }
    if (name === "error-implicit-function-declaration" && !off) {
      d.asError.set("implicit-function-declaration", true);
      return;
    }
    const base = name.replace(/=.*$/, "");
    if (!KNOWN_WARNINGS.has(base)) {
      if (off) return; // as GCC: told only when there are other diagnostics
      throw this.unknown(
        a,
        [...KNOWN_WARNINGS].map((w) => `-W${w}`),
      );
    }
    const group = base === "all" ? W_ALL : base === "extra" ? W_EXTRA : undefined;
    if (group !== undefined) {
      for (const w of group) if (!off && !d.enabled.has(w)) d.enabled.set(w, true);
      return;
    }
    if (base === "system-headers") d.systemWarnings = !off;
    d.enabled.set(base, !off && !name.endsWith("=0"));
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
    if (/^(no-)?builtin-\w+$/.test(body)) {
      this.flags.set(`fbuiltin-${body.replace(/^(no-)?builtin-/, "")}`, !body.startsWith("no-"));
      return;
    }
    // x18 belongs to the platform: aarch64 code never uses it
    if (body === "fixed-x18" && this.target === "aarch64") return;
    if (/^(call-used|call-saved|fixed)-/.test(body)) throw new UsageError(`'${a}' is not supported: the register set is fixed`);
    if (/^(no-)?(tree-|rtl-|ipa-)?(enable|disable)-|^opt-info/.test(body)) return;
    if (/^no-sanitize(-recover|-coverage|-trap)?=/.test(body)) return;
    if (body === "parse-all") {
      // occ's own: bodies of inline functions that nobody calls are parsed too.
      this.flags.set("fparse-all", true);
      return;
    }
    if (body === "syntax-only") this.syntaxOnly = true;
    this.set("f", body, a, FEATURE_NAMES, FEATURES, VALUES);
  }

  private machine(a: string): void {
    const body = a.slice(2);
    const family = this.family();
    if (family === "x86" && /^(16|32|64)$/.test(body)) {
      this.bits = body as "16" | "32" | "64";
      return;
    }
    if (body === "arch=help" || body === "tune=help") return;
    this.set("m", body, a, MACHINE_NAMES[family], MACHINE[family], MACHINE_VALUES[family]!);
  }

  /** Puts a -f or -m flag into the table after looking it up in the names. */
  private set(
    letter: string,
    body: string,
    a: string,
    names: ReadonlySet<string>,
    all: readonly string[],
    values: Readonly<Record<string, readonly string[]>>,
  ): void {
    const eq = body.indexOf("=");
    let name = eq < 0 ? body : body.slice(0, eq);
    let value: string | boolean = eq < 0 ? true : body.slice(eq + 1);
    if (eq < 0 && !names.has(name) && name.startsWith("no-") && names.has(name.slice(3))) {
      name = name.slice(3);
      value = false;
    } else if (!names.has(eq < 0 ? name : `${name}=`))
      throw this.unknown(
        a,
        all.map((n) => `-${letter}${n}`),
      );
    const key = letter + name;
    if (typeof value === "string") {
      const allowed = values[key];
      if (allowed !== undefined && !allowed.includes(value))
        throw new UsageError(
          `unrecognized argument in option '${a}'\nnote: valid arguments to '-${key}=' are: ${allowed.join(" ")}`,
        );
      if (NUMBERS[key]?.test(value) === false) throw new UsageError(`invalid number in option '${a}'`);
      if (key === "march" || key === "mcpu") this.checkArch(a, value);
    }
    if (value === false && key === "finline-atomics") throw new UsageError(`'${a}' is not supported`);
    if (value !== false) {
      const harmless = REFUSED[key];
      if (harmless !== undefined && !harmless.includes(String(value))) throw new UsageError(`'${a}' is not supported`);
    }
    if (key.startsWith("fstack-protector")) {
      for (const mode of ["", "-strong", "-all", "-explicit"]) this.flags.delete(`fstack-protector${mode}`);
      if (value === false && key !== "fstack-protector") throw this.unknown(a, [`-${key}`]);
    }
    // Opposites share one entry, so that the last one given counts.
    if (key === "fsigned-bitfields") return void this.flags.set("funsigned-bitfields", value === false);
    if (key === "fsigned-char") return void this.flags.set("funsigned-char", value === false);
    if (key === "msoft-float" && value === false) return void this.flags.set("m80387", true);
    if (key === "mhard-float") return void this.flags.set("m80387", value);
    if (key === "fstrict-overflow") {
      this.flags.set("fwrapv", value === false);
      this.flags.set("fwrapv-pointer", value === false);
    }
    if (key === "msse4" && value === false) this.flags.set("msse4.1", false);
    this.flags.delete(key); // keeps the order of the last mention
    this.flags.set(key, value);
  }

  private charset(): Charset | null {
    const name = this.flags.get("fexec-charset");
    const set = typeof name === "string" ? charsetOf(name) : null;
    if (set === undefined) throw new UsageError(`'-fexec-charset=${name}' is not supported`);
    return set;
  }

  private checkArch(a: string, value: string): void {
    if (this.target === "riscv64") {
      if (value.startsWith("sifive") || a.startsWith("-mcpu")) return;
      if (value.startsWith("rv32")) throw new UsageError(`'${a}': only rv64 is supported`);
      if (!value.startsWith("rv64")) throw new UsageError(`'${a}': ISA string must begin with rv32 or rv64`);
      const first = value[4] ?? "";
      if (first !== "i" && first !== "g") throw new UsageError(`'${a}': first ISA subset must be 'e', 'i' or 'g'`);
      const single = value.slice(4).split("_")[0]!.replace(/z.*$/, "");
      if (/v/.test(single) || /_zv/.test(value)) throw new UsageError(`'${a}': the vector extension is not supported`);
      if (/[^gimafdqcb]/.test(single))
        throw new UsageError(`'${a}': unexpected ISA string at end: '${/[^gimafdqcb].*/.exec(single)![0]}'`);
    } else if (this.target === "aarch64") {
      const m = /^(armv(8|9)(\.\d)?-[ar]|native|generic|[a-z0-9.-]+)((\+\w+(-\w+)*)*)$/.exec(value);
      if (m === null || (a.startsWith("-march") && !/^armv|^native/.test(value)))
        throw new UsageError(`unknown value '${value}' for '-march'`);
      for (const f of m[4]!.split("+").slice(1)) {
        if (!ARM_FEATURES.has(f.replace(/^no/, "")) && !ARM_FEATURES.has(f))
          throw new UsageError(`invalid feature modifier '${f}' in '${a}'`);
      }
    } else if (!X86_CPUS.has(value)) throw new UsageError(`bad value '${value}' for '-march=' switch`);
  }

  private checkProfiling(pic: boolean): void {
    if (this.target === "i386" && pic) throw new UsageError("'-pg' is not supported with '-m32 -fPIC'");
    if (this.flags.get("fomit-frame-pointer") === true) throw new UsageError("-pg and -fomit-frame-pointer are incompatible");
    if (this.flags.get("mnop-mcount") === true && pic) throw new UsageError("'-mnop-mcount' is not implemented for '-fPIC'");
  }

  private unknown(a: string, candidates: readonly string[]): UsageError {
    const near = nearest(a, candidates);
    return new UsageError(`unrecognized command-line option '${a}'${near === "" ? "" : `; did you mean '${near}'?`}`);
  }

  private finish(): Invocation {
    if (this.bits === "64") {
      if (this.target === "i386") this.setTarget("x86_64");
    } else if (this.bits !== "") this.setTarget("i386");
    const code16 = this.bits === "16";
    const math = this.flags.get("mfpmath");
    if (this.target === "i386" && typeof math === "string" && math !== "387")
      throw new UsageError(`'-mfpmath=${math}' is not supported for 32-bit code`);
    if (this.target === "x86_64" && this.flags.get("mpreferred-stack-boundary") === "2")
      throw new UsageError("'-mpreferred-stack-boundary=2' is not between 3 and 12");
    if (this.deps !== undefined) {
      this.deps.targets = this.depTargets;
      this.deps.phony = this.depPhony;
      this.deps.missingOk = this.depMissing;
      this.deps.file ??= this.depFile;
      if (!this.deps.besides) this.mode = "dependencies";
    } else if (this.depFile !== undefined || this.depTargets.length > 0 || this.depPhony || this.depMissing)
      throw new UsageError("to generate dependencies you must specify either '-M' or '-MM'");
    if (this.syntaxOnly && this.mode !== "preprocess" && this.mode !== "dependencies") this.mode = "syntax";
    const pie = this.pie ?? (this.pic === undefined ? 2 : 0);
    const pic = this.pic ?? 2;
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
      charset: this.charset(),
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
    if (this.flags.get("pg") === true) this.checkProfiling(pic !== 0);
    const l = this.link;
    const kind: LinkOptions["kind"] = l.relocatable
      ? "relocatable"
      : l.shared
        ? "shared"
        : l.staticPie
          ? "static-pie"
          : l.static
            ? "static"
            : l.pie === false
              ? "exec"
              : "pie";
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
      dependencies: this.deps,
      mode: this.mode,
      output: this.output,
      inputs: this.inputs,
      assemblerFlags: this.asFlags,
      saveTemps: this.saveTemps,
      link: {
        kind,
        startFiles: l.startFiles && !l.relocatable,
        defaultLibs: l.defaultLibs && !l.relocatable,
        libc: l.libc,
        pthread: this.flags.get("pthread") === true,
        profile: this.flags.get("pg") === true,
        exportDynamic: l.exportDynamic,
        strip: l.strip,
        staticLibgcc: l.staticLibgcc,
        dirs: this.linkDirs,
        prefixes: this.linkPrefixes,
        scripts: this.scripts,
        linker: this.linker,
      },
      query: this.query,
      verbose: this.verbose,
      dryRun: this.dryRun,
      traceTime: this.own.time,
    };
  }
}

const FEATURE_NAMES: ReadonlySet<string> = new Set(FEATURES);
const MACHINE_NAMES = { riscv: new Set(MACHINE.riscv), aarch64: new Set(MACHINE.aarch64), x86: new Set(MACHINE.x86) } as const;
const KNOWN_WARNINGS: ReadonlySet<string> = new Set(WARNINGS);
const ARM_FEATURES: ReadonlySet<string> = new Set(
  list(
    "fp simd crypto crc lse fp16 rcpc rdma dotprod aes sha2 sha3 sm4 fp16fml sve profile rng memtag sb ssbs predres sve2 sve2-sm4 sve2-aes sve2-sha3 sve2-bitperm tme i8mm f32mm f64mm bf16 flagm pauth ls64 mops",
  ),
);
/** Values of -march= and -mtune= (GCC manual, "x86 Options"). */
const X86_CPUS: ReadonlySet<string> = new Set(
  list(
    "native generic x86-64 x86-64-v2 x86-64-v3 x86-64-v4 i386 i486 i586 pentium lakemont pentium-mmx winchip-c6 winchip2 c3 i686 pentiumpro pentium2 pentium3 pentium-m pentium4 pentium4m prescott nocona core2 nehalem corei7 westmere sandybridge corei7-avx ivybridge core-avx-i haswell core-avx2 broadwell skylake skylake-avx512 cannonlake icelake-client rocketlake icelake-server cascadelake tigerlake cooperlake sapphirerapids alderlake bonnell atom silvermont slm goldmont goldmont-plus tremont k6 k6-2 k6-3 athlon athlon-tbird athlon-4 athlon-xp athlon-mp k8 k8-sse3 opteron opteron-sse3 athlon64 athlon64-sse3 athlon-fx amdfam10 barcelona bdver1 bdver2 bdver3 bdver4 znver1 znver2 znver3 btver1 btver2",
  ),
);

/** -MQ: the characters that make would take for its own. */
export function quoteForMake(s: string): string {
  return s.replace(/\$/g, "$$$$").replace(/([ \t#])/g, "\\$1");
}

/** The candidate with the least edit distance, if it is near enough to be meant. */
export function nearest(word: string, candidates: readonly string[]): string {
  let best = "";
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  const name = word.replace(/^(-[fmW])no-/, "$1").replace(/=.*$/, "");
  for (const c of candidates) {
    const d = distance(name, c.replace(/=$/, ""), least);
    if (d < least) {
      least = d;
      best = c;
    }
  }
  return best;
}

/** Levenshtein distance, or `limit` when it is not below. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row: number[] = [];
  for (let j = 0; j <= b.length; j++) row.push(j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return Math.min(row[b.length]!, limit);
}
