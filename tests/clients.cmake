# Tests of clients/.
goxel_tests(client_tests
  SOURCES
    client_lesser_modes_test.cc
    client_test.cc
    mapped_image_test.cc
    pam_identity_test.cc
    png_check_test.cc
    process_mappings_test.cc
    render_catalog_test.cc
    render_check_test.cc
    reply_test.cc
  LIBS goxel_client)

if(TARGET goxelctl)
  goxel_tests(goxelctl_tests
    SOURCES
      e2e/goxelctl_ephemeral_test.cc
      e2e/goxelctl_operator_test.cc
      e2e/goxelctl_scene_watch_test.cc
      e2e/goxelctl_scenes_test.cc
      e2e/goxelctl_test.cc
      e2e/goxelctl_views_test.cc
      e2e/goxelctl_watch_test.cc
      e2e/goxelctl_words_test.cc
    LIBS goxel_client goxel_daemon_process)
  target_compile_definitions(goxelctl_tests PRIVATE
    GOXELCTL_BINARY="$<TARGET_FILE:goxelctl>"
    GOXEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    GOXEL_MAP_EXAMPLE_BINARY="$<TARGET_FILE:goxel-map-example>")
  add_dependencies(goxelctl_tests goxelctl goxel-map-example)
endif()
