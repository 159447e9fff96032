// The names that --param takes (GCC 12.2, `gcc --help=params`). They tune GCC's passes; occ reads none of them, but a name that
// GCC does not have is an error, as with GCC: build systems try names out.

import type { TargetName } from "../base/options.ts";
import { UsageError } from "./invocation.ts";

const list = (s: string): readonly string[] => s.trim().split(/\s+/);

const COMMON: ReadonlySet<string> = new Set(
  list(`
align-loop-iterations align-threshold analyzer-bb-explosion-factor analyzer-max-constraints
analyzer-max-enodes-for-full-dump analyzer-max-enodes-per-program-point analyzer-max-infeasible-edges
analyzer-max-recursion-depth analyzer-max-svalue-depth analyzer-min-snodes-for-call-summary asan-globals
asan-instrument-allocas asan-instrument-reads asan-instrument-writes asan-instrumentation-with-call-threshold
asan-memintrin asan-stack asan-use-after-return avg-loop-niter avoid-fma-max-bits builtin-expect-probability
builtin-string-cmp-inline-length case-values-threshold comdat-sharing-probability constructive-interference-size
cxx-max-namespaces-for-diagnostic-help destructive-interference-size dse-max-alias-queries-per-store
dse-max-object-size early-inlining-insns evrp-mode evrp-sparse-threshold evrp-switch-limit fsm-scale-path-blocks
fsm-scale-path-stmts gcse-after-reload-critical-fraction gcse-after-reload-partial-fraction gcse-cost-distance-ratio
gcse-unrestricted-cost ggc-min-expand ggc-min-heapsize gimple-fe-computed-hot-bb-threshold
graphite-allow-codegen-errors graphite-max-arrays-per-scop graphite-max-nb-scop-params hash-table-verification-limit
hot-bb-count-fraction hot-bb-count-ws-permille hot-bb-frequency-fraction hwasan-instrument-allocas
hwasan-instrument-mem-intrinsics hwasan-instrument-reads hwasan-instrument-stack hwasan-instrument-writes
hwasan-random-frame-tag inline-heuristics-hint-percent inline-min-speedup inline-unit-growth integer-share-limit
ipa-cp-eval-threshold ipa-cp-large-unit-insns ipa-cp-loop-hint-bonus ipa-cp-max-recursive-depth
ipa-cp-min-recursive-probability ipa-cp-profile-count-base ipa-cp-recursion-penalty ipa-cp-recursive-freq-factor
ipa-cp-single-call-penalty ipa-cp-unit-growth ipa-cp-value-list-size ipa-jump-function-lookups ipa-max-aa-steps
ipa-max-agg-items ipa-max-loop-predicates ipa-max-param-expr-ops ipa-max-switch-predicate-bounds
ipa-sra-max-replacements ipa-sra-ptr-growth-factor ira-consider-dup-in-all-alts ira-loop-reserved-regs
ira-max-conflict-table-size ira-max-loops-num iv-always-prune-cand-set-bound iv-consider-all-candidates-bound
iv-max-considered-uses jump-table-max-growth-ratio-for-size jump-table-max-growth-ratio-for-speed l1-cache-line-size
l1-cache-size l2-cache-size large-function-growth large-function-insns large-stack-frame large-stack-frame-growth
large-unit-insns lazy-modules lim-expensive logical-op-non-short-circuit loop-block-tile-size
loop-interchange-max-num-stmts loop-interchange-stride-ratio loop-invariant-max-bbs-in-loop
loop-max-datarefs-for-datadeps loop-versioning-max-inner-insns loop-versioning-max-outer-insns
lra-inheritance-ebb-probability-cutoff lra-max-considered-reload-pseudos lto-max-partition
lto-max-streaming-parallelism lto-min-partition lto-partitions max-average-unrolled-insns max-combine-insns
max-completely-peel-loop-nest-depth max-completely-peel-times max-completely-peeled-insns max-crossjump-edges
max-cse-insns max-cse-path-length max-cselib-memory-locations max-debug-marker-count max-delay-slot-insn-search
max-delay-slot-live-search max-dse-active-local-stores max-early-inliner-iterations max-fields-for-field-sensitive
max-find-base-term-values max-fsm-thread-length max-fsm-thread-path-insns max-gcse-insertion-ratio max-gcse-memory
max-goto-duplication-insns max-grow-copy-bb-insns max-hoist-depth max-inline-functions-called-once-insns
max-inline-functions-called-once-loop-depth max-inline-insns-auto max-inline-insns-recursive
max-inline-insns-recursive-auto max-inline-insns-single max-inline-insns-size max-inline-insns-small
max-inline-recursive-depth max-inline-recursive-depth-auto max-isl-operations max-iterations-computation-cost
max-iterations-to-track max-jump-thread-duplication-stmts max-last-value-rtl max-loop-header-insns
max-modulo-backtrack-attempts max-partial-antic-length max-peel-branches max-peel-times max-peeled-insns
max-pending-list-length max-pipeline-region-blocks max-pipeline-region-insns max-pow-sqrt-depth
max-predicted-iterations max-reload-search-insns max-rtl-if-conversion-insns max-rtl-if-conversion-predictable-cost
max-rtl-if-conversion-unpredictable-cost max-sched-extend-regions-iters max-sched-insn-conflict-delay
max-sched-ready-insns max-sched-region-blocks max-sched-region-insns max-slsr-cand-scan max-speculative-devirt-maydefs
max-ssa-name-query-depth max-store-chains-to-track max-stores-to-merge max-stores-to-sink max-stores-to-track
max-tail-merge-comparisons max-tail-merge-iterations max-tracked-strlens max-tree-if-conversion-phi-args
max-unroll-times max-unrolled-insns max-unswitch-insns max-unswitch-level max-variable-expansions-in-unroller
max-vartrack-expr-depth max-vartrack-reverse-op-size max-vartrack-size max-vrp-switch-assertions min-crossjump-insns
min-inline-recursive-probability min-insn-to-prefetch-ratio min-loop-cond-split-prob min-nondebug-insn-uid
min-pagesize min-size-for-stack-sharing min-spec-prob min-vect-loop-bound modref-max-accesses modref-max-adjustments
modref-max-bases modref-max-depth modref-max-escape-points modref-max-refs modref-max-tests openacc-kernels
openacc-privatization parloops-chunk-size parloops-min-per-thread parloops-schedule partial-inlining-entry-probability
predictable-branch-outcome prefetch-dynamic-strides prefetch-latency prefetch-min-insn-to-mem-ratio
prefetch-minimum-stride profile-func-internal-id ranger- ranger-debug ranger-logical-depth relation-block-limit
rpo-vn-max-loop-depth sccvn-max-alias-queries-per-access scev-max-expr-complexity scev-max-expr-size
sched-autopref-queue-depth sched-mem-true-dep-cost sched-pressure-algorithm sched-spec-prob-cutoff
sched-state-edge-prob-cutoff selsched-insns-to-rename selsched-max-lookahead selsched-max-sched-times
simultaneous-prefetches sink-frequency-threshold sms-dfa-history sms-loop-average-count-threshold sms-max-ii-factor
sms-min-sc sra-max-propagations sra-max-scalarization-size- ssa-name-def-chain-limit ssp-buffer-size
stack-clash-protection-guard-size stack-clash-protection-probe-interval store-merging-allow-unaligned
store-merging-max-size switch-conversion-max-branch-ratio threader-debug tm-max-aggregate-size tracer-dynamic-coverage
tracer-dynamic-coverage-feedback tracer-max-code-growth tracer-min-branch-probability
tracer-min-branch-probability-feedback tracer-min-branch-ratio tree-reassoc-width tsan-distinguish-volatile
tsan-instrument-func-entry-exit uninit-control-dep-attempts uninlined-function-insns uninlined-function-time
uninlined-thunk-insns uninlined-thunk-time unlikely-bb-count-fraction unroll-jam-max-unroll unroll-jam-min-percent
use-after-scope-direct-emission-threshold use-canonical-types vect-epilogues-nomask vect-induction-float
vect-inner-loop-cost-factor vect-max-peeling-for-alignment vect-max-version-for-alias-checks
vect-max-version-for-alignment-checks vect-partial-vector-usage vrp1-mode vrp2-mode
`),
);
const OF_TARGET: Readonly<Partial<Record<TargetName, readonly string[]>>> = {
  aarch64: list(`
aarch64-autovec-preference aarch64-double-recp-precision aarch64-float-recp-precision
aarch64-loop-vect-issue-rate-niters aarch64-mops-memcpy-size-threshold aarch64-mops-memmove-size-threshold
aarch64-mops-memset-size-threshold aarch64-sve-compare-costs aarch64-vect-unroll-limit
`),
  x86_64: list("x86-stlf-window-ninsns"),
  i386: list("x86-stlf-window-ninsns"),
};

/** Ends the command when `text`, NAME=VALUE, does not begin with the name of a parameter. */
export function checkParameter(target: TargetName, text: string): void {
  const eq = text.indexOf("=");
  const name = eq < 0 ? text : text.slice(0, eq);
  if (!COMMON.has(name) && OF_TARGET[target]?.includes(name) !== true)
    throw new UsageError(`unrecognized command-line option '--param=${text}'`);
  if (eq < 0 || eq === text.length - 1) throw new UsageError(`missing argument to '--param=${name}='`);
}
