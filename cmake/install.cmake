# Installs the library, the tool, the headers under include/tercet, and what find_package(tercet) and pkg-config read.
include(CMakePackageConfigHelpers)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/tercet")
install(TARGETS tercet EXPORT tercet)
install(EXPORT tercet NAMESPACE tercet:: FILE tercet-targets.cmake DESTINATION "${package_folder}")
install(DIRECTORY ${TERCET_FOLDERS} DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tercet" FILES_MATCHING PATTERN "*.hpp")
if(TARGET tercet_cli)
    install(TARGETS tercet_cli)
endif()

configure_package_config_file(cmake/tercet-config.cmake.in "${PROJECT_BINARY_DIR}/tercet-config.cmake"
    INSTALL_DESTINATION "${package_folder}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/tercet-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/tercet-config.cmake" "${PROJECT_BINARY_DIR}/tercet-config-version.cmake" cmake/dependencies.cmake
    DESTINATION "${package_folder}")

# The prefix is found from the place of the .pc file, so that `cmake --install --prefix` and moved trees work.
set(pkgconfig_folder "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
file(RELATIVE_PATH prefix_from_pc "/${pkgconfig_folder}" "/")
string(REGEX REPLACE "/$" "" prefix_from_pc "${prefix_from_pc}")
set(private_libraries "-lonnx_proto -lprotobuf -lzip -lz -ltbb -pthread")
get_target_property(kind tercet TYPE)
if(kind STREQUAL "STATIC_LIBRARY")  # an archive does not bring its libraries along
    set(public_libraries "${private_libraries}")
    set(private_libraries "")
endif()
configure_file(cmake/tercet.pc.in "${PROJECT_BINARY_DIR}/tercet.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/tercet.pc" DESTINATION "${pkgconfig_folder}")
