// Results of the kernel's own tests, read from consoles as KUnit and the self tests of lib/ write them.

import { expect, it } from "vitest";
import { parseConsole } from "../../src/oracle/kernel/console.ts";
import { judge } from "../../src/oracle/kernel/verdict.ts";
import { bootOf, changed } from "./boots.ts";

const read = (lines: readonly string[]) =>
  parseConsole(lines.map((line, index) => `[    0.${String(index).padStart(6, "0")}] ${line}`).join("\n"), "x");

const KTAP = [
  "KTAP version 1",
  "1..2",
  "    KTAP version 1",
  "    # Subtest: list-kunit-test",
  "    # module: list_test",
  "    1..3",
  "    ok 1 list_test_list_init",
  "    # list_test_list_add: EXPECTATION FAILED at lib/list-test.c:71",
  "    Expected n == 3, but",
  "    not ok 2 list_test_list_add",
  "        KTAP version 1",
  "        # Subtest: parameters",
  "        ok 1 1900-01-01 a day",
  "        ok 2 same",
  "        ok 3 same",
  "    # parameters: pass:3 fail:0 skip:0 total:3",
  "    ok 3 parameters",
  "# list-kunit-test: pass:2 fail:1 skip:0 total:3",
  "# Totals: pass:4 fail:1 skip:0 total:5",
  "not ok 1 list-kunit-test",
  "    KTAP version 1",
  "    # Subtest: other",
  "    1..1",
  "    ok 1 needs_more # SKIP no such device",
  "ok 2 other # SKIP",
];

it("reads nested KTAP case by case", () => {
  const report = read(KTAP);
  expect(report.checks.map(({ name, status, value }) => [name, status, value].join(" ").trim())).toEqual([
    "kunit:list-kunit-test/list_test_list_init ok",
    "kunit:list-kunit-test/list_test_list_add not ok expectation at lib/list-test.c:71",
    "kunit:list-kunit-test/parameters/1900-01-01_a_day ok",
    "kunit:list-kunit-test/parameters/same ok",
    "kunit:list-kunit-test/parameters/same#2 ok",
    "kunit:list-kunit-test/parameters ok",
    "kunit:list-kunit-test not ok",
    "kunit:other/needs_more skip",
    "kunit:other skip",
  ]);
  expect(report.unfinished).toBe("");
});

it("names the test that a boot ended in", () => {
  expect(read(KTAP.slice(0, 8)).unfinished).toBe("kunit:list-kunit-test");
  expect(read(KTAP.slice(0, 14)).unfinished).toBe("kunit:list-kunit-test/parameters");
});

it("counts what a self test passed, so that fewer cases differ", () => {
  const status = (line: string) => {
    const [check] = read([line]).checks;
    return check && `${check.name} ${check.status} ${check.value}`.trim();
  };
  expect(status("test_printf: all 388 tests passed")).toBe("selftest:test_printf ok 388");
  expect(status("test_bitmap: failed 2 out of 1995 tests")).toBe("selftest:test_bitmap not ok 2");
  expect(status("XArray: 21151201 of 21151201 tests passed")).toBe("selftest:XArray ok 21151201");
  expect(status("IDA: 74189 of 75596 tests passed")).toBe("selftest:IDA not ok 74189");
  expect(status("crc32c: self tests passed, processed 225944 bytes in 118678 nsec")).toBe("selftest:crc32c ok");
  expect(status("crc32_combine: 8373 self tests passed")).toBe("selftest:crc32_combine ok 8373");
  expect(status("glob: 64 self-tests passed, 0 failed")).toBe("selftest:glob ok 64");
  expect(status("glob: 63 self-tests passed, 1 failed")).toBe("selftest:glob not ok 63");
  expect(status("Good, all 262 testcases passed! |")).toBe("selftest:locking ok 262");
  expect(status("atomic64_test: passed")).toBe("selftest:atomic64_test ok");
  expect(status("Freeing unused kernel memory")).toBeUndefined();
});

it("takes no results from user space", () => {
  const report = read(["oracle: ready nonce=x", "test_printf: all 1 tests passed"]);
  expect(report.checks).toEqual([]);
});

it("a test that says more than it did with GCC is no difference, one that says less is", () => {
  const lines = (status: string) => ["KTAP version 1", "    # Subtest: stack", `    ok 1 hole${status}`, "ok 1 stack"];
  const boot = (status: string) => bootOf(changed("clk: Disabling unused clocks", ...lines(status)));
  expect(judge([boot(" # SKIP XFAIL")], boot("")).state).toBe("pass");
  expect(judge([boot("")], boot(" # SKIP XFAIL")).signature).toBe("test-fail: check kunit:stack/hole");
});

it("a process number in an alarm is none of its title", () => {
  const title = (pid: number) => read([`BUG: spinlock bad magic on CPU#0, kunit_try_catch/${pid}`]).events[0]?.title;
  expect(title(179)).toBe(title(1180));
});
