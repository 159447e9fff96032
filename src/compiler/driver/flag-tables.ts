// The -f, -W and -m flags of GCC 12.2 (GCC manual, chapter 3 "Invoking GCC"; `gcc --help=common,optimizers,c,warnings,target`).
// A name that is not here is an unrecognized option. A trailing `=` takes a value. What each does in occ:
//  - flags in REFUSED change what code must do, and occ cannot: an error (unless switched off or given a harmless value);
//  - flags that some part of the compiler asks for (flagOn, flagValue) have their effect there;
//  - all others are advice to GCC's own passes, limits, or diagnostics: accepted, for occ's code is right with and without them.

import { ARM_CPUS, RISCV_CPUS, RISCV_TUNES } from "./targets.ts";

const list = (s: string): readonly string[] => s.trim().split(/\s+/);

/** Warnings by name; -Wno-NAME, -Werror=NAME and NAME=value belong to them. */
export const WARNINGS: readonly string[] = list(`
NSObject-attribute abi abi-tag absolute-value address address-of-packed-member aggregate-return
aggressive-loop-optimizations aliasing align-commons aligned-new all alloc-size-larger-than alloc-zero alloca
alloca-larger-than ampersand analyzer-double-fclose analyzer-double-free analyzer-exposure-through-output-file
analyzer-file-leak analyzer-free-of-non-heap analyzer-malloc-leak analyzer-mismatching-deallocation
analyzer-null-argument analyzer-null-dereference analyzer-possible-null-argument analyzer-possible-null-dereference
analyzer-shift-count-negative analyzer-shift-count-overflow analyzer-stale-setjmp-buffer
analyzer-tainted-allocation-size analyzer-tainted-array-index analyzer-tainted-divisor analyzer-tainted-offset
analyzer-tainted-size analyzer-too-complex analyzer-unsafe-call-within-signal-handler analyzer-use-after-free
analyzer-use-of-pointer-in-stale-stack-frame analyzer-use-of-uninitialized-value analyzer-write-to-const
analyzer-write-to-string-literal arith-conversion array-bounds array-compare array-parameter array-temporaries
assign-intercept attribute-alias attribute-warning attributes bad-function-cast bidi-chars bool-compare bool-operation
builtin-declaration-mismatch builtin-macro-redefined c++-compat c++0x-compat c++11-compat c++11-extensions c++14-compat
c++14-extensions c++17-compat c++17-extensions c++1z-compat c++20-compat c++20-extensions c++23-extensions c++2a-compat
c-binding-type c11-c2x-compat c90-c99-compat c99-c11-compat cannot-profile cast-align cast-function-type cast-qual
cast-result catch-value char-subscripts character-truncation chkp class-conversion class-memaccess clobbered
comma-subscript comment comments compare-reals conditionally-supported conversion conversion-extra conversion-null
coverage-invalid-line-number coverage-mismatch cpp ctad-maybe-unsupported ctor-dtor-privacy dangling-else
dangling-pointer date-time declaration-after-statement delete-incomplete delete-non-virtual-dtor deprecated
deprecated-copy deprecated-copy-dtor deprecated-declarations deprecated-enum-enum-conversion
deprecated-enum-float-conversion designated-init disabled-optimization discarded-array-qualifiers discarded-qualifiers
div-by-zero do-subscript double-promotion duplicate-decl-specifier duplicated-branches duplicated-cond effc++
empty-body endif-labels enum-compare enum-conversion error-implicit-function-declaration exceptions
expansion-to-defined extra extra-semi fatal-errors float-conversion float-equal format format-contains-nul format-diag
format-extra-args format-nonliteral format-overflow format-security format-signedness format-truncation format-y2k
format-zero-length frame-address frame-larger-than free-nonheap-object function-elimination hsa if-not-aligned
ignored-attributes ignored-qualifiers implicit implicit-fallthrough implicit-function-declaration implicit-int
implicit-interface implicit-procedure import inaccessible-base incompatible-pointer-types infinite-recursion
inherited-variadic-ctor init-list-lifetime init-self inline int-conversion int-in-bool-context int-to-pointer-cast
integer-division interference-size intrinsic-shadow intrinsics-std invalid-imported-macros invalid-memory-model
invalid-offsetof invalid-pch jump-misses-init larger-than line-truncation literal-suffix logical-not-parentheses
logical-op long-long lto-type-mismatch main maybe-uninitialized memset-elt-size memset-transposed-args
misleading-indentation mismatched-dealloc mismatched-new-delete mismatched-tags missing-attributes missing-braces
missing-declarations missing-field-initializers missing-format-attribute missing-include-dirs missing-noreturn
missing-parameter-type missing-profile missing-prototypes missing-requires missing-template-keyword mudflap multichar
multiple-inheritance multistatement-macros namespaces narrowing nested-externs noexcept noexcept-type
non-template-friend non-virtual-dtor nonnull nonnull-compare normalized null-dereference objc-root-class odr
old-style-cast old-style-declaration old-style-definition openacc-parallelism openmp-simd overflow overlength-strings
overloaded-virtual override-init override-init-side-effects overwrite-recursive packed packed-bitfield-compat
packed-not-aligned padded parentheses pedantic pessimizing-move placement-new pmf-conversions pointer-arith
pointer-compare pointer-sign pointer-to-int-cast pragmas prio-ctor-dtor property-assign-default protocol psabi
range-loop-construct real-q-constant realloc-lhs realloc-lhs-all redundant-decls redundant-move redundant-tags register
reorder restrict return-local-addr return-type scalar-storage-order selector sequence-point shadow
shadow-compatible-local shadow-ivar shadow-local shift-count-negative shift-count-overflow shift-negative-value
shift-overflow sign-compare sign-conversion sign-promo sized-deallocation sizeof-array-argument sizeof-array-div
sizeof-pointer-div sizeof-pointer-memaccess stack-protector stack-usage strict-aliasing strict-null-sentinel
strict-overflow strict-prototypes strict-selector-match string-compare stringop-overflow stringop-overread
stringop-truncation subobject-linkage suggest-attribute suggest-final-methods suggest-final-types suggest-override
surprising switch switch-bool switch-default switch-enum switch-outside-range switch-unreachable sync-nand synth
system-headers tabs target-lifetime tautological-compare templates terminate traditional traditional-conversion
trampolines trigraphs trivial-auto-var-init tsan type-limits undeclared-selector undef undefined-do-loop underflow
uninitialized unknown-pragmas unreachable-code unsafe-loop-optimizations unsuffixed-float-constants unused
unused-but-set-parameter unused-but-set-variable unused-const-variable unused-dummy-argument unused-function
unused-label unused-local-typedefs unused-macros unused-parameter unused-result unused-value unused-variable
use-after-free use-without-only useless-cast varargs variadic-macros vector-operation-performance vexing-parse
virtual-inheritance virtual-move-assign vla vla-larger-than vla-parameter volatile volatile-register-var write-strings
zero-as-null-pointer-constant zero-length-bounds zerotrip
`);

