# Parts of the daemon that bring large libraries along, each in a shared object that is loaded when the configuration asks for
# it (module.hpp). Under sanitizers all is one program: they want one definition of each type.
option(TINTYPE_MODULES "Parts with large libraries in modules, loaded when they are asked for" ON)

# The program finds them from where it lies, so that `cmake --install --prefix` may name any; the build's tree has them in the
# same place.
file(RELATIVE_PATH module_folder "${CMAKE_INSTALL_FULL_SBINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}/tintype")
set(use_modules ${TINTYPE_MODULES})
if(TINTYPE_SANITIZE OR module_folder MATCHES "^\\.\\./\\.\\.")
  set(use_modules OFF)
endif()

# What they are told from modules of other builds by.
string(REGEX REPLACE "-f[a-z]+-prefix-map=[^ ]*" "" built_by "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} \
${CMAKE_SYSTEM_PROCESSOR} ${CMAKE_BUILD_TYPE} ${CMAKE_CXX_FLAGS}")
file(GLOB_RECURSE shared_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/lib/include/*.hpp")
list(APPEND shared_headers "${CMAKE_CURRENT_SOURCE_DIR}/parts.hpp" "${CMAKE_CURRENT_SOURCE_DIR}/systemd.hpp")
list(JOIN shared_headers "," shared_headers_joined)
set(build_id "${CMAKE_CURRENT_BINARY_DIR}/include/build_id.hpp")
add_custom_command(
  OUTPUT "${build_id}"
  COMMAND "${CMAKE_COMMAND}" "-DOUT=${build_id}" "-DVERSION=${PROJECT_VERSION}" "-DBUILT_BY=${built_by}"
          "-DHEADERS=${shared_headers_joined}" -P "${CMAKE_CURRENT_SOURCE_DIR}/modules/build_id.cmake"
  DEPENDS ${shared_headers} "${CMAKE_CURRENT_SOURCE_DIR}/modules/build_id.cmake"
  COMMENT "build_id.hpp"
  VERBATIM)
add_custom_target(tintype_build_id DEPENDS "${build_id}")

# tintype_daemon_module(NAME ROOM …)
function(tintype_daemon_module name)
  set(target tintyped_${name})
  add_library(${target} MODULE modules/${name}.cpp modules/build.cpp)
  add_dependencies(${target} tintype_build_id)
  target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_CURRENT_BINARY_DIR}/include")
  target_link_libraries(${target} PRIVATE ${ARGN} tintype_warnings)
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/${module_folder}")
  # Nothing of the rooms is shown, so that nothing of them takes the place of what the program has.
  target_link_options(${target} PRIVATE LINKER:--exclude-libs,ALL LINKER:--as-needed LINKER:--no-undefined)
  install(TARGETS ${target} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/tintype")
  set(TINTYPE_MODULE_TARGETS ${TINTYPE_MODULE_TARGETS} ${target} PARENT_SCOPE)
endfunction()

set(TINTYPE_MODULE_TARGETS)
if(use_modules)
  if(TINTYPE_WITH_LIBVIRT)
    tintype_daemon_module(libvirt tintype_libvirt tintype_backend)
  endif()
  if(TINTYPE_WITH_GSSAPI)
    tintype_daemon_module(negotiate tintype_security)
  endif()
  if(TINTYPE_WITH_PAM)
    tintype_daemon_module(pam tintype_security)
  endif()
  if(TINTYPE_WITH_SYSTEMD)
    tintype_daemon_module(systemd tintype_api PkgConfig::SYSTEMD)
    target_sources(tintyped_systemd PRIVATE systemd.cpp)
  endif()
elseif(TINTYPE_WITH_SYSTEMD)
  target_sources(tintype_daemon PRIVATE systemd.cpp)
  target_link_libraries(tintype_daemon PRIVATE PkgConfig::SYSTEMD)
endif()
if(TINTYPE_MODULE_TARGETS)
  # Whatever is linked with the daemon's code may load them.
  add_dependencies(tintype_daemon tintype_build_id ${TINTYPE_MODULE_TARGETS})
  target_sources(tintype_daemon PRIVATE module.cpp)
  target_compile_definitions(tintype_daemon PRIVATE TINTYPE_MODULES TINTYPE_MODULE_FOLDER="${module_folder}")
  target_link_libraries(tintype_daemon PRIVATE ${CMAKE_DL_LIBS})
endif()
