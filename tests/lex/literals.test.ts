// Values of numbers, characters and strings.

import { describe, expect, test } from "vitest";
import { decodeChar, decodeString, parseNumber } from "../../src/compiler/lex/literals.ts";

const lit = (prefix: string, text: string): { prefix: string; bytes: Uint8Array } => ({
  prefix,
  bytes: new TextEncoder().encode(text),
});
const int = (s: string): [bigint, string] => {
  const v = parseNumber(s);
  if (v.kind !== "int") throw new Error(`${s}: ${JSON.stringify(v)}`);
  const value = (BigInt(v.hi >>> 0) << 32n) | BigInt(v.lo >>> 0);
  return [
    value,
    `${v.unsigned ? "u" : ""}${"l".repeat(v.longs)}${v.imaginary ? "i" : ""}${v.decimal ? "" : "x"}${v.overflow ? "!" : ""}`,
  ];
};

describe("integers", () => {
  const cases: readonly (readonly [string, bigint, string])[] = [
    ["0", 0n, ""],
    ["123", 123n, ""],
    ["0x7fffffff", 0x7fffffffn, "x"],
    ["0777", 511n, "x"],
    ["0b1011", 11n, "x"],
    ["18446744073709551615u", (1n << 64n) - 1n, "u"],
    ["18446744073709551616", 0n, "!"],
    ["0xffffffffffffffffULL", (1n << 64n) - 1n, "ullx"],
    ["9223372036854775807LL", (1n << 63n) - 1n, "ll"],
    ["10lu", 10n, "ul"],
    ["3i", 3n, "i"],
    ["123456789012345678", 123456789012345678n, ""],
  ];
  for (const [s, value, kind] of cases) {
    test(s, () => {
      expect(int(s)).toEqual([value, kind]);
    });
  }
  for (const bad of ["08", "1ulul", "1lL", "0xg", "0b2", "1z", "12ab"]) {
    test(`${bad} is none`, () => {
      expect(parseNumber(bad).kind).toBe("bad");
    });
  }
});

describe("floating", () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ["1.5", 1.5, ""],
    [".5f", 0.5, "f"],
    ["1e-5L", 1e-5, "l"],
    ["1.", 1, ""],
    ["0x1.8p3", 12, ""],
    ["0x.8p0", 0.5, ""],
    ["0x1p-1074", 5e-324, ""],
    ["0x1p-1075", 0, ""],
    ["0x1.8p-1075", 5e-324, ""],
    ["0x1.fffffffffffff8p0", 2, ""],
    ["0x1.fffffffffffff7p0", 1.9999999999999998, ""],
    ["1e400", Number.POSITIVE_INFINITY, ""],
    ["2.0F128", 2, "f128"],
    ["09.5", 9.5, ""],
  ];
  for (const [s, value, suffix] of cases) {
    test(s, () => {
      const v = parseNumber(s);
      expect(v).toMatchObject({ kind: "float", value, suffix });
    });
  }
  test("a hexadecimal one needs an exponent", () => {
    expect(parseNumber("0x1.8").kind).toBe("bad");
  });
});

describe("characters", () => {
  test("plain ones have char's sign", () => {
    expect(decodeChar(lit("", "\\377"), 4, true).value).toBe(-1);
    expect(decodeChar(lit("", "\\377"), 4, false).value).toBe(255);
    expect(decodeChar(lit("", "a"), 4, true).value).toBe(97);
    expect(decodeChar(lit("", "\\e"), 4, true).value).toBe(27);
    expect(decodeChar(lit("", "\\0"), 4, true).value).toBe(0);
  });
  test("several, and wide ones", () => {
    expect(decodeChar(lit("", "abc"), 4, true)).toMatchObject({ value: 0x616263, multi: true });
    expect(decodeChar(lit("L", "é"), 4, true).value).toBe(0xe9);
    expect(decodeChar(lit("u", "\\u20ac"), 4, true).value).toBe(0x20ac);
    expect(decodeChar(lit("", ""), 4, true).error).toBe("empty character constant");
  });
});

describe("strings", () => {
  test("escapes", () => {
    expect(decodeString([lit("", 'a\\n\\x41\\101\\"\\\\\\1234')], 4).units).toEqual([97, 10, 65, 65, 34, 92, 83, 52]);
  });
  test("a prefix holds for all parts; parts do not run together", () => {
    expect(decodeString([lit("", "\\x1"), lit("L", "23é")], 4)).toMatchObject({ units: [1, 50, 51, 0xe9], unit: 4, prefix: "L" });
    expect(decodeString([lit("u", "😀")], 4).units).toEqual([0xd83d, 0xde00]);
    expect(decodeString([lit("U", "😀")], 4).units).toEqual([0x1f600]);
    expect(decodeString([lit("u8", "\\u00e9")], 4).units).toEqual([0xc3, 0xa9]);
    expect(decodeString([lit("L", "x")], 2).unit).toBe(2);
    expect(decodeString([lit("u", "a"), lit("U", "b")], 4).error).not.toBe("");
  });
});
