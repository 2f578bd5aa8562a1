# Tests of transfer/.

goxel_tests(encoder_tests
  SOURCES
    base64_test.cc
    bmp_encoder_test.cc
    checksum_test.cc
    export_file_test.cc
    frame_test.cc
    jpg_encoder_test.cc
    png_encoder_test.cc
    png_filter_test.cc
    png_record_test.cc
    raw_encoders_test.cc
    token_test.cc
    trusted_directory_test.cc
  LIBS goxel_transfer OpenSSL::Crypto JPEG::JPEG PNG::PNG ZLIB::ZLIB)

goxel_tests(store_tests
  SOURCES
    render_store_hits_test.cc
    render_store_lease_test.cc
    render_store_limits_test.cc
    render_store_pin_test.cc
    render_store_quota_test.cc
    render_store_recycle_test.cc
    render_store_test.cc
    render_store_twin_test.cc
    render_store_waiting_test.cc
    retention_test.cc
    spare_pool_test.cc
  LIBS goxel_transfer)

# The store when the system, the host or somebody else is against it.
goxel_tests(store_failure_tests
  SOURCES
    adoption_test.cc
    crash_table_test.cc
    environment_test.cc
    healing_store_test.cc
    managed_directory_test.cc
    render_store_faults_test.cc
    store_open_faults_test.cc
  LIBS goxel_transfer)

# Seconds of racing processes: `ctest -LE stress` leaves it out.
add_executable(store_stress_tests render_store_stress_test.cc)
target_include_directories(store_stress_tests PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(store_stress_tests PRIVATE goxel_transfer GTest::gmock GTest::gtest_main
                                                 goxel_options)
gtest_discover_tests(store_stress_tests PROPERTIES TIMEOUT 600 LABELS stress)

# A writer and its clients killed at random: `ctest -L stress`. For hours:
# goxel_kill_loop --seconds 3600.
goxel_program(goxel_kill_loop
  SOURCES
    kill_loop/directory_audit.cc
    kill_loop/index_reader.cc
    kill_loop/kill_loop.cc
    kill_loop/ledger.cc
    kill_loop/main.cc
    kill_loop/pattern_writer.cc
    kill_loop/rpc_client.cc
  LIBS goxel_client goxel_daemon_process goxel_transfer CLI11::CLI11)
foreach(writer store daemon)
  add_test(NAME kill_loop_${writer} COMMAND goxel_kill_loop --writer ${writer})
  set_tests_properties(kill_loop_${writer} PROPERTIES LABELS stress TIMEOUT 36000)
endforeach()
