// The door from the engine to src/compiler: its pool of warm compilers, and nothing else.

export { OccPool } from "../../compiler/server/pool.ts";
