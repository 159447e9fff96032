// Reads kernels/NAME.yaml: where a kernel source of that name can be had.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { usageError } from "../errors.ts";
import { repositoryRoot } from "../repository.ts";

/** One kernel source by name. */
export interface KernelManifest {
  readonly name: string;
  /** Version as the top Makefile has it, e.g. "6.9.0". */
  readonly version?: string;
  readonly tarball?: { readonly url: string; readonly sha512: string };
  /** A Debian package that holds the source, or a metapackage that depends on it. */
  readonly package?: string;
  /** The manifest to try when this one cannot be had. */
  readonly fallback?: string;
}

/** Names of all manifests. */
export function manifestNames(): string[] {
  return readdirSync(join(repositoryRoot(), "kernels"))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.slice(0, -".yaml".length));
}

/** Loads a manifest; nothing when there is none of that name. */
export function loadManifest(name: string): KernelManifest | undefined {
  const path = join(repositoryRoot(), "kernels", `${name}.yaml`);
  if (!/^[\w.-]+$/.test(name) || !existsSync(path)) return undefined;
  const data = parse(readFileSync(path, "utf8")) as KernelManifest | null;
  if (data === null || typeof data !== "object" || typeof data.name !== "string")
    throw usageError(`kernels/${name}.yaml: has no name`);
  const { tarball } = data;
  if (tarball !== undefined && (typeof tarball.url !== "string" || !/^[0-9a-f]{128}$/.test(tarball.sha512)))
    throw usageError(`kernels/${name}.yaml: tarball needs a url and a sha512 of 128 hex digits`);
  return data;
}