/** -f flags. */
export const FEATURES: readonly string[] = list(`
PIC PIE abi-version= aggressive-loop-optimizations align-functions align-functions= align-jumps align-jumps=
align-labels align-labels= align-loops align-loops= allocation-dce allow-parameterless-variadic-functions
allow-store-data-races analyzer analyzer-call-summaries analyzer-checker= analyzer-feasibility analyzer-fine-grained
analyzer-show-duplicate-count analyzer-state-merge analyzer-state-purge analyzer-transitivity analyzer-verbose-edges
analyzer-verbose-state-changes analyzer-verbosity= argument-alias argument-noalias argument-noalias-anything
argument-noalias-global asan-shadow-offset= asm associative-math asynchronous-unwind-tables auto-inc-dec auto-profile
auto-profile= bit-tests branch-count-reg branch-probabilities branch-target-load-optimize branch-target-load-optimize2
btr-bb-exclusive builtin caller-saves callgraph-info callgraph-info= canonical-system-headers cf-protection
cf-protection= check-data-deps check-pointer-bounds checking checking= code-hoisting combine-stack-adjustments common
compare-debug compare-elim cond-mismatch conserve-stack cprop-registers crossjumping cse-follow-jumps cse-skip-blocks
cx-fortran-rules cx-limited-range data-sections dce debug-cpp debug-prefix-map= debug-types-section defer-pop
delayed-branch delete-dead-exceptions delete-null-pointer-checks devirtualize devirtualize-at-ltrans
devirtualize-speculatively diagnostics-color diagnostics-color= diagnostics-column-origin= diagnostics-column-unit=
diagnostics-escape-format= diagnostics-format= diagnostics-generate-patch diagnostics-minimum-margin-width=
diagnostics-parseable-fixits diagnostics-path-format= diagnostics-plain-output diagnostics-show-caret
diagnostics-show-cwe diagnostics-show-labels diagnostics-show-line-numbers diagnostics-show-location=
diagnostics-show-option diagnostics-show-path-depths diagnostics-urls= directives-only dollars-in-identifiers dse
dwarf2-cfi-asm early-inlining eliminate-dwarf2-dups eliminate-unused-debug-symbols eliminate-unused-debug-types
emit-class-debug-always emit-struct-debug-baseonly emit-struct-debug-detailed= emit-struct-debug-reduced exceptions
excess-precision= exec-charset= expensive-optimizations extended-identifiers fast-math fat-lto-objects file-prefix-map=
finite-loops finite-math-only float-store fold-simple-inlines force-addr forward-propagate fp-contract=
fp-int-builtin-inexact freestanding function-cse function-sections gcse gcse-after-reload gcse-las gcse-lm gcse-sm
gimple gnat-encodings= gnu-tm gnu-unique gnu89-inline graphite graphite-identity guess-branch-probability
harden-compares harden-conditional-branches hoist-adjacent-loads hosted ident if-conversion if-conversion2
indirect-inlining inhibit-size-directive inline inline-atomics inline-functions inline-functions-called-once
inline-limit= inline-small-functions input-charset= instrument-functions instrument-functions-exclude-file-list=
instrument-functions-exclude-function-list= ipa-bit-cp ipa-cp ipa-cp-alignment ipa-cp-clone ipa-icf ipa-icf-functions
ipa-icf-variables ipa-matrix-reorg ipa-modref ipa-profile ipa-pta ipa-pure-const ipa-ra ipa-reference
ipa-reference-addressable ipa-sra ipa-stack-alignment ipa-strict-aliasing ipa-struct-reorg ipa-vrp ira-algorithm=
ira-hoist-pressure ira-loop-pressure ira-region= ira-share-save-slots ira-share-spill-slots ira-verbose=
isolate-erroneous-paths-attribute isolate-erroneous-paths-dereference ivopts jump-tables keep-gc-roots-live
keep-inline-functions keep-static-consts keep-static-functions large-source-files lax-vector-conversions
leading-underscore lifetime-dse lifetime-dse= limit-function-alignment live-patching live-patching=
live-range-shrinkage loop-block loop-flatten loop-interchange loop-nest-optimize loop-optimize loop-parallelize-all
loop-strip-mine loop-unroll-and-jam lra-remat lto lto-compression-level= lto-odr-type-merging lto-partition= lto-report
lto-report-wpa lto= macro-prefix-map= math-errno max-errors= max-include-depth= mem-report mem-report-wpa
merge-all-constants merge-constants merge-debug-strings message-length= modulo-sched modulo-sched-allow-regmoves
move-loop-invariants move-loop-stores ms-extensions non-call-exceptions omit-frame-pointer openacc openacc-dim= openmp
openmp-simd optimize-register-move optimize-sibling-calls optimize-strlen pack-struct pack-struct= partial-inlining
patchable-function-entry= pcc-struct-return pch-deps pch-preprocess peel-loops peephole peephole2
permitted-flt-eval-methods= pic pie plan9-extensions plt plugin= post-ipa-mem-report pre-include= pre-ipa-mem-report
predictive-commoning prefetch-loop-arrays preprocessed printf-return-value profile profile-abs-path profile-arcs
profile-correction profile-dir= profile-exclude-files= profile-filter-files= profile-generate profile-generate=
profile-info-section profile-info-section= profile-note= profile-partial-training profile-prefix-map=
profile-prefix-path= profile-reorder-functions profile-report profile-reproducible= profile-update= profile-use
profile-use= profile-values random-seed random-seed= reciprocal-math record-gcc-switches ree reg-struct-return regmove
rename-registers reorder-blocks reorder-blocks-algorithm= reorder-blocks-and-partition reorder-functions report-bug
require-return-statement rerun-cse-after-loop rerun-loop-opt reschedule-modulo-scheduled-loops rounding-math
sanitize-address-use-after-scope sanitize-coverage= sanitize-recover sanitize-recover= sanitize-sections=
sanitize-undefined-trap-on-error sanitize= save-optimization-record sched-critical-path-heuristic
sched-dep-count-heuristic sched-group-heuristic sched-interblock sched-last-insn-heuristic sched-pressure
sched-rank-heuristic sched-spec sched-spec-insn-heuristic sched-spec-load sched-spec-load-dangerous sched-stalled-insns
sched-stalled-insns-dep sched-stalled-insns-dep= sched-stalled-insns= sched-verbose= sched2-use-superblocks
sched2-use-traces schedule-fusion schedule-insns schedule-insns2 section-anchors see sel-sched-pipelining
sel-sched-pipelining-outer-loops sel-sched-reschedule-pipelined selective-scheduling selective-scheduling2 self-test=
semantic-interposition short-enums short-wchar show-column shrink-wrap shrink-wrap-separate signaling-nans
signed-bitfields signed-char signed-zeros simd-cost-model= single-precision-constant split-ivs-in-unroller split-loops
split-paths split-stack split-wide-types split-wide-types-early ssa-backprop ssa-phiopt sso-struct= stack-check
stack-check= stack-clash-protection stack-limit stack-limit-register= stack-limit-symbol= stack-protector
stack-protector-all stack-protector-explicit stack-protector-strong stack-reuse= stack-usage stdarg-opt store-merging
strength-reduce strict-aliasing strict-enums strict-overflow strict-volatile-bitfields sync-libcalls syntax-only
tabstop= test-coverage thread-jumps threadsafe-statics time-report time-report-details tls-model= toplevel-reorder
tracer track-macro-expansion track-macro-expansion= trampolines trapping-math trapv tree-bit-ccp tree-builtin-call-dce
tree-ccp tree-ch tree-coalesce-inlined-vars tree-coalesce-vars tree-copy-prop tree-copyrename tree-cselim tree-dce
tree-dominator-opts tree-dse tree-forwprop tree-fre tree-loop-distribute-patterns tree-loop-distribution
tree-loop-if-convert tree-loop-if-convert-stores tree-loop-im tree-loop-ivcanon tree-loop-linear tree-loop-optimize
tree-loop-vectorize tree-lrs tree-parallelize-loops= tree-partial-pre tree-phiprop tree-pre tree-pta tree-reassoc
tree-salias tree-scev-cprop tree-sink tree-slp-vectorize tree-slsr tree-sra tree-store-ccp tree-store-copy-prop
tree-switch-conversion tree-tail-merge tree-ter tree-vect-loop-version tree-vectorize tree-vectorizer-verbose= tree-vrp
trivial-auto-var-init= unconstrained-commons unit-at-a-time unroll-all-loops unroll-completely-grow-size unroll-loops
unsafe-loop-optimizations unsafe-math-optimizations unsigned-bitfields unsigned-char unswitch-loops unwind-tables
use-ld= use-linker-plugin var-tracking var-tracking-assignments var-tracking-assignments-toggle var-tracking-uninit
variable-expansion-in-unroller vect-cost-model vect-cost-model= verbose-asm version-loops-for-strides visibility= vpt
vtable-verify= vtv-counts vtv-debug web whole-program wide-exec-charset= working-directory wrapv wrapv-pointer
zero-call-used-regs= zero-initialized-in-bss
`);

