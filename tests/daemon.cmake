# Tests of daemon/: methods, projects and renders; then the real daemon over its
# socket.
goxel_tests(daemon_tests
  SOURCES
    params_test.cc
    project_test.cc
    render_request_test.cc
    render_service_test.cc
  LIBS goxel_daemon_core PNG::PNG)

goxel_tests(e2e_tests
  SOURCES
    e2e/daemon_process.cc
    e2e/life_test.cc
    e2e/methods_test.cc
    e2e/render_modes_test.cc
  LIBS goxel_ipc simdjson::simdjson OpenSSL::Crypto PNG::PNG)
target_compile_definitions(e2e_tests PRIVATE
  GOXEL_DAEMON_BINARY="$<TARGET_FILE:goxel-daemon>")
add_dependencies(e2e_tests goxel-daemon)
