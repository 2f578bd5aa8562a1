// Runs the fuzzer's entry point over mutated requests, so that every ordinary
// test run, and every one under sanitizers, fuzzes a little.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace goxel {
namespace {

constexpr const char* kSeeds[] = {
    R"({"jsonrpc":"2.0","method":"m","params":[1,-2.5e3,"x\u00e9\"",null],"id":1})"
    "\n",
    R"([{"method":"a","id":"x"},{"method":"b","params":{"c":[true,false]}}])"
    "\n",
    "{\n  \"method\": \"m\",\n  \"id\": 99999999999999999999\n}\n{}[]hello\n",
    R"({"a":{"b":[[[[[[[[[1]]]]]]]]]}})"
    "\n",
};

void Mutate(std::mt19937* random, std::string* text) {
  const std::string alphabet = "{}[]\",:\\\n0-e.tnu \xc3\xff";
  for (std::size_t edits = (*random)() % 6; edits > 0; --edits) {
    const std::size_t at = (*random)() % text->size();
    const char letter = alphabet[(*random)() % alphabet.size()];
    switch ((*random)() % 3) {
      case 0:
        (*text)[at] = letter;
        break;
      case 1:
        text->insert(at, 1, letter);
        break;
      default:
        if (text->size() > 1) text->erase(at, 1 + (*random)() % 3);
        break;
    }
  }
}

TEST(JsonRpcFuzzer, MutatedRequestsNeverCrash) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(1, static_cast<char>(random() % 64));
    text += kSeeds[random() % std::size(kSeeds)];
    text += kSeeds[random() % std::size(kSeeds)];
    Mutate(&random, &text);

    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()),
                           text.size());
  }
}

}  // namespace
}  // namespace goxel
