# What `cmake --install` puts where, by component:
#
#   library      libgoxel.so.0
#   development  headers, libgoxel.so, the C++ libraries, CMake package,
#                pkg-config files, examples
#   daemon       goxel-daemon, goxelctl, units of systemd, man pages, completions
#
# Packages take these and the components of GoxelPackages.cmake.

include(CMakePackageConfigHelpers)

set(goxel_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/goxel)
set(goxel_pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# ---- The client libraries
set_target_properties(goxel_client PROPERTIES EXPORT_NAME client)
set_target_properties(goxel_ipc PROPERTIES EXPORT_NAME ipc)
target_compile_features(goxel_ipc PUBLIC cxx_std_20)

install(TARGETS goxel_c EXPORT goxel_c_targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
          COMPONENT library NAMELINK_COMPONENT development)
install(TARGETS goxel_ipc goxel_client EXPORT goxel_client_targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(FILES clients/c/goxel.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)

# The public headers and what they include.
install(FILES
  clients/cpp/client.h clients/cpp/decryption.h clients/cpp/json_text.h
  clients/cpp/mapped_image.h clients/cpp/render_catalog.h clients/cpp/render_view.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/goxel/clients/cpp COMPONENT development)
install(FILES
  ipc/content_key.h ipc/encrypted_file.h ipc/histogram.h ipc/index_layout.h
  ipc/mapped_region.h ipc/pixel_format.h ipc/render_index_reader.h
  ipc/render_info.h ipc/render_record.h ipc/status.h ipc/sys_result.h
  ipc/unique_fd.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/goxel/ipc COMPONENT development)

# ---- How other builds find them
install(EXPORT goxel_c_targets FILE goxel-c.cmake NAMESPACE goxel::
  DESTINATION ${goxel_cmake_dir} COMPONENT development)
install(EXPORT goxel_client_targets FILE goxel-client.cmake NAMESPACE goxel::
  DESTINATION ${goxel_cmake_dir} COMPONENT development)
configure_package_config_file(packaging/goxel-config.cmake.in goxel-config.cmake
  INSTALL_DESTINATION ${goxel_cmake_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(goxel-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/goxel-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/goxel-config-version.cmake
  DESTINATION ${goxel_cmake_dir} COMPONENT development)

# Relative, so that an installed tree can be moved.
file(RELATIVE_PATH GOXEL_PREFIX_FROM_PKGCONFIG /${goxel_pkgconfig_dir} /)
foreach(name goxel goxel-client)
  configure_file(packaging/pkgconfig/${name}.pc.in ${name}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc
    DESTINATION ${goxel_pkgconfig_dir} COMPONENT development)
endforeach()

install(FILES
  packaging/examples/CMakeLists.txt clients/c/render_picture.c
  clients/cpp/example_map.cc
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libgoxel-dev/examples COMPONENT development)
install(FILES docs/c-api.md docs/installing.md
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libgoxel-dev COMPONENT development)

# ---- The daemon
if(TARGET goxel-daemon)
  install(TARGETS goxel-daemon goxelctl
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT daemon)
  install(TARGETS goxel-script
    RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/goxel COMPONENT daemon)
  install(FILES docs/daemon.conf docs/operations.md
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/goxel-daemon COMPONENT daemon)
  # Not below CMAKE_INSTALL_LIBDIR: systemd looks in lib/ alone.
  install(DIRECTORY packaging/systemd/system packaging/systemd/user
    DESTINATION lib/systemd COMPONENT daemon)
  install(FILES packaging/systemd/goxel-daemon.conf
    DESTINATION lib/tmpfiles.d COMPONENT daemon)
  install(DIRECTORY docs/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
    COMPONENT daemon OPTIONAL FILES_MATCHING PATTERN "*.1")

  # What the shells know of goxelctl, it writes itself.
  foreach(place bash:bash-completion/completions/goxelctl
                zsh:zsh/vendor-completions/_goxelctl
                fish:fish/vendor_completions.d/goxelctl.fish)
    string(REGEX MATCH "^(.*):(.*)/(.*)$" matched ${place})
    install(CODE "
      set(folder \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/${CMAKE_MATCH_2}\")
      file(MAKE_DIRECTORY \"\${folder}\")
      execute_process(
        COMMAND \"$<TARGET_FILE:goxelctl>\" completion ${CMAKE_MATCH_1}
        OUTPUT_FILE \"\${folder}/${CMAKE_MATCH_3}\" COMMAND_ERROR_IS_FATAL ANY)"
      COMPONENT daemon)
  endforeach()
endif()
