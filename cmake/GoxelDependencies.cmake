# Every third-party library, in one place. All are Debian 12 packages; the list
# of package names is in scripts/dependencies.txt.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(fmt REQUIRED)
find_package(simdjson REQUIRED)
find_package(OpenSSL REQUIRED)

# RapidJSON is header-only and its Debian package has no CMake target.
find_path(RAPIDJSON_INCLUDE_DIR rapidjson/writer.h REQUIRED)
add_library(rapidjson INTERFACE)
target_include_directories(rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE_DIR})
target_compile_definitions(rapidjson INTERFACE RAPIDJSON_HAS_STDSTRING=1)

# Asio without the deprecated interfaces and without linking Boost.System.
add_library(boost_asio INTERFACE)
target_link_libraries(boost_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(boost_asio INTERFACE BOOST_ASIO_NO_DEPRECATED
                                                BOOST_ERROR_CODE_HEADER_ONLY)

# What only the daemon's side needs. Where something is missing the build falls
# back to the client libraries instead of failing.
option(GOXEL_CLIENT_ONLY "Build ipc and clients/cpp only, whatever is installed" OFF)
set(GOXEL_MISSING "")
if(GOXEL_CLIENT_ONLY)
  list(APPEND GOXEL_MISSING "nothing (GOXEL_CLIENT_ONLY is ON)")
endif()
macro(goxel_pkg name module)
  pkg_check_modules(${name} IMPORTED_TARGET ${module})
  if(NOT ${name}_FOUND)
    list(APPEND GOXEL_MISSING ${module})
  endif()
endmacro()
# One of the two is enough. EGL 1.5 for its platforms.
pkg_check_modules(OSMESA IMPORTED_TARGET osmesa)
pkg_check_modules(EGL IMPORTED_TARGET egl>=1.5)
if(NOT OSMESA_FOUND AND NOT EGL_FOUND)
  list(APPEND GOXEL_MISSING "osmesa or egl")
endif()
goxel_pkg(ISAL libisal)
goxel_pkg(DEFLATE libdeflate)
goxel_pkg(XXHASH libxxhash)
goxel_pkg(INIH INIReader)
goxel_pkg(DUKTAPE duktape)
find_package(PNG QUIET)
find_package(JPEG QUIET)
find_package(ZLIB QUIET)
find_package(glm QUIET)
find_package(CLI11 QUIET)
find_package(spdlog QUIET)
foreach(package PNG JPEG ZLIB glm CLI11 spdlog)
  if(NOT ${package}_FOUND)
    list(APPEND GOXEL_MISSING ${package})
  endif()
endforeach()
if(GOXEL_MISSING)
  set(GOXEL_HAVE_SERVER_DEPENDENCIES FALSE)
else()
  set(GOXEL_HAVE_SERVER_DEPENDENCIES TRUE)
endif()
