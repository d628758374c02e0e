# How programs that are shipped (Release, MinSizeRel) are linked: small, and hard to take over. Debug builds and those under
# sanitizers are left as they are. test/hardening.sh looks at what came of it.
include(CheckLinkerFlag)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C CXX)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(shipping "$<CONFIG:Release,MinSizeRel>")
add_link_options("$<${shipping}:LINKER:--gc-sections;LINKER:--as-needed;LINKER:-O1;LINKER:--hash-style=gnu>")
foreach(word relro now noexecstack separate-code pack-relative-relocs)
  string(MAKE_C_IDENTIFIER "TINTYPE_LINKS_${word}" known)
  check_linker_flag(CXX "LINKER:-z,${word}" ${known})
  if(${known})
    add_link_options("$<${shipping}:LINKER:-z,${word}>")
  endif()
endforeach()
