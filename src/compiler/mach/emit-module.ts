// Assembler text of a module around its functions: sections, symbols, data. The same for every ELF target of GNU as.

import {
  BIND_GLOBAL,
  BIND_LOCAL,
  BIND_WEAK,
  type Module,
  SYM_DATA,
  SYM_FUNC,
  SYM_UNDEF,
  type Sym,
  VIS_DEFAULT,
} from "../ir/module.ts";

/** A wish for the address of functions: a power of two, and how many bytes of padding it is worth at most. */
export interface FunctionAlignment {
  readonly log: number;
  readonly skip: number;
}
export const NO_ALIGNMENT: FunctionAlignment = { log: 0, skip: 0 };

export interface EmitOptions {
  alignFunctions: FunctionAlignment;
  functionSections: boolean;
  dataSections: boolean;
  /** Code position independent: constant data with relocations goes to .data.rel.ro. */
  pic: boolean;
  /** Directive for 8-byte words. */
  quad: string;
  /** Prefix of @progbits, @function: % on arm. */
  at: string;
  pointerSize: number;
  /** -fpatchable-function-entry=N,M: no-ops in all, and those before the label. */
  patchable: readonly [number, number];
  /** Label the ends of functions, for debug information. */
  ranges: boolean;
}

const VISIBILITY = ["", "hidden", "protected", "internal"];

export class ModuleEmitter {
  readonly out: string[] = [];
  private readonly m: Module;
  private readonly o: EmitOptions;
  private section = "";
  /** Flags and type of each named section, as first given: the assembler takes no others. */
  private readonly sectionFlags: Map<string, string> = new Map();
  /** Functions in order, for debug ranges. */
  readonly functionRanges: [string, string][] = [];
  /** Name of a static label, given by the function emitters. */
  readonly labels: Map<number, string> = new Map();

  constructor(m: Module, o: EmitOptions) {
    this.m = m;
    this.o = o;
  }

  switchTo(section: string): void {
    if (this.section === section) return;
    this.section = section;
    this.out.push(`${section}\n`);
  }

  /** After text that may have changed the section (asm). */
  forgetSection(): void {
    this.section = "";
  }

  topLevelAsm(): void {
    for (const a of this.m.asms) {
      this.switchTo("\t.text");
      this.out.push(`\t${a}\n`);
    }
  }

  /**
   * @param align log2 of what the instruction set wants of a function's address
   * @param landing what stands in front of no-ops behind the label
   */
  functionHeader(s: Sym, align: number, landing = ""): void {
    const section = this.functionSection(s);
    this.switchTo(section);
    const o = this.out;
    const log = Math.max(align, Math.log2(Math.max(1, s.align)));
    if (log > 0) o.push(`\t.p2align\t${log}\n`);
    const wish = this.o.alignFunctions;
    // What is compiled for size or seldom run is not padded, and an attribute counts for more than the flag.
    if (wish.log > log && s.align <= 1 && !s.cold) {
      o.push(`\t.p2align\t${wish.log}${wish.skip < (1 << wish.log) - 1 ? `,,${wish.skip}` : ""}\n`);
    }
    this.binding(s);
    const [total, before] = s.patchableEntry >= 0 ? [s.patchableEntry, 0] : this.o.patchable;
    if (total > 0) {
      // where the no-ops are, for whoever patches them; the list goes when the function goes
      const label = `.LPFE${s.id}`;
      o.push(`\t.section\t__patchable_function_entries,"awo",${this.o.at}progbits,${before > 0 ? label : s.name}\n`);
      o.push(`\t.p2align\t${Math.log2(this.o.pointerSize)}\n\t${this.o.quad}\t${label}\n${section}\n`);
      if (before > 0) o.push(`${label}:\n${"\tnop\n".repeat(before)}`);
      o.push(`\t.type\t${s.name}, ${this.o.at}function\n${s.name}:\n`);
      if (total > before) o.push(landing);
      if (before === 0) o.push(`${label}:\n`);
      o.push("\tnop\n".repeat(total - before));
      return;
    }
    o.push(`\t.type\t${s.name}, ${this.o.at}function\n${s.name}:\n`);
  }

  functionEnd(s: Sym): void {
    if (this.o.ranges) {
      const end = `.LFE${s.id}`;
      this.out.push(`${end}:\n`);
      this.functionRanges.push([s.name, end]);
    }
    this.out.push(`\t.size\t${s.name}, .-${s.name}\n`);
  }

