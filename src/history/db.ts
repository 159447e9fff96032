// The history of runs, units and boots: one SQLite file that any number of processes may write.
//
// WAL mode with a busy time-out: a writer waits for another, and a crash in the middle of a transaction loses that
// transaction only. Losing the file loses history, nothing else: every run's own record stands in its run directory.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { infraError } from "../oracle/errors.ts";
import { stateDir } from "../oracle/repository.ts";

/** One run as the history keeps it. */
export interface RunRow {
  readonly id: string;
  readonly started: string;
  readonly command: string;
  readonly arch: string;
  readonly config: string;
  readonly kernel: string;
  readonly compiler: string;
  readonly compilerIdentity: string;
  readonly seed: number;
  readonly fraction: number;
  readonly unitsUnderTest: number;
  readonly unitsTotal: number;
  readonly unitsFailed: number;
  readonly state: string;
  readonly signature: string;
  readonly exitCode: number;
  readonly dir: string;
  readonly compileMs: number;
  readonly linkMs: number;
  readonly bootMs: number;
}

/** What became of one unit in one run. */
export interface UnitRow {
  readonly unit: string;
  readonly status: string;
  readonly reason: string;
  readonly wallMs: number;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS runs (
  id TEXT PRIMARY KEY, started TEXT, command TEXT, arch TEXT, config TEXT, kernel TEXT, compiler TEXT, compilerIdentity TEXT,
  seed INTEGER, fraction REAL, unitsUnderTest INTEGER, unitsTotal INTEGER, unitsFailed INTEGER,
  state TEXT, signature TEXT, exitCode INTEGER, dir TEXT, compileMs REAL, linkMs REAL, bootMs REAL
) STRICT;
CREATE TABLE IF NOT EXISTS units (
  run TEXT, unit TEXT, status TEXT, reason TEXT, wallMs REAL, PRIMARY KEY (run, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS units_by_unit ON units (unit, status);
`;

const RUN_COLUMNS: readonly (keyof RunRow)[] = [
  "id",
  "started",
  "command",
  "arch",
  "config",
  "kernel",
  "compiler",
  "compilerIdentity",
  "seed",
  "fraction",
  "unitsUnderTest",
  "unitsTotal",
  "unitsFailed",
  "state",
  "signature",
  "exitCode",
  "dir",
  "compileMs",
  "linkMs",
  "bootMs",
];

/** The history database. */
export class History {
  readonly #db: DatabaseSync;

  constructor(path: string = join(stateDir(), "oracle.db")) {
    try {
      this.#db = new DatabaseSync(path);
      this.#db.exec("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
      this.#db.exec(SCHEMA);
    } catch (error) {
      throw infraError("history", `${path}: ${(error as Error).message}`);
    }
  }

  /** Adds a finished run with its units. */
  addRun(run: RunRow, units: readonly UnitRow[]): void {
    const marks = RUN_COLUMNS.map(() => "?").join(", ");
    const insertUnit = this.#db.prepare("INSERT OR REPLACE INTO units VALUES (?, ?, ?, ?, ?)");
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      this.#db
        .prepare(`INSERT OR REPLACE INTO runs (${RUN_COLUMNS.join(", ")}) VALUES (${marks})`)
        .run(...RUN_COLUMNS.map((column) => run[column]));
      for (const unit of units) insertUnit.run(run.id, unit.unit, unit.status, unit.reason, unit.wallMs);
      this.#db.exec("COMMIT");
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** The last runs, newest first. */
  runs(limit: number): RunRow[] {
    return this.#db.prepare("SELECT * FROM runs ORDER BY started DESC, id DESC LIMIT ?").all(limit) as unknown as RunRow[];
  }

  /** One run by its id. */
  run(id: string): RunRow | undefined {
    return this.#db.prepare("SELECT * FROM runs WHERE id = ?").get(id) as unknown as RunRow | undefined;
  }

  /** The units of a run. */
  units(id: string): UnitRow[] {
    return this.#db
      .prepare("SELECT unit, status, reason, wallMs FROM units WHERE run = ? ORDER BY unit")
      .all(id) as unknown as UnitRow[];
  }

  close(): void {
    this.#db.close();
  }
}
