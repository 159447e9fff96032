// Runs the last function of a module in the interpreter and gives all it can be observed to do as one text.

import { Interp, type IValue, OutOfFuel, Trap } from "../../src/compiler/ir/interp.ts";
import { type Module, SYM_DATA } from "../../src/compiler/ir/module.ts";
import * as O from "../../src/compiler/ir/ops.ts";
import { Rng } from "./random-ir.ts";

/** Undefined when the run took too long to be compared. */
export function observe(m: Module, seed: number, fuel: number): string | undefined {
  const r = new Rng(seed ^ 0x5bd1e995);
  let calls = 0;
  const it = new Interp(m, (name, args, self) => {
    calls++;
    const h = BigInt.asUintN(64, BigInt(calls) * 0x9e3779b97f4a7c15n);
    if (name === "ext_ptr") {
      const at = Number(args[0]);
      self.trace.push("ext_ptr " + self.read(at, 8));
      self.write(at, 8, h);
      for (const g of ["g0", "g1", "g2"]) self.trace.push(g + " " + self.read(self.symAddr[m.symbol(g).id], 8));
      return [];
    }
    self.trace.push(name + " " + args.join(" "));
    return [h];
  });
  it.fuel = fuel;
  const f = m.funcs[m.funcs.length - 1];
  const args: IValue[] = f.params.map((p) => {
    const x = r.chance(60) ? BigInt(r.below(20)) : (BigInt(r.below(0x7fffffff)) << 33n) | BigInt(r.below(0x7fffffff));
    return BigInt.asUintN(p.ty === O.TY_I32 ? 32 : 64, r.chance(30) ? -x : x);
  });
  let end: string;
  try {
    end = "ret " + it.call(f, args).join(" ");
  } catch (e) {
    if (e instanceof OutOfFuel) return undefined;
    if (!(e instanceof Trap)) throw e;
    end = "trap " + e.message.split(" ")[0];
  }
  const mem: string[] = [];
  for (const s of m.syms) {
    if (s !== undefined && s.kind === SYM_DATA && s.init !== undefined) {
      mem.push(s.name + "=" + Array.from(it.mem.subarray(it.symAddr[s.id], it.symAddr[s.id] + s.size)).join(","));
    }
  }
  return it.trace.map((t) => t.replace(/ at \d+/, "")).join("\n") + "\n" + end + "\n" + mem.join("\n");
}
