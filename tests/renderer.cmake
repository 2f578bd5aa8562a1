# Tests of renderer/: camera, light, mesher and renderer.
goxel_tests(renderer_tests
  SOURCES
    camera_test.cc
    lent_pages_test.cc
    light_test.cc
    mesher_test.cc
    renderer_accuracy_test.cc
    renderer_bands_test.cc
    renderer_orientation_test.cc
    renderer_test.cc
    renderer_zero_copy_test.cc
  LIBS goxel_renderer PNG::PNG)
