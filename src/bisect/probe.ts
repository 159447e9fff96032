// The seam between a search and the world. A search chooses subsets; a probe builds and runs one subset and says how it went.
//
// Three answers, never two: "invalid" is trouble of the machinery (no disk, QEMU did not start) and says nothing about the
// subset, so it never counts as evidence. A failure carries a signature that names what went wrong, so that a search for
// one bug does not drift to another.

/** What one run of one subset showed. */
export type Outcome =
  | { readonly verdict: "pass" }
  | { readonly verdict: "fail"; readonly signature: string }
  | { readonly verdict: "invalid"; readonly reason: string };

/** How a subset is run. */
export interface RunWish {
  /**
   * Run the trusted side in the subset's disguise: what the subset disturbs besides its code (sizes, addresses), none of the code
   * itself. A failure that shows there as well is not the subset's.
   */
  readonly disguised?: boolean;
  /** An outcome that is known from an identical run will not do. */
  readonly fresh?: boolean;
  /** Every failure is to show, not only the one that is chased (see `Probe.isPartial`). */
  readonly whole?: boolean;
}

/** Runs one subset of a universe; everything outside the subset comes from the trusted side. */
export interface Probe<Item> {
  /** Whether it knows disguises; without them the trusted side is run as it is. */
  readonly canDisguise?: boolean;
  /** It looks no further than the failure that is chased, unless it is asked for the whole: a pass then says nothing of other ones. */
  readonly isPartial?: boolean;
  run(subset: ReadonlySet<Item>, signal: AbortSignal, wish?: RunWish): Promise<Outcome>;
}
