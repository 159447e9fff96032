// Macro expansion: the standard's examples (C11 6.10.3.5) and GNU's extensions.

import { describe, expect, test } from "vitest";
import { expand, occ } from "./helper.ts";

describe("C11 6.10.3.5", () => {
  test("example 3: rescanning and self-reference", async () => {
    const defs = `#define x 3
#define f(a) f(x * (a))
#undef x
#define x 2
#define g f
#define z z[0]
#define h g(~
#define m(a) a(w)
#define w 0,1
#define t(a) a
#define p() int
#define q(x) x
#define r(x,y) x ## y
#define str(x) # x
`;
    expect(await expand(`${defs}f(y+1) + f(f(z)) % t(t(g)(0) + t)(1);`)).toBe(
      "f(2 * (y+1)) + f(2 * (f(2 * (z[0])))) % f(2 * (0)) + t(1);",
    );
    expect(await expand(`${defs}g(x+(3,4)-w) | h 5) & m\n(f)^m(m);`)).toBe(
      "f(2 * (2 +(3,4)-0,1)) | f(2 * (~ 5)) & f(2 * (0,1))^m(0,1);",
    );
    expect(await expand(`${defs}p() i[q()] = { q(1), r(2,3), r(4,), r(,5), r(,) };`)).toBe("int i[] = { 1, 23, 4, 5, };");
    expect(await expand(`${defs}char c[2][6] = { str(hello), str() };`)).toBe('char c[2][6] = { "hello", "" };');
  });

  test("example 4: stringifying and pasting", async () => {
    const defs = `#define str(s) # s
#define xstr(s) str(s)
#define debug(s, t) printf("x" # s "= %d, x" # t "= %s", x ## s, x ## t)
#define INCFILE(n) vers ## n
#define glue(a, b) a ## b
#define xglue(a, b) glue(a, b)
#define HIGHLOW "hello"
#define LOW LOW ", world"
`;
    expect(await expand(`${defs}debug(1, 2);`)).toBe('printf("x" "1" "= %d, x" "2" "= %s", x1, x2);');
    expect(await expand(`${defs}fputs(str(strncmp("abc\\0d", "abc", '\\4') == 0) str(: @\\n), s);`)).toBe(
      `fputs("strncmp(\\"abc\\\\0d\\", \\"abc\\", '\\\\4') == 0" ": @\\n", s);`,
    );
    expect(await expand(`${defs}xstr(INCFILE(2).h) glue(HIGH, LOW); xglue(HIGH, LOW)`)).toBe(
      '"vers2.h" "hello"; "hello" ", world"',
    );
  });

  test("example 5: placemarkers; example 7: variable arguments", async () => {
    expect(
      await expand(
        "#define t(x,y,z) x ## y ## z\nint j[] = { t(1,2,3), t(,4,5), t(6,,7), t(8,9,), t(10,,), t(,11,), t(,,12), t(,,) };",
      ),
    ).toBe("int j[] = { 123, 45, 67, 89, 10, 11, 12, };");
    expect(
      await expand(
        '#define debug(...) f(stderr, __VA_ARGS__)\n#define s(...) puts(#__VA_ARGS__)\ndebug("Flag"); s(The first, second, and third items.);',
      ),
    ).toBe('f(stderr, "Flag"); puts("The first, second, and third items.");');
  });

  test("a macro is enabled again once its expansion has been read: GCC's answer to the open question", async () => {
    expect(await expand("#define f(a) a*g\n#define g(a) f(a)\nf(2)(9)")).toBe("2*9*g");
    expect(await expand("#define foo() bar\n#define bar foo\nbar()()")).toBe("foo()");
  });
});

