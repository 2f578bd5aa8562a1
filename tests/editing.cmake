# Tests of edits: shapes, fills, layers, the history; then what several clients
# do to one project over the socket.
goxel_tests(edit_tests ONE_THREAD
  SOURCES
    flood_fill_test.cc
    layer_stack_test.cc
    shapes_test.cc
  LIBS goxel_renderer)

goxel_tests(edit_method_tests
  SOURCES
    e2e/batch_methods_test.cc
    e2e/editing_clients_test.cc
    e2e/history_methods_test.cc
    e2e/layer_methods_test.cc
    e2e/project_methods_test.cc
    e2e/voxel_methods_test.cc
  LIBS goxel_daemon_process)
