#include "tests/e2e/soak.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace goxel {
namespace {

constexpr std::uint64_t kMemorySlackKib = 2048;
constexpr std::uint64_t kMemorySlackPercent = 2;
constexpr std::uint64_t kCountSlack = 8;

std::uint64_t CountLines(const std::string& path) {
  std::ifstream file(path);
  return static_cast<std::uint64_t>(
      std::count(std::istreambuf_iterator<char>(file),
                 std::istreambuf_iterator<char>(), '\n'));
}

std::uint64_t Median(const std::vector<SoakSample>& samples,
                     std::uint64_t SoakSample::*figure, std::size_t first,
                     std::size_t last) {
  std::vector<std::uint64_t> values;
  for (std::size_t i = first; i < last; ++i) {
    values.push_back(samples[i].*figure);
  }
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

struct Figure {
  const char* name;
  std::uint64_t SoakSample::*value;
  bool is_memory;
};

constexpr Figure kFigures[] = {
    {"VmRSS", &SoakSample::rss_kib, true},
    {"RssAnon", &SoakSample::anonymous_kib, true},
    {"descriptors", &SoakSample::descriptors, false},
    {"mappings", &SoakSample::mappings, false},
};

}  // namespace

SoakSample TakeSample(pid_t pid) {
  SoakSample sample;
  const std::string process = fmt::format("/proc/{}/", pid);
  std::ifstream status(process + "status");
  std::string line;
  while (std::getline(status, line)) {
    const auto read = [&](std::string_view key, std::uint64_t* value) {
      if (line.starts_with(key)) *value = std::stoull(line.substr(key.size()));
    };
    read("VmRSS:", &sample.rss_kib);
    read("RssAnon:", &sample.anonymous_kib);
    read("VmHWM:", &sample.peak_kib);
  }
  std::error_code ignored;
  sample.descriptors = static_cast<std::uint64_t>(std::distance(
      std::filesystem::directory_iterator(process + "fd", ignored),
      std::filesystem::directory_iterator()));
  sample.mappings = CountLines(process + "maps");
  return sample;
}

std::string ToCsv(const std::vector<SoakSample>& samples) {
  std::string text =
      "requests,seconds,rss_kib,anonymous_kib,peak_kib,descriptors,mappings\n";
  for (const SoakSample& each : samples) {
    text += fmt::format("{},{:.1f},{},{},{},{},{}\n", each.requests,
                        each.seconds, each.rss_kib, each.anonymous_kib,
                        each.peak_kib, each.descriptors, each.mappings);
  }
  return text;
}

std::string DescribeGrowth(const std::vector<SoakSample>& samples) {
  const std::size_t fifth = samples.size() / 5;
  if (fifth == 0) return "too few samples to compare; take at least five";
  for (const Figure& figure : kFigures) {
    const std::uint64_t early = Median(samples, figure.value, fifth, 2 * fifth);
    const std::uint64_t late =
        Median(samples, figure.value, samples.size() - fifth, samples.size());
    const std::uint64_t slack =
        figure.is_memory ? kMemorySlackKib + early * kMemorySlackPercent / 100
                         : kCountSlack;
    if (late <= early + slack) continue;
    return fmt::format("{} grew from {} to {}, and {} more are allowed",
                       figure.name, early, late, slack);
  }
  return "";
}

}  // namespace goxel
