// The Advanced SIMD instructions behind the __builtin_aarch64_* functions that GCC's arm_neon.h is made of. What an instruction does stands
// in the Arm Architecture Reference Manual, C7.2; here is only what its operands are.
//
// A name is an operation, the machine mode of a vector or scalar, and sometimes the signedness of result and arguments (u unsigned, s signed,
// p polynomial): uqrshrn_n + v8hi + uus. Result of an operation, with respect to the mode:
//   T the mode itself   I integers of its width   F floats of its width   E one element   D one element of twice the width
//   W elements of twice the width, 16 bytes   P of twice the width, as many bytes   N of half the width, 8 bytes   M of half, 16 bytes
//   H 8 bytes   B twice as many elements   1 the first argument's type   K 128 bits   v nothing   2, 3, 4 a structure of so many vectors
// Templates: {k} operand k (0 is the result) as the instruction writes it, a vector with its arrangement (v1.8h), a scalar by its size (h1);
// {k~n} register n in the shape of operand k; [k] the same element's letter; #{k} and lane{k} constants. `tied`: an argument that begins in
// the result's register.

export interface ArmOperation {
  readonly name: string;
  readonly mode: string;
  readonly quals: string;
  readonly result: string;
  /** How it becomes code: an instruction, or a move of memory ("load", "store", "low", "high", "combine", "none"). */
  readonly kind: string;
  readonly template: string;
  readonly tied: number;
  /** Reads or writes memory through an address. */
  readonly effect: boolean;
  /** Extension that the assembler must be told of, or "". */
  readonly extension: string;
}

interface Rule {
  readonly mnemonic: string;
  readonly result: string;
  readonly template: string;
  readonly tied: number;
  readonly kind: string;
  readonly extension: string;
}

const rules: Map<string, Rule> = new Map();

/** `names`: builtin operations, each with "=mnemonic" where it is another; MN in the template stands for it. */
function put(names: string, result: string, template: string, tied = 0, kind = "asm", extension = ""): void {
  for (const word of names.trim().split(/\s+/)) {
    const [name, mnemonic] = word.split("=");
    rules.set(name!, { mnemonic: mnemonic ?? name!, result, template, tied, kind, extension });
  }
}

const crypto = (names: string, result: string, template: string, tied: number): void =>
  put(names, result, template, tied, "asm", "crypto");

