import { expect, test } from "vitest";
import { parseDg, tclWords } from "../../src/oracle/program/dejagnu.ts";

test("words, quotes and braces", () => {
  expect(tclWords('dg-options "-O2 -fno-inline" { target { x86_64-*-* } }')).toEqual([
    "dg-options",
    "-O2 -fno-inline",
    " target { x86_64-*-* } ",
  ]);
});

test("directives of a run test", () => {
  const d = parseDg('/* { dg-do run } */\n/* { dg-options "-std=c99 -O1" } */\n/* { dg-require-effective-target int128 } */\n');
  expect(d.action).toBe("run");
  expect(d.options).toEqual(["-std=c99", "-O1"]);
  expect(d.requires).toEqual(["int128"]);
});

test("error lines: here, relative, absolute", () => {
  const d = parseDg(
    'int x = y; /* { dg-error "undeclared" } */\n/* { dg-error "a" "b" { target *-*-* } .-1 } */\n/* { dg-error "c" "d" { target *-*-* } 17 } */',
  );
  expect(d.errorLines).toEqual([1, 1, 17]);
});
