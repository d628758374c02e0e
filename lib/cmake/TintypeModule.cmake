# tintype_module(NAME SOURCES … [COLD_SOURCES …] [USES module …] [PUBLIC lib …] [PRIVATE lib …] [COLD])
#
# One target for one folder of lib/. Its headers are reached as "<folder>/<header>" through an include directory of its
# own, which holds nothing else: so a folder can include only what it is linked to, and the build refuses the rest.
# Without SOURCES it is headers only.
# A COLD one waits for disks and people: it is built small in every build that is shipped. So are COLD_SOURCES, the files of
# a room that no request, or only a rare one, goes through.
function(tintype_module name)
  cmake_parse_arguments(arg "COLD" "" "SOURCES;COLD_SOURCES;USES;PUBLIC;PRIVATE" ${ARGN})
  set(root "${PROJECT_BINARY_DIR}/rooms/${name}")
  file(MAKE_DIRECTORY "${root}")
  file(CREATE_LINK "${CMAKE_CURRENT_SOURCE_DIR}" "${root}/${name}" SYMBOLIC)

  if(NOT arg_SOURCES)
    add_library(tintype_${name} INTERFACE)
    target_include_directories(tintype_${name} INTERFACE "${root}")
    return()
  endif()
  add_library(tintype_${name} STATIC ${arg_SOURCES} ${arg_COLD_SOURCES})
  set_property(SOURCE ${arg_COLD_SOURCES} APPEND PROPERTY COMPILE_OPTIONS "$<$<CONFIG:Release>:${tintype_small}>")
  target_include_directories(tintype_${name} PUBLIC "${root}")
  target_link_libraries(tintype_${name} PUBLIC tintype_api PRIVATE tintype_warnings)
  if(arg_COLD)
    target_compile_options(tintype_${name} PRIVATE "$<$<CONFIG:Release>:${tintype_small}>")
  endif()
  foreach(other IN LISTS arg_USES)
    target_link_libraries(tintype_${name} PUBLIC tintype_${other})
  endforeach()
  target_link_libraries(tintype_${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  set_property(GLOBAL APPEND PROPERTY tintype_modules ${name})
  set_property(GLOBAL APPEND PROPERTY tintype_libraries ${arg_PUBLIC} ${arg_PRIVATE})
endfunction()

# tintype_unit_test(NAME [USES module …] [LINK lib …]): doctest units in test/unit/NAME/*.cpp for one folder of lib/.
function(tintype_unit_test name)
  cmake_parse_arguments(arg "" "" "USES;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/test/unit/${name}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(unit_${name} ${sources} "${PROJECT_SOURCE_DIR}/test/unit/main.cpp")
  target_include_directories(unit_${name} PRIVATE "${PROJECT_SOURCE_DIR}/test/unit")
  target_link_libraries(unit_${name} PRIVATE tintype_warnings ${arg_LINK})
  # Optimising, GCC 12 takes strings of temporaries that were moved from for uninitialised.
  target_compile_options(unit_${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  # Sanitizers watch the library's code; optimising what they add to thousands of assertions doubles the build's time.
  if(TINTYPE_SANITIZE)
    target_compile_options(unit_${name} PRIVATE -O0)
  endif()
  foreach(module IN LISTS arg_USES)
    target_link_libraries(unit_${name} PRIVATE tintype_${module})
  endforeach()
  add_test(NAME unit_${name} COMMAND unit_${name})
  set_tests_properties(unit_${name} PROPERTIES TIMEOUT 900)
endfunction()