// ---- two registers in, one of the same shape out
put(
  `shadd uhadd srhadd urhadd shsub uhsub sqadd uqadd sqsub uqsub sqshl uqshl sqrshl uqrshl srshl urshl sshl ushl sqdmulh sqrdmulh
  smax umax smin umin smaxp umaxp sminp uminp sabd uabd fabd fmulx frecps rsqrts=frsqrts pmul faddp addp fmax=fmaxnm fmin=fminnm
  fmax_nan=fmax fmin_nan=fmin smax_nanp=fmaxp smin_nanp=fminp`,
  "T",
  "MN {0}, {1}, {2}",
);
put("fcadd90", "T", "fcadd {0}, {1}, {2}, #90", 0, "asm", "compnum");
put("fcadd270", "T", "fcadd {0}, {1}, {2}, #270", 0, "asm", "compnum");
put("cmeq=fcmeq cmge=fcmge cmgt=fcmgt facge facgt", "I", "MN {0}, {1}, {2}");
put("cmle=fcmge cmlt=fcmgt facle=facge faclt=facgt", "I", "MN {0}, {2}, {1}");
put("suqadd usqadd", "T", "MN {0}, {2}", 1);
// ---- one register in
put(
  `sqabs sqneg clz clrsb=cls popcount=cnt rbit sqrt=fsqrt btrunc=frintz ceil=frintp floor=frintm round=frinta roundeven=frintn rint=frintx
  nearbyint=frinti frecpe frecpx rsqrte=frsqrte urecpe ursqrte neg=fneg abs sxtl uxtl`,
  "T",
  "MN {0}, {1}",
);
put("frint32x frint32z frint64x frint64z", "T", "MN {0}, {1}", 0, "asm", "frint");
// ---- shifts by a constant
put(
  `ashl=shl ashr=sshr lshr=ushr ashr_simd=sshr lshr_simd=ushr srshr_n=srshr urshr_n=urshr sqshl_n=sqshl uqshl_n=uqshl sqshlu_n=sqshlu`,
  "T",
  "MN {0}, {1}, #{2}",
);
put(
  "ssra_n=ssra usra_n=usra srsra_n=srsra ursra_n=ursra ssli_n=sli usli_n=sli ssri_n=sri usri_n=sri",
  "T",
  "MN {0}, {2}, #{3}",
  1,
);
// ---- results of half the width
put("addhn subhn raddhn rsubhn", "N", "MN {0}, {1}, {2}");
put("xtn sqmovn=sqxtn uqmovn=uqxtn sqmovun=sqxtun", "N", "MN {0}, {1}");
const NARROW_SHIFTS = "shrn rshrn";
put(NARROW_SHIFTS, "N", "MN {0}, {1}, #{2}");
const SATURATED = "sqshrn uqshrn sqrshrn uqrshrn sqshrun sqrshrun".split(" ");
for (const n of SATURATED) put(`${n}_n=${n}`, "N", "MN {0}, {1}, #{2}");
// the upper half, beside a lower one of 8 bytes
const upper = (op: string): string => `mov v31.8b, %1.8b\n\t${op}\n\tmov %0.16b, v31.16b`;
put("addhn2 subhn2 raddhn2 rsubhn2", "M", upper("MN {0~31}, {2}, {3}"));
put("xtn2 sqxtn2 uqxtn2 sqxtun2", "M", upper("MN {0~31}, {2}"));
put("shrn2 rshrn2", "M", upper("MN {0~31}, {2}, #{3}"));
for (const n of SATURATED) put(`${n.slice(0, -1)}n2_n=${n}2`, "M", upper("MN {0~31}, {2}, #{3}"));
// ---- results of twice the width
put(
  `saddl uaddl ssubl usubl sabdl uabdl saddl2 uaddl2 ssubl2 usubl2 sabdl2 uabdl2 saddw uaddw ssubw usubw saddw2 uaddw2 ssubw2 usubw2
  intrinsic_vec_smult_lo=smull intrinsic_vec_umult_lo=umull vec_widen_smult_hi=smull2 vec_widen_umult_hi=umull2 sqdmull sqdmull2 pmull
  pmull_hi=pmull2`,
  "W",
  "MN {0}, {1}, {2}",
);
put("vec_unpacku_hi=uxtl2 vec_unpacks_hi=sxtl2", "W", "MN {0}, {1}");
put("sshll_n=sshll ushll_n=ushll sshll2_n=sshll2 ushll2_n=ushll2", "W", "MN {0}, {1}, #{2}");
put(
  `smlal umlal smlsl umlsl sabal uabal sqdmlal sqdmlsl sabal2 uabal2 sqdmlal2 sqdmlsl2 smlal_hi=smlal2 umlal_hi=umlal2 smlsl_hi=smlsl2
  umlsl_hi=umlsl2`,
  "W",
  "MN {0}, {2}, {3}",
  1,
);
put("saddlp uaddlp", "P", "MN {0}, {1}");
put("sadalp uadalp", "P", "MN {0}, {2}", 1);
put("saba uaba mla mls", "T", "MN {0}, {2}, {3}", 1);
put("sqrdmlah sqrdmlsh", "T", "MN {0}, {2}, {3}", 1, "asm", "rdma");
// ---- one operand is an element of a vector, or a scalar: it is spread over register 31 first
for (const [suffix, lane] of [
  ["_lane", "[lane]"],
  ["_laneq", "[lane]"],
  ["_n", "[0]"],
] as const) {
  const spread = (like: number, k: number): string => `dup {${like}~31}, {${k}@}${lane.replace("lane", `lane{${k + 1}}`)}\n\t`;
  const many = (ops: string): string =>
    ops
      .trim()
      .split(/\s+/)
      .map((o) => o.replace("=", `${suffix}=`).replace(/^([^=]*)$/, `$1${suffix}=$1`))
      .join(" ");
  put(
    many(
      `smlal umlal smlsl umlsl sqdmlal sqdmlsl sqdmlal2 sqdmlsl2 smlal_hi=smlal2 umlal_hi=umlal2 smlsl_hi=smlsl2 umlsl_hi=umlsl2
      vec_smlal=smlal vec_umlal=umlal vec_smlsl=smlsl vec_umlsl=umlsl`,
    ),
    "W",
    `${spread(2, 3)}MN {0}, {2}, {2~31}`,
    1,
  );
  put(
    many("smull umull sqdmull sqdmull2 smull_hi=smull2 umull_hi=umull2 vec_smult=smull vec_umult=umull"),
    "W",
    `${spread(1, 2)}MN {0}, {1}, {1~31}`,
  );
  put(many("sqdmulh sqrdmulh"), "T", `${spread(1, 2)}MN {0}, {1}, {1~31}`);
  put(many("mla mls"), "T", `${spread(2, 3)}MN {0}, {2}, {2~31}`, 1);
  put(many("sqrdmlah sqrdmlsh"), "T", `${spread(2, 3)}MN {0}, {2}, {2~31}`, 1, "asm", "rdma");
  put(many("float_mla=fadd float_mls=fsub"), "T", `${spread(2, 3)}fmul {2~31}, {2}, {2~31}\n\tMN {0}, {1}, {2~31}`);
}
put("float_mla=fadd float_mls=fsub", "T", "fmul {2~31}, {2}, {3}\n\tMN {0}, {1}, {2~31}");
put("fma=fmla", "T", "MN {0}, {1}, {2}", 3);
put("fnma=fmls", "T", "MN {0}, {1}, {2}", 3);
for (const r of ["0", "90", "180", "270"]) {
  put(`fcmla${r}=fcmla`, "T", `MN {0}, {2}, {3}, #${r}`, 1, "asm", "compnum");
  // one complex number of a vector, as wide as two elements
  for (const lane of ["_lane", "_laneq", "q_lane"])
    put(`fcmla${lane}${r}=fcmla`, "T", `dup {PAIRS}, {PAIR}[lane{4}]\n\tMN {0}, {2}, {2~31}, #${r}`, 1, "asm", "compnum");
}
put("simd_bsl=bsl", "S", "MN %0.8b, %2.8b, %3.8b", 1);
put("sdot_prod=sdot udot_prod=udot", "3rd", "MN {0}, {1}, {2}", 3, "asm", "dotprod");
put("usdot_prod=usdot", "3rd", "MN {0}, {1}, {2}", 3, "asm", "i8mm");
put("simd_smmla=smmla simd_ummla=ummla simd_usmmla=usmmla", "1", "MN {0}, {2}, {3}", 1, "asm", "i8mm");
for (const [l, group] of [
  ["lane", "%3.4b"],
  ["laneq", "%3.4b"],
] as const) {
  put(`sdot_${l}=sdot udot_${l}=udot`, "1", `MN {0}, {2}, ${group}[lane{4}]`, 1, "asm", "dotprod");
  put(`usdot_${l}=usdot sudot_${l}=sudot`, "1", `MN {0}, {2}, ${group}[lane{4}]`, 1, "asm", "i8mm");
}
// ---- conversions
for (const [op, mnemonic] of [
  ["lbtrunc", "fcvtz"],
  ["lround", "fcvta"],
  ["lceil", "fcvtp"],
  ["lfloor", "fcvtm"],
  ["lfrintn", "fcvtn"],
] as const)
  for (const from of ["v2sf", "v4sf", "v2df", "v4hf", "v8hf", "sf", "df"])
    for (const u of ["", "u"]) put(`${op}${u}${from}=${mnemonic}${u === "" ? "s" : "u"}`, "T", "MN {0}, {1}");
