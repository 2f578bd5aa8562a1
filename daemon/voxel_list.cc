#include "daemon/voxel_list.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "daemon/json_scanner.h"

namespace goxel {
namespace {

constexpr std::string_view kNames = "xyzrgba";
constexpr std::size_t kAlpha = 6;
constexpr unsigned kRequired = 0b0111111;
constexpr std::int64_t kBeyond = std::int64_t{1} << 40;

// No voxel takes less text than this one and a comma.
constexpr std::size_t kLeastBytes =
    std::string_view(R"({"x":0,"y":0,"z":0,"r":0,"g":0,"b":0},)").size();

// Of each byte, its place in kNames, or kNames.size().
constexpr std::array<std::uint8_t, 256> MakeFields() {
  std::array<std::uint8_t, 256> fields{};
  fields.fill(kNames.size());
  for (std::uint8_t i = 0; i < kNames.size(); ++i) {
    fields[static_cast<unsigned char>(kNames[i])] = i;
  }
  return fields;
}
constexpr std::array<std::uint8_t, 256> kFields = MakeFields();

struct Fields {
  std::array<std::int64_t, kNames.size()> numbers{0, 0, 0, 0, 0, 0, 255};
  unsigned found = 0;  // A bit for each.
};

// The place of the field called `key`; kNames.size() for another.
std::size_t FieldOf(std::string_view key) {
  if (key.size() == 1) return kFields[static_cast<unsigned char>(key[0])];
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (IsName(key, kNames.substr(i, 1))) return i;
  }
  return kNames.size();
}

// Something beyond 32 bits for what is; nullopt for what is no integer.
std::optional<std::int64_t> Integer(std::string_view number) {
  const bool negative = number[0] == '-';
  std::int64_t value = 0;
  for (const char c : number.substr(negative ? 1 : 0)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = std::min(value * 10 + (c - '0'), kBeyond);
  }
  return negative ? -value : value;
}

bool IsNumberStart(char c) { return c == '-' || (c >= '0' && c <= '9'); }

// The last of equal fields counts.
bool ReadField(JsonScanner& scan, std::size_t field, Fields* fields) {
  if (field == kNames.size()) return scan.SkipValue();
  std::optional<std::int64_t> value;
  if (IsNumberStart(scan.Peek())) {
    std::string_view number;
    if (!scan.ReadNumber(&number)) return false;
    value = Integer(number);
  } else if (!scan.SkipValue()) {
    return false;
  }
  const unsigned bit = 1u << field;
  fields->found = value ? fields->found | bit : fields->found & ~bit;
  fields->numbers[field] = value.value_or(field == kAlpha ? 255 : 0);
  return true;
}

template <typename T>
bool Fits(std::int64_t number) {
  return number >= std::numeric_limits<T>::min() &&
         number <= std::numeric_limits<T>::max();
}

std::optional<VoxelChange> ToVoxel(const Fields& fields) {
  const auto& numbers = fields.numbers;
  if ((fields.found & kRequired) != kRequired) return std::nullopt;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const bool fits =
        i < 3 ? Fits<std::int32_t>(numbers[i]) : Fits<std::uint8_t>(numbers[i]);
    if (!fits) return std::nullopt;
  }
  const auto coordinate = [&](std::size_t i) {
    return static_cast<std::int32_t>(numbers[i]);
  };
  const auto channel = [&](std::size_t i) {
    return static_cast<std::uint8_t>(numbers[i]);
  };
  return VoxelChange{
      .cell = {coordinate(0), coordinate(1), coordinate(2)},
      .color = {channel(3), channel(4), channel(5), channel(kAlpha)}};
}

bool ReadElement(JsonScanner& scan, VoxelList* list) {
  if (scan.Peek() != '{') {
    ++list->failed;
    return scan.SkipValue();
  }
  Fields fields;
  const bool read = scan.ReadObject([&](std::string_view key) {
    return ReadField(scan, FieldOf(key), &fields);
  });
  if (const auto voxel = ToVoxel(fields)) {
    list->voxels.push_back(*voxel);
  } else {
    ++list->failed;
  }
  return read;
}

// Reads a value as the list, nothing of which is left when it is no array.
bool ReadList(JsonScanner& scan, std::optional<VoxelList>* list) {
  list->reset();
  if (scan.Peek() != '[') return scan.SkipValue();
  list->emplace();
  // Pages of it that stay unused cost nothing.
  (*list)->voxels.reserve(scan.bytes_left() / kLeastBytes);
  return scan.ReadArray([&] { return ReadElement(scan, &**list); });
}

}  // namespace

Result<VoxelList> ReadVoxelList(std::string_view params) {
  if (params.empty()) {
    return Fail(StatusCode::kInvalidArgument, "Missing voxels parameter");
  }
  std::optional<VoxelList> list;
  std::size_t elements = 0;
  JsonScanner scan(params);
  const auto read_element = [&] {
    return elements++ == 0 ? ReadList(scan, &list) : scan.SkipValue();
  };
  const auto read_member = [&](std::string_view key) {
    return IsName(key, "voxels") ? ReadList(scan, &list) : scan.SkipValue();
  };
  const bool read = scan.Peek() == '[' ? scan.ReadArray(read_element)
                                       : scan.ReadObject(read_member);
  if (!read || !list) {
    return Fail(StatusCode::kInvalidArgument,
                "Invalid voxels parameter (must be array)");
  }
  return *std::move(list);
}

}  // namespace goxel
