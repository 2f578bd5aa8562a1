# Tests of transfer/.

goxel_tests(encoder_tests
  SOURCES
    base64_test.cc
    checksum_test.cc
    export_file_test.cc
    frame_test.cc
    png_encoder_test.cc
    png_filter_test.cc
    png_record_test.cc
    raw_encoders_test.cc
    token_test.cc
  LIBS goxel_transfer OpenSSL::Crypto PNG::PNG ZLIB::ZLIB)

goxel_tests(store_tests
  SOURCES
    adoption_test.cc
    managed_directory_test.cc
    render_store_faults_test.cc
    render_store_limits_test.cc
    render_store_recycle_test.cc
    render_store_test.cc
    retention_test.cc
  LIBS goxel_transfer)

# Seconds of racing processes: `ctest -LE stress` leaves it out.
add_executable(store_stress_tests render_store_stress_test.cc)
target_include_directories(store_stress_tests PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(store_stress_tests PRIVATE goxel_transfer GTest::gmock GTest::gtest_main
                                                 goxel_options)
gtest_discover_tests(store_stress_tests PROPERTIES TIMEOUT 600 LABELS stress)