/** -m flags by target. */
export const MACHINE = {
  riscv: list(`
abi= align-data= arch= big-endian bionic branch-cost= cmodel= cpu= div explicit-relocs fdiv glibc isa-spec=
little-endian musl plt preferred-stack-boundary= relax riscv-attribute save-restore shorten-memrefs small-data-limit=
stack-protector-guard-offset= stack-protector-guard-reg= stack-protector-guard= strict-align tune= uclibc
`),
  aarch64: list(`
abi= arch= big-endian bionic branch-protection= cmodel= cpu= fix-cortex-a53-835769 fix-cortex-a53-843419
general-regs-only glibc harden-sls= little-endian low-precision-div low-precision-recip-sqrt low-precision-sqrt musl
omit-leaf-frame-pointer outline-atomics override= pc-relative-literal-loads sign-return-address=
stack-protector-guard-offset= stack-protector-guard-reg= stack-protector-guard= strict-align sve-vector-bits=
tls-dialect= tls-size= track-speculation tune= uclibc verbose-cost-dump
`),
  x86: list(`
128bit-long-double 3dnow 3dnowa 80387 8bit-idiv 96bit-long-double abi= abm accumulate-outgoing-args address-mode= adx
aes align-data= align-double align-functions= align-jumps= align-loops= align-stringops amx-bf16 amx-int8 amx-tile
android arch= asm= avx avx2 avx256-split-unaligned-load avx256-split-unaligned-store avx5124fmaps avx5124vnniw
avx512bf16 avx512bitalg avx512bw avx512cd avx512dq avx512er avx512f avx512fp16 avx512ifma avx512pf avx512vbmi
avx512vbmi2 avx512vl avx512vnni avx512vp2intersect avx512vpopcntdq avxvnni bionic bmi bmi2 branch-cost=
call-ms2sysv-xlogues cet-switch cld cldemote clflushopt clwb clzero cmodel= cpu= crc32 cx16 direct-extern-access
dispatch-scheduler dump-tune-features enqcmd f16c fancy-math-387 fentry fentry-name= fentry-section= fma fma4
force-drap force-indirect-call fp-ret-in-387 fpmath= fsgsbase function-return= fused-madd fxsr general-regs-only gfni
glibc hard-float harden-sls= hle hreset iamcu ieee-fp incoming-stack-boundary= indirect-branch-cs-prefix
indirect-branch-register indirect-branch= inline-all-stringops inline-stringops-dynamically instrument-return=
intel-syntax kl large-data-threshold= long-double-128 long-double-64 long-double-80 lwp lzcnt manual-endbr
memcpy-strategy= memset-strategy= mitigate-rop mmx movbe movdir64b movdiri move-max= mpx ms-bitfields musl mwait mwaitx
needed nop-mcount omit-leaf-frame-pointer pc32 pc64 pc80 pclmul pcommit pconfig pku popcnt prefer-avx128
prefer-vector-width= preferred-stack-boundary= prefetchwt1 prfchw ptwrite push-args rdpid rdrnd rdseed recip recip=
record-mcount record-return red-zone regparm= relax-cmpxchg-loop rtd rtm sahf serialize sgx sha shstk skip-rax-setup
soft-float sse sse2 sse2avx sse3 sse4 sse4.1 sse4.2 sse4a sse5 sseregparm ssse3 stack-arg-probe
stack-protector-guard-offset= stack-protector-guard-reg= stack-protector-guard-symbol= stack-protector-guard=
stackrealign store-max= stringop-strategy= stv tbm tls-dialect= tls-direct-seg-refs tsxldtrk tune-ctrl= tune= uclibc
uintr vaes veclibabi= vect8-ret-in-mem vpclmulqdq vzeroupper waitpkg wbnoinvd widekl x32 xop xsave xsavec xsaveopt
xsaves
`),
} as const;

