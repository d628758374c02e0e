# Language, warnings and the optional parts of the build.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# What one room finds, the others may name.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)

include(GNUInstallDirs)
include(TintypeShipping)
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

option(TINTYPE_DAEMON "Build tintyped" ON)
option(TINTYPE_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(TINTYPE_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(TINTYPE_BENCH "Build the benchmarks" OFF)
option(TINTYPE_WERROR "Treat warnings as errors" ${PROJECT_IS_TOP_LEVEL})
set(TINTYPE_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, such as address,undefined")

# An optional part is AUTO (in when its package is found), ON (must be found) or OFF. With PLANNED nothing is built from
# it yet: the option is there so that build scripts can name it, and the summary says so. `package` may be a list; the
# first names it.
function(tintype_optional name package description)
  list(GET package 0 first)
  set(TINTYPE_${name} AUTO CACHE STRING "${description}: AUTO, ON or OFF")
  set_property(CACHE TINTYPE_${name} PROPERTY STRINGS AUTO ON OFF)
  set(found FALSE)
  if(NOT TINTYPE_${name} STREQUAL "OFF")
    if(TINTYPE_${name} STREQUAL "ON")
      pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${package})
    else()
      pkg_check_modules(${name} QUIET IMPORTED_TARGET ${package})
    endif()
    set(found ${${name}_FOUND})
    list(LENGTH package count)
    set(version ${${name}_VERSION})
    if(count GREATER 1)
      set(version ${${name}_${first}_VERSION})
    endif()
  endif()
  if("PLANNED" IN_LIST ARGN)
    set(TINTYPE_WITH_${name} FALSE PARENT_SCOPE)
    set_property(GLOBAL APPEND PROPERTY tintype_parts_out
      "${description} (TINTYPE_${name}=${TINTYPE_${name}}, ${first}: nothing is built from it yet)")
  elseif(found)
    set(TINTYPE_WITH_${name} TRUE PARENT_SCOPE)
    set_property(GLOBAL APPEND PROPERTY tintype_parts_in "${description} (${first} ${version})")
  else()
    set(TINTYPE_WITH_${name} FALSE PARENT_SCOPE)
    set_property(GLOBAL APPEND PROPERTY tintype_parts_out "${description} (TINTYPE_${name}=${TINTYPE_${name}}, ${first})")
  endif()
endfunction()

tintype_optional(SYSTEMD libsystemd "systemd readiness")
tintype_optional(LIBVIRT "libvirt;libxml-2.0" "libvirt backend")
tintype_optional(CLIENT libcurl "tintype, the client")
tintype_optional(GSSAPI krb5-gssapi "Negotiate and Kerberos")
tintype_optional(PAM pam "PAM log-on")
tintype_optional(POSTGRESQL libpq "job store in PostgreSQL" PLANNED)

# What needs no package that the rest doesn't need, and yet takes room in firmware: docs/embedding.md says how much.
function(tintype_part name description)
  option(TINTYPE_${name} "${description}" ON)
  if(TINTYPE_${name})
    set_property(GLOBAL APPEND PROPERTY tintype_parts_in "${description}")
  else()
    set_property(GLOBAL APPEND PROPERTY tintype_parts_out "${description} (TINTYPE_${name}=OFF)")
  endif()
endfunction()

tintype_part(QCOW2 "tintyped: machines in qcow2 files")
tintype_part(MEMORY_BACKEND "tintyped: machines simulated in memory")
tintype_part(SQLITE "tintyped: jobs in SQLite")
tintype_part(CERTIFICATES "tintyped: log-ons with client certificates")
tintype_part(SELF_SIGNED "tintyped tls self-signed")
tintype_part(HOST "tintyped: Win32_ComputerSystem and the like")
tintype_part(METADATA "WSDL and schemas for clients")

if(TINTYPE_SANITIZE)
  add_compile_options(-fsanitize=${TINTYPE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TINTYPE_SANITIZE})
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND TINTYPE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# What our own code is compiled with; generated code is not.
add_library(tintype_warnings INTERFACE)
target_compile_options(tintype_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Wnull-dereference $<$<BOOL:${TINTYPE_WERROR}>:-Werror>
  # Designated initialisers leave out what has its default on purpose.
  -Wno-missing-field-initializers
  # How arm's calling convention changed with GCC 7 is of no interest: everything is built by one compiler.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},arm>>:-Wno-psabi>
  # GCC 12 sees overlaps in std::string's operator+ that are not there (GCC bug 105651), and null pointers in inlined
  # library code.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-null-dereference>)
