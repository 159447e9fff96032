// Code generation of a module: the order of the steps from IR to assembler text, the same for every target.
//
// Per function: expand-wide, legalize, expand-switches, lowering (selection), register allocation, jump threading, text. The
// target says what differs. Invariant: functions come out in the order of the module; the functions are changed in place.

import type { Block, CallInfo, Func } from "../ir/func.ts";
import type { Module, Sym } from "../ir/module.ts";
import { OP_NONE, TY_F128 } from "../ir/ops.ts";
import type { TargetInfo } from "../target/abi.ts";
import type { TlsOptions } from "../target/tls-model.ts";
import { allocateRegisters } from "./allocate.ts";
import { DebugLines, type DecodeLoc } from "./debug-lines.ts";
import { type FunctionAlignment, ModuleEmitter } from "./emit-module.ts";
import { expandWide, type WideOptions } from "./expand-wide.ts";
import { type LegalizeOptions, legalize } from "./legalize.ts";
import { Lowering, type Selector } from "./lowering.ts";
import type { MFunc, RegFile } from "./minst.ts";
import { callProfiler } from "./profile.ts";
import type { MoveEmitter } from "./rewrite.ts";
import { protectStack, type StackProtection } from "./stack-protector.ts";
import { expandSwitches, expandWideSwitches } from "./switch.ts";
import { markTailCalls, type TailCallRules } from "./tail-calls.ts";
import { threadJumps } from "./thread-jumps.ts";
import type { ZeroRegisters } from "./zero-registers.ts";

/** What the command line says about code of every target. */
export interface CodeOptions {
  /** Global symbols that another module may define go through the GOT. */
  readonly pic: boolean;
  readonly framePointer: boolean;
  readonly jumpTables: boolean;
  readonly tls: TlsOptions;
  /** -foptimize-sibling-calls: calls in tail position are jumps. */
  readonly siblingCalls: boolean;
  /** -falign-functions= */
  readonly alignFunctions: FunctionAlignment;
  readonly functionSections: boolean;
  readonly dataSections: boolean;
  /** -g: where a location lies; undefined without. */
  readonly lines: DecodeLoc | undefined;
  /** Directory of the compilation, for debug information. */
  readonly directory: string;
  /** .cfi directives: -fasynchronous-unwind-tables (.eh_frame) or -g (.debug_frame). */
  readonly unwind: "none" | "eh" | "debug";
  /** -fpatchable-function-entry=N,M */
  readonly patchable: readonly [number, number];
  /** -fstack-protector and its kin; undefined without. */
  readonly stackProtection: StackProtection | undefined;
  /** -pg: functions tell a profiler that they begin. */
  readonly profile: boolean;
  /** -fzero-call-used-regs= */
  readonly zeroRegisters?: ZeroRegisters | undefined;
  /** Validate every register allocation. */
  readonly check: boolean;
}

/** Frame and text of one function. */
export interface FunctionEmitter {
  label(b: Block): string;
  layout(): void;
  prologue(): void;
  body(): void;
}

/** What a function looks like to the emitter. */
export interface EmittedFunction {
  readonly lowered: MFunc;
  /** Number of the function in the module, from 1, for labels. */
  readonly id: number;
  readonly framePointer: boolean;
  readonly lines: DebugLines | undefined;
  readonly out: string[];
}

/** What a target contributes to the code of a module. */
export interface CodeTarget {
  readonly info: TargetInfo;
  readonly selector: Selector;
  readonly wide: WideOptions;
  readonly legal: LegalizeOptions;
  readonly jumpTables: boolean;
  /** Rows of the jump and of the jump through a register. */
  readonly jump: number;
  readonly indirectJump: number;
  /** Register of a first argument where the profiler is called from the body; undefined: the emitter does it. */
  readonly profilerArgument?: number;
  /** log2 of the alignment that the instruction set asks of functions. */
  readonly functionAlign: number;
  /** Directive for 8-byte words, prefix of @progbits. */
  readonly quad: string;
  readonly at: string;
  /** Directives at the start of the file. */
  readonly preamble: string;
  /** Changes to the IR that selection wants, after integers wider than a word are gone. */
  prepare?(f: Func): void;
  framePointer(lowered: MFunc, f: Func): boolean;
  /** Can the call be a jump, if everything else allows it? Yes when absent. */
  tailCall?(info: CallInfo): boolean;
  /** Registers and moves; `quad`: some value of the function is a binary128 in a vector register. */
  registers(framePointer: boolean, quad: boolean): RegFile;
  moves(quad: boolean): MoveEmitter;
  /** What has to stand in front of no-ops at a function's entry; without such no-ops the emitter puts it out. */
  landing?(s: Sym): string;
  emitter(e: EmittedFunction): FunctionEmitter;
  /** Data that the functions asked for. */
  constants?(out: string[]): void;
}

function hasQuad(f: Func): boolean {
  for (let v = 1; v < f.nval; v++) if (f.ty[v] === TY_F128 && f.op[v] !== OP_NONE) return true;
  return false;
}

/** Assembler text of a module. */
export function compileModule(m: Module, t: CodeTarget, o: CodeOptions): string {
  const e = new ModuleEmitter(m, {
    alignFunctions: o.alignFunctions,
    functionSections: o.functionSections,
    dataSections: o.dataSections,
    pic: o.pic,
    quad: t.quad,
    at: t.at,
    pointerSize: t.info.ptrSize,
    patchable: o.patchable,
    ranges: o.lines !== undefined,
  });
  if (t.preamble !== "") e.out.push(t.preamble);
  if (o.unwind === "debug") e.out.push("\t.cfi_sections\t.debug_frame\n");
  const lines = o.lines === undefined ? undefined : new DebugLines(o.lines, e.out);
  e.topLevelAsm();
  const tailCalls: TailCallRules = {
    narrowResults: t.info.name !== "riscv64",
    floatsOnStack: t.info.name === "i386",
    allows: t.tailCall ?? (() => true),
  };
  let id = 0;
  for (const f of m.funcs) {
    const s = m.syms[f.sym]!;
    id++;
    expandWideSwitches(f, t.info.ptrTy);
    const profiled = o.profile && !s.noInstrument;
    if (profiled && t.profilerArgument !== undefined) callProfiler(f, m, t.info.ptrTy, t.profilerArgument);
    expandWide(f, m, t.info, t.wide);
    const quad = t.wide.quadF128 === true && hasQuad(f);
    legalize(f, m, t.info, t.legal);
    if (o.siblingCalls) markTailCalls(f, m, tailCalls);
    if (o.stackProtection !== undefined) protectStack(f, m, t.info.ptrTy, o.stackProtection);
    expandSwitches(f, t.jumpTables);
    t.prepare?.(f);
    const lowered = new Lowering(f, m, t.selector).run();
    lowered.profiled = profiled;
    const framePointer = t.framePointer(lowered, f);
    allocateRegisters(lowered, t.registers(framePointer, quad), t.moves(quad), o);
    threadJumps(lowered, t.jump, t.indirectJump);
    e.functionHeader(s, t.functionAlign, t.landing?.(s));
    lines?.begin(f.declLoc);
    const emitter = t.emitter({ lowered, id, framePointer, lines, out: e.out });
    for (const b of f.order) if (f.labelId[b] !== 0) e.labels.set(f.labelId[b]!, emitter.label(b));
    emitter.layout();
    emitter.prologue();
    emitter.body();
    e.functionEnd(s);
  }
  e.forgetSection();
  e.data();
  t.constants?.(e.out);
  e.finish();
  lines?.finish(m.fileName, o.directory, "occ", e.functionRanges, t.quad);
  return e.out.join("");
}
