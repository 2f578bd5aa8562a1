#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/methods/scene_edits.h"
#include "daemon/param_reader.h"
#include "daemon/voxel_color.h"

namespace goxel {
namespace {

constexpr std::string_view kMethodPrefix = "goxel.";
// Failures that a reply tells about; it counts all.
constexpr std::size_t kMaxErrors = 100;

// What an operation has to say, unlike a call of its method.
enum class Must { kNothing, kNameCell, kNameCellAndColor };

struct Operation {
  std::string_view type;
  EditReader read;
  Must must = Must::kNothing;
};

constexpr auto kOperations = std::to_array<Operation>({
    {"add_voxel", ReadAddVoxel, Must::kNameCellAndColor},
    {"remove_voxel", ReadRemoveVoxel, Must::kNameCell},
    {"paint_voxel", ReadPaintVoxels, Must::kNameCell},
    {"paint_voxels", ReadPaintVoxels, Must::kNameCell},
    {"flood_fill", ReadFloodFill, Must::kNameCell},
    {"procedural_shape", ReadProceduralShape},
    {"create_layer", ReadCreateLayer},
    {"delete_layer", ReadDeleteLayer},
    {"merge_layers", ReadMergeLayers},
    {"set_layer_visibility", ReadSetVisibility},
    {"set_active_layer", ReadSetActiveLayer},
    {"update_layer", ReadUpdateLayer},
});

constexpr auto kTypes = [] {
  std::array<std::string_view, kOperations.size()> types;
  std::ranges::transform(kOperations, types.begin(), &Operation::type);
  return types;
}();

Status CheckComplete(const Params& params, Must must) {
  if (must == Must::kNothing) return Status();
  const bool has_cell =
      params.Find("position") || params.Find("voxels") ||
      (params.Find("x") && params.Find("y") && params.Find("z"));
  if (!has_cell) {
    return Status(StatusCode::kInvalidArgument,
                  "it needs x, y and z, or position");
  }
  if (must == Must::kNameCellAndColor && !NamesColor(params)) {
    return Status(StatusCode::kInvalidArgument,
                  "it needs r, g and b, or color");
  }
  return Status();
}

Result<const Operation*> FindOperation(const Params& params) {
  const auto given = params.Find("type");
  if (!given) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("type is missing; expected {}", Enumerate(kTypes)));
  }
  auto type = ReadString(*given, "type");
  if (!type) return Fail(std::move(type.error()));
  if (type->starts_with(kMethodPrefix)) {
    type->remove_prefix(kMethodPrefix.size());
  }
  const auto operation =
      std::ranges::find(kOperations, *type, &Operation::type);
  if (operation == kOperations.end()) {
    return BadValue("type", *given, Enumerate(kTypes));
  }
  return &*operation;
}

struct Failure {
  std::size_t index = 0;
  std::string message;
};

// What became of the operations of one request.
struct Outcome {
  std::size_t total = 0;
  std::size_t failed = 0;
  std::vector<Failure> failures;  // The first of them.
};

class Batch {
 public:
  Batch(simdjson::dom::array operations, bool atomic,
        const ProjectLimits& limits)
      : operations_(operations), atomic_(atomic), limits_(limits) {}

  // All of them in order. kTooLarge as soon as one takes the scene over a
  // limit; an atomic batch ends with its first failure.
  Status Apply(Scene& scene) {
    for (const Json operation : operations_) {
      const Status done = ApplyOne(operation, scene);
      if (!done.ok() && atomic_) return AsFailure(done);
      if (!done.ok()) Note(done);
      if (Status fits = CheckLimits(scene, limits_); !fits.ok()) {
        return AsFailure(fits);
      }
      ++outcome_.total;
    }
    return Status();
  }

  const Outcome& outcome() const { return outcome_; }

 private:
  Status ApplyOne(Json json, Scene& scene) const {
    if (!json.is_object()) {
      return Status(BadValue("it", json, "an object with a type"));
    }
    const Params params = Params::Of(json);
    const auto operation = FindOperation(params);
    if (!operation) return operation.error();
    const auto& [type, read, must] = **operation;
    if (Status complete = CheckComplete(params, must); !complete.ok()) {
      return complete;
    }
    const auto edit = read(params, limits_);
    if (!edit) return edit.error();
    ResultWriter unused;
    unused.BeginObject();
    return (*edit)(scene, unused);
  }

  void Note(const Status& status) {
    ++outcome_.failed;
    if (outcome_.failures.size() == kMaxErrors) return;
    outcome_.failures.push_back({outcome_.total, status.message()});
  }

  // The failure of the operation that comes next.
  Status AsFailure(const Status& status) const {
    return status
        .Retold(status.code(), fmt::format("operation {}: {}; none was done",
                                           outcome_.total, status.message()))
        .With("index", static_cast<std::int64_t>(outcome_.total));
  }

  const simdjson::dom::array operations_;
  const bool atomic_;
  const ProjectLimits& limits_;
  Outcome outcome_;
};

RpcResult Reply(const Outcome& outcome) {
  ResultWriter out;
  out.BeginObject()
      .Field("success", outcome.failed == 0)
      .Field("total_operations", outcome.total)
      .Field("successful_operations", outcome.total - outcome.failed)
      .Field("failed_operations", outcome.failed);
  out.Key("errors").BeginArray();
  for (const Failure& failure : outcome.failures) {
    out.BeginObject()
        .Field("index", failure.index)
        .Field("message", failure.message)
        .EndObject();
  }
  return out.EndArray().EndObject().Reply();
}

// {"operations": [...]}, or an array with that as its only element.
Result<Params> FindOptions(const Params& params) {
  const auto first = params.is_array() ? params.Find({}, 0) : std::nullopt;
  if (first && first->is_object()) return Params::Of(*first);
  if (params.is_object()) return Params::Of(params.root());
  return Fail(StatusCode::kInvalidArgument, "Must specify operations array");
}

RpcResult BatchOperations(const MethodCall& call, const ProjectLimits& limits) {
  const auto options = FindOptions(call.params);
  if (!options) return RpcFail(options.error());
  const auto list = options->Find("operations");
  simdjson::dom::array operations;
  if (!list || list->get_array().get(operations) != simdjson::SUCCESS) {
    return RpcFail(
        {StatusCode::kInvalidArgument, "Must specify operations array"});
  }
  ParamReader read(*options);
  const bool atomic = read.Flag("atomic", kByName, false);
  if (!read.ok()) return RpcFail(read.status());
  Batch batch(operations, atomic, limits);
  Status applied =
      call.project->Edit([&](Scene& scene) { return batch.Apply(scene); });
  if (!applied.ok()) return RpcFail(std::move(applied));
  return Reply(batch.outcome());
}

}  // namespace

void AddBatchMethod(MethodTable& table, const MethodContext& context) {
  table.Add("goxel.batch_operations",
            "Perform multiple voxel operations efficiently", RunsOn::kWorker,
            [&limits = context.projects.limits()](const MethodCall& call) {
              return BatchOperations(call, limits);
            });
}

}  // namespace goxel
