# Tests of daemon/: methods, projects and renders; then the real daemon over its
# socket.
goxel_tests(daemon_tests
  SOURCES
    connection_leases_test.cc
    edit_history_test.cc
    params_test.cc
    project_test.cc
    render_conversion_test.cc
    render_key_test.cc
    render_request_test.cc
    render_service_test.cc
    render_waiters_test.cc
  LIBS goxel_daemon_core PNG::PNG)
target_compile_definitions(daemon_tests PRIVATE
  GOXEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

goxel_tests(e2e_tests
  SOURCES
    e2e/conversion_test.cc
    e2e/daemon_process.cc
    e2e/life_test.cc
    e2e/listing_test.cc
    e2e/methods_test.cc
    e2e/render_modes_test.cc
    e2e/view_lookup_test.cc
    e2e/waiting_test.cc
    e2e/wire_api_test.cc
  LIBS goxel_client simdjson::simdjson OpenSSL::Crypto PNG::PNG)
target_compile_definitions(e2e_tests PRIVATE
  GOXEL_DAEMON_BINARY="$<TARGET_FILE:goxel-daemon>"
  GOXEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
add_dependencies(e2e_tests goxel-daemon)

# How pictures leave the daemon, its client library and goxelctl included:
# encryption, and what happens when files fail.
goxel_tests(delivery_tests
  SOURCES
    degradation_test.cc
    e2e/daemon_process.cc
    e2e/degradation_test.cc
    e2e/encryption_test.cc
    e2e/progress_test.cc
    encrypted_file_test.cc
    encryption_test.cc
    fuzz/encrypted_file_fuzzer.cc
  LIBS goxel_daemon_core goxel_client simdjson::simdjson OpenSSL::Crypto PNG::PNG)
target_compile_definitions(delivery_tests PRIVATE
  GOXEL_DAEMON_BINARY="$<TARGET_FILE:goxel-daemon>"
  GOXELCTL_BINARY="$<TARGET_FILE:goxelctl>")
add_dependencies(delivery_tests goxel-daemon goxelctl)

if(GOXEL_BUILD_FUZZERS)
  goxel_program(encrypted_file_fuzzer SOURCES fuzz/encrypted_file_fuzzer.cc LIBS goxel_ipc)
  target_compile_options(encrypted_file_fuzzer PRIVATE -fsanitize=fuzzer)
  target_link_options(encrypted_file_fuzzer PRIVATE -fsanitize=fuzzer)
endif()
