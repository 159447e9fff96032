// Source lines for debuggers: .file and .loc directives, and the compile unit that makes .debug_line reachable.
// Source: DWARF 5, sections 3.1.1 (unit entries), 7.5 (format); GNU as manual, ".loc". Types and variables are not described.

/** Where a location of the IR lies in the source. */
export type DecodeLoc = (loc: number) => { file: string; line: number; col: number };

export class DebugLines {
  private readonly decode: DecodeLoc;
  private readonly out: string[];
  private readonly files: Map<string, number> = new Map();
  private last = 0;
  private lastKey = "";

  constructor(decode: DecodeLoc, out: string[]) {
    this.decode = decode;
    this.out = out;
  }

  /** Before an instruction that comes from `loc`; 0 says nothing. */
  at(loc: number): void {
    if (loc === 0 || loc === this.last) return;
    this.last = loc;
    const p = this.decode(loc);
    if (p.line === 0) return;
    const key = `${p.file}:${p.line}:${p.col}`;
    if (key === this.lastKey) return;
    this.lastKey = key;
    this.out.push(`\t.loc ${this.file(p.file)} ${p.line} ${p.col}\n`);
  }

  private file(name: string): number {
    let n = this.files.get(name);
    if (n === undefined) {
      n = this.files.size + 1;
      this.files.set(name, n);
      this.out.push(`\t.file ${n} ${JSON.stringify(name)}\n`);
    }
    return n;
  }

  /** A function begins. */
  begin(loc: number): void {
    this.last = 0;
    this.lastKey = "";
    this.at(loc);
  }

  /** The unit's entry; `ranges` are the [begin, end) labels of the functions. */
  finish(
    fileName: string,
    directory: string,
    producer: string,
    ranges: readonly (readonly [string, string])[],
    quad: string,
  ): void {
    if (ranges.length === 0 || this.files.size === 0) return;
    const o = this.out;
    const size = quad === ".8byte" || quad === ".quad" ? 8 : 4;
    o.push(
      '\t.section\t.debug_abbrev,"",@progbits\n.Ldebug_abbrev0:\n',
      // compile unit without children: producer, language, name, comp_dir, low_pc, ranges, stmt_list
      "\t.uleb128 1\n\t.uleb128 0x11\n\t.byte 0\n\t.uleb128 0x25\n\t.uleb128 0x8\n\t.uleb128 0x13\n\t.uleb128 0xb\n\t.uleb128 0x3\n\t.uleb128 0x8\n",
      "\t.uleb128 0x1b\n\t.uleb128 0x8\n\t.uleb128 0x11\n\t.uleb128 0x1\n\t.uleb128 0x55\n\t.uleb128 0x17\n\t.uleb128 0x10\n\t.uleb128 0x17\n\t.byte 0\n\t.byte 0\n\t.byte 0\n",
      '\t.section\t.debug_info,"",@progbits\n\t.4byte .Ldebug_info_end-.Ldebug_info_start\n.Ldebug_info_start:\n',
      `\t.2byte 5\n\t.byte 1\n\t.byte ${size}\n\t.4byte .Ldebug_abbrev0\n\t.uleb128 1\n`,
      `\t.asciz ${JSON.stringify(producer)}\n\t.byte 0x1d\n\t.asciz ${JSON.stringify(fileName)}\n\t.asciz ${JSON.stringify(directory)}\n`,
      `\t${quad} 0\n\t.4byte .Ldebug_ranges0\n\t.4byte .Ldebug_line0\n.Ldebug_info_end:\n`,
      '\t.section\t.debug_rnglists,"",@progbits\n\t.4byte .Ldebug_rnglists_end-.Ldebug_rnglists_start\n.Ldebug_rnglists_start:\n',
      `\t.2byte 5\n\t.byte ${size}\n\t.byte 0\n\t.4byte 0\n.Ldebug_ranges0:\n`,
    );
    // DW_RLE_start_end
    for (const [from, to] of ranges) o.push(`\t.byte 6\n\t${quad} ${from}\n\t${quad} ${to}\n`);
    o.push('\t.byte 0\n.Ldebug_rnglists_end:\n\t.section\t.debug_line,"",@progbits\n.Ldebug_line0:\n');
  }
}
