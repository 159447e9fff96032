// Time limits are meant for an idle machine; a busy one takes longer for the same work.

import { availableParallelism, loadavg } from "node:os";

/** Most that a busy machine stretches a limit. */
const MOST_STRETCH = 10;

/** How many times longer than on an idle machine things may take now, from the load average of a minute: 1 to 10. */
export function loadStretch(): number {
  return Math.min(MOST_STRETCH, Math.max(1, loadavg()[0]! / availableParallelism()));
}
