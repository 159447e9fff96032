// Layout of records as Microsoft's compilers do it, on x86: attribute ms_struct and -mms-bitfields.
//
// Source: GCC manual, "x86 Variable Attributes" and "x86 Options" (-mms-bitfields), and GCC's answers for random records
// (tests/c-parse/layout.test.ts). Bit-fields of types of one size share a storage unit of that type while they fit; a unit counts
// whole, also at the end of the record; a bit-field of another size, or another member, begins behind it. A bit-field of width 0
// closes a unit and aligns what follows to its type, but only right behind another bit-field. Bit-fields align the record as their
// types are aligned, packed or not.

import type { TargetInfo } from "../target/abi.ts";
import type { CType } from "./ctype.ts";
import { fieldAlign, isPackedMember, type MemberAttrs, memberAlign, roundUp } from "./layout.ts";

/** Places the members of a record; parameters as layoutRecord's. */
export function layoutMsRecord(
  target: TargetInfo,
  t: CType,
  attrs: readonly MemberAttrs[],
  packed: boolean,
  aligned: number,
  pack: number,
): void {
  const rec = t.record!;
  let bit = 0;
  let align = 1;
  let maxBits = 0;
  /** Bits of the open storage unit's type, 0 = none is open. */
  let unit = 0;
  /** Bits left in it. */
  let left = 0;
  for (let i = 0; i < rec.members.length; i++) {
    const m = rec.members[i]!;
    const a = attrs[i]!;
    const natural = fieldAlign(target, m.type);
    const isPacked = isPackedMember(m, natural, packed || a.packed);
    if (rec.isUnion) bit = unit = left = 0;
    if (m.bitWidth >= 0) {
      const w = m.bitWidth;
      const typeBits = m.type.size * 8;
      const loose = isPacked && w > 0;
      let wanted = Math.max(loose ? 1 : natural, a.aligned);
      if (pack !== 0) wanted = Math.min(wanted, pack);
      // what its own aligned attribute asks for counts for the record even where it has no effect on the bit-field
      if ((w > 0 && !loose) || (w === 0 && unit !== 0)) align = Math.max(align, wanted);
      if (unit === typeBits && w > 0 && w <= left) left -= w;
      else if (w > 0 || unit !== 0) {
        // the next unit of a run of one size stands where the last one ends, and a packed zero width moves nothing
        let place = wanted;
        if (w > 0 ? unit === typeBits : isPacked) place = Math.max(1, Math.min(a.aligned, wanted));
        bit = roundUp(bit + left, place * 8);
        unit = w > 0 ? typeBits : 0;
        left = w > 0 ? typeBits - w : 0;
      }
      m.bitPos = bit;
      m.off = Math.floor(bit / 8);
      m.align = 1;
      bit += w;
      // in a union it is only the alignment that makes a unit whole
      maxBits = Math.max(maxBits, rec.isUnion ? bit : bit + left);
      continue;
    }
    bit += left;
    unit = left = 0;
    const al = memberAlign(natural, isPacked, a.aligned, pack);
    bit = roundUp(bit, al * 8);
    m.off = bit / 8;
    m.bitPos = bit;
    m.align = al;
    align = Math.max(align, al);
    bit += Math.max(0, m.type.size) * 8;
    if (bit > maxBits) maxBits = bit;
  }
  t.align = Math.max(align, aligned);
  t.size = roundUp(Math.ceil(maxBits / 8), t.align);
}
