# Tests of goxel.execute_script: its parts, and then whole scripts in the real
# daemon.
goxel_tests(script_tests
  SOURCES
    ${PROJECT_SOURCE_DIR}/daemon/script_host/arena.cc
    ${PROJECT_SOURCE_DIR}/daemon/script_host/sandbox.cc
    project_draft_test.cc
    script_arena_test.cc
    script_sandbox_test.cc
    script_text_test.cc
  LIBS goxel_daemon_core)

goxel_tests(script_e2e_tests
  SOURCES
    e2e/script_harm_test.cc
    e2e/scripts_test.cc
  LIBS goxel_daemon_process)
