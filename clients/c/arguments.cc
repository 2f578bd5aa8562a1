#include "clients/c/arguments.h"

#include <cstdlib>

namespace goxel {

Status CheckPointers(std::initializer_list<PointerArgument> arguments) {
  for (const PointerArgument& argument : arguments) {
    if (argument.pointer == nullptr) {
      return {StatusCode::kInvalidArgument,
              fmt::format("{} is NULL; it must be given", argument.name)};
    }
  }
  return {};
}

Status CheckStructSize(std::size_t size) {
  constexpr std::size_t kMostBytes = 4096;  // Of any header ever.
  if (size >= sizeof(size) && size <= kMostBytes) return {};
  return {StatusCode::kInvalidArgument,
          fmt::format("struct_size is {}; set it to the sizeof of the struct",
                      size)};
}

std::string TextFromC(const char* text) { return text == nullptr ? "" : text; }

Result<char*> TextForC(std::string_view text) {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) {
    return Fail(StatusCode::kResourceExhausted,
                fmt::format("no memory for a text of {} bytes", text.size()));
  }
  text.copy(copy, text.size());
  copy[text.size()] = '\0';
  return copy;
}

}  // namespace goxel
