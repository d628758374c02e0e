# cmake --install: headers, libtintype.a, a CMake package, a .pc file (the daemon installs itself).
include(CMakePackageConfigHelpers)
install(TARGETS tintype EXPORT TintypeTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/lib/include/tintype DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT TintypeTargets NAMESPACE tintype:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Tintype)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/TintypeConfig.cmake.in
  ${PROJECT_BINARY_DIR}/TintypeConfig.cmake INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Tintype)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/TintypeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/TintypeConfig.cmake ${PROJECT_BINARY_DIR}/TintypeConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Tintype)
configure_file(${CMAKE_CURRENT_LIST_DIR}/tintype.pc.in ${PROJECT_BINARY_DIR}/tintype.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/tintype.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
