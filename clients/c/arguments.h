// Reads what comes in through the C interface, and writes what goes out.
//
// Thread safety: calls are independent.

#ifndef CLIENTS_C_ARGUMENTS_H_
#define CLIENTS_C_ARGUMENTS_H_

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "ipc/status.h"

namespace goxel {

struct PointerArgument {
  const char* name;
  const void* pointer;
};

// kInvalidArgument, naming the first that is null.
Status CheckPointers(std::initializer_list<PointerArgument> arguments);

// kInvalidArgument for what cannot be the size of a struct.
Status CheckStructSize(std::size_t size);

// Null is the empty text.
std::string TextFromC(const char* text);

// A copy for goxel_text_free(); kResourceExhausted when there is no memory.
Result<char*> TextForC(std::string_view text);

// The caller's struct, as this library knows it: members of a later header must
// be 0, those that an earlier one does not have become 0. A null struct is all
// 0.
template <typename Struct>
Result<Struct> ReadStruct(const Struct* given) {
  // Padding would hide the members of a later header.
  static_assert(std::has_unique_object_representations_v<Struct>);
  Struct known{};
  if (given == nullptr) return known;
  const std::size_t size = given->struct_size;
  if (Status fits = CheckStructSize(size); !fits.ok()) return Fail(fits);
  const auto* bytes = reinterpret_cast<const unsigned char*>(given);
  if (size > sizeof(Struct) &&
      std::any_of(bytes + sizeof(Struct), bytes + size,
                  [](unsigned char byte) { return byte != 0; })) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("a struct of {} bytes sets members that libgoxel "
                            "{} does not know (it knows {} bytes); leave them "
                            "0 or install a later library",
                            size, GOXEL_VERSION, sizeof(Struct)));
  }
  std::memcpy(&known, given, std::min(size, sizeof(Struct)));
  return known;
}

// Fills the caller's struct as far as it goes, and the members of a later
// header with 0; its size stays.
template <typename Struct>
Status WriteStruct(Struct known, Struct* target) {
  static_assert(std::has_unique_object_representations_v<Struct>);
  const std::size_t size = target->struct_size;
  if (Status fits = CheckStructSize(size); !fits.ok()) return fits;
  known.struct_size = size;
  auto* bytes = reinterpret_cast<unsigned char*>(target);
  std::memcpy(bytes, &known, std::min(size, sizeof(Struct)));
  if (size > sizeof(Struct)) {
    std::memset(bytes + sizeof(Struct), 0, size - sizeof(Struct));
  }
  return {};
}

}  // namespace goxel

#endif  // CLIENTS_C_ARGUMENTS_H_
