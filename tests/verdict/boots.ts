// Synthetic boots: consoles as a guest would print them, made into results without QEMU.

import type { BootResult } from "../../src/oracle/kernel/boot.ts";
import { parseConsole } from "../../src/oracle/kernel/console.ts";

export const NONCE = "0123456789abcdef";

const BANNER = "Linux version 6.9.0-tk (oracle@oracle) (gcc 12.2.0) #1 2024-05-12 00:00:00 UTC";
const UTS = "Linux 6.9.0-tk #1 2024-05-12 00:00:00 UTC riscv64";

/** The lines of a healthy guest, without time stamps. */
export function healthy(nonce = NONCE): string[] {
  return [
    BANNER,
    `Kernel command line: console=ttyS0 oracle.nonce=${nonce}`,
    "Memory: 500000K/524288K available (3000K kernel code, 200K rwdata)",
    "calling  0xffffffff80a01234 @ 1",
    "initcall 0xffffffff80a01234 returned 0 after 12 usecs",
    "initcall 0xffffffff80a05678 returned -19 after 4 usecs",
    "clk: Disabling unused clocks",
    `oracle: ready nonce=${nonce}`,
    "oracle: 1..3",
    "oracle: start fork",
    "oracle: ok fork 00aa 0 13 26",
    "oracle: start pipe",
    "oracle: ok pipe 00bb size=65536",
    "oracle: start locks",
    "oracle: skip locks EACCES",
    `oracle: done nonce=${nonce} count=3 uts=${UTS}`,
    "reboot: Power down",
  ];
}

/** A console with time stamps as printk.time=1 prints them. */
export function stamped(lines: readonly string[]): string {
  return lines.map((line, index) => `[    ${(index * 0.0123 + 0.1).toFixed(6)}] ${line}\r\n`).join("");
}

/** A boot with these lines on its console. */
export function bootOf(lines: readonly string[], over: Partial<BootResult> = {}): BootResult {
  const text = stamped(lines);
  return {
    ...parseConsole(text, NONCE),
    end: "exit",
    exitCode: 0,
    qemuErrors: "",
    consolePath: "console.log",
    consoleBytes: text.length,
    wallMs: 1000,
    silentCpuMs: 100,
    stages: {},
    ...over,
  };
}

/** The healthy lines with one replaced, or with more behind it. */
export function changed(line: string, ...instead: string[]): string[] {
  const lines = healthy();
  const index = lines.indexOf(line);
  if (index < 0) throw new Error(`no line ${line}`);
  lines.splice(index, 1, ...instead);
  return lines;
}

/** The healthy lines up to and with one, then others. */
export function until(line: string, ...then: string[]): string[] {
  const lines = healthy();
  return [...lines.slice(0, lines.indexOf(line) + 1), ...then];
}
