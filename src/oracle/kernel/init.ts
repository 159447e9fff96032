// Builds the guest's user space: our own init, linked statically by the architecture's GCC, in an initial RAM disk.
//
// The archive is in the "newc" format of Documentation/driver-api/early-userspace/buffer-format.rst: per file a header of
// "070701" and thirteen 8-digit hex numbers, name and data each padded to four bytes, closed by TRAILER!!!. Times are zero, so
// that the same inputs give the same bytes. It is not compressed: unpacking costs guest time, and reading it costs none. Behind it come
// small compressed archives, one for each method that the kernel knows: what they hold is read by a check.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { Random } from "../../bisect/random.ts";
import { type Arch, crossPrefix } from "../arch.ts";
import { digest, temporaryName, writeAtomically } from "../cache.ts";
import { findProgram } from "../compilers/identity.ts";
import { infraError } from "../errors.ts";
import { runTool } from "../process.ts";
import { repositoryRoot } from "../repository.ts";

const FLAGS = ["-static", "-O1", "-g0", "-std=gnu11", "-fno-strict-aliasing", "-w", "-pthread"];
/** The 32-bit program of x86's init: it needs no library, for Debian's compiler has none for i386. */
const FLAGS_32 = [
  "-m32",
  "-static",
  "-nostdlib",
  "-ffreestanding",
  "-fno-pic",
  "-fno-stack-protector",
  "-O1",
  "-g0",
  "-std=gnu11",
  "-w",
];
const MODE_DIRECTORY = 0o040755;
const MODE_EXECUTABLE = 0o100755;
const MODE_CONSOLE = 0o020600;

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly data: Uint8Array;
  readonly device?: readonly [number, number];
}

/** A cpio archive in the newc format. */
export function makeCpio(entries: readonly Entry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  const push = (bytes: Uint8Array) => {
    parts.push(bytes);
    size += bytes.length;
    const padding = -size & 3;
    if (padding > 0) parts.push(new Uint8Array(padding));
    size += padding;
  };
  const hex = (value: number) => value.toString(16).padStart(8, "0");
  for (const [index, entry] of [...entries, { name: "TRAILER!!!", mode: 0, data: new Uint8Array(0) } as Entry].entries()) {
    const [major, minor] = entry.device ?? [0, 0];
    const fields = [index + 1, entry.mode, 0, 0, 1, 0, entry.data.length, 0, 0, major, minor, entry.name.length + 1, 0];
    push(Buffer.from(`070701${fields.map(hex).join("")}${entry.name}\0`, "latin1"));
    push(entry.data);
  }
  return Buffer.concat(parts);
}

/** Methods of compression, and the option with which a kernel unpacks it. */
const METHODS = [
  { name: "gzip", option: "CONFIG_RD_GZIP=y", pack: (data: Uint8Array): Uint8Array => gzipSync(data, { level: 9 }) },
  { name: "zstd", option: "CONFIG_RD_ZSTD=y", pack: (data: Uint8Array): Uint8Array => zstdCompressSync(data) },
] as const;
const WORDS = 60_000;
const NOISE = 3000;

/** Text that repeats itself near and far, and a stretch of noise: all kinds of blocks that a compressor makes. */
function sampleText(seed: number): Uint8Array {
  const random = new Random(seed);
  const words = Array.from({ length: 300 }, (_, i) => (random.uint32() % 1_000_000).toString(2 + (i % 35)));
  const text: string[] = [];
  while (text.length < WORDS) {
    const back = random.uint32() % 200;
    const from = random.uint32() % Math.max(1, text.length - 8);
    if (back < 9) text.push(...text.slice(from, from + 8));
    else text.push(words[(random.uint32() % 300) % (1 + (random.uint32() % 300))]!, back < 20 ? "\n" : " ");
  }
  const noise = Uint8Array.from({ length: NOISE }, () => random.uint32() & 255);
  const zeros = new Uint8Array(NOISE);
  return Buffer.concat([Buffer.from(text.join("")), noise, zeros, Buffer.from(text.slice(0, NOISE).join(""))]);
}

/** An archive with one file, packed; padded as the kernel skips it. */
function packedArchive(index: number): Uint8Array {
  const { name, pack } = METHODS[index]!;
  const packed = pack(makeCpio([{ name: `packed-${name}`, mode: 0o100644, data: sampleText(index + 1) }]));
  return Buffer.concat([packed, new Uint8Array(-packed.length & 3)]);
}

/**
 * Makes the initial RAM disk for a kernel, or finds it in `cacheDir`; returns its path.
 * @param config text of the kernel's .config
 */
export async function buildInitrd(arch: Arch, cacheDir: string, config: string, signal?: AbortSignal): Promise<string> {
  const methods = METHODS.filter((method) => config.includes(`\n${method.option}\n`));
  const compiler = `${crossPrefix(arch)}gcc`;
  const interruptible = signal === undefined ? {} : { signal };
  const sourceDir = join(repositoryRoot(), "kernels", "init");
  const names = readdirSync(sourceDir)
    .filter((name) => /\.[ch]$/.test(name))
    .sort();
  const extra = arch === "x86" ? [join(sourceDir, "x86-32", "check32.c")] : [];
  const texts = names.map((name) => readFileSync(join(sourceDir, name)));
  const program = findProgram(compiler);
  if (program === undefined) throw infraError("tool", `${compiler}: compiler not found; try: ./oracle doctor --install`);
  const { size, mtimeMs } = statSync(program);
  const key = digest(
    arch,
    program,
    `${size} ${mtimeMs}`,
    FLAGS.join(" "),
    FLAGS_32.join(" "),
    ...methods.map((method) => method.name),
    ...names,
    ...texts,
    ...extra.map((path) => readFileSync(path)),
  ).slice(0, 24);
  const path = join(cacheDir, `${arch}-${key}.cpio`);
  if (existsSync(path)) return path;
  mkdirSync(cacheDir, { recursive: true });
  const output = temporaryName(join(cacheDir, `${arch}-init`));
  try {
    const sources = names.filter((name) => name.endsWith(".c")).map((name) => join(sourceDir, name));
    await runTool([compiler, ...FLAGS, "-s", "-o", output, ...sources], interruptible);
    const entries: Entry[] = ["dev", "proc", "sys", "tmp", "mnt"].map((name) => ({
      name,
      mode: MODE_DIRECTORY,
      data: new Uint8Array(0),
    }));
    entries.push({ name: "dev/console", mode: MODE_CONSOLE, data: new Uint8Array(0), device: [5, 1] });
    entries.push({ name: "init", mode: MODE_EXECUTABLE, data: readFileSync(output) });
    if (extra.length > 0) {
      await runTool([compiler, ...FLAGS_32, "-s", "-o", `${output}32`, ...extra], interruptible);
      entries.push({ name: "check32", mode: MODE_EXECUTABLE, data: readFileSync(`${output}32`) });
    }
    writeAtomically(path, Buffer.concat([makeCpio(entries), ...methods.map((method) => packedArchive(METHODS.indexOf(method)))]));
  } finally {
    for (const name of [output, `${output}32`]) rmSync(name, { force: true });
  }
  return path;
}
