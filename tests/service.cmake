# The daemon under a service manager.
goxel_tests(service_tests
  SOURCES
    e2e/daemon_command.cc
    e2e/service_manager.cc
    e2e/service_test.cc
    server_pulse_test.cc
  LIBS goxel_daemon_core goxel_daemon_process)
