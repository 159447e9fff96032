// Floating-point constants and sign masks of a module, each once, in mergeable read-only sections.

export class ConstantPool {
  /** Words of each constant -> label. */
  private readonly labels: Map<string, { label: string; words: readonly number[] }> = new Map();

  /** Label of a constant of 1 (float), 2 (double) or 4 (16 bytes) little-endian words. */
  label(words: readonly number[]): string {
    const key = words.map((w) => w >>> 0).join();
    let e = this.labels.get(key);
    if (e === undefined) {
      e = { label: `.LC${this.labels.size}`, words };
      this.labels.set(key, e);
    }
    return e.label;
  }

  emit(out: string[]): void {
    for (const n of [4, 2, 1]) {
      let first = true;
      for (const e of this.labels.values()) {
        if (e.words.length !== n) continue;
        if (first) out.push(`\t.section\t.rodata.cst${4 * n},"aM",@progbits,${4 * n}\n\t.balign\t${4 * n}\n`);
        first = false;
        out.push(`${e.label}:\n\t.long\t${e.words.join(", ")}\n`);
      }
    }
  }
}
