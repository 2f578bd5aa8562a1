# Debian packages by CPack (scripts/package.sh): what goes into which, and what
# each needs. Components that only packages have, and `cmake --install` leaves
# alone, are installed here.

# ---- Components of packages alone
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/daemon.conf
  DESTINATION /etc/goxel COMPONENT configuration EXCLUDE_FROM_ALL)
# Every option stands there at its default, and none of them is set.
file(READ docs/daemon.conf goxel_configuration)
string(REGEX REPLACE "\n([a-z_]+ =)" "\n;\\1" goxel_configuration "${goxel_configuration}")
file(CONFIGURE OUTPUT daemon.conf CONTENT "${goxel_configuration}" @ONLY)

install(DIRECTORY clients/python/goxel_client
  DESTINATION lib/python3/dist-packages COMPONENT python EXCLUDE_FROM_ALL
  PATTERN __pycache__ EXCLUDE)
install(PROGRAMS clients/mcp/dist/goxel-mcp.mjs
  DESTINATION lib/goxel COMPONENT mcp EXCLUDE_FROM_ALL)
install(FILES clients/mcp/dist/goxel-mcp.LICENSES.txt clients/mcp/README.md
  DESTINATION share/doc/goxel-mcp COMPONENT mcp EXCLUDE_FROM_ALL)
file(CREATE_LINK ../lib/goxel/goxel-mcp.mjs ${CMAKE_CURRENT_BINARY_DIR}/goxel-mcp SYMBOLIC)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/goxel-mcp
  DESTINATION bin COMPONENT mcp EXCLUDE_FROM_ALL)

# ---- All packages
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME goxel-daemon)
set(CPACK_PACKAGE_VENDOR "The Goxel Daemon authors")
set(CPACK_PACKAGE_CONTACT "The Goxel Daemon authors <goxel-daemon@localhost>")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
# The configuration has an absolute path.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)

# goxel_package(GROUP NAME name SECTION section COMPONENTS a b [DEPENDS text]
# [SCRIPTS x y] [ALL] SUMMARY text DESCRIPTION text): one package. Libraries that
# programs are linked to come to DEPENDS by themselves; ALL is for packages that
# are the same on all architectures.
macro(goxel_package group)
  cmake_parse_arguments(ARG "ALL" "NAME;SECTION;DEPENDS;SUMMARY;DESCRIPTION"
                        "COMPONENTS;SCRIPTS" ${ARGN})
  string(TOUPPER ${group} upper)
  foreach(component ${ARG_COMPONENTS})
    string(TOUPPER ${component} upper_component)
    set(CPACK_COMPONENT_${upper_component}_GROUP ${group})
  endforeach()
  install(FILES LICENSE RENAME copyright DESTINATION share/doc/${ARG_NAME}
    COMPONENT ${group}_copyright EXCLUDE_FROM_ALL)
  set(CPACK_COMPONENT_${upper}_COPYRIGHT_GROUP ${group})
  list(APPEND CPACK_COMPONENTS_ALL ${ARG_COMPONENTS} ${group}_copyright)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${ARG_NAME})
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${ARG_SECTION})
  set(CPACK_DEBIAN_${upper}_PACKAGE_DEPENDS "${ARG_DEPENDS}")
  set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_EXTRA ${ARG_SCRIPTS})
  set(CPACK_DEBIAN_${upper}_DESCRIPTION "${ARG_SUMMARY}\n${ARG_DESCRIPTION}")
  if(ARG_ALL)
    set(CPACK_DEBIAN_${upper}_PACKAGE_ARCHITECTURE all)
  else()
    set(CPACK_DEBIAN_${upper}_PACKAGE_SHLIBDEPS ON)
  endif()
endmacro()

set(goxel_scripts ${PROJECT_SOURCE_DIR}/packaging/debian)
goxel_package(server NAME goxel-daemon SECTION graphics
  COMPONENTS daemon configuration
  DEPENDS "adduser"
  SCRIPTS ${goxel_scripts}/daemon/postinst ${goxel_scripts}/daemon/prerm
          ${goxel_scripts}/daemon/postrm ${goxel_scripts}/daemon/conffiles
  SUMMARY "resident, headless renderer for voxel scenes"
  DESCRIPTION "Edits and renders .gox, .vox and other voxel scenes without a display, and
hands its renders to other processes as memory-mapped files. With goxelctl, its
command line, and units for systemd that start it at the first connection.")
goxel_package(clib NAME libgoxel0 SECTION libs COMPONENTS library
  SUMMARY "client library of the Goxel render daemon"
  DESCRIPTION "Calls to the daemon, and renders mapped without a copy, for programs in C and
in languages that can call C.")
goxel_package(headers NAME libgoxel-dev SECTION libdevel COMPONENTS development
  DEPENDS "libgoxel0 (= ${PROJECT_VERSION}), libboost1.81-dev | libboost-dev (>= 1.74), libexpected-dev, libfmt-dev, libsimdjson-dev, libssl-dev"
  SUMMARY "client libraries of the Goxel render daemon, for development"
  DESCRIPTION "Headers of the C and the C++20 library, the latter as a static library, with
CMake package, pkg-config files and examples.")
goxel_package(python NAME python3-goxel-client SECTION python COMPONENTS python ALL
  DEPENDS "python3:any (>= 3.9)"
  SCRIPTS ${goxel_scripts}/python/postinst ${goxel_scripts}/python/prerm
  SUMMARY "Python client of the Goxel render daemon"
  DESCRIPTION "Renders as numpy arrays and Pillow images without a copy. Needs nothing but
Python.")
goxel_package(mcp NAME goxel-mcp SECTION graphics COMPONENTS mcp ALL
  DEPENDS "nodejs (>= 18.19), goxel-daemon"
  SUMMARY "MCP server for voxel scenes"
  DESCRIPTION "Through which agents open, look at, change and render voxel scenes.")

include(CPack)
