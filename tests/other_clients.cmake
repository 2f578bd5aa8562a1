# The suites of the clients in other languages, against this build's daemon.
set(goxel_daemon_variable "GOXEL_DAEMON=$<TARGET_FILE:goxel-daemon>")

# Debian's own Python: numpy, Pillow and pytest come as packages for it.
find_program(GOXEL_SYSTEM_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(GOXEL_SYSTEM_PYTHON)
  add_test(NAME python_client
           COMMAND ${GOXEL_SYSTEM_PYTHON} -B -m pytest -q -p no:cacheprovider
                   ${PROJECT_SOURCE_DIR}/clients/python)
  set_tests_properties(python_client PROPERTIES
    ENVIRONMENT "${goxel_daemon_variable}" LABELS clients TIMEOUT 600)
endif()

add_test(NAME mcp_client COMMAND ${PROJECT_SOURCE_DIR}/scripts/check_mcp.sh)
set_tests_properties(mcp_client PROPERTIES
  ENVIRONMENT "${goxel_daemon_variable}" LABELS clients TIMEOUT 900)