  private functionSection(s: Sym): string {
    if (s.section !== "") return this.named(s.section, s.retain ? "axR" : "ax", `${this.o.at}progbits`);
    if (this.o.functionSections) return `\t.section\t.text.${s.cold ? "unlikely." : ""}${s.name},"ax",${this.o.at}progbits`;
    if (s.hot && !s.cold) return `\t.section\t.text.hot,"ax",${this.o.at}progbits`;
    if (s.cold) return `\t.section\t.text.unlikely,"ax",${this.o.at}progbits`;
    return "\t.text";
  }

  private named(name: string, flags: string, type: string): string {
    if (name === ".text" || name === ".data" || name === ".bss") return `\t${name}`;
    // A name is printed as it is: it may bring its own flags, as in `section(".x,\"a\",@progbits #")`.
    const first = this.sectionFlags.get(name);
    if (first !== undefined) return first;
    const text = `\t.section\t${name},"${flags}"${type === "" ? "" : `,${type}`}`;
    this.sectionFlags.set(name, text);
    return text;
  }

  private binding(s: Sym): void {
    if (s.bind === BIND_GLOBAL) this.out.push(`\t.globl\t${s.name}\n`);
    else if (s.bind === BIND_WEAK) this.out.push(`\t.weak\t${s.name}\n`);
    if (s.vis !== VIS_DEFAULT && s.bind !== BIND_LOCAL) this.out.push(`\t.${VISIBILITY[s.vis]}\t${s.name}\n`);
  }

  data(): void {
    for (const s of this.m.syms) if (s !== undefined && s.kind === SYM_DATA && s.alias === 0) this.object(s);
  }

  private object(s: Sym): void {
    const o = this.out;
    const align = Math.max(1, s.align);
    if (s.common) {
      if (s.bind === BIND_LOCAL) o.push(`\t.local\t${s.name}\n`);
      o.push(`\t.comm\t${s.name},${s.size},${align}\n`);
      return;
    }
    const zero = s.init === undefined || isZero(s.init.bytes, s.init.relocs.length);
    this.switchTo(this.dataSection(s, zero));
    if (align > 1) o.push(`\t.p2align\t${Math.log2(align)}\n`);
    this.binding(s);
    const local = s.name.startsWith(".L");
    if (!local) o.push(`\t.type\t${s.name}, ${this.o.at}object\n\t.size\t${s.name}, ${s.size}\n`);
    o.push(`${s.name}:\n`);
    if (zero) {
      if (s.size > 0) o.push(`\t.zero\t${s.size}\n`);
      return;
    }
    this.bytes(s);
  }

  private dataSection(s: Sym, zero: boolean): string {
    const at = this.o.at;
    const hasRelocs = s.init !== undefined && s.init.relocs.length > 0;
    if (s.section !== "") {
      const bss = /^\.bss($|\.)|^\.sbss|^\.tbss/.test(s.section) || s.section.startsWith(".noinit");
      const flags = (s.tls ? "awT" : s.readonly && !(hasRelocs && this.o.pic) ? "a" : "aw") + (s.retain ? "R" : "");
      // without a type the assembler knows what .note and .init_array sections are
      return this.named(s.section, flags, bss ? `${at}nobits` : s.tls ? `${at}progbits` : "");
    }
    if (s.tls) return zero ? `\t.section\t.tbss,"awT",${at}nobits` : `\t.section\t.tdata,"awT",${at}progbits`;
    const suffix = this.o.dataSections && !s.name.startsWith(".L") ? `.${s.name}` : "";
    if (s.readonly) {
      if (hasRelocs && this.o.pic) return `\t.section\t.data.rel.ro${suffix},"aw"`;
      if (s.mergeStr !== 0 && !hasRelocs)
        return `\t.section\t.rodata.str${s.mergeStr}.${s.mergeStr === 1 ? 8 : s.mergeStr},"aMS",${at}progbits,${s.mergeStr}`;
      return suffix === "" ? "\t.section\t.rodata" : `\t.section\t.rodata${suffix},"a"`;
    }
    if (zero) return suffix === "" ? "\t.bss" : `\t.section\t.bss${suffix},"aw",${at}nobits`;
    return suffix === "" ? "\t.data" : `\t.section\t.data${suffix},"aw"`;
  }

