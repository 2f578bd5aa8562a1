# Tests of the daemon's socket side: options, framing, JSON-RPC, server.
goxel_tests(server_tests
  SOURCES
    json_framer_test.cc
    fuzz/json_rpc_fuzzer.cc
    json_rpc_mutation_test.cc
    json_rpc_test.cc
    log_test.cc
    mcp_envelope_test.cc
    options_test.cc
    peer_test.cc
    reply_queue_test.cc
    server_life_test.cc
    server_test.cc
  LIBS goxel_daemon_core)
target_compile_definitions(server_tests PRIVATE
  GOXEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

# Messages as clients write them, many clients and slow ones.
goxel_tests(wire_tests
  SOURCES
    json_rpc_specification_test.cc
    json_scanner_test.cc
    method_table_test.cc
    many_connections_test.cc
    slow_client_test.cc
    voxel_list_test.cc
  LIBS goxel_daemon_core)

include(fuzz/fuzz.cmake)
goxel_fuzzer(json_rpc goxel_daemon_core)
goxel_fuzzer(voxel_list goxel_daemon_core)

# Whether the daemon grows: `ctest -L stress`; scripts/soak.sh for a day's
# requests and the plot.
goxel_program(goxel_soak
  SOURCES
    e2e/soak.cc
    e2e/soak_main.cc
    e2e/soak_requests.cc
  LIBS goxel_daemon_process CLI11::CLI11)
add_test(NAME soak COMMAND goxel_soak --requests 20000)
set_tests_properties(soak PROPERTIES LABELS stress TIMEOUT 600)

goxel_tests(soak_tests SOURCES e2e/soak.cc e2e/soak_test.cc LIBS goxel_ipc)
