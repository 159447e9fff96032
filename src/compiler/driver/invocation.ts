// What a command line asks for, as parseCommandLine leaves it: the stages of the driver read this and nothing else.

import type { Options } from "../base/options.ts";

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
  /** Options for other languages: what is said of them when C is compiled. */
  readonly foreign: readonly ForeignOption[];
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

export interface ForeignOption {
  readonly text: string;
  /** -Werror makes it one: that before a -W option, one anywhere for the others (as in GCC). */
  readonly error: boolean;
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
