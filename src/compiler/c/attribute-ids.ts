// GNU attributes by name (GCC manual, "Attribute Syntax" and the lists after it). AT_IGNORED ones are known and need nothing.

export const AT_IGNORED = 0;
export const AT_ALIGNED = 1;
export const AT_PACKED = 2;
export const AT_SECTION = 3;
export const AT_ALIAS = 4;
export const AT_WEAK = 5;
export const AT_WEAKREF = 6;
export const AT_USED = 7;
export const AT_UNUSED = 8;
export const AT_NORETURN = 9;
export const AT_CONST = 10;
export const AT_PURE = 11;
export const AT_MALLOC = 12;
export const AT_NOINLINE = 13;
export const AT_NOCLONE = 14;
export const AT_ALWAYS_INLINE = 15;
export const AT_GNU_INLINE = 16;
export const AT_COLD = 17;
export const AT_HOT = 18;
export const AT_NAKED = 19;
export const AT_RETURNS_TWICE = 20;
export const AT_COMMON = 21;
export const AT_NOCOMMON = 22;
export const AT_VISIBILITY = 23;
export const AT_ERROR = 24;
export const AT_WARNING = 25;
export const AT_DEPRECATED = 26;
export const AT_WARN_UNUSED_RESULT = 27;
export const AT_CONSTRUCTOR = 28;
export const AT_DESTRUCTOR = 29;
export const AT_CLEANUP = 30;
export const AT_OPTIMIZE = 31;
export const AT_TARGET = 32;
export const AT_NO_INSTRUMENT = 33;
export const AT_PATCHABLE = 34;
export const AT_TLS_MODEL = 35;
export const AT_IFUNC = 36;
/** Calling conventions of i386. */
export const AT_CONVENTION = 58;
export const AT_MS_ABI = 37;
export const AT_NO_STACK_PROTECTOR = 38;
export const AT_EXTERNALLY_VISIBLE = 39;
export const AT_FLATTEN = 40;
export const AT_ARTIFICIAL = 41;
export const AT_MODE = 42;
export const AT_VECTOR_SIZE = 43;
export const AT_TRANSPARENT_UNION = 44;
export const AT_RETAIN = 45;
export const AT_FALLTHROUGH = 46;
export const AT_SCALAR_STORAGE_ORDER = 47;
export const AT_MS_STRUCT = 48;
export const AT_GCC_STRUCT = 49;
export const AT_NOTHROW = 50;
export const AT_SENTINEL = 51;
export const AT_WARN_IF_NOT_ALIGNED = 52;
export const AT_NOINIT = 53;
export const AT_NOIPA = 54;
export const AT_ALLOC_SIZE = 55;
export const AT_UNINITIALIZED = 56;
export const AT_STACK_PROTECT = 57;
export const AT_NONSTRING = 59;
export const AT_UNAVAILABLE = 60;
export const AT_NO_SANITIZE = 61;
export const AT_OTHER_FRAME = 62;

export const ATTRIBUTES: readonly (readonly [string, number])[] = [
  ["aligned", AT_ALIGNED],
  ["packed", AT_PACKED],
  ["section", AT_SECTION],
  ["alias", AT_ALIAS],
  ["weak", AT_WEAK],
  ["weakref", AT_WEAKREF],
  ["used", AT_USED],
  ["retain", AT_RETAIN],
  ["unused", AT_UNUSED],
  ["maybe_unused", AT_UNUSED],
  ["noreturn", AT_NORETURN],
  ["volatile", AT_NORETURN],
  ["const", AT_CONST],
  ["pure", AT_PURE],
  ["malloc", AT_MALLOC],
  ["noinline", AT_NOINLINE],
  ["noclone", AT_NOCLONE],
  ["noipa", AT_NOIPA],
  ["always_inline", AT_ALWAYS_INLINE],
  ["gnu_inline", AT_GNU_INLINE],
  ["cold", AT_COLD],
  ["hot", AT_HOT],
  ["naked", AT_NAKED],
  ["returns_twice", AT_RETURNS_TWICE],
  ["common", AT_COMMON],
  ["nocommon", AT_NOCOMMON],
  ["visibility", AT_VISIBILITY],
  ["error", AT_ERROR],
  ["warning", AT_WARNING],
  ["deprecated", AT_DEPRECATED],
  ["unavailable", AT_UNAVAILABLE],
  ["warn_unused_result", AT_WARN_UNUSED_RESULT],
  ["constructor", AT_CONSTRUCTOR],
  ["destructor", AT_DESTRUCTOR],
  ["cleanup", AT_CLEANUP],
  ["alloc_size", AT_ALLOC_SIZE],
  ["uninitialized", AT_UNINITIALIZED],
  ["optimize", AT_OPTIMIZE],
  ["target", AT_TARGET],
  ["no_instrument_function", AT_NO_INSTRUMENT],
  ["patchable_function_entry", AT_PATCHABLE],
  ["tls_model", AT_TLS_MODEL],
  ["ifunc", AT_IFUNC],
  ["ms_abi", AT_MS_ABI],
  ["fastcall", AT_CONVENTION],
  ["stdcall", AT_CONVENTION],
  ["thiscall", AT_CONVENTION],
  ["regparm", AT_CONVENTION],
  ["sseregparm", AT_CONVENTION],
  ["stack_protect", AT_STACK_PROTECT],
  ["no_stack_protector", AT_NO_STACK_PROTECTOR],
  ["externally_visible", AT_EXTERNALLY_VISIBLE],
  ["flatten", AT_FLATTEN],
  ["artificial", AT_ARTIFICIAL],
  ["mode", AT_MODE],
  ["vector_size", AT_VECTOR_SIZE],
  ["transparent_union", AT_TRANSPARENT_UNION],
  ["fallthrough", AT_FALLTHROUGH],
  ["scalar_storage_order", AT_SCALAR_STORAGE_ORDER],
  ["ms_struct", AT_MS_STRUCT],
  ["gcc_struct", AT_GCC_STRUCT],
  ["nothrow", AT_NOTHROW],
  ["sentinel", AT_SENTINEL],
  ["warn_if_not_aligned", AT_WARN_IF_NOT_ALIGNED],
  ["nonstring", AT_NONSTRING],
  ["noinit", AT_NOINIT],
  ["persistent", AT_NOINIT],
  ["no_sanitize", AT_NO_SANITIZE],
  ["interrupt", AT_OTHER_FRAME],
  ["no_caller_saved_registers", AT_OTHER_FRAME],
  ["aarch64_vector_pcs", AT_OTHER_FRAME],
  ...(
    "format format_arg nonnull returns_nonnull alloc_align assume_aligned access may_alias designated_init leaf " +
    "no_sanitize_address no_address_safety_analysis no_sanitize_thread no_sanitize_undefined no_sanitize_coverage " +
    "no_profile_instrument_function no_split_stack simd symver target_clones tainted_args type_generic " +
    "zero_call_used_regs no_reorder no_icf fn_spec expected_throw transaction_safe transaction_unsafe transaction_callable " +
    "sysv_abi cdecl force_align_arg_pointer nocf_check cf_check fentry_name fentry_section " +
    "indirect_branch indirect_return function_return nodirect_extern_access " +
    "no_dangling copy unused_result strict_flex_array counted_by bounded_by ext_vector_type " +
    "vector transaction_pure no_split noplt nonoverlapping dllimport dllexport signal_safe null_terminated_string_arg"
  )
    .split(" ")
    .map((n): readonly [string, number] => [n, AT_IGNORED]),
];
