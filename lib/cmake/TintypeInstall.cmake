# cmake --install: headers, libtintype.a, a CMake package, a .pc file (the daemon installs itself).
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/Tintype")

# What the parts that are in add to the header files, the CMake package and the .pc file.
set(headers_out)
function(tintype_installed_part name header)
  if(TINTYPE_WITH_${name})
    list(JOIN ARGN " " packages)
    string(APPEND TINTYPE_CONFIG_PARTS
      "pkg_check_modules(${name} REQUIRED QUIET IMPORTED_TARGET ${packages})\n")
    list(JOIN ARGN ", " packages)
    string(APPEND TINTYPE_PC_PARTS ", ${packages}")
  else()
    list(APPEND headers_out PATTERN ${header} EXCLUDE)
  endif()
  return(PROPAGATE TINTYPE_CONFIG_PARTS TINTYPE_PC_PARTS headers_out)
endfunction()
tintype_installed_part(LIBVIRT backends_libvirt.hpp libvirt libxml-2.0)
tintype_installed_part(GSSAPI negotiate.hpp krb5-gssapi)
tintype_installed_part(PAM pam.hpp pam)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/lib/include/tintype" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" ${headers_out})
install(TARGETS tintype EXPORT TintypeTargets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
if(TINTYPE_LTO)
  # What GCC keeps of the sources only the same GCC can read, and it makes others' links slow.
  install(CODE "
    set(archive \"${CMAKE_INSTALL_LIBDIR}/libtintype.a\")
    cmake_path(ABSOLUTE_PATH archive BASE_DIRECTORY \"\${CMAKE_INSTALL_PREFIX}\")
    execute_process(COMMAND \"${CMAKE_OBJCOPY}\" --wildcard --remove-section=.gnu.lto_* --strip-symbol=__gnu_lto_*
                    \"\$ENV{DESTDIR}\${archive}\" COMMAND_ERROR_IS_FATAL ANY)")
endif()
install(EXPORT TintypeTargets NAMESPACE tintype:: DESTINATION "${package_dir}")

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/TintypeConfig.cmake.in" "${PROJECT_BINARY_DIR}/TintypeConfig.cmake"
                              INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/TintypeConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/TintypeConfig.cmake" "${PROJECT_BINARY_DIR}/TintypeConfigVersion.cmake"
        DESTINATION "${package_dir}")

# The .pc file finds its prefix from where it lies, so that `cmake --install --prefix` may name any.
file(RELATIVE_PATH pc_to_prefix "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
string(REGEX REPLACE "/$" "" pc_to_prefix "${pc_to_prefix}")
set(TINTYPE_PC_FLAGS "")
if(NOT TINTYPE_RTTI)
  set(TINTYPE_PC_FLAGS " -fno-rtti")
endif()
configure_file("${CMAKE_CURRENT_LIST_DIR}/tintype.pc.in" "${PROJECT_BINARY_DIR}/tintype.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/tintype.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