  private bytes(s: Sym): void {
    const init = s.init!;
    const relocs = init.relocs.slice().sort((a, b) => a.off - b.off);
    const o = this.out;
    let at = 0;
    const limit = Math.max(s.size, init.bytes.length);
    const raw = (to: number): void => {
      while (at < to) {
        if (at >= init.bytes.length) {
          o.push(`\t.zero\t${to - at}\n`);
          at = to;
          return;
        }
        // runs of zeros are one directive
        let z = at;
        while (z < to && z < init.bytes.length && init.bytes[z] === 0) z++;
        if (z >= init.bytes.length) z = to;
        if (z - at >= 8 || (z === to && z > at)) {
          o.push(`\t.zero\t${z - at}\n`);
          at = z;
          continue;
        }
        const end = Math.min(to, at + 64);
        let stop = at;
        let zeros = 0;
        while (stop < end && zeros < 8) {
          zeros = stop < init.bytes.length && init.bytes[stop] !== 0 ? 0 : zeros + 1;
          stop++;
        }
        const list: number[] = [];
        for (let k = at; k < stop; k++) list.push(k < init.bytes.length ? init.bytes[k]! : 0);
        o.push(`\t.byte\t${list.join(",")}\n`);
        at = stop;
      }
    };
    for (const r of relocs) {
      raw(r.off);
      if (r.size > this.o.pointerSize) throw new Error("an address in a wider integer is no constant for the assembler");
      const dir = r.size === 8 ? this.o.quad : r.size === 4 ? ".4byte" : r.size === 2 ? ".2byte" : ".byte";
      let x: string;
      if (r.label !== 0) x = this.labelName(r.label) + (r.minusLabel !== 0 ? `-${this.labelName(r.minusLabel)}` : "");
      else x = this.m.syms[r.sym]!.name;
      if (r.addend !== 0) x += r.addend > 0 ? `+${r.addend}` : String(r.addend);
      o.push(`\t${dir}\t${x}\n`);
      at = r.off + r.size;
    }
    raw(limit);
  }

  private labelName(id: number): string {
    const n = this.labels.get(id);
    if (n === undefined) throw new Error(`static data names label ${id} of a function that was not emitted`);
    return n;
  }

  /** Aliases, undefined weak symbols, constructor tables. */
  finish(): void {
    const o = this.out;
    const quad = this.o.pointerSize === 8 ? this.o.quad : ".4byte";
    for (const s of this.m.syms) {
      if (s === undefined) continue;
      if (s.alias !== 0) {
        const target = this.m.syms[s.alias]!;
        this.binding(s);
        if (s.ifunc) o.push(`\t.type\t${s.name}, ${this.o.at}gnu_indirect_function\n`);
        else if (target.kind !== SYM_UNDEF)
          o.push(`\t.type\t${s.name}, ${this.o.at}${target.kind === SYM_FUNC ? "function" : "object"}\n`);
        o.push(`\t.set\t${s.name},${target.name}\n`);
        continue;
      }
      if (s.kind === SYM_UNDEF && s.referenced) {
        if (s.bind === BIND_WEAK) o.push(`\t.weak\t${s.name}\n`);
        if (s.vis !== VIS_DEFAULT) o.push(`\t.${VISIBILITY[s.vis]}\t${s.name}\n`);
      }
      for (const [prio, what] of [
        [s.ctor, "init_array"],
        [s.dtor, "fini_array"],
      ] as const) {
        if (prio < 0 || s.kind !== SYM_FUNC) continue;
        const suffix = prio === 65535 ? "" : `.${String(prio).padStart(5, "0")}`;
        this.switchTo(`\t.section\t.${what}${suffix},"aw"`);
        o.push(`\t.p2align\t${Math.log2(this.o.pointerSize)}\n\t${quad}\t${s.name}\n`);
      }
    }
    const stack = this.m.execStack ? "x" : "";
    o.push(`\t.ident\t"occ"\n\t.section\t.note.GNU-stack,"${stack}",${this.o.at}progbits\n`);
  }
}

function isZero(b: Uint8Array, relocs: number): boolean {
  if (relocs > 0) return false;
  for (let i = 0; i < b.length; i++) if (b[i] !== 0) return false;
  return true;
}
