// The parser's semantics on small inputs: typing and conversions, constant expressions, initialisers, lazy bodies, diagnostics.

import { describe, expect, test } from "vitest";
import { S_RETURN } from "../../src/compiler/c/ast.ts";
import { dumpExpr, dumpInit } from "../../src/compiler/c/dump.ts";
import { type Parsed, parse } from "./harness.ts";

/** The tree of an expression in a function with these parameters. */
function tree(expr: string, params = "", before = ""): string {
  const r = parse(`${before}\nvoid f(${params}) { (void)(${expr}); }`);
  expect(r.errors).toEqual([]);
  return dumpExpr(r.p, r.objects.get("f")!.body!.body.list![0]!.e!.a!);
}

function errors(text: string): string[] {
  return parse(text).errors;
}

function initOf(r: Parsed, name: string): string {
  return dumpInit(r.p, r.objects.get(name)!.init!);
}

describe("expressions", () => {
  test("every conversion is explicit", () => {
    expect(tree("x + 1", "char x")).toBe("(+:int (cast:int (load:char x)) 1:int)");
    expect(tree("x * y", "unsigned x, long y")).toBe("(*:long int (cast:long int (load:unsigned int x)) (load:long int y))");
    expect(tree("p[i]", "short *p, int i")).toBe(
      "(load:short int (deref:short int (ptr+:short int * (load:short int * p) (cast:long int (load:int i)))))",
    );
    expect(tree("x += 1.5", "int x")).toBe("(+=:int x 1.5:double)");
    expect(tree("x ? p : 0", "int x, char *p")).toBe("(?:char * (load:int x) (load:char * p) 0:char *)");
  });
  test("bit-fields promote by their width", () => {
    const before = "struct s { int a : 3; unsigned b : 5; unsigned c : 32; };";
    expect(tree("p->b - 1", "struct s *p", before)).toContain("(-:int (cast:int (load:unsigned int (.");
    expect(tree("(unsigned)p->b - 1", "struct s *p", before)).toContain(
      "(-:unsigned int (cast:unsigned int (load:unsigned int (.",
    );
    expect(tree("p->c - 1", "struct s *p", before)).toContain("(-:unsigned int (load:unsigned int (.");
  });
  test("folding", () => {
    expect(tree("(char)300 + 2 * 3")).toBe("50:int");
    expect(tree("1u - 2")).toBe("4294967295:unsigned int");
    expect(tree("-1 >> 1")).toBe("-1:int");
    expect(tree("(unsigned long)-1 / 3")).toBe("6148914691236517205:long unsigned int");
    expect(tree("((__int128)1 << 100) >> 98")).toBe("4:__int128");
    expect(tree("7.0f / 2 > 3")).toBe("1:int");
    expect(tree("__builtin_bswap32(0x01020304)")).toBe("67305985:unsigned int");
    expect(tree("__builtin_offsetof(struct q, b[2].y)", "", "struct q { int a; struct { char x, y; } b[4]; };")).toBe(
      "9:long unsigned int",
    );
  });
  test("integer constant expressions decide what a null pointer constant is", () => {
    const is = (x: string): string => tree(`sizeof(int) == sizeof(*(8 ? ((void *)((long)(${x}) * 0l)) : (int *)8))`, "int v");
    expect(is("1 + 2")).toBe("1:int");
    expect(is("sizeof(long)")).toBe("1:int");
    expect(is("v")).toBe("0:int");
    expect(is("(v, 1)")).toBe("0:int");
  });
  test("_Generic drops qualifiers and picks once", () => {
    expect(tree("_Generic(x, int: 1, const int: 2, default: 3)", "const int x")).toBe("1:int");
    expect(tree("_Generic(&x, const int *: 2, default: 3)", "const int x")).toBe("2:int");
  });
  test("types_compatible_p and choose_expr", () => {
    expect(tree("__builtin_types_compatible_p(int[], int[5])")).toBe("1:int");
    expect(tree("__builtin_types_compatible_p(const int, int)")).toBe("1:int");
    expect(tree("__builtin_types_compatible_p(char *, const char *)")).toBe("0:int");
    expect(tree("__builtin_choose_expr(0, (char)1, 2L)")).toBe("2:long int");
  });
});

