// Options of GCC 12.2 that belong to other languages of the collection (GCC manual, 3.5 "Options Controlling C++ Dialect",
// 3.6 for Objective-C, GNU Fortran manual for its warnings): a C compilation takes them with a warning, an error under -Werror.
// Configure scripts find out in this way, so the wording is GCC's. Names are without dash and value: "frtti", "Wreorder".

const words = (s: string): readonly string[] => s.trim().split(/\s+/);

const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  "C++": words(`
Wplacement-new
`),
  "C++/D/ObjC++": words(`
frtti
`),
  "C++/LTO": words(`
fcoroutines
`),
  "C++/ObjC++": words(`
Wabi-tag Waligned-new Wc++0x-compat Wc++11-compat Wc++11-extensions Wc++14-compat Wc++14-extensions Wc++17-compat
Wc++17-extensions Wc++1z-compat Wc++20-compat Wc++20-extensions Wc++23-extensions Wc++2a-compat Wcatch-value
Wclass-conversion Wclass-memaccess Wcomma-subscript Wconditionally-supported Wconversion-null Wctad-maybe-unsupported
Wctor-dtor-privacy Wdelete-incomplete Wdelete-non-virtual-dtor Wdeprecated-copy Wdeprecated-copy-dtor
Wdeprecated-enum-enum-conversion Wdeprecated-enum-float-conversion Weffc++ Wexceptions Wextra-semi Winaccessible-base
Winherited-variadic-ctor Winit-list-lifetime Winterference-size Winvalid-imported-macros Winvalid-offsetof
Wliteral-suffix Wmismatched-new-delete Wmismatched-tags Wmissing-requires Wmissing-template-keyword
Wmultiple-inheritance Wnamespaces Wnoexcept Wnoexcept-type Wnon-template-friend Wnon-virtual-dtor Wold-style-cast
Woverloaded-virtual Wpessimizing-move Wpmf-conversions Wrange-loop-construct Wredundant-move Wredundant-tags Wregister
Wreorder Wsign-promo Wsized-deallocation Wstrict-null-sentinel Wsubobject-linkage Wsuggest-override Wsynth Wtemplates
Wterminate Wuseless-cast Wvexing-parse Wvirtual-inheritance Wvirtual-move-assign Wvolatile
Wzero-as-null-pointer-constant fabi-compat-version faccess-control faligned-new fchar8_t fconcepts
fconcepts-diagnostics-depth fconcepts-ts fconstexpr-cache-depth fconstexpr-depth fconstexpr-fp-except
fconstexpr-loop-limit fconstexpr-ops-limit fdeclone-ctor-dtor fdiagnostics-show-template-tree felide-constructors
felide-type fenforce-eh-specs fext-numeric-literals fextern-tls-init ffold-simple-inlines fgnu-keywords
fimplement-inlines fimplicit-constexpr fimplicit-inline-templates fimplicit-templates fmodule-header
fmodule-implicit-inline fmodule-lazy fmodule-mapper fmodules-ts fnew-inheriting-ctors fnew-ttp-matching
fnonansi-builtins fnothrow-opt foperator-names fpermissive fpretty-templates fsized-deallocation fstats fstrict-enums
ftemplate-backtrace-limit ftemplate-depth fthreadsafe-statics fuse-cxa-atexit fuse-cxa-get-exception-ptr
fvisibility-inlines-hidden fvisibility-ms-compat fweak
`),
  "C++/ObjC": words(`
fmodule-header fmodule-only fmodule-version-ignore
`),
  Fortran: words(`
Waliasing Walign-commons Wampersand Warray-temporaries Wc-binding-type Wcharacter-truncation Wcompare-reals
Wconversion-extra Wdo-subscript Wfrontend-loop-interchange Wfunction-elimination Wimplicit-interface
Wimplicit-procedure Winteger-division Wintrinsic-shadow Wintrinsics-std Wline-truncation Woverwrite-recursive
Wreal-q-constant Wrealloc-lhs Wrealloc-lhs-all Wsurprising Wtabs Wtarget-lifetime Wundefined-do-loop Wunderflow
Wunused-dummy-argument Wuse-without-only Wzerotrip
`),
  "LTO/ObjC/ObjC++": words(`
fgnu-runtime fnext-runtime fobjc-abi-version fobjc-gc freplace-objc-classes
`),
  "ObjC/ObjC++": words(`
Wassign-intercept Wobjc-root-class Wproperty-assign-default Wprotocol Wselector Wshadow-ivar Wstrict-selector-match
Wundeclared-selector flocal-ivars fnil-receivers fobjc-direct-dispatch fobjc-exceptions fobjc-nilcheck
fobjc-sjlj-exceptions fzero-link
`),
};

const LANGUAGES: ReadonlyMap<string, string> = new Map(
  Object.entries(OPTIONS).flatMap(([language, names]) => names.map((n): [string, string] => [n, language])),
);

/** The languages that a -f, -W or -std option is for ("C++/ObjC++") when that is not C; undefined for all others. */
export function otherLanguages(option: string): string | undefined {
  if (/^-std=(c|gnu)\+\+\d[\da-z]$/.test(option)) return "C++/ObjC++";
  const name = option.slice(1).replace(/=.*$/, "");
  return LANGUAGES.get(name) ?? LANGUAGES.get(name.replace(/^([fW])no-/, "$1"));
}
