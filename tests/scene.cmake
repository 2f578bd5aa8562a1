# Tests of renderer/scene and renderer/formats.
goxel_tests(scene_tests ONE_THREAD
  SOURCES
    color_count_test.cc
    composite_test.cc
    gltf_writer_test.cc
    gox_format_test.cc
    gox_writer_test.cc
    hostile_scene_file_test.cc
    hull_test.cc
    layer_objects_test.cc
    merge_test.cc
    mesh_formats_test.cc
    mesh_writers_test.cc
    picture_writers_test.cc
    plain_formats_test.cc
    plain_writers_test.cc
    round_trip_test.cc
    scene_file_test.cc
    volume_test.cc
    vox_cameras_test.cc
    vox_format_test.cc
    voxel_origins_test.cc
    voxel_row_test.cc
    voxel_selection_test.cc
    vox_writer_test.cc
  LIBS goxel_renderer PNG::PNG ZLIB::ZLIB OpenSSL::Crypto simdjson::simdjson)

include(fuzz/fuzz.cmake)
goxel_fuzzer(scene_file goxel_renderer)
target_sources(scene_file_corpus_tests PRIVATE scene_file_mutation_test.cc)
