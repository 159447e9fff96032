// One process at a time works in a run directory: a search that another one disturbs loses boots and cases.
//
// A lock is a file whose name says whose it is (host, process, when that process started), as the cache's temporary names do.
// Algorithm: announce, then look. Who wants the directory writes its own file first and looks at the others' afterwards, so of
// two at least the later one sees the other. A name is never used again, for a process number comes back only with another start:
// removing the file of a process that is gone can hit nobody else's, and no take-over has to be atomic. Two that see each other
// withdraw and try again after different times.
//
// Invariant: whoever holds a directory has looked after its own file was there, and saw nobody alive.

import { readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT_USAGE, OracleError } from "./errors.ts";

/** Gives a run directory back; a second call does nothing. */
export type Release = () => void;

const NAME = /^lock-(.+)-(\d+)-(\d+)$/;
/** Attempts in which two that begin at the same time tell who is first. */
const ATTEMPTS = 6;
const LEAST_PAUSE_MS = 5;
const PAUSE_MS = 40;

interface Held {
  readonly file: string;
  users: number;
}

/** The directories that this process holds. */
const held = new Map<string, Held>();
let sweepsAtExit = false;

/**
 * Takes a run directory for this process, or ends with 2 and the name of the holder. What this process holds already it may take again:
 * a run that goes on to narrow itself.
 */
export async function holdRun(dir: string, id: string): Promise<Release> {
  const place = realpathSync(dir);
  const mine = held.get(place);
  if (mine !== undefined) {
    mine.users++;
    return releaseOf(place, mine);
  }
  const file = join(place, `lock-${hostname()}-${process.pid}-${startOf(process.pid) ?? "0"}`);
  const text = `${process.argv.slice(2).join(" ")}\nsince ${new Date().toISOString()}\n`;
  for (let attempt = 1; ; attempt++) {
    writeFileSync(file, text);
    const other = otherHolder(place, file);
    if (other === undefined) break;
    rmSync(file, { force: true });
    if (attempt === ATTEMPTS) throw busy(id, place, other);
    await sleep(LEAST_PAUSE_MS + PAUSE_MS * Math.random());
  }
  const own: Held = { file, users: 1 };
  held.set(place, own);
  // Also a second Ctrl-C, which ends the process at once, leaves no lock behind.
  if (!sweepsAtExit) {
    sweepsAtExit = true;
    process.on("exit", () => {
      for (const { file: left } of held.values()) rmSync(left, { force: true });
    });
  }
  return releaseOf(place, own);
}

function releaseOf(place: string, own: Held): Release {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    own.users--;
    if (own.users > 0) return;
    held.delete(place);
    rmSync(own.file, { force: true });
  };
}

interface Holder {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
}

/** Somebody else who is alive and has announced himself; the files of the dead are removed. */
function otherHolder(place: string, own: string): Holder | undefined {
  let found: Holder | undefined;
  for (const name of readdirSync(place)) {
    const match = NAME.exec(name);
    const file = join(place, name);
    if (match === null || file === own) continue;
    const holder: Holder = { name, host: match[1]!, pid: Number(match[2]) };
    // Of another machine's processes nothing is known.
    if (holder.host !== hostname() || startOf(holder.pid) === match[3]) found = holder;
    else rmSync(file, { force: true });
  }
  return found;
}

function busy(id: string, place: string, holder: Holder): OracleError {
  let what = "";
  try {
    const [command = "", since = ""] = readFileSync(join(place, holder.name), "utf8").split("\n");
    what = ` (${command}, ${since})`;
  } catch {
    // It has just ended.
  }
  const elsewhere = holder.host === hostname() ? "" : ` on ${holder.host}; if that is gone, remove ${join(place, holder.name)}`;
  return new OracleError(EXIT_USAGE, "busy", `run ${id} is in use by process ${holder.pid}${what}${elsewhere}`);
}

/** When a living process started, in the kernel's ticks; undefined if there is none, or only its remains (proc(5), fields 3 and 22). */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in brackets may hold blanks and brackets.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
