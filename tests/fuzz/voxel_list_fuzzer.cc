// Bytes to the params of add_voxels. What the scanner takes for JSON must be
// JSON to simdjson as well, which checks it in another way, and then the list
// must have as many elements as simdjson finds.

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/json_scanner.h"
#include "daemon/voxel_list.h"

namespace goxel {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

bool IsJson(std::string_view text) {
  JsonScanner scan(text);
  return simdjson::validate_utf8(text.data(), text.size()) &&
         scan.SkipValue() && scan.AtEnd();
}

// Numbers that no type can hold are JSON nevertheless, and so are many
// brackets.
bool MayRefuseJson(simdjson::error_code error) {
  return error == simdjson::NUMBER_ERROR || error == simdjson::DEPTH_ERROR;
}

// Nothing where simdjson has none.
simdjson::simdjson_result<array> FindList(element params) {
  if (params.is_array()) return params.at(0).get_array();
  simdjson::simdjson_result<array> last = simdjson::NO_SUCH_FIELD;
  for (const auto [key, value] : params.get_object()) {
    if (key == "voxels") last = value.get_array();
  }
  return last;
}

void Compare(std::string_view text, element params) {
  const auto list = ReadVoxelList(text);
  array elements;
  if (FindList(params).get(elements) != simdjson::SUCCESS) {
    if (list) std::abort();
    return;
  }
  std::size_t count = 0;
  for ([[maybe_unused]] const element each : elements) ++count;
  if (!list || list->voxels.size() + list->failed != count) std::abort();
}

void Fuzz(std::string_view text) {
  if (text.empty() || (text[0] != '{' && text[0] != '[')) return;
  // The framer bounds the recursion in another way.
  if (text.size() > 4000) return;
  if (!IsJson(text)) {
    (void)ReadVoxelList(text);
    return;
  }
  simdjson::dom::parser parser;
  element params;
  const auto error = parser.parse(std::string(text)).get(params);
  if (error == simdjson::SUCCESS) return Compare(text, params);
  if (!MayRefuseJson(error)) std::abort();
  (void)ReadVoxelList(text);
}

}  // namespace
}  // namespace goxel

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  // Of its own size, so that a look behind its end is noticed.
  const std::vector<char> copy(data, data + size);
  goxel::Fuzz({copy.data(), copy.size()});
  return 0;
}
