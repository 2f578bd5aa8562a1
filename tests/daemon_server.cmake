# Tests of the daemon's socket side: options, framing, JSON-RPC, server.
goxel_tests(server_tests
  SOURCES
    json_framer_test.cc
    fuzz/json_rpc_fuzzer.cc
    json_rpc_mutation_test.cc
    json_rpc_test.cc
    log_test.cc
    options_test.cc
    reply_queue_test.cc
    server_life_test.cc
    server_test.cc
  LIBS goxel_daemon_core)

if(GOXEL_BUILD_FUZZERS)
  goxel_program(json_rpc_fuzzer SOURCES fuzz/json_rpc_fuzzer.cc LIBS goxel_daemon_core)
  target_compile_options(json_rpc_fuzzer PRIVATE -fsanitize=fuzzer,address)
  target_link_options(json_rpc_fuzzer PRIVATE -fsanitize=fuzzer,address)
endif()