describe("GNU extensions", () => {
  test("comma before an empty ## __VA_ARGS__", async () => {
    expect(await expand("#define e(f, ...) p(f, ## __VA_ARGS__)\ne(1) e(1,) e(1,2) e(1, 2)")).toBe("p(1) p(1,) p(1,2) p(1, 2)");
    expect(await expand("#define e(f, a...) p(f, ## a)\ne(1) e(1,2,3)")).toBe("p(1) p(1,2,3)");
    expect(await expand("#define e(...) p(x, ## __VA_ARGS__)\ne()")).toBe("p(x)");
    expect(await expand("#define e(...) p(x, ## __VA_ARGS__)\ne()", "-std=c99")).toBe("p(x,)");
  });

  test("__VA_OPT__", async () => {
    expect(await expand("#define F(a,...) f(a __VA_OPT__(,) __VA_ARGS__)\nF(1) F(1,) F(1,2)")).toBe("f(1 ) f(1 ) f(1 , 2)");
    expect(await expand("#define G(X,...) f(0, X __VA_OPT__(,) __VA_ARGS__)\n#define E\nG(a,E) G(a,b)")).toBe(
      "f(0, a ) f(0, a , b)",
    );
  });

  test("directives among the arguments", async () => {
    expect(await expand("#define f(a) <a>\nf(1\n#ifdef X\n2\n#else\n3\n#endif\n)")).toBe("<1 3>");
  });

  test("push_macro and pop_macro, poison", async () => {
    expect(await expand('#define A 1\n#pragma push_macro("A")\n#undef A\n#define A 2\nA\n#pragma pop_macro("A")\nA')).toBe("2 1");
    const r = await occ(["-E", "-x", "c", "-"], "/", "#pragma GCC poison bad\nbad\n");
    expect(r.code).toBe(1);
    expect(r.err).toContain('attempt to use poisoned "bad"');
  });

  test("_Pragma with a macro for its operand", async () => {
    expect(await expand("#define S(x) #x\n#define T _Pragma(S(pack(2))) x\nT")).toBe("#pragma pack(2) x");
  });
});

test("white space of stringified expansions is GCC's", async () => {
  const defs = `#define S_(x...) #x
#define S(x...) S_(x)
#define ID(x) x
#define EMPTY
#define ADD(a,b) a+b
#define CAT(a,b) a##b
#define PL +
`;
  expect(await expand(`${defs}S( a EMPTY b ) S(a EMPTY+b) S(a+EMPTY b) S(ID(a)ID(b)) S(ID( a )ID( b )) S([ID(a)])`)).toBe(
    '"a b" "a +b" "a+ b" "ab" "ab" "[a]"',
  );
  expect(await expand(`${defs}S(ADD( 1 , 2 )) S(ADD(,2)) S(x CAT(,)y) S(-PL+) S(- PL +) S(a ID()x) S(ID(x)  +  ID()y)`)).toBe(
    '"1+2" "+2" "x y" "-++" "- + +" "a x" "x + y"',
  );
});

test("__LINE__ in arguments: its own line at first, the outermost macro's when rescanned", async () => {
  expect(await expand("#define ID(x) x\n#define R(f, ...) f , ##__VA_ARGS__\nID(\n__LINE__) R(a,\n__LINE__)")).toBe("4 a , 4");
});

test("__LINE__, __FILE__, __COUNTER__, __DATE__, __INCLUDE_LEVEL__", async () => {
  expect(await expand('__COUNTER__ __COUNTER__ __LINE__\n#line 50 "n.c"\n__LINE__ __FILE__ __INCLUDE_LEVEL__')).toBe(
    '0 1 1 50 "n.c" 0',
  );
  expect(await expand("__DATE__ __TIME__")).toBe('"Nov 14 2023" "22:13:20"');
});

test("-fmacro-prefix-map", async () => {
  expect(await expand('#line 1 "/src/a/b.h"\n__FILE__', "-fmacro-prefix-map=/src/=")).toBe('"a/b.h"');
});

test("trigraphs only where the dialect has them; digraphs keep their spelling", async () => {
  expect(await expand("??(1??)")).toBe("??(1??)");
  expect(await expand("??(1??) ??!??!", "-std=c11")).toBe("[1] ||");
  expect(await expand("<:1:> <% %>")).toBe("<:1:> <% %>");
});

