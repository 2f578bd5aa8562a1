# goxel_fuzzer(NAME lib...): runs fuzz/NAME_fuzzer.cc over fuzz/corpus/NAME as an
# ordinary test, and with GOXEL_BUILD_FUZZERS makes the fuzzer itself. Build all
# of the code for it, not the fuzzer alone:
#
#   CC=clang CXX=clang++ cmake -S . -B build/fuzz -DGOXEL_BUILD_FUZZERS=ON \
#     -DCMAKE_CXX_FLAGS="-fsanitize=fuzzer-no-link,address"
#   build/fuzz/tests/json_rpc_fuzzer -max_total_time=3600 tests/fuzz/corpus/json_rpc
function(goxel_fuzzer name)
  goxel_tests(${name}_corpus_tests ONE_THREAD
    SOURCES fuzz/${name}_fuzzer.cc fuzz/corpus_test.cc
    LIBS ${ARGN})
  target_compile_definitions(${name}_corpus_tests PRIVATE
    GOXEL_FUZZ_CORPUS="${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
  if(GOXEL_BUILD_FUZZERS)
    goxel_program(${name}_fuzzer SOURCES fuzz/${name}_fuzzer.cc LIBS ${ARGN})
    target_compile_options(${name}_fuzzer PRIVATE -fsanitize=fuzzer,address)
    target_link_options(${name}_fuzzer PRIVATE -fsanitize=fuzzer,address)
  endif()
endfunction()
