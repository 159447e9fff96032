// A child for the SIGKILL test: narrows a fake failure whose every boot takes a while and is counted in a file.
// usage: killed-search.ts STORE COUNTER

import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { narrow } from "../../src/bisect/narrow.ts";

const [store, counter] = process.argv.slice(2);
const items = Array.from({ length: 600 }, (_, i) => `unit-${i}`);
const result = await narrow({
  items,
  nameOf: (item) => item,
  probe: {
    async run(subset) {
      appendFileSync(counter!, "start\n");
      await sleep(15);
      const failed = subset.has("unit-17") && subset.has("unit-444");
      appendFileSync(counter!, "end\n");
      return failed ? { verdict: "fail", signature: "panic: planted" } : { verdict: "pass" };
    },
  },
  workers: 2,
  seed: 9,
  signature: "panic: planted",
  storePath: store!,
  progressPath: `${store}.best.json`,
});
process.stdout.write(`${JSON.stringify(result)}\n`);
