// The entry of the `occ` launcher: nothing but the compiler, so that it starts fast.

import { runCompilerCommand } from "./cc.ts";

process.exitCode = await runCompilerCommand(process.argv.slice(2));
