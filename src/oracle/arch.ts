// The architectures, and what each is called by kbuild, by Debian's cross tools and by QEMU.

/** The three targets; `arm` is AArch64. */
export type Arch = "x86" | "arm" | "riscv";

/** Names of one architecture in the tools around us. */
export interface ArchInfo {
  readonly arch: Arch;
  /** kbuild's ARCH. */
  readonly kbuild: string;
  /** The directory under arch/ in the kernel tree. */
  readonly srcArch: string;
  /** GNU triplet of Debian's cross tools. */
  readonly triplet: string;
  /** Debian packages with compiler, binutils and emulator. */
  readonly packages: readonly string[];
  readonly qemu: string;
  /** Whether the boot loader takes vmlinux itself (PVH) or a flat image made by objcopy. */
  readonly flatImage: boolean;
}

const INFO: Record<Arch, ArchInfo> = {
  riscv: {
    arch: "riscv",
    kbuild: "riscv",
    srcArch: "riscv",
    triplet: "riscv64-linux-gnu",
    packages: ["gcc-riscv64-linux-gnu", "binutils-riscv64-linux-gnu", "libc6-dev-riscv64-cross", "qemu-system-misc", "opensbi"],
    qemu: "qemu-system-riscv64",
    flatImage: true,
  },
  x86: {
    arch: "x86",
    kbuild: "x86_64",
    srcArch: "x86",
    triplet: "x86_64-linux-gnu",
    packages: ["gcc", "binutils", "libc6-dev", "qemu-system-x86"],
    qemu: "qemu-system-x86_64",
    flatImage: false,
  },
  arm: {
    arch: "arm",
    kbuild: "arm64",
    srcArch: "arm64",
    triplet: "aarch64-linux-gnu",
    packages: ["gcc-aarch64-linux-gnu", "binutils-aarch64-linux-gnu", "libc6-dev-arm64-cross", "qemu-system-arm"],
    qemu: "qemu-system-aarch64",
    flatImage: true,
  },
};

const ALIASES: Record<string, Arch> = {
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

export const ALL_ARCHES: readonly Arch[] = ["riscv", "x86", "arm"];

/** The architecture that a user's spelling means, or nothing. */
export function parseArch(text: string): Arch | undefined {
  return Object.hasOwn(ALIASES, text) ? ALIASES[text] : undefined;
}

/** What the tools call an architecture. */
export function archInfo(arch: Arch): ArchInfo {
  return INFO[arch];
}

/** Prefix of the cross tools, e.g. "riscv64-linux-gnu-". */
export function crossPrefix(arch: Arch): string {
  return `${INFO[arch].triplet}-`;
}
