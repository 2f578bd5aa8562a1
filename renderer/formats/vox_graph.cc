#include "renderer/formats/vox_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace goxel {
namespace {

constexpr int kMaxLevels = 512;
constexpr std::uint64_t kMaxSteps = 1 << 20;

// Sums stop here, far above every limit and far below an overflow.
constexpr std::uint64_t kPlenty = 1ull << 62;

std::uint64_t AddUpTo(std::uint64_t a, std::uint64_t b) {
  return std::min(a + b, kPlenty);
}

std::span<const std::int32_t> ChildrenOf(const VoxNode& node) {
  if (const auto* transform = std::get_if<VoxTransform>(&node.content)) {
    return {&transform->child, 1};
  }
  if (const auto* group = std::get_if<VoxGroup>(&node.content)) {
    return group->children;
  }
  return {};
}

bool IsHidden(const VoxFile& file, const VoxNode& node) {
  const auto* transform = std::get_if<VoxTransform>(&node.content);
  return transform != nullptr &&
         (transform->hidden || file.hidden_layers.contains(transform->layer));
}

// What there is at and below a node.
struct Extent {
  enum class State { kUnknown, kOpen, kKnown };
  State state = State::kUnknown;
  int levels = 0;
  std::uint64_t steps = 0;   // Nodes to visit on all visible paths.
  std::uint64_t voxels = 0;  // Of all visible instances.
};

// Checks the graph and measures every node, each once.
class Survey {
 public:
  explicit Survey(const VoxFile& file)
      : file_(file), extents_(file.nodes.size()) {}

  Status MeasureAll() {
    for (std::size_t i = 0; i < extents_.size(); ++i) {
      if (Status status = Measure(i, 1); !status.ok()) return status;
    }
    return {};
  }

  const Extent& extent(std::size_t index) const { return extents_[index]; }

 private:
  Status Measure(std::size_t index, int level) {
    Extent& extent = extents_[index];
    const VoxNode& node = file_.nodes[index];
    if (extent.state == Extent::State::kOpen) {
      return {StatusCode::kDataLoss,
              fmt::format("node {} is its own descendant", node.id)};
    }
    if (level + std::max(extent.levels - 1, 0) > kMaxLevels) {
      return {StatusCode::kDataLoss,
              fmt::format("the graph around node {} has more than {} levels",
                          node.id, kMaxLevels)};
    }
    if (extent.state == Extent::State::kKnown) return {};
    extent.state = Extent::State::kOpen;
    extent.steps = 1;
    if (Status below = AddChildren(node, level, extent); !below.ok()) {
      return below;
    }
    if (Status model = AddModel(node, extent); !model.ok()) return model;
    ++extent.levels;
    if (IsHidden(file_, node)) extent.steps = extent.voxels = 0;
    extent.state = Extent::State::kKnown;
    return {};
  }

  Status AddChildren(const VoxNode& node, int level, Extent& extent) {
    for (const std::int32_t id : ChildrenOf(node)) {
      const auto child = file_.node_index.find(id);
      if (child == file_.node_index.end()) {
        return {StatusCode::kDataLoss,
                fmt::format("node {} names the child {}, which the file does "
                            "not hold",
                            node.id, id)};
      }
      if (Status status = Measure(child->second, level + 1); !status.ok()) {
        return status;
      }
      const Extent& below = extents_[child->second];
      extent.levels = std::max(extent.levels, below.levels);
      extent.steps = AddUpTo(extent.steps, below.steps);
      extent.voxels = AddUpTo(extent.voxels, below.voxels);
    }
    return {};
  }

  Status AddModel(const VoxNode& node, Extent& extent) const {
    const auto* shape = std::get_if<VoxShape>(&node.content);
    if (shape == nullptr) return {};
    const auto model = static_cast<std::size_t>(shape->model);
    if (shape->model < 0 || model >= file_.models.size()) {
      return {StatusCode::kDataLoss,
              fmt::format("node {} shows model {}; the file holds {} models, "
                          "counted from 0",
                          node.id, shape->model, file_.models.size())};
    }
    extent.voxels = file_.models[model].CountVoxels();
    return {};
  }

  const VoxFile& file_;
  std::vector<Extent> extents_;  // By index of the node.
};

// Where a path through the graph has led so far.
struct Pose {
  AxisMap rotation;
  std::array<std::int64_t, 3> translation{};
  std::string_view name;