for (const from of ["v2si", "v4si", "v2di", "v4hi", "v8hi"]) put(`float${from}=scvtf floatuns${from}=ucvtf`, "T", "MN {0}, {1}");
put("scvtf ucvtf", "F", "MN {0}, {1}, #{2}");
put("fcvtzs fcvtzu", "I", "MN {0}, {1}, #{2}");
put("float_truncate_lo=fcvtn", "T", "MN {0}, {1}");
put("float_truncate_hi=fcvtn2 float_trunc_rodd_hi=fcvtxn2", "T", upper("MN {0~31}, {2}"));
put("float_trunc_rodd_lo=fcvtxn", "T", "MN {0}, {1}");
put("float_trunc_rodd=fcvtxn", "N", "MN {0}, {1}");
put("float_extend_lo=fcvtl", "T", "MN {0}, {1}");
// ---- over all elements
put(
  "reduc_plus_scal=addv reduc_smax_scal=smaxv reduc_smin_scal=sminv reduc_umax_scal=umaxv reduc_umin_scal=uminv",
  "E",
  "MN {0}, {1}",
);
put("reduc_smax_nan_scal=fmaxv reduc_smin_nan_scal=fminv", "E", "MN {0}, {1}");
put("saddlv uaddlv", "D", "MN {0}, {1}");
// ---- tables in memory, loaded into registers 28 and up
for (let n = 1; n <= 4; n++) {
  const list = registers(n, "16b");
  const table = n === 1 ? "{%K.16b}" : list;
  const get = (k: number): string => (n === 1 ? "" : `ld1 ${list}, [%${k}]\n\t`);
  put(`qtbl${n}=tbl`, "T8", `${get(1)}MN {0}, ${table.replace("%K", "%1")}, {2}`, 0, n === 1 ? "asm" : "tuple");
  put(`qtbx${n}=tbx`, "T8", `${get(2)}MN {0}, ${table.replace("%K", "%2")}, {3}`, 1, n === 1 ? "asm" : "tuple");
}
// ---- memory; {A} is the arrangement of the vectors, {L} an element's letter
put("ld1", "T", "", 0, "load");
put("st1", "v", "", 0, "store");
for (let n = 2; n <= 4; n++) {
  const list = registers(n, "{A}");
  const lanes = registers(n, "{L}");
  put(`ld1x${n}=ld1`, String(n), `MN ${list}, [%1]\n\tst1 ${list}, [%0]`, 0, "tuple");
  put(`ld${n}`, String(n), `MN ${list}, [%1]\n\tst1 ${list}, [%0]`, 0, "tuple");
  put(`ld${n}r`, String(n), `MN ${list}, [%1]\n\tst1 ${list}, [%0]`, 0, "tuple");
  put(`ld${n}_lane=ld${n}`, String(n), `ld1 ${list}, [%2]\n\tMN ${lanes}[lane{3}], [%1]\n\tst1 ${list}, [%0]`, 0, "tuple");
  put(`st1x${n}=st1`, "v", `ld1 ${list}, [%2]\n\tMN ${list}, [%1]`, 0, "tuple");
  put(`st${n}`, "v", `ld1 ${list}, [%2]\n\tMN ${list}, [%1]`, 0, "tuple");
  put(`st${n}_lane=st${n}`, "v", `ld1 ${list}, [%2]\n\tMN ${lanes}[lane{3}], [%1]`, 0, "tuple");
}
put("get_low vget_lo_half", "H", "", 0, "low");
put("get_high vget_hi_half", "H", "", 0, "high");
put("combine", "B", "", 0, "combine");
put("im_lane_bound", "v", "", 0, "none");
// ---- cryptography
crypto("crypto_aese=aese crypto_aesd=aesd", "T", "MN {0}, {2}", 1);
crypto("crypto_aesmc=aesmc crypto_aesimc=aesimc crypto_sha1h=sha1h", "T", "MN {0}, {1}", 0);
crypto("crypto_sha1c=sha1c crypto_sha1m=sha1m crypto_sha1p=sha1p", "T", "MN %q0, %s2, {3}", 1);
crypto("crypto_sha1su0=sha1su0 crypto_sha256su1=sha256su1", "T", "MN {0}, {2}, {3}", 1);
crypto("crypto_sha1su1=sha1su1 crypto_sha256su0=sha256su0", "T", "MN {0}, {2}", 1);
crypto("crypto_sha256h=sha256h crypto_sha256h2=sha256h2", "T", "MN %q0, %q2, {3}", 1);
crypto("crypto_pmull=pmull", "K", "MN %0.1q, %1.1d, %2.1d", 0);
put("crypto_sha512hq=sha512h crypto_sha512h2q=sha512h2", "T", "MN %q0, %q2, {3}", 1, "asm", "sha3");
put("crypto_sha512su0q=sha512su0", "T", "MN {0}, {2}", 1, "asm", "sha3");
put("crypto_sha512su1q=sha512su1", "T", "MN {0}, {2}, {3}", 1, "asm", "sha3");
put("eor3q=eor3 bcaxq=bcax", "T", "MN %0.16b, %1.16b, %2.16b, %3.16b", 0, "asm", "sha3");
put("rax1q=rax1", "T", "MN {0}, {1}, {2}", 0, "asm", "sha3");
put("xarq=xar", "T", "MN {0}, {1}, {2}, #{3}", 0, "asm", "sha3");
put("sm3ss1q=sm3ss1", "T", "MN {0}, {1}, {2}, {3}", 0, "asm", "sm4");
put("sm3tt1aq=sm3tt1a sm3tt1bq=sm3tt1b sm3tt2aq=sm3tt2a sm3tt2bq=sm3tt2b", "T", "MN {0}, {2}, %3.s[lane{4}]", 1, "asm", "sm4");
put("sm3partw1q=sm3partw1 sm3partw2q=sm3partw2", "T", "MN {0}, {2}, {3}", 1, "asm", "sm4");
put("sm4eq=sm4e", "T", "MN {0}, {2}", 1, "asm", "sm4");
put("sm4ekeyq=sm4ekey", "T", "MN {0}, {1}, {2}", 0, "asm", "sm4");

