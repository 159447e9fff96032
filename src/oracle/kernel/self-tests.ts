// The kernel's own tests as checks: KTAP of KUnit (Documentation/dev-tools/ktap.rst, version 1, nested by indentation) and the
// sentinels of the self tests that run as initcalls. Each becomes a check with a name and a status, compared one by one with
// the GCC boot: a test that is absent or ran fewer cases differs, though no line says "failed".

import type { CheckResult } from "./console.ts";

/** What one kind of self test prints at its end: group `name` names it (or `fixed` does), the status is told from the text. */
interface Sentinel {
  readonly expression: RegExp;
  readonly fixed?: string;
  /** What the result is worth: the counts, or "" where they may differ from boot to boot. */
  readonly value: (groups: Readonly<Record<string, string>>) => string;
  readonly passed: (groups: Readonly<Record<string, string>>) => boolean;
}

const yes = () => true;
const no = () => false;
const count = (groups: Readonly<Record<string, string>>) => groups.n ?? "";

const SENTINELS: readonly Sentinel[] = [
  { expression: /^(?<name>\w+): [Aa]ll (?<n>\d+) tests(?: in \w+)? passed!?$/, value: count, passed: yes },
  { expression: /^(?<name>\w+): remaining (?<n>\d+) tests passed$/, value: count, passed: yes },
  { expression: /^(?<name>\w+): failed (?<n>\d+) out of \d+ tests$/, value: count, passed: no },
  { expression: /^(?<name>\w+): (?<n>\d+) out of \d+ tests failed$/, value: count, passed: no },
  { expression: /^(?<name>\w+): failures: (?<n>\d+) out of \d+$/, value: count, passed: no },
  {
    expression: /^(?:maple_tree: )?(?<name>XArray|IDA|maple_tree): (?<n>\d+) of (?<of>\d+) tests passed$/,
    value: count,
    passed: (groups) => groups.n === groups.of,
  },
  { expression: /^(?<name>crc32c?(?:_combine)?): (?:(?<n>\d+) )?self tests passed/, value: count, passed: yes },
  { expression: /^(?<name>crc32c?(?:_combine)?): (?<n>\d+(?:\/\d+)?) self tests failed/, value: count, passed: no },
  { expression: /^(?<name>prandom): (?<n>\d+) self tests passed$/, value: count, passed: yes },
  { expression: /^(?<name>prandom): (?<n>\d+\/\d+) self tests failed$/, value: count, passed: no },
  { expression: /^prandom: seed boundary self test passed$/, fixed: "prandom_seed", value: count, passed: yes },
  { expression: /^prandom: seed boundary self test failed$/, fixed: "prandom_seed", value: count, passed: no },
  {
    expression: /^(?<name>glob): (?<n>\d+) self-tests passed, (?<bad>\d+) failed$/,
    value: count,
    passed: (groups) => groups.bad === "0",
  },
  { expression: /^(?<name>rslib): test ok$/, value: count, passed: yes },
  { expression: /^(?<name>rslib): test failed$/, value: count, passed: no },
  { expression: /^(?<name>\w+): (?:test )?passed(?: for .*)?$/, value: count, passed: yes },
  { expression: /^(?<name>\w+): test failed\b.*$/, value: count, passed: no },
  { expression: /^Good, all (?<n>\d+) testcases passed!/, fixed: "locking", value: count, passed: yes },
  { expression: /^(?<n>\d+) out of \d+ testcases failed, as expected/, fixed: "locking", value: count, passed: yes },
  { expression: /^BUG: (?<n>\d+) unexpected failures \(out of \d+\)/, fixed: "locking", value: count, passed: no },
  { expression: /^(?<name>raid6test): complete \((?<n>\d+) tests, 0 failures?\)/, value: count, passed: yes },
  { expression: /^(?<name>raid6test): complete \(\d+ tests, (?<n>\d+) failures?\)/, value: count, passed: no },
];

/** Lines around test results that tell times, or how a table happened to grow. */
const NOISE: readonly RegExp[] = [
  /^\s*# [\w.]+\.speed: |^\s*# \w+: Test should be marked slow /,
  /\b\d+ cycles\b|\d+\.\d+s elapsed\b/,
  /\b\d+ nsec\b/,
  /Duration of test: |Average: |\bTime: \d+|\bTime elapsed: /,
  /Traversal complete: |Info: encountered resize|insertions retried/,
  /\b\d+ \/ \d+$/,
  // groups its users by call trace
  /^ref_tracker: \S+ has \d+\/\d+ users at$/,
];

const SUBTEST = /^( *)# Subtest: (.+)$/;
const RESULT = /^( *)(ok|not ok) (\d+)(?: -)? ?(.*)$/;
const PLAN = /^( *)1\.\.(\d+)$/;
const INDENT = 4;

/** Reads one boot's console, line by line (without time stamps), for results of the kernel's own tests. */
export class SelfTests {
  readonly checks: CheckResult[] = [];
  /** The test that had begun and not ended; "" when none. */
  unfinished = "";
  private ktap = false;
  private readonly path: string[] = [];
  private readonly used = new Map<string, number>();
  private failure = "";

  /** Takes a line; true when it is told by a check, or tells nothing that can be compared. */
  take(line: string): boolean {
    if (/^ *KTAP version \d+$/.test(line)) {
      this.ktap = true;
      return true;
    }
    if (this.ktap && this.takeKtap(line)) return true;
    for (const sentinel of SENTINELS) {
      const match = sentinel.expression.exec(line);
      if (!match) continue;
      const groups = match.groups ?? {};
      this.add(`selftest:${sentinel.fixed ?? groups.name!}`, sentinel.passed(groups) ? "ok" : "not ok", sentinel.value(groups));
      return true;
    }
    return NOISE.some((expression) => expression.test(line));
  }

  private takeKtap(line: string): boolean {
    const subtest = SUBTEST.exec(line);
    if (subtest) {
      const depth = Math.max(1, subtest[1]!.length / INDENT);
      this.path.length = Math.min(this.path.length, depth - 1);
      this.path.push(word(subtest[2]!));
      this.unfinished = this.name("");
      return true;
    }
    const result = RESULT.exec(line);
    if (result) {
      const depth = result[1]!.length / INDENT;
      // A result at a depth ends every subtest below it.
      this.path.length = Math.min(this.path.length, depth);
      const [label, ...directive] = result[4]!.split(" # ");
      const skip = /^SKIP\b/i.test(directive.join(" # "));
      const status = skip ? "skip" : (result[2] as CheckResult["status"]);
      this.add(this.name(word(label!.trim() || result[3]!)), status, status === "not ok" ? this.failure : "");
      this.failure = "";
      this.unfinished = this.path.length > 0 ? this.name("") : "";
      return true;
    }
    const failed = /# .*: (EXPECTATION|ASSERTION) FAILED at (\S+)/.exec(line);
    if (failed) this.failure ||= `${failed[1]!.toLowerCase()} at ${failed[2]}`;
    return PLAN.test(line) || /^ *# (?:module|[\w.-]+: pass:\d+|Totals: pass:\d+)/.test(line);
  }

  private name(last: string): string {
    return `kunit:${[...this.path, last].filter((part) => part !== "").join("/")}`;
  }

  /** Cases of a parameterised test may share a name: the second becomes NAME#2. */
  private add(name: string, status: CheckResult["status"], value: string): void {
    const before = this.used.get(name) ?? 0;
    this.used.set(name, before + 1);
    this.checks.push({ name: before === 0 ? name : `${name}#${before + 1}`, status, value });
  }
}

/** A test's name as one word. */
function word(text: string): string {
  return text.replace(/\s+/g, "_");
}
