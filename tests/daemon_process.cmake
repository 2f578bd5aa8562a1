# The real daemon as a child process: what tests over its socket start from.
add_library(goxel_daemon_process STATIC e2e/daemon_process.cc)
target_include_directories(goxel_daemon_process PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(goxel_daemon_process PUBLIC goxel_ipc simdjson::simdjson
                                                  GTest::gmock PRIVATE goxel_options)
target_compile_definitions(goxel_daemon_process PUBLIC
  GOXEL_DAEMON_BINARY="$<TARGET_FILE:goxel-daemon>")
add_dependencies(goxel_daemon_process goxel-daemon)