/** Flags whose effect occ does not have, with the values that ask for nothing. */
export const REFUSED: Readonly<Record<string, readonly string[]>> = {
  fsanitize: ["none"],
  "fsanitize-coverage": [],
  fprofile: [],
  "fprofile-arcs": [],
  "fprofile-generate": [],
  "ftest-coverage": [],
  "fsplit-stack": [],
  "fstack-limit-register": [],
  "fstack-limit-symbol": [],
  flto: [],
  "fstack-limit": [],
  fopenmp: [],
  fopenacc: [],
  "fgnu-tm": [],
  fgimple: [],
  fplugin: [],
  "fleading-underscore": [],
  "fstack-check": ["no"],
  "fstack-usage": [],
  "fcallgraph-info": [],
  "fzero-call-used-regs": ["skip", "used-gpr", "used-gpr-arg", "all-gpr", "all-gpr-arg"],
  "fharden-compares": [],
  "fharden-conditional-branches": [],
  "fcf-protection": ["true", "none", "branch", "return", "full"],
  "finput-charset": ["utf-8", "UTF-8"],
  "fwide-exec-charset": [],
  "fdirectives-only": [],
  "fpcc-struct-return": [],
  "mindirect-branch": ["keep", "thunk-inline", "thunk-extern"],
  "mfunction-return": ["keep", "thunk-extern"],
  "mharden-sls": ["none", "all", "return", "indirect-jmp"],
  "minstrument-return": ["none"],
  mx32: [],
  miamcu: [],
  "mlong-double-64": [],
  "mlong-double-128": [],
  "m96bit-long-double": [],
  mrtd: [],
  msseregparm: [],
  "mvect8-ret-in-mem": [],
  mpc32: [],
  mpc64: [],
  masm: ["att"],
  "mbig-endian": [],
  "mtrack-speculation": [],
  "mmitigate-rop": [],
};

