# Tests of ipc/.

goxel_tests(ipc_tests
  SOURCES
    content_key_test.cc
    directory_lock_test.cc
    file_system_test.cc
    futex_test.cc
    histogram_test.cc
    index_layout_test.cc
    index_reader_hostile_test.cc
    lease_test.cc
    mapped_region_test.cc
    pam_header_test.cc
    previous_index_test.cc
    render_index_liveness_test.cc
    render_index_test.cc
    render_record_test.cc
    render_wait_test.cc
    status_test.cc
  LIBS goxel_ipc)

target_compile_definitions(ipc_tests PRIVATE
  GOXEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

# Apart, because each fuzzer brings its LLVMFuzzerTestOneInput().
goxel_tests(index_fuzz_tests ONE_THREAD
  SOURCES
    fuzz/index_reader_fuzzer.cc
    index_reader_fuzz_test.cc
  LIBS goxel_ipc)

# Minutes under a thread sanitizer: `ctest -LE stress` leaves it out.
add_executable(ipc_stress_tests render_index_stress_test.cc)
target_include_directories(ipc_stress_tests PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(ipc_stress_tests PRIVATE goxel_ipc GTest::gtest_main goxel_options)
gtest_discover_tests(ipc_stress_tests PROPERTIES TIMEOUT 600 LABELS stress)

if(GOXEL_BUILD_FUZZERS)
  foreach(fuzzer pam_header_fuzzer index_reader_fuzzer)
    goxel_program(${fuzzer} SOURCES fuzz/${fuzzer}.cc LIBS goxel_ipc)
    target_compile_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
    target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
  endforeach()
endif()
