# Builds for a processor of another kind with Debian's cross compilers, against a sysroot of Debian packages:
#
#   cmake --preset firmware -DCMAKE_TOOLCHAIN_FILE=test/cross/toolchain.cmake \
#         -DTINTYPE_TRIPLET=aarch64-linux-gnu -DTINTYPE_SYSROOT=/path/to/sysroot
set(CMAKE_SYSTEM_NAME Linux)
string(REGEX REPLACE "-.*" "" CMAKE_SYSTEM_PROCESSOR "${TINTYPE_TRIPLET}")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES TINTYPE_TRIPLET TINTYPE_SYSROOT)

set(CMAKE_SYSROOT "${TINTYPE_SYSROOT}")
set(CMAKE_C_COMPILER "${TINTYPE_TRIPLET}-gcc")
set(CMAKE_CXX_COMPILER "${TINTYPE_TRIPLET}-g++")
set(CMAKE_LIBRARY_ARCHITECTURE "${TINTYPE_TRIPLET}")

# Programs such as soapcpp2 run here, all else is the sysroot's.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${TINTYPE_SYSROOT}")
set(ENV{PKG_CONFIG_LIBDIR} "${TINTYPE_SYSROOT}/usr/lib/${TINTYPE_TRIPLET}/pkgconfig:${TINTYPE_SYSROOT}/usr/share/pkgconfig")