/** Flags with a fixed set of values: GCC names them in its error. */
export const VALUES: Readonly<Record<string, readonly string[]>> = {
  fvisibility: ["default", "hidden", "internal", "protected"],
  "ftls-model": ["global-dynamic", "initial-exec", "local-dynamic", "local-exec"],
  "ffp-contract": ["fast", "off", "on"],
  "fcf-protection": ["branch", "check", "full", "none", "return"],
  "fzero-call-used-regs": ["all", "all-arg", "all-gpr", "all-gpr-arg", "skip", "used", "used-arg", "used-gpr", "used-gpr-arg"],
  "ftrivial-auto-var-init": ["pattern", "uninitialized", "zero"],
  "fdiagnostics-color": ["always", "auto", "never"],
  "fdiagnostics-column-unit": ["byte", "display"],
  "fdiagnostics-escape-format": ["bytes", "unicode"],
  "fdiagnostics-format": ["json", "text"],
  "fdiagnostics-path-format": ["inline-events", "none", "separate-events"],
  "fdiagnostics-show-location": ["every-line", "once"],
  "fdiagnostics-urls": ["always", "auto", "never"],
  "fgnat-encodings": ["all", "gdb", "minimal"],
  "fira-algorithm": ["CB", "priority"],
  "fira-region": ["all", "mixed", "one"],
  "flto-partition": ["1to1", "balanced", "max", "none", "one"],
  "flive-patching": ["inline-clone", "inline-only-static"],
  "fstack-reuse": ["all", "named_vars", "none"],
  "freorder-blocks-algorithm": ["simple", "stc"],
  "fexcess-precision": ["16", "fast", "standard"],
  "fprofile-reproducible": ["multithreaded", "parallel-runs", "serial"],
  "fprofile-update": ["atomic", "prefer-atomic", "single"],
  "fpermitted-flt-eval-methods": ["c11", "ts-18661-3"],
  "fsimd-cost-model": ["cheap", "dynamic", "unlimited", "very-cheap"],
  "fvect-cost-model": ["cheap", "dynamic", "unlimited", "very-cheap"],
  "fvtable-verify": ["none", "preinit", "std"],
  "fsso-struct": ["big-endian", "little-endian", "native"],
};
/** Flags that have no -fno- or -mno- form. */
export const NO_NEGATIVE: ReadonlySet<string> = new Set(
  list(`
fcallgraph-info fcf-protection fdiagnostics-plain-output flive-patching fprofile-info-section fstack-usage
ftrack-macro-expansion ftree-coalesce-inlined-vars m128bit-long-double m96bit-long-double mbig-endian mbionic
mdispatch-scheduler mdump-tune-features mgeneral-regs-only mglibc mhard-float mlittle-endian mlong-double-128
mlong-double-64 mlong-double-80 mmusl mpc32 mpc64 mpc80 msseregparm muclibc mx32
`),
);
/** Flags that take an empty value. */
export const EMPTY_VALUE: ReadonlySet<string> = new Set(["ftrack-macro-expansion", "ftree-vectorizer-verbose"]);
/** A non-negative number, in GCC's spelling. */
const NUMBER = /^(\d+|0[xX][\da-fA-F]+)$/;
const NUMERIC: readonly string[] = list(`
fanalyzer-verbosity fchecking fdiagnostics-column-origin fdiagnostics-minimum-margin-width finline-limit fira-verbose
flifetime-dse flto-compression-level fmax-errors fmax-include-depth fmessage-length fsched-stalled-insns
fsched-stalled-insns-dep fsched-verbose ftabstop ftree-parallelize-loops malign-functions malign-jumps malign-loops
mbranch-cost mlarge-data-threshold msmall-data-limit
`);
const STRATEGY = /^([a-z_48]+:-?\d+:(no)?align)(,[a-z_48]+:-?\d+:(no)?align)*$/;
/** Flags whose value is a number or several: what it must look like. */
export const NUMBERS: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(NUMERIC.map((name) => [name, NUMBER])),
  "fabi-version": /^(0|[2-9]|\d\d+)$/,
  "fpack-struct": /^(1|2|4|8|16)$/,
  "ftrack-macro-expansion": /^\d*$/,
  "falign-functions": /^\d{1,5}(:\d{1,5}){0,3}$/,
  "falign-jumps": /^\d{1,5}(:\d{1,5}){0,3}$/,
  "falign-labels": /^\d{1,5}(:\d{1,5}){0,3}$/,
  "falign-loops": /^\d{1,5}(:\d{1,5}){0,3}$/,
  "fpatchable-function-entry": /^\d{1,5}(,\d{1,5})?$/,
  "mpreferred-stack-boundary": /^[2-9]$|^1[0-2]$/,
  "mincoming-stack-boundary": /^[2-9]$|^1[0-2]$/,
  mregparm: /^[0-3]$/,
  mrecip: /^!?(all|none|default|(vec-)?(div|sqrt))(,!?(all|none|default|(vec-)?(div|sqrt)))*$/,
  "mmemcpy-strategy": STRATEGY,
  "mmemset-strategy": STRATEGY,
};
/** What -mbranch-protection= takes. */
export const BRANCH_PROTECTION = /^(none|standard|(bti|pac-ret(\+(leaf|b-key))*)(\+(bti|pac-ret(\+(leaf|b-key))*))*)$/;
export const MACHINE_VALUES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  riscv: {
    mcmodel: ["medany", "medlow"],
    mabi: ["lp64", "lp64d", "lp64f"],
    "mstack-protector-guard": ["global", "tls"],
    "malign-data": ["natural", "xlen"],
    "misa-spec": ["2.2", "20190608", "20191213"],
    mtune: RISCV_TUNES,
    mcpu: RISCV_CPUS,
  },
  aarch64: {
    mcmodel: ["large", "small", "tiny"],
    mabi: ["lp64"],
    "mstack-protector-guard": ["global", "sysreg"],
    "mtls-dialect": ["desc", "trad"],
    "mtls-size": ["12", "24", "32", "48"],
    "msve-vector-bits": ["1024", "128", "2048", "256", "512", "scalable"],
    "msign-return-address": ["all", "non-leaf", "none"],
    "mharden-sls": ["all", "blr", "none", "retbr", "blr,retbr", "retbr,blr"],
    mtune: ARM_CPUS,
  },
  x86: {
    mcmodel: ["32", "kernel", "large", "medium", "small"],
    mabi: ["sysv"],
    "mstack-protector-guard": ["global", "tls"],
    "mindirect-branch": ["keep", "thunk", "thunk-extern", "thunk-inline"],
    "mfunction-return": ["keep", "thunk", "thunk-extern", "thunk-inline"],
    "mharden-sls": ["all", "indirect-jmp", "none", "return"],
    "maddress-mode": ["long", "short"],
    "malign-data": ["abi", "cacheline", "compat"],
    "mmove-max": ["128", "256", "512", "none"],
    "mstore-max": ["128", "256", "512", "none"],
    "mprefer-vector-width": ["128", "256", "512", "none"],
    "mstringop-strategy": [
      ...["byte_loop", "libcall", "loop", "rep_4byte", "rep_8byte", "rep_byte", "unrolled_loop", "vector_loop"],
    ],
    "mtls-dialect": ["gnu", "gnu2"],
    mveclibabi: ["acml", "svml"],
    mfpmath: ["387", "387+sse", "387,sse", "both", "sse", "sse+387", "sse,387"],
  },
};
