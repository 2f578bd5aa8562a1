#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "daemon/methods/methods.h"
#include "daemon/result_writer.h"

namespace goxel {
namespace {

std::optional<std::uint8_t> ByteFrom(std::int64_t number) {
  if (number < 0 || number > 255) return std::nullopt;
  return static_cast<std::uint8_t>(number);
}

// {"x", "y", "z", "r", "g", "b", "a"}: integers, all but a required. One pass
// over the members, whatever their order, since there may be a million voxels.
std::optional<VoxelChange> ReadVoxel(Json value) {
  simdjson::dom::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return std::nullopt;
  constexpr std::string_view kNames = "xyzrgba";
  std::array<std::int64_t, kNames.size()> numbers{};
  numbers[6] = 255;
  unsigned found = 0;
  for (const auto& [key, member] : object) {
    const auto index = key.size() == 1 ? kNames.find(key[0]) : kNames.npos;
    std::int64_t number = 0;
    if (index == kNames.npos ||
        member.get_int64().get(number) != simdjson::SUCCESS) {
      continue;
    }
    numbers[index] = number;
    found |= 1u << index;
  }
  constexpr unsigned kRequired = 0b0111111;
  const auto r = ByteFrom(numbers[3]);
  const auto g = ByteFrom(numbers[4]);
  const auto b = ByteFrom(numbers[5]);
  const auto a = ByteFrom(numbers[6]);
  if ((found & kRequired) != kRequired || !r || !g || !b || !a) {
    return std::nullopt;
  }
  return VoxelChange{.cell = {static_cast<std::int32_t>(numbers[0]),
                              static_cast<std::int32_t>(numbers[1]),
                              static_cast<std::int32_t>(numbers[2])},
                     .color = {*r, *g, *b, *a}};
}

RpcResult AddVoxels(const MethodCall& call) {
  if (!call.params.given()) {
    return RpcFail({StatusCode::kInvalidArgument, "Missing voxels parameter"});
  }
  const auto list = call.params.Find("voxels", 0);
  simdjson::dom::array array;
  if (!list || list->get_array().get(array) != simdjson::SUCCESS) {
    return RpcFail({StatusCode::kInvalidArgument,
                    "Invalid voxels parameter (must be array)"});
  }
  // Read before the project is locked.
  std::vector<VoxelChange> voxels;
  std::size_t failed = 0;
  for (const Json item : array) {
    if (const auto voxel = ReadVoxel(item)) {
      voxels.push_back(*voxel);
    } else {
      ++failed;
    }
  }
  const Status edited = call.project->SetVoxels(0, voxels);
  if (edited.code() == StatusCode::kFailedPrecondition) {
    failed += voxels.size();
    voxels.clear();
  } else if (!edited.ok()) {
    return RpcFail(edited);
  }
  return ResultWriter()
      .BeginObject()
      .Field("success", failed == 0)
      .Field("added", voxels.size())
      .Field("failed", failed)
      .EndObject()
      .Reply();
}

}  // namespace

void AddBulkVoxelMethods(MethodTable& table) {
  table.Add("add_voxels", "Add multiple voxels in batch", RunsOn::kProject,
            AddVoxels);
}

}  // namespace goxel
