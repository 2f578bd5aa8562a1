# What a build installs and what packages hold, used as somebody else would.
# Without sanitizers: programs that are not of this build cannot load such
# libraries.
if(NOT GOXEL_SANITIZE)
  add_test(NAME installed_tree
           COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install/installed_tree.sh ${CMAKE_BINARY_DIR})
  set_tests_properties(installed_tree PROPERTIES LABELS install TIMEOUT 300)
  if(TARGET goxel-daemon)
    # Packages hold the MCP server's bundle, which its suite makes.
    add_test(NAME package_smoke
             COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install/package_smoke.sh ${CMAKE_BINARY_DIR})
    set_tests_properties(package_smoke PROPERTIES
      LABELS install TIMEOUT 600 SKIP_RETURN_CODE 77 DEPENDS mcp_client)
  endif()
endif()
