// The arches of the command line, and the names that are accepted for them.

export type Arch = "x86" | "arm" | "riscv";
export const ARCHES: readonly Arch[] = ["x86", "arm", "riscv"];

const NAMES: Readonly<Record<string, Arch>> = {
  x86: "x86",
  x86_64: "x86",
  "x86-64": "x86",
  amd64: "x86",
  arm: "arm",
  arm64: "arm",
  aarch64: "arm",
  riscv: "riscv",
  riscv64: "riscv",
};

export function parseArch(name: string): Arch | undefined {
  return NAMES[name];
}
