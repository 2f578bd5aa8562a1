# Tests of daemon/: methods, projects and renders; then the real daemon over its
# socket.
goxel_tests(daemon_tests
  SOURCES
    connection_leases_test.cc
    edit_history_test.cc
    params_test.cc
    plane_delivery_test.cc
    plane_options_test.cc
    project_test.cc
    projects_test.cc
    render_conversion_test.cc
    render_key_test.cc
    render_request_test.cc
    render_service_test.cc
    render_waiters_test.cc
    view_state_test.cc
  LIBS goxel_daemon_core PNG::PNG)
target_compile_definitions(daemon_tests PRIVATE
  GOXEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

goxel_tests(e2e_tests
  SOURCES
    e2e/conversion_test.cc
    e2e/files_test.cc
    e2e/life_test.cc
    e2e/listing_test.cc
    e2e/methods_test.cc
    e2e/promised_calls_test.cc
    e2e/reading_test.cc
    e2e/render_modes_test.cc
    e2e/view_lookup_test.cc
    e2e/view_state_test.cc
    e2e/waiting_test.cc
    e2e/wire_api_test.cc
  LIBS goxel_client goxel_daemon_process OpenSSL::Crypto PNG::PNG)
target_compile_definitions(e2e_tests PRIVATE
  GOXEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

# That the daemon answers existing clients as they expect.
goxel_tests(compat_tests
  SOURCES
    e2e/compat_render_samples.cc
    e2e/compat_samples.cc
    e2e/compat_scene_samples.cc
    e2e/compat_test.cc
    e2e/compat_voxel_samples.cc
    e2e/json_pattern.cc
    e2e/mcp_test.cc
  LIBS goxel_daemon_process)
if(Python3_FOUND)
  add_test(NAME existing_clients
           COMMAND ${Python3_EXECUTABLE}
                   ${CMAKE_CURRENT_SOURCE_DIR}/e2e/existing_clients.py
                   $<TARGET_FILE:goxel-daemon>)
  set_tests_properties(existing_clients PROPERTIES TIMEOUT 120)
endif()

# The program as people start it: flags, detaching, signals, reloads.
goxel_tests(command_line_tests
  SOURCES
    e2e/command_line_test.cc
    e2e/daemon_command.cc
    e2e/detached_test.cc
    e2e/reload_test.cc
    live_options_test.cc
    nearest_word_test.cc
    pid_file_test.cc
    render_order_test.cc
  LIBS goxel_daemon_core goxel_daemon_process)

# How pictures leave the daemon, its client library and goxelctl included:
# encryption, and what happens when files fail.
goxel_tests(delivery_tests
  SOURCES
    degradation_test.cc
    e2e/degradation_test.cc
    e2e/encryption_test.cc
    e2e/progress_test.cc
    encrypted_file_test.cc
    encryption_test.cc
    fuzz/encrypted_file_fuzzer.cc
  LIBS goxel_daemon_core goxel_daemon_process goxel_client OpenSSL::Crypto PNG::PNG)
target_compile_definitions(delivery_tests PRIVATE
  GOXELCTL_BINARY="$<TARGET_FILE:goxelctl>")
add_dependencies(delivery_tests goxelctl)

if(GOXEL_BUILD_FUZZERS)
  goxel_program(encrypted_file_fuzzer SOURCES fuzz/encrypted_file_fuzzer.cc LIBS goxel_ipc)
  target_compile_options(encrypted_file_fuzzer PRIVATE -fsanitize=fuzzer)
  target_link_options(encrypted_file_fuzzer PRIVATE -fsanitize=fuzzer)
endif()

# Many views of a scene in one request, and requests that are cancelled.
goxel_tests(render_views_tests
  SOURCES
    e2e/render_views_test.cc
    e2e/view_planes_test.cc
    views_run_test.cc
  LIBS goxel_daemon_core goxel_daemon_process PNG::PNG)
