# What is built to be shipped (Release, MinSizeRel): small, and hard to take over. Debug builds and those under sanitizers
# are left as they are. test/hardening.sh looks at what came of it.
include(CheckCXXCompilerFlag)
include(CheckLinkerFlag)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C CXX)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# Libraries are where the system has them; a path in the program is one more place to put another.
set(CMAKE_SKIP_RPATH ON)

# -O3 makes the programs half as large again for 5 % fewer instructions of an Invoke (docs/performance.md).
foreach(language C CXX)
  string(REPLACE "-O3" "-O2" CMAKE_${language}_FLAGS_RELEASE "${CMAKE_${language}_FLAGS_RELEASE}")
endforeach()

# GCC 12 knows how to be smaller than with -Os.
check_cxx_compiler_flag(-Oz TINTYPE_HAS_OZ)
if(TINTYPE_HAS_OZ)
  foreach(language C CXX)
    string(REPLACE "-Os" "-Oz" CMAKE_${language}_FLAGS_MINSIZEREL "${CMAKE_${language}_FLAGS_MINSIZEREL}")
  endforeach()
endif()

# Nothing asks at run time of which type something is, and what could answer has 5 % of the smallest program. Classes that
# embedders derive from want it if their code is compiled with it: so it isn't then, which the package and the .pc file say.
option(TINTYPE_RTTI "Types known at run time (RTTI), for embedders whose own code needs them" ON)
if(NOT TINTYPE_RTTI)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>")
endif()

set(shipping "$<CONFIG:Release,MinSizeRel>")
add_compile_options("$<${shipping}:-ffunction-sections;-fdata-sections>")
add_link_options("$<${shipping}:LINKER:--gc-sections;LINKER:--as-needed;LINKER:-O1;LINKER:--hash-style=gnu>")

# The daemon is optimised as a whole when it is linked, by GCC. Objects hold machine code besides ("fat"): from that all else
# is linked, which is quick, and whoever uses the library, with whatever compiler.
set(lto OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(lto ON)
endif()
option(TINTYPE_LTO "Optimise programs that are shipped as a whole (GCC)" ${lto})
if(TINTYPE_LTO)
  # Seen as one piece a program grows only so much by what is put into its callers; that is meant for each file.
  add_compile_options("$<${shipping}:-flto;-ffat-lto-objects>" "$<$<CONFIG:Release>:--param=inline-unit-growth=200>")
  add_link_options("$<$<AND:${shipping},$<NOT:$<BOOL:$<TARGET_PROPERTY:TINTYPE_WHOLE>>>>:-fno-lto>")
endif()
# tintype_whole(TARGET): is shipped, so it is optimised as a whole.
function(tintype_whole target)
  if(TINTYPE_LTO)
    set_target_properties(${target} PROPERTIES TINTYPE_WHOLE ON)
    # In one piece: a minute of one processor, and 1 % smaller than in pieces side by side.
    target_link_options(${target} PRIVATE "$<${shipping}:-flto;-flto-partition=one>")
    target_sources(${target} PRIVATE "$<$<CONFIG:Release>:${CMAKE_CURRENT_FUNCTION_LIST_DIR}/kept_copies.cpp>")
  endif()
endfunction()

# What is built small. Of a function that several files have, such as those of std::string, a program keeps one copy for all,
# perhaps that of such a file: so texts must not be copied byte by byte there, as -Os would on x86.
set(tintype_small -Os)
check_cxx_compiler_flag(-mstringop-strategy=libcall TINTYPE_HAS_stringop_strategy)
if(TINTYPE_HAS_stringop_strategy)
  list(APPEND tintype_small -mstringop-strategy=libcall)
endif()

# Each where the compiler has it for the processor: control flow is guarded by CET on x86-64, BTI and PAC on arm64.
foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -mbranch-protection=standard)
  string(MAKE_C_IDENTIFIER "TINTYPE_HAS${flag}" known)
  check_cxx_compiler_flag(${flag} ${known})
  if(${known})
    add_compile_options("$<${shipping}:${flag}>")
  endif()
endforeach()
add_compile_options("$<${shipping}:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=3>")
foreach(word relro now noexecstack separate-code pack-relative-relocs)
  string(MAKE_C_IDENTIFIER "TINTYPE_LINKS_${word}" known)
  check_linker_flag(CXX "LINKER:-z,${word}" ${known})
  if(${known})
    add_link_options("$<${shipping}:LINKER:-z,${word}>")
  endif()
endforeach()