  Pose Then(const VoxTransform& transform) const {
    Pose next;
    next.rotation = rotation.After(transform.rotation);
    next.translation = rotation.Apply(transform.translation);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      next.translation[axis] += translation[axis];
    }
    next.name = transform.name.empty() ? name : transform.name;
    return next;
  }
};

// A model turns about the cell floor(size / 2), its pivot c. The centre of the
// voxel p comes to rest at R * (p + 1/2 - c) + T, in a cell that an integer
// expression gives as well: on an axis with a positive sign the cell is
// p - c + T, on one with a negative sign -p + c + T - 1.
VoxInstance Place(const VoxFile& file, const VoxShape& shape,
                  const Pose& pose) {
  VoxInstance instance{.model = static_cast<std::size_t>(shape.model),
                       .rotation = pose.rotation,
                       .offset = pose.translation,
                       .name = pose.name};
  const VoxModel& model = file.models[instance.model];
  for (std::size_t row = 0; row < 3; ++row) {
    const std::int64_t pivot = model.size[pose.rotation.column[row]] / 2;
    const bool is_negative = pose.rotation.sign[row] < 0;
    instance.offset[row] += is_negative ? pivot - 1 : -pivot;
  }
  return instance;
}

class Walk {
 public:
  Walk(const VoxFile& file, const Survey& survey)
      : file_(file), survey_(survey) {}

  void Visit(std::size_t index, const Pose& pose) {
    if (survey_.extent(index).voxels == 0) return;
    const VoxNode& node = file_.nodes[index];
    if (const auto* shape = std::get_if<VoxShape>(&node.content)) {
      instances_.push_back(Place(file_, *shape, pose));
      return;
    }
    const auto* transform = std::get_if<VoxTransform>(&node.content);
    const Pose next = transform != nullptr ? pose.Then(*transform) : pose;
    for (const std::int32_t child : ChildrenOf(node)) {
      Visit(file_.node_index.at(child), next);
    }
  }

  std::vector<VoxInstance> TakeInstances() { return std::move(instances_); }

 private:
  const VoxFile& file_;
  const Survey& survey_;
  std::vector<VoxInstance> instances_;
};

// Indices of the nodes that are nobody's child.
std::vector<std::size_t> FindRoots(const VoxFile& file) {
  std::vector<bool> is_child(file.nodes.size());
  for (const VoxNode& node : file.nodes) {
    for (const std::int32_t child : ChildrenOf(node)) {
      is_child[file.node_index.at(child)] = true;
    }
  }
  std::vector<std::size_t> roots;
  for (std::size_t i = 0; i < is_child.size(); ++i) {
    if (!is_child[i]) roots.push_back(i);
  }
  return roots;
}

Status CheckSize(const Survey& survey, std::span<const std::size_t> roots,
                 std::uint64_t max_voxels) {
  Extent all;
  for (const std::size_t root : roots) {
    all.steps = AddUpTo(all.steps, survey.extent(root).steps);
    all.voxels = AddUpTo(all.voxels, survey.extent(root).voxels);
  }
  if (all.voxels > max_voxels) {
    return {StatusCode::kTooLarge,
            fmt::format("the instances of the scene hold {} voxels together; "
                        "at most {} are read",
                        all.voxels, max_voxels)};
  }
  if (all.steps > kMaxSteps) {
    return {StatusCode::kTooLarge,
            fmt::format("the scene graph unfolds to {} nodes; at most {} are "
                        "visited",
                        all.steps, kMaxSteps)};
  }
  return {};
}

}  // namespace

Result<std::vector<VoxInstance>> PlaceModels(const VoxFile& file,
                                             std::uint64_t max_voxels) {
  if (file.nodes.empty()) return std::vector<VoxInstance>(1);
  Survey survey(file);
  if (Status sound = survey.MeasureAll(); !sound.ok()) return Fail(sound);
  const std::vector<std::size_t> roots = FindRoots(file);
  if (Status size = CheckSize(survey, roots, max_voxels); !size.ok()) {
    return Fail(size);
  }
  Walk walk(file, survey);
  for (const std::size_t root : roots) walk.Visit(root, {});
  return walk.TakeInstances();
}

}  // namespace goxel
