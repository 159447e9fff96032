// What a boot's console says: the init's checks, the kernel's lines with time stamps taken off, the first bad event.

import { FAMILIES, type Family } from "./patterns.ts";

export interface Check {
  readonly name: string;
  readonly value: string;
}
export interface BadEvent {
  readonly family: Family;
  /** The line, numbers folded: a title that is the same on every boot. */
  readonly title: string;
  /** First function of the stack that is no helper, or "". */
  readonly frame: string;
  /** Index into `lines`. */
  readonly line: number;
}
export interface ConsoleReading {
  readonly bytes: number;
  readonly lines: readonly string[];
  readonly checks: readonly Check[];
  /** Fields of the last line, undefined when it never came. */
  readonly done: { readonly nonce: string; readonly count: number; readonly version: string } | undefined;
  /** Times a kernel's banner was printed. */
  readonly banners: number;
  readonly banner: string;
  readonly first: BadEvent | undefined;
  /** `initcall X returned N` that are not 0. */
  readonly initcalls: readonly string[];
}

const STAMP = /^(?:<\d+>)?\[\s*\d+\.\d+\](?:\[\s*[CT]\d+\])?\s?/;
const CHECK = /@@ ok (\S+) ?(.*)$/;
const DONE = /@@ done (\S+) (\d+) (.*)$/;
/** Functions that only report: the guilty frame is the first one below them. */
const HELPERS =
  /^(?:dump_stack|show_stack|dump_backtrace|panic|die|oops|__die|do_trap|bug_handler|handle_bug|report_bug|warn_slowpath|__warn|exc_|asm_exc|do_page_fault|do_kernel_fault|die_kernel_fault|arm64_notify|handle_exception|ret_from|entry_SYSCALL|do_syscall|el[01]|__do_kernel|walk_stackframe|kasan|print_report|check_panic)/;

export function readConsole(text: string): ConsoleReading {
  const lines: string[] = [];
  const checks: Check[] = [];
  const initcalls: string[] = [];
  let done: ConsoleReading["done"];
  let banners = 0;
  let banner = "";
  let first: { family: Family; title: string; line: number } | undefined;
  for (const raw of text.split("\n")) {
    const s = raw.replace(/\r/g, "").replace(STAMP, "");
    if (s === "") continue;
    const check = CHECK.exec(s);
    if (check !== null) {
      checks.push({ name: check[1]!, value: check[2]!.trim() });
      continue;
    }
    const end = DONE.exec(s);
    if (end !== null) {
      done = { nonce: end[1]!, count: Number(end[2]), version: end[3]!.trim() };
      continue;
    }
    const n = lines.push(s) - 1;
    if (s.startsWith("Linux version ")) {
      banners++;
      banner = s;
    }
    const call = /^initcall (\S+) returned (-?\d+)/.exec(s);
    if (call !== null && call[2] !== "0") initcalls.push(`${call[1]}=${call[2]}`);
    if (first === undefined) {
      for (const f of FAMILIES) {
        if (f.pattern.test(s)) {
          first = { family: f.family, title: foldNumbers(s), line: n };
          break;
        }
      }
    }
  }
  return {
    bytes: text.length,
    lines,
    checks,
    done,
    banners,
    banner,
    first: first === undefined ? undefined : { ...first, frame: guiltyFrame(lines, first.line) },
    initcalls,
  };
}

/** Hexadecimal and decimal numbers become N, so that one event has one title on every boot. */
export function foldNumbers(s: string): string {
  return s
    .replace(/\b0x[0-9a-fA-F]+\b/g, "N")
    .replace(/\b[0-9a-fA-F]{8,}\b/g, "N")
    .replace(/\d+/g, "N")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 160);
}

function guiltyFrame(lines: readonly string[], from: number): string {
  for (let i = from; i < Math.min(lines.length, from + 80); i++) {
    const m = /(?:\[<?[0-9a-f]+>?\]\s*)?\b([a-zA-Z_][\w.]*)\+0x[0-9a-f]+\/0x[0-9a-f]+/.exec(lines[i]!);
    if (m !== null && !HELPERS.test(m[1]!)) return m[1]!;
  }
  return "";
}
