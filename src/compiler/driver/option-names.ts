// The spelling of options: which take the next word, long names of short ones, names of the standards and of -x.

import type { Language } from "./invocation.ts";

const list = (s: string): readonly string[] => s.split(" ");

/** Values of -std= and the standard that each means. */
export const STANDARDS: Readonly<Record<string, string>> = {
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

/** Values of -x. */
export const LANGUAGES: Readonly<Record<string, Language>> = {
  c: "c",
  "cpp-output": "cpp-output",
  assembler: "assembler",
  "assembler-with-cpp": "assembler-with-cpp",
};

/** Options whose operand is the next word. */
export const SEPARATE: ReadonlySet<string> = new Set(
  list(
    "-o -x -D -U -I -L -l -T -u -z -e -MF -MT -MQ -include -imacros -isystem -iquote -idirafter -iprefix -iwithprefix -iwithprefixbefore -isysroot -imultilib -Xlinker -Xassembler -Xpreprocessor -aux-info -dumpbase -dumpdir -dumpbase-ext -wrapper -specs --param --sysroot -A -B",
  ),
);
/** Of those, the ones whose operand may also be joined. */
export const JOINED = list(
  "-o -x -D -U -I -L -l -T -u -z -e -MF -MT -MQ -include -imacros -isystem -iquote -idirafter -iprefix -iwithprefixbefore -iwithprefix -isysroot -A -B",
);
/** --long names of short options (GCC manual, "Overall Options"). */
export const LONG: Readonly<Record<string, string>> = {
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
