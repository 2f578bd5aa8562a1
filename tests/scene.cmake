# Tests of renderer/scene and renderer/formats.
goxel_tests(scene_tests
  SOURCES
    composite_test.cc
    gox_format_test.cc
    hostile_scene_file_test.cc
    hull_test.cc
    plain_formats_test.cc
    scene_file_test.cc
    volume_test.cc
    vox_format_test.cc
  LIBS goxel_renderer PNG::PNG ZLIB::ZLIB OpenSSL::Crypto simdjson::simdjson)

if(GOXEL_BUILD_FUZZERS)
  goxel_program(scene_file_fuzzer SOURCES fuzz/scene_file_fuzzer.cc
                LIBS goxel_renderer)
  target_compile_options(scene_file_fuzzer PRIVATE -fsanitize=fuzzer)
  target_link_options(scene_file_fuzzer PRIVATE -fsanitize=fuzzer)
endif()
