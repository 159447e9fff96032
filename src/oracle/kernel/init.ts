// The guest's user space: kernels/init/init.c as a static program in a cpio archive (newc) that holds nothing else.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type Arch, crossPrefix } from "../arch.ts";

const SOURCE = resolve(import.meta.dirname, "../../../kernels/init/init.c");
const run = promisify(execFile);

/** Path of the archive for an arch, built once for each (source, compiler). */
export async function buildInitrd(arch: Arch, cacheDir: string, gcc = `${crossPrefix(arch)}gcc`): Promise<string> {
  const version = (await run(gcc, ["--version"])).stdout;
  const key = createHash("sha256")
    .update(JSON.stringify([arch, gcc, version]))
    .update(readFileSync(SOURCE))
    .digest("hex")
    .slice(0, 24);
  const dir = join(cacheDir, "init");
  const file = join(dir, `${arch}-${key}.cpio`);
  if (existsSync(file)) return file;
  mkdirSync(dir, { recursive: true });
  const exe = `${file}.${process.pid}.exe`;
  const tmp = `${file}.${process.pid}.tmp`;
  try {
    await run(gcc, ["-O1", "-static", "-pthread", "-w", "-s", "-o", exe, SOURCE]);
    writeFileSync(tmp, archive(readFileSync(exe)));
    renameSync(tmp, file);
  } finally {
    rmSync(exe, { force: true });
    rmSync(tmp, { force: true });
  }
  return file;
}

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly data: Uint8Array;
  readonly rdev?: readonly [number, number];
}

const EMPTY = new Uint8Array(0);

/** A newc archive (Documentation/driver-api/early-userspace/buffer-format.rst): /dev/console and /init. */
function archive(init: Uint8Array): Buffer {
  const entries: Entry[] = [
    { name: "dev", mode: 0o40755, data: EMPTY },
    { name: "dev/console", mode: 0o20600, data: EMPTY, rdev: [5, 1] },
    { name: "init", mode: 0o100755, data: init },
    { name: "TRAILER!!!", mode: 0, data: EMPTY },
  ];
  const parts: Uint8Array[] = [];
  const pad = (n: number): void => {
    if (n % 4 !== 0) parts.push(new Uint8Array(4 - (n % 4)));
  };
  const hex = (n: number): string => n.toString(16).padStart(8, "0").toUpperCase();
  entries.forEach((e, i) => {
    const name = Buffer.from(`${e.name}\0`);
    const fields = [i + 1, e.mode, 0, 0, 1, 0, e.data.length, 0, 0, e.rdev?.[0] ?? 0, e.rdev?.[1] ?? 0, name.length, 0];
    const header = Buffer.from(`070701${fields.map(hex).join("")}`);
    parts.push(header, name);
    pad(header.length + name.length);
    parts.push(e.data);
    pad(e.data.length);
  });
  return Buffer.concat(parts);
}
