# Tests of renderer/: what is drawn where, in which light and behind what.
goxel_tests(drawing_tests ONE_THREAD
  SOURCES
    camera_test.cc
    glass_order_test.cc
    light_test.cc
    look_test.cc
    mesh_materials_test.cc
    mesh_openness_test.cc
    mesher_test.cc
    renderer_accuracy_test.cc
    renderer_orientation_test.cc
    stored_camera_test.cc
    viewer_test.cc
  LIBS goxel_renderer PNG::PNG)
# Each counts the sides of voxels in a way of its own, by the same names.
set_source_files_properties(mesh_materials_test.cc mesh_openness_test.cc
  mesher_test.cc PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)

# What several threads do together, and where pictures land.
goxel_tests(renderer_tests
  SOURCES
    chunk_meshes_test.cc
    data_planes_test.cc
    lent_pages_test.cc
    renderer_bands_test.cc
    renderer_test.cc
    renderer_zero_copy_test.cc
  LIBS goxel_renderer PNG::PNG)

# How samples become pictures, by way of which GL, and that they stay as they
# are.
goxel_tests(picture_tests ONE_THREAD
  SOURCES
    fixed_pictures.cc
    gl_backends_test.cc
    golden_image.cc
    golden_pictures_test.cc
    picture_hashes_test.cc
    render_settings_test.cc
    renderer_samples_test.cc
    sample_average_test.cc
    window_layout_test.cc
  LIBS goxel_renderer PNG::PNG)
target_compile_definitions(picture_tests PRIVATE
  GOXEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
  GOXEL_PICTURE_HASHES="$<TARGET_FILE:picture_hashes>")

# Draws all fixed pictures and prints the hashes of their bytes.
goxel_program(picture_hashes
  SOURCES fixed_pictures.cc picture_hashes.cc
  LIBS goxel_renderer PNG::PNG GTest::gtest)
add_dependencies(picture_tests picture_hashes)

# Many views of a scene in one picture or one turn.
goxel_tests(view_tests ONE_THREAD
  SOURCES
    label_font_test.cc
    sheet_test.cc
    turntable_test.cc
  LIBS goxel_renderer)
