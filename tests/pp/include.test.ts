// Includes: search order, #include_next, once-only files, -include, dependencies; and a warm Session gives what a cold one gives.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DriverState } from "../../src/compiler/driver/pipeline.ts";
import { occ } from "./helper.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "occ-inc-"));
  for (const d of ["a", "b", "sys"]) mkdirSync(join(dir, d));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});
const put = (name: string, text: string): void => writeFileSync(join(dir, name), text);
const run = async (argv: string[], state?: DriverState): Promise<string> => {
  const r = await occ(["-nostdinc", "-P", ...argv], dir, "", state);
  expect(r.err).toBe("");
  expect(r.code).toBe(0);
  return r.out.trim().replace(/\s+/g, " ");
};

test("quotes look beside the includer first, brackets do not; -iquote, -I, -isystem, -idirafter in order", async () => {
  put("x.h", "here");
  put("a/x.h", "a");
  put("b/x.h", "b");
  put("sys/x.h", "sys");
  put("m.c", '#include "x.h"\n#include <x.h>\n');
  expect(await run(["-E", "m.c", "-idirafter", "a", "-isystem", "sys", "-Ib"])).toBe("here b");
  expect(await run(["-E", "m.c", "-idirafter", "a", "-isystem", "sys"])).toBe("here sys");
  rmSync(join(dir, "x.h"));
  expect(await run(["-E", "m.c", "-iquote", "a", "-Ib"])).toBe("a b");
});

test("#include_next goes on behind the directory of the includer", async () => {
  put("a/x.h", "a\n#include_next <x.h>\n");
  put("b/x.h", "b\n#if __has_include_next(<x.h>)\n#include_next <x.h>\n#endif\n");
  put("sys/x.h", "sys\n");
  put("m.c", "#include <x.h>\n");
  expect(await run(["-E", "m.c", "-Ia", "-Ib", "-isystem", "sys"])).toBe("a b sys");
});

test("once-only: guards, #pragma once under two names, #import after #include", async () => {
  put("a/g.h", "#ifndef G\n#define G\ng\n#endif\n");
  put("a/o.h", "#pragma once\no\n");
  put("a/i.h", "i\n");
  put(
    "m.c",
    '#include "a/g.h"\n#include <g.h>\n#include "a/o.h"\n#include <o.h>\n#include "a/i.h"\n#import "a/i.h"\n#include "a/i.h"\n',
  );
  expect(await run(["-E", "m.c", "-Ia"])).toBe("g o i");
});

test("-include before the file, -imacros for its macros only, -D and -U in order", async () => {
  put("p.h", "p __INCLUDE_LEVEL__\n");
  put("q.h", "#define Q 7\nlost\n");
  put("m.c", "A B Q __INCLUDE_LEVEL__\n");
  expect(await run(["-E", "-include", "p.h", "-imacros", "q.h", "-DA=1", "-UA", "-DA=2", "-DB", "m.c"])).toBe("p 1 2 1 7 0");
});

test("a warm Session answers as a cold one, and sees changed files", async () => {
  put("x.h", "#ifdef M\nm\n#else\nn\n#endif\n#define M 1\n#define F(x) x M\nF(1)\n");
  put("m.c", '#include "x.h"\n#include "x.h"\n');
  const state = new DriverState();
  const first = await run(["-E", "m.c"], state);
  expect(first).toBe("n 1 1 m 1 1");
  expect(await run(["-E", "m.c"], state)).toBe(first);
  expect(await run(["-E", "-DM=5", "-w", "m.c"], state)).toBe("m 1 1 m 1 1");
  await occ(["-E", "-x", "c", "-"], dir, "#define F(x) x\nF(F(1)\n#include <nonsense.h>\n", state);
  expect(await run(["-E", "m.c"], state)).toBe(first);
  put("x.h", "changed\n");
  expect(await run(["-E", "m.c"], state)).toBe("changed changed");
});

test("dependencies as make rules", async () => {
  put("a/h.h", "");
  put("sys/s.h", "");
  put("m.c", '#include "a/h.h"\n#include <s.h>\n');
  const rule = async (argv: string[]): Promise<string> => (await occ(["-nostdinc", ...argv], dir)).out;
  expect(await rule(["-M", "m.c", "-isystem", "sys"])).toBe("m.o: m.c a/h.h sys/s.h\n");
  expect(await rule(["-MM", "m.c", "-isystem", "sys"])).toBe("m.o: m.c a/h.h\n");
  expect(await rule(["-MM", "-MP", "-MT", "x$y", "-MQ", "p q$", "./m.c", "-isystem", "sys"])).toBe(
    "x$y p\\ q$$: m.c a/h.h\n\na/h.h:\n".replace("\n\n", "\n"),
  );
  put("m.c", '#include "generated.h"\n');
  expect(await rule(["-MM", "-MG", "m.c"])).toBe("m.o: m.c generated.h\n");
});

test("long rules are broken as GCC breaks them", async () => {
  let text = "";
  for (let i = 0; i < 9; i++) {
    put(`a/header-number-${i}.h`, "");
    text += `#include <header-number-${i}.h>\n`;
  }
  put("m.c", text);
  const r = await occ(["-nostdinc", "-M", "-Ia", "m.c"], dir);
  expect(r.out).toBe(
    "m.o: m.c a/header-number-0.h a/header-number-1.h a/header-number-2.h \\\n" +
      " a/header-number-3.h a/header-number-4.h a/header-number-5.h \\\n" +
      " a/header-number-6.h a/header-number-7.h a/header-number-8.h\n",
  );
});