function registers(n: number, shape: string): string {
  const out: string[] = [];
  for (let i = 0; i < n; i++) out.push(`v${28 + i}.${shape}`);
  return `{${out.join(", ")}}`;
}

const NAME = /^(.*?)_?(v\d+(?:qi|hi|si|di|sf|df|hf|bf)|qi|hi|si|di|ti|sf|df|hf|bf)(?:_([supn]+))?$/;
const known: Map<string, number> = new Map();

/** All operations asked for so far: a call's Expr.lo is an index here. */
export const ARM_OPERATIONS: ArmOperation[] = [];

/** Index of the operation of a name without "__builtin_aarch64_", or -1. */
export function armOperation(name: string): number {
  let k = known.get(name);
  if (k === undefined) {
    const o = makeOperation(name);
    k = o === null ? -1 : ARM_OPERATIONS.push(o) - 1;
    known.set(name, k);
  }
  return k;
}

function makeOperation(name: string): ArmOperation | null {
  const m = NAME.exec(name);
  if (m === null) return null;
  const mode = m[2]!;
  const r = rules.get(m[1]!);
  if (r === undefined) return null;
  const vector = mode.startsWith("v");
  let template = r.template.replaceAll("MN", mnemonicOf(m[1]!, r.mnemonic, mode));
  // a pair of elements has no instruction over all of them, only pairwise ones
  if (r.result === "E") template = reduction(mode, mnemonicOf(m[1]!, r.mnemonic, mode));
  else if (r.result === "D" && mode.startsWith("v2")) template = `${m[1]!.slice(0, -1)}p %0.1d, {1}`;
  else if (m[1] === "addp" && !vector) template = "addp {0}, %1.2d";
  else if (m[1] === "simd_bsl" && /^v(16qi|8hi|4si|2di|4sf|2df|8hf)$/.test(mode)) template = template.replaceAll(".8b", ".16b");
  else if (m[1] === "crypto_pmull" && vector) template = template.replace("pmull", "pmull2").replaceAll("1d", "2d");
  if (/hf$/.test(mode)) template = template.replace("{PAIRS}", "v31.4s").replace("{PAIR}", "%3.s");
  else template = template.replace("{PAIRS}", "v31.2d").replace("{PAIR}", "%3.d");
  // structures of single elements of 64 bits: not interleaved
  if (!vector && /^(ld|st)[234]$/.test(m[1]!)) template = template.replace(/(ld|st)[234]/, "$11");
  if (!vector && r.kind !== "tuple") template = template.replace(/dup \{(\d)~31\}, /g, "mov {$1~31}, ");
  return {
    name,
    mode,
    quals: m[3] ?? "",
    result: r.result,
    kind: r.kind,
    template,
    tied: r.tied,
    effect: r.kind === "tuple" || r.kind === "load" || r.kind === "store",
    extension:
      r.extension !== "" ? r.extension : mode.endsWith("hf") && r.kind === "asm" && !/trunc|extend/.test(name) ? "fp16" : "",
  };
}

