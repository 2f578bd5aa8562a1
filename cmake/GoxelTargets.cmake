# How every target of this project is compiled.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # time_macros and pch_defines let ccache reuse objects built with a
  # precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE_PROGRAM})
endif()

add_library(goxel_options INTERFACE)
target_compile_options(goxel_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow
                                               -Wconversion)
if(GOXEL_DEVELOPER)
  target_compile_options(goxel_options INTERFACE -Werror)
endif()
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # What a .cc has for itself is not global, though several are compiled as one.
  target_compile_options(goxel_options INTERFACE -Wno-subobject-linkage -Wno-shadow)
endif()
if(GOXEL_SANITIZE)
  target_compile_options(goxel_options INTERFACE -fsanitize=${GOXEL_SANITIZE}
                                                 -fno-omit-frame-pointer)
  target_link_options(goxel_options INTERFACE -fsanitize=${GOXEL_SANITIZE})
  if(GOXEL_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio uses atomic_thread_fence, which GCC's thread sanitizer warns about.
    target_compile_options(goxel_options INTERFACE -Wno-tsan)
  endif()
  if(GOXEL_SANITIZE MATCHES undefined)
    target_compile_options(goxel_options INTERFACE -fno-sanitize-recover=undefined)
  endif()
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Needed for ccache to reuse objects that include a precompiled header.
  target_compile_options(goxel_options INTERFACE -fpch-preprocess)
endif()

# goxel_library(NAME SOURCES a.cc b.cc LIBS x y): a static library whose headers
# are included as "folder/header.h".
function(goxel_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;PRIVATE_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/goxel>)
  target_link_libraries(${name} PUBLIC ${ARG_LIBS}
                                PRIVATE ${ARG_PRIVATE_LIBS} $<BUILD_INTERFACE:goxel_options>)
endfunction()

# goxel_program(NAME SOURCES main.cc LIBS x)
function(goxel_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} goxel_options)
endfunction()