describe("initialisers", () => {
  test("brace elision, designators and overriding", () => {
    const r = parse(`struct p { struct { int x, y; } q[2]; int z; };
      struct p a = { 1, 2, 3, 4, 5 }, b = { .q[1].y = 3, 9, .q = {{ 1 }} };
      int c[] = { [2] = 1, 2, [0] = 7 }, d[6] = { [1 ... 3] = 4 };
      struct { int n; char t[]; } e = { 1, "abc" };
      struct { int a : 3, : 2, b : 5; union { int i; float f; }; } g = { 1, 2, .f = 1 };`);
    expect(r.errors).toEqual([]);
    expect(initOf(r, "a")).toBe("{@0 1:int, @4 2:int, @8 3:int, @12 4:int, @16 5:int 0}");
    expect(initOf(r, "b")).toBe("{@16 9:int, @0 1:int 0}");
    expect(initOf(r, "c")).toBe("{@8 1:int, @12 2:int, @0 7:int 0}");
    expect(r.objects.get("c")!.type.size).toBe(16);
    expect(initOf(r, "d")).toBe("{@4 4:int, @8 4:int, @12 4:int 0}");
    expect(initOf(r, "e")).toBe('{@0 1:int, @4 "abc" 0 +4}');
    expect(initOf(r, "g")).toBe("{@0.0:3 1:int, @0.5:5 2:int, @4 1:float 0}");
  });
  test("static initialisers are constant", () => {
    expect(errors("int x; int *p = &x + 1; long l = (long)&x; int d = &x - &x;")).toEqual([]);
    expect(errors("int x; int y = x;")).toEqual(["1: initializer element is not constant"]);
    expect(errors("int f(void); int y[] = { 1, f() };")).toEqual(["1: initializer element is not constant"]);
  });
});

describe("lazy bodies", () => {
  test("see the names that were declared before them only", () => {
    const r = parse(
      `typedef int t; static inline int f(void) { t x = sizeof(struct later *); return x + (int)sizeof(t); }
       typedef int u; enum { late = 5 };
       static inline int g(void) { return late; }
       static inline int h(void) { return undeclared_yet; }
       int undeclared_yet;`,
      "x86_64",
      { parseAll: false },
    );
    expect(r.errors).toEqual([]);
    const f = r.objects.get("f")!;
    expect(f.body).toBeNull();
    expect(r.p.bodyOf(f).body.list!.some((s) => s.op === S_RETURN)).toBe(true);
    r.p.bodyOf(r.objects.get("g")!);
    expect(r.p.diags.errors).toBe(0);
    r.p.bodyOf(r.objects.get("h")!);
    expect(r.p.diags.errors).toBe(1);
  });
});

