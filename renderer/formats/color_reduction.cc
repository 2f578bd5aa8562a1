#include "renderer/formats/color_reduction.h"

#include <algorithm>
#include <span>
#include <tuple>

namespace goxel {
namespace {

constexpr std::size_t kBinsPerChannel = 32;

// Bins in the order of a channel, and which to cut next.
template <typename Bin>
struct Group {
  std::span<Bin> bins;
  std::size_t channel = 0;    // With the longest side.
  std::uint64_t urgency = 0;  // 0: a single bin.
};

template <typename Bin>
std::uint64_t MeanOf(const Bin& bin, std::size_t channel) {
  return bin.sum[channel] / bin.count;
}

template <typename Bin>
Group<Bin> MeasureGroup(std::span<Bin> bins) {
  Group<Bin> group{.bins = bins};
  std::uint64_t count = 0;
  for (const Bin& bin : bins) count += bin.count;
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const auto [least, most] = std::ranges::minmax(
        bins, {}, [&](const Bin& bin) { return MeanOf(bin, channel); });
    const std::uint64_t length = MeanOf(most, channel) - MeanOf(least, channel);
    if (length * count <= group.urgency) continue;
    group.urgency = length * count;
    group.channel = channel;
  }
  return group;
}

// The number of bins in the lower half; both halves have some.
template <typename Bin>
std::size_t CutGroup(Group<Bin>& group) {
  std::ranges::stable_sort(group.bins, {}, [&](const Bin& bin) {
    return MeanOf(bin, group.channel);
  });
  std::uint64_t total = 0;
  for (const Bin& bin : group.bins) total += bin.count;
  std::uint64_t below = 0;
  std::size_t cut = 0;
  while (cut + 1 < group.bins.size() && below * 2 < total) {
    below += group.bins[cut++].count;
  }
  return cut;
}

template <typename Bin>
Color MeanOfAll(std::span<const Bin> bins) {
  Bin all;
  for (const Bin& bin : bins) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      all.sum[channel] += bin.sum[channel];
    }
    all.count += bin.count;
  }
  const auto mean = [&all](std::size_t channel) {
    return static_cast<std::uint8_t>((all.sum[channel] + all.count / 2) /
                                     all.count);
  };
  return {mean(0), mean(1), mean(2), 255};
}

}  // namespace

ColorReduction::ColorReduction()
    : bins_(kBinsPerChannel * kBinsPerChannel * kBinsPerChannel) {}

void ColorReduction::Add(Color color) {
  const auto place = [](std::uint8_t value) -> std::size_t {
    return value * kBinsPerChannel / 256;
  };
  Bin& bin = bins_[(place(color.r) * kBinsPerChannel + place(color.g)) *
                       kBinsPerChannel +
                   place(color.b)];
  bin.sum[0] += color.r;
  bin.sum[1] += color.g;
  bin.sum[2] += color.b;
  ++bin.count;
}

std::vector<Color> ColorReduction::Reduce(std::size_t max_colors) const {
  std::vector<Bin> bins;
  std::ranges::copy_if(bins_, std::back_inserter(bins),
                       [](const Bin& bin) { return bin.count > 0; });
  if (bins.empty()) return {};
  std::vector<Group<Bin>> groups = {MeasureGroup(std::span(bins))};
  while (groups.size() < max_colors) {
    const auto next =
        std::ranges::max_element(groups, {}, &Group<Bin>::urgency);
    if (next->urgency == 0) break;
    const std::size_t cut = CutGroup(*next);
    const Group<Bin> upper = MeasureGroup(next->bins.subspan(cut));
    *next = MeasureGroup(next->bins.first(cut));
    groups.push_back(upper);
  }
  std::vector<Color> colors;
  for (const Group<Bin>& group : groups) {
    colors.push_back(MeanOfAll(std::span<const Bin>(group.bins)));
  }
  std::ranges::sort(colors, {},
                    [](Color c) { return std::tuple(c.r, c.g, c.b); });
  return colors;
}

}  // namespace goxel
