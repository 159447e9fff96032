import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { kernelVersion, resolveManifest, resolveSource } from "../../src/oracle/kernel/source.ts";

const signal = new AbortController().signal;
const quiet = () => {};
let dir: string;
let tree: string;
let tarball: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "oracle-source-"));
  vi.stubEnv("ORACLE_CACHE", join(dir, "cache"));
  vi.stubEnv("ORACLE_KERNEL_SRC", "");
  tree = join(dir, "linux-9.8");
  mkdirSync(tree);
  writeFileSync(join(tree, "Makefile"), "VERSION = 9\nPATCHLEVEL = 8\nSUBLEVEL = 7\n");
  writeFileSync(join(tree, "Kbuild"), "");
  writeFileSync(join(tree, "big"), "x".repeat(300_000));
  tarball = join(dir, "linux-9.8.tar.gz");
  execFileSync("tar", ["-czf", tarball, "-C", dir, "linux-9.8"]);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

const cached = () => readdirSync(join(dir, "cache/sources"));

describe("resolveSource", () => {
  it("takes a directory as it stands", async () => {
    const source = await resolveSource(tree, signal, quiet);
    expect(source).toMatchObject({ version: "9.8.7", immutable: false });
    expect(source.description).toContain("local tree");
  });

  it("refuses what is no kernel tree, no file, or was built in place", async () => {
    mkdirSync(join(dir, "empty"));
    await expect(resolveSource(join(dir, "empty"), signal, quiet)).rejects.toThrow("not a kernel source tree");
    await expect(resolveSource(join(dir, "absent"), signal, quiet)).rejects.toThrow("neither a file nor one of");
    writeFileSync(join(tree, ".config"), "");
    await expect(resolveSource(tree, signal, quiet)).rejects.toThrow("mrproper");
  });

  it("unpacks a tarball once and knows it again by its content", async () => {
    const first = await resolveSource(tarball, signal, quiet);
    expect(kernelVersion(first.dir)).toBe("9.8.7");
    const log: string[] = [];
    const second = await resolveSource(tarball, signal, (line) => log.push(line));
    expect(second.dir).toBe(first.dir);
    expect(log).toEqual([]);
  });

  it("never takes a half-unpacked tree for a whole one", async () => {
    const whole = await resolveSource(tarball, signal, quiet);
    rmSync(join(whole.dir, ".oracle-complete"));
    rmSync(join(whole.dir, "big"));
    const again = await resolveSource(tarball, signal, quiet);
    expect(readFileSync(join(again.dir, "big"), "utf8")).toHaveLength(300_000);
  });

  it("leaves nothing behind of a tarball that is cut", async () => {
    truncateSync(tarball, 400);
    await expect(resolveSource(tarball, signal, quiet)).rejects.toThrow("cannot be unpacked");
    expect(cached()).toEqual([]);
  });

  it("exports a ref of a git directory", async () => {
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", tree, "-c", "user.name=t", "-c", "user.email=t@t", ...args], { stdio: "pipe" });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-qm", "one");
    git("tag", "v1");
    const source = await resolveSource(`${tree}@v1`, signal, quiet);
    expect(source).toMatchObject({ version: "9.8.7", immutable: true });
    await expect(resolveSource(`${tree}@nothing`, signal, quiet)).rejects.toThrow("no such git directory or ref");
  });
});

describe("downloads", () => {
  let server: Server;
  let url: string;
  let body: Buffer;
  let sha512: string;
  let promised: number;
  beforeEach(async () => {
    body = readFileSync(tarball);
    promised = body.length;
    sha512 = createHash("sha512").update(body).digest("hex");
    server = createServer((_request, response) => {
      response.writeHead(200, { "content-length": promised });
      response.write(body, () => (promised > body.length ? response.destroy() : response.end()));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/linux-9.8.tar.gz`;
  });
  afterEach(() => server.close());
  const manifest = () => ({ name: "t", version: "9.8.7", tarball: { url, sha512 } });

  it("are checked and unpacked", async () => {
    const source = await resolveManifest(manifest(), signal, quiet);
    expect(source).toMatchObject({ version: "9.8.7", immutable: true, id: `sha512:${sha512}` });
  });

  it("are refused when a byte differs", async () => {
    body[body.length - 1]! ^= 1;
    await expect(resolveManifest(manifest(), signal, quiet)).rejects.toThrow("SHA-512 is");
    expect(readdirSync(join(dir, "cache/downloads"))).toEqual([]);
  });

  it("leave nothing when the line breaks", async () => {
    const whole = body;
    body = body.subarray(0, 100);
    await expect(resolveManifest(manifest(), signal, quiet)).rejects.toThrow("not reachable");
    expect(readdirSync(join(dir, "cache/downloads"))).toEqual(["linux-9.8.tar.gz.unreachable"]);
    // It is not tried again at once, and is after the hour.
    body = whole;
    await expect(resolveManifest(manifest(), signal, quiet)).rejects.toThrow("not reachable");
    utimesSync(join(dir, "cache/downloads/linux-9.8.tar.gz.unreachable"), 0, 0);
    expect((await resolveManifest(manifest(), signal, quiet)).version).toBe("9.8.7");
  });

  it("are passed over for a local tree of that version, and not for another", async () => {
    vi.stubEnv("ORACLE_KERNEL_SRC", tree);
    expect((await resolveManifest(manifest(), signal, quiet)).description).toContain("local tree");
    const other = await resolveManifest({ ...manifest(), version: "1.0.0" }, signal, quiet);
    expect(other.passedOver[0]).toContain("is Linux 9.8.7");
  });
});