describe("diagnostics", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["int f(int a) { return a; } int g(void) { return f(1, 2); }", "too many arguments to function 'f'"],
    ["int f(int a, int b) { return a + b; } int g(void) { return f(1); }", "too few arguments to function 'f'"],
    ["void f(const int *p) { *p = 1; }", "assignment of read-only location"],
    ["void f(void) { const int x = 1; x++; }", "increment of read-only variable 'x'"],
    ["void f(void) { 1 = 2; }", "lvalue required as left operand of assignment"],
    ["void f(int x) { switch (x) { case 1: case 1: ; } }", "duplicate case value"],
    ["void f(void) { break; }", "break statement not within loop or switch"],
    ["void f(void) { goto l; }", "label 'l' used but not defined"],
    ["void f(void) { l: ; l: ; }", "duplicate label 'l'"],
    ["void g(void); int f(void) { return g(); }", "void value not ignored as it ought to be"],
    ["struct s; void f(void) { struct s x; }", "storage size of 'x' isn't known"],
    ["struct s { int a; }; struct s { int b; };", "redefinition of 'struct s'"],
    ["int f(void); char f(void);", "conflicting types for 'f'; have 'char(void)'"],
    ["int f(void) { return 1; } int f(void) { return 2; }", "redefinition of 'f'"],
    ["void f(void) { int x; int x; }", "redeclaration of 'x' with no linkage"],
    ["struct s { int a, a; };", "duplicate member 'a'"],
    ["struct s { int a : 40; };", "width of 'a' exceeds its type"],
    ["struct s { int a : -1; };", "negative width in bit-field 'a'"],
    ["int a[-1];", "size of array 'a' is negative"],
    ["const int n = 1; char a[n];", "variably modified 'a' at file scope"],
    ["const int n = 1; struct s { char a[n]; };", "variably modified 'a' at file scope"],
    ["const int n = 1; struct s { int a : n; };", "bit-field 'a' width not an integer constant"],
    ["const int n = 1; enum { E = n };", "enumerator value for 'E' is not an integer constant"],
    ["const int n = 1; int a[2] = { [n] = 1 };", "nonconstant array index in initializer"],
    ['_Static_assert("a"[0], "");', "expression in static assertion is not constant"],
    ["void f(int x) { switch (x) { case (1, 2): ; } }", "case label does not reduce to an integer constant"],
    ["void f(void) { const int n = 1; static char a[n]; }", "storage size of 'a' isn't constant"],
    ["void f(void) { char a[(int)1.0 + (int)(0.5 + 1)] = { 1 }; }", "variable-sized object may not be initialized"],
    ["int x = (int){ 1 };", "initializer element is not constant"],
    ['const int n = 1; void f(void) { char a[][n] = { "" }; }', "variable-sized object may not be initialized"],
    ["void f(void) { long z(); } void g(void) { z(); }", "incompatible implicit declaration of function 'z'"],
    ["void f(void) { void g(void); } void g(a) int a; {}", "number of arguments doesn't match prototype"],
    ["void f(void) { __attribute__((weak)) void g(void) {} }", "weak declaration of 'g' must be public"],
    ["void f(void) __attribute__((constructor(-1)));", "constructor priorities must be integers from 0 to 65535 inclusive"],
    ['__attribute__((section("a"), section("b"))) void f(void);', "section of 'f' conflicts with previous declaration"],
    ["void f(void) { __label__ a, a; a: ; }", "duplicate label declaration 'a'"],
    ['asm volatile ("");', "expected '(' before 'volatile'"],
    ['void f(void) { asm volatile volatile (""); }', "duplicate 'asm' qualifier 'volatile'"],
    ["typedef int t __attribute__((unavailable)); t x;", "'t' is unavailable"],
    ["int x __attribute__((unavailable)); int f(void) { return x; }", "'x' is unavailable"],
    [
      "typedef struct { char c[9]; } t __attribute__((aligned(8))); t a[2];",
      "size of array element is not a multiple of its alignment",
    ],
    ["_Alignas(1) int a;", "'_Alignas' specifiers cannot reduce alignment of 'a'"],
    ['void f(void) __attribute__((alias("g")));', "'f' aliased to undefined symbol 'g'"],
    ['int g; void f(void) __attribute__((alias("g")));', "'f' alias between function and variable is not supported"],
    ['static void f(void) __attribute__((alias("f")));', "'f' part of alias cycle"],
    ['void g(void) {} void f(void) __attribute__((alias("g"))); void f(void) {}', "redefinition of 'f'"],
    ["struct s { int a; } x; void f(void) { x.b = 1; }", "'struct s' has no member named 'b'"],
    ["void f(struct s { int a; } x) { x + 1; }", "invalid operands to binary + (have 'struct s' and 'int')"],
    ['_Static_assert(sizeof(int) == 5, "size");', 'static assertion failed: "size"'],
    ["void f(int n) { goto l; int a[n]; l: a[0] = 1; }", "jump into scope of identifier with variably modified type"],
    ["typedef int t; typedef long t;", "conflicting types for 't'; have 'long int'"],
    ["void f(void) { int i; i(); }", "called object 'i' is not a function or function pointer"],
    ["int f(void) { return y; }", "'y' undeclared (first use in this function)"],
    [
      "struct s { int a; } f(void); int g(void) { return f(); }",
      "incompatible types when returning type 'struct s' but 'int' was expected",
    ],
    ["static int x; int x;", "non-static declaration of 'x' follows static declaration"],
    ["__thread extern int x;", "'__thread' before 'extern'"],
    ["__thread __thread int x;", "duplicate '__thread'"],
    ["typedef _Thread_local int t;", "'_Thread_local' used with 'typedef'"],
    ["void f(void) { __thread auto int x; }", "'__thread' used with 'auto'"],
    ["void f(__thread int x);", "storage class specified for parameter 'x'"],
    ["void f(void) { __thread int x; }", "function-scope 'x' implicitly auto and declared '__thread'"],
    ["int x = { };", "empty scalar initializer"],
    ["void f(void) { int *p = 0; float q = p; }", "incompatible types when initializing type 'float' using type 'int *'"],
    ["int g(void) { return __builtin_types_compatible_p(int, ) ; }", "expected specifier-qualifier-list before ')' token"],
    ["int main(void) { return 0 }", "expected ';' before '}' token"],
    ["void f(void) { static int g(void) { return 1; } }", "invalid storage class for function 'g'"],
    ["void f(void) { int g(void) { return 1; } int g(void) { return 2; } }", "redefinition of 'g'"],
    ["void f(void) { auto int g(int); g(1); }", "nested function 'g' declared but never defined"],
    ["void f(void) { int g(void); int g(void) { return 1; } }", "static declaration of 'g' follows non-static declaration"],
    ["void f(void) { void g(void) { goto out; } out: g(); }", "label 'out' used but not defined"],
    ["void f(void) { __label__ out; void g(void) { goto out; } g(); }", "label 'out' used but not defined"],
    [
      'void f(void) { __label__ out; void g(void) { asm goto ("" :::: out); } out: g(); }',
      "asm goto to label 'out' of an outer function is not supported",
    ],
  ];
  for (const [text, message] of cases) {
    test(message, () => {
      expect(errors(text)).toContain(`1: ${message}`);
    });
  }
  test("the section of the first declaration stays", () => {
    const r = parse('extern int v __attribute__((section("a"))); int v __attribute__((section("b"))) = 1;');
    expect(r.errors).toEqual([]);
    expect(r.warnings).toEqual([
      `1: ignoring attribute 'section ("b")' because it conflicts with previous 'section ("a")' [-Wattributes]`,
    ]);
    expect(r.objects.get("v")!.attrs.section).toBe("a");
  });
  test("what GCC folds to a constant is accepted", () => {
    const folded = [
      "char a[(int)(3.5 + 1)]; char b[(long)&((struct { int x, y; } *)0)->y]; int x, c[1 || x], d[3]; char e[&d[3] - &d[1]];",
      "const int n = 2; int i = n; const struct { int x; } s = { 1 }; int j = s.x; struct t { int z; } k = (struct t){ 1 };",
      'void f(int x) { const int m = 3; switch (x) { case m:; } enum { E = m }; static int y = m; char a[__builtin_strlen("ab")] = { 1 }; }',
      "void f(void) { char a[1 ? 3 : 1 / 0] = { 1 }, b[0 || 2 > 1] = { 1 }, c[sizeof(int) == 4] = { 1 }, d[(int)1.5] = { 1 }; }",
    ];
    for (const text of folded) expect(errors(text)).toEqual([]);
  });
  test("an array's bound at file scope may be what __builtin_constant_p chooses, whatever the other arm is", () => {
    const head = "int g(void); static inline __attribute__((const)) int f(int n) { return n; } ";
    for (const bound of [
      "__builtin_constant_p(3) ? 4 : g()",
      "2 * ((__builtin_constant_p(3)) ? 4 : f(3))",
      "__builtin_constant_p(g()) ? g() : 4",
    ])
      expect(parse(`${head}int a[${bound}];`).warnings).toEqual([]);
    for (const bound of ["1 ? 3 : g()", "!__builtin_constant_p(3) ? f(3) : 5", "__builtin_constant_p(3) && 1 ? 4 : f(3)"])
      expect(parse(`${head}int a[${bound}];`).warnings).toEqual(["1: variably modified 'a' at file scope"]);
  });
  test("warnings of GCC 12", () => {
    const r = parse("int g(); void f(char *p) { int *q = p; int i = p; undeclared(1); }");
    expect(r.errors).toEqual([]);
    expect(r.warnings).toEqual([
      "1: initialization of 'int *' from incompatible pointer type 'char *' [-Wincompatible-pointer-types]",
      "1: initialization of 'int' from 'char *' makes integer from pointer without a cast [-Wint-conversion]",
      "1: implicit declaration of function 'undeclared' [-Wimplicit-function-declaration]",
    ]);
  });
});
