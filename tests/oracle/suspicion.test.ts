// What a signature quotes.

import { expect, it } from "vitest";
import { quotedTexts } from "../../src/oracle/kernel/suspicion.ts";

it("finds the pieces of a console line that may stand in a format string", () => {
  expect(quotedTexts("warn: console ~workingset: timestamp_bits=# max_order=# bucket_order=#")).toEqual([
    "workingset: timestamp_bits=",
    "max_order=",
    "bucket_order=",
    "workingset:",
    "timestamp_bits=",
  ]);
  expect(quotedTexts("warn: console +devtmpfs: unable to create devtmpfs -#")).toContain("devtmpfs: unable to create devtmpfs -");
  expect(quotedTexts("warn: WARNING: CPU: N PID: N at ADDR")).toEqual([]);
  expect(quotedTexts("")).toEqual([]);
});