test("backslash-newline anywhere", async () => {
  expect(await expand("#def\\\n\\\nine A\\\nB 1\\\n2\nAB +\\\n+ /\\\n/ gone\nx /\\\n* gone *\\\n/ y")).toBe("12 ++ x y");
});

describe("#if", () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ["1 + 2 * 3 == 7", true],
    ["(2 || 1/0)", true],
    ["0 && 1/0", false],
    ["-1 > 0u", true],
    ["-1 < 0", true],
    ["0xffffffffffffffff == -1", true],
    ["1 ? 2 : (1/0)", true],
    ["(-1 ? 2 : 1u) > 0", true],
    ["-5 / 2 == -2 && -5 % 2 == -1", true],
    ["1 << 62 > 0 && (1ull << 63) > 0", true],
    ["'\\377' < 0", true],
    ["'ab' == ('a' << 8) + 'b'", true],
    ["L'\\xffff' == 0xffff", true],
    ["defined X || defined(Y)", false],
    ["undefined_name", false],
    ["0b101 == 5 && 010 == 8", true],
    ["~0u == 0xffffffffffffffff", true],
    ["-9223372036854775807 - 1 < 0", true],
    ["__has_attribute(__packed__) && !__has_attribute(nonsense)", true],
    ["__has_builtin(__builtin_expect) && !__has_builtin(nonsense)", true],
    ['__has_include("nonsense.h")', false],
  ];
  for (const [text, value] of cases) {
    test(text, async () => {
      expect(await expand(`#if ${text}\nyes\n#else\nno\n#endif`)).toBe(value ? "yes" : "no");
    });
  }
  for (const [text, message] of [
    ["1 +", "ends too early"],
    ["(1", "missing ')'"],
    ["1.0", "floating constant"],
    ["1/0", "division by zero"],
    ["1 2", "missing binary operator"],
    ['"s"', "not valid in preprocessor expressions"],
  ] as const) {
    test(`${text} is an error`, async () => {
      const r = await occ(["-E", "-x", "c", "-"], "/", `#if ${text}\n#endif\n`);
      expect(r.code).toBe(1);
      expect(r.err).toContain(message);
    });
  }
});

describe("errors", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["#include <nonsense.h>", "nonsense.h: No such file or directory"],
    ["#error told so", "#error told so"],
    ["#if 1", "unterminated #if"],
    ["#else", "#else without #if"],
    ["#define f(a) a\nf(1", 'unterminated argument list invoking macro "f"'],
    ["#define f(a) a\nf(1,2)", 'macro "f" passed 2 arguments, but takes just 1'],
    ["#define f(a,b) a\nf(1)", 'macro "f" requires 2 arguments, but only 1 given'],
    ["#define p(a,b) a##b\np(+,x)", 'pasting "+" and "x" does not give a valid preprocessing token'],
    ["#nonsense", "invalid preprocessing directive #nonsense"],
    ["/* open", "unterminated comment"],
    ["#define defined", '"defined" cannot be used as a macro name'],
  ];
  for (const [source, message] of cases) {
    test(message, async () => {
      const r = await occ(["-E", "-x", "c", "-"], "/", `${source}\n`);
      expect(r.code).toBe(1);
      expect(r.err).toContain(message);
      expect(r.out).toBe("");
    });
  }
});

test("-E puts a space only where tokens met that were not neighbours", async () => {
  expect(await expand("#define E\n#define M .data..ro\n.a..b M x-y 1-2 +E+ -E-x E..E. a/E/b M.c")).toBe(
    ".a..b .data..ro x-y 1-2 + + - -x .. . a/ /b .data..ro.c",
  );
});

test("-C keeps the comments outside of directives", async () => {
  const r = await occ(
    ["-nostdinc", "-E", "-P", "-C", "-x", "c", "-"],
    "/",
    "/* a\n b */ int x; // c\n#define A 1 /* no */\n#ifdef Z\n/* dead */\n#endif\nA /* t */\n",
  );
  expect(r.out).toBe("/* a\n b */ int x; // c\n1 /* t */\n");
});