function mnemonicOf(op: string, mnemonic: string, mode: string): string {
  if (!/[sdh]f$/.test(mode)) return mnemonic;
  switch (op) {
    case "abs":
      return "fabs";
    case "vec_unpacks_hi":
      return "fcvtl2";
    case "smaxp":
      return "fmaxnmp";
    case "sminp":
      return "fminnmp";
    case "reduc_smax_scal":
      return "fmaxnmv";
    case "reduc_smin_scal":
      return "fminnmv";
    case "reduc_plus_scal":
      return "faddv";
    default:
      return mnemonic;
  }
}

/** `over` is the instruction's name with v at its end; {0} is the result's scalar register. */
function reduction(mode: string, over: string): string {
  const pairwise = `${over.slice(0, -1)}p`;
  if (over === "faddv" && mode === "v4sf") return "faddp v31.4s, %1.4s, %1.4s\n\tfaddp {0}, v31.2s";
  if (over === "faddv" && mode === "v4hf") return "faddp v31.4h, %1.4h, %1.4h\n\tfaddp {0}, v31.2h";
  if (over === "faddv" && mode === "v8hf")
    return "faddp v31.8h, %1.8h, %1.8h\n\tfaddp v31.8h, v31.8h, v31.8h\n\tfaddp {0}, v31.2h";
  if (mode === "v2si") return `${pairwise} %0.2s, %1.2s, %1.2s`;
  if (mode === "v2di" || mode === "v2sf" || mode === "v2df") return `${pairwise} {0}, {1}`;
  return `${over} {0}, {1}`;
}
