// Options for the link (GCC manual, "Options for Linking"): what is linked, and with which start files and libraries.

import type { LinkOptions } from "./invocation.ts";

/** Collects the link's options of a command line. */
export class LinkRequest {
  readonly dirs: string[] = [];
  readonly prefixes: string[] = [];
  readonly scripts: string[] = [];
  linker: string | undefined;
  private static = false;
  private staticPie = false;
  private shared = false;
  private relocatable = false;
  private pie: boolean | undefined;
  private startFiles = true;
  private defaultLibs = true;
  private libc = true;
  private exportDynamic = false;
  private strip = false;
  private staticLibgcc = false;

  /** Takes an option without an operand; says whether it was one of the link's. */
  take(a: string): boolean {
    switch (a) {
      case "-static":
        this.static = true;
        return true;
      case "-static-pie":
        this.staticPie = true;
        return true;
      case "-shared":
        this.shared = true;
        return true;
      case "-r":
        this.relocatable = true;
        return true;
      case "-pie":
        this.pie = true;
        return true;
      case "-no-pie":
      case "-nopie":
        this.pie = false;
        return true;
      case "-s":
        this.strip = true;
        return true;
      case "-rdynamic":
        this.exportDynamic = true;
        return true;
      case "-nostdlib":
        this.startFiles = false;
        this.defaultLibs = false;
        return true;
      case "-nostartfiles":
        this.startFiles = false;
        return true;
      case "-nodefaultlibs":
        this.defaultLibs = false;
        return true;
      case "-nolibc":
        this.libc = false;
        return true;
      case "-static-libgcc":
        this.staticLibgcc = true;
        return true;
      case "-shared-libgcc":
        this.staticLibgcc = false;
        return true;
      default:
        return false;
    }
  }

  /** What they come to; `flags` has -pthread and -pg, which others ask for too. */
  finish(flags: ReadonlyMap<string, string | boolean>): LinkOptions {
    const kind: LinkOptions["kind"] = this.relocatable
      ? "relocatable"
      : this.shared
        ? "shared"
        : this.staticPie
          ? "static-pie"
          : this.static
            ? "static"
            : this.pie === false
              ? "exec"
              : "pie";
    return {
      kind,
      startFiles: this.startFiles && !this.relocatable,
      defaultLibs: this.defaultLibs && !this.relocatable,
      libc: this.libc,
      pthread: flags.get("pthread") === true,
      profile: flags.get("pg") === true,
      exportDynamic: this.exportDynamic,
      strip: this.strip,
      staticLibgcc: this.staticLibgcc,
      dirs: this.dirs,
      prefixes: this.prefixes,
      scripts: this.scripts,
      linker: this.linker,
    };
  }
}
