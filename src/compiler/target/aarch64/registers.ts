// AArch64 registers: one numbering for the ABI, the allocator, inline asm and the printer. Source: Arm ARM B1.2, AAPCS64 6.1.

/** 0..30 = x0..x30, 31 = sp, 32..63 = v0..v31. */
export const X0 = 0;
export const X8 = 8;
export const X16 = 16;
export const X17 = 17;
export const X18 = 18;
export const X19 = 19;
export const FP = 29;
export const LR = 30;
export const SP = 31;
export const V0 = 32;

const byName: Map<string, number> = new Map();
for (let i = 0; i <= 30; i++) {
  byName.set(`x${i}`, i);
  byName.set(`w${i}`, i);
  byName.set(`r${i}`, i);
}
byName.set("sp", SP);
byName.set("wsp", SP);
byName.set("fp", FP);
byName.set("lr", LR);
byName.set("ip0", X16);
byName.set("ip1", X17);
for (let i = 0; i < 32; i++) for (const c of "vqdshb") byName.set(`${c}${i}`, V0 + i);

/** Physical register of a name, -1 = unknown, -2 = a clobber that needs nothing. */
export function regByName(name: string): number {
  const n = name.startsWith("%") ? name.slice(1) : name;
  const r = byName.get(n);
  if (r !== undefined) return r;
  return n === "cc" || n === "memory" || n === "fpsr" || /^(z|p)\d+$/.test(n) || n === "ffr" ? -2 : -1;
}
