// What the command line says about riscv64 code. Source: GCC manual, "RISC-V Options".

export interface RiscvOptions {
  /** F and D registers exist and the ABI passes floats in them. */
  readonly hardFloat: boolean;
  /** Global symbols go through the GOT. */
  readonly pic: boolean;
  readonly framePointer: boolean;
  readonly strictAlign: boolean;
  readonly functionSections: boolean;
  readonly dataSections: boolean;
  readonly jumpTables: boolean;
  readonly common: boolean;
  readonly debugLines: boolean;
  /** Validate every register allocation. */
  readonly check: boolean;
  readonly march: string;
  readonly mabi: string;
}
