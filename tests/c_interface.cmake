# Tests of libgoxel: from C99, and as bindings for other languages see it.
enable_language(C)
add_executable(c_client_test c/c_client_test.c c/daemon_home.c)
set_target_properties(c_client_test PROPERTIES
  C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF
  UNITY_BUILD OFF)  # Each file asks for its own part of POSIX.
# Not goxel_options, which has options of C++.
target_compile_options(c_client_test PRIVATE -pedantic -Wall -Wextra -Werror)
if(GOXEL_SANITIZE)
  target_compile_options(c_client_test PRIVATE -fsanitize=${GOXEL_SANITIZE})
  target_link_options(c_client_test PRIVATE -fsanitize=${GOXEL_SANITIZE})
endif()
target_compile_definitions(c_client_test PRIVATE
  GOXEL_DAEMON_BINARY="$<TARGET_FILE:goxel-daemon>" GOXEL_VERSION="${PROJECT_VERSION}")
target_link_libraries(c_client_test PRIVATE goxel_c Threads::Threads)
add_dependencies(c_client_test goxel-daemon)
add_test(NAME c_client COMMAND c_client_test)
set_tests_properties(c_client PROPERTIES TIMEOUT 120)

# A plain Python cannot load a library that was built with sanitizers.
if(Python3_FOUND AND NOT GOXEL_SANITIZE)
  add_test(NAME c_bindings
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/c/ctypes_test.py
                   $<TARGET_FILE:goxel_c> $<TARGET_FILE:goxel-daemon>
                   ${PROJECT_SOURCE_DIR}/clients/c/goxel.h)
  set_tests_properties(c_bindings PROPERTIES TIMEOUT 120)
endif()
