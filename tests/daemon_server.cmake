# Tests of the daemon's socket side: options, framing, JSON-RPC, server.
goxel_tests(server_tests
  SOURCES
    json_framer_test.cc
    fuzz/json_rpc_fuzzer.cc
    json_rpc_mutation_test.cc
    json_rpc_test.cc
    log_test.cc
    options_test.cc
    peer_test.cc
    reply_queue_test.cc
    server_life_test.cc
    server_test.cc
  LIBS goxel_daemon_core)

if(GOXEL_BUILD_FUZZERS)
  goxel_program(json_rpc_fuzzer SOURCES fuzz/json_rpc_fuzzer.cc LIBS goxel_daemon_core)
  target_compile_options(json_rpc_fuzzer PRIVATE -fsanitize=fuzzer,address)
  target_link_options(json_rpc_fuzzer PRIVATE -fsanitize=fuzzer,address)
endif()

# Whether the daemon grows: `ctest -L stress`; scripts/soak.sh for 100,000
# renders and the plot.
goxel_program(goxel_soak
  SOURCES
    e2e/daemon_process.cc
    e2e/soak.cc
    e2e/soak_main.cc
  LIBS goxel_ipc CLI11::CLI11 simdjson::simdjson GTest::gtest)
target_compile_definitions(goxel_soak PRIVATE
  GOXEL_DAEMON_BINARY="$<TARGET_FILE:goxel-daemon>")
add_dependencies(goxel_soak goxel-daemon)
add_test(NAME soak COMMAND goxel_soak --renders 3000)
set_tests_properties(soak PROPERTIES LABELS stress TIMEOUT 600)

goxel_tests(soak_tests SOURCES e2e/soak.cc e2e/soak_test.cc LIBS goxel_ipc)
