// What existing clients send, and what they are to get back: one sample for
// every rule of the old daemon's wire API, and for each of its defects that
// clients meet here no more.

#ifndef TESTS_E2E_COMPAT_SAMPLES_H_
#define TESTS_E2E_COMPAT_SAMPLES_H_

#include <string>
#include <string_view>
#include <vector>

namespace goxel {

// One message and its reply. In both "/tmp/example" stands for a directory of
// the test's own, empty at first.
struct CompatSample {
  std::string request;
  std::string reply;  // A pattern (json_pattern.h); empty when none may come.
};

// Samples that are sent in this order, to a daemon that has no project yet.
struct CompatGroup {
  std::string name;
  std::vector<CompatSample> samples;
  // What one sample does, no other one sees: they may be sent in any order.
  bool independent = false;
  // Text that is no JSON ends with its line, so a line break has to follow.
  bool needs_lines = false;
};

// A call that succeeds. `params` and `result` are JSON; the id is a number.
CompatSample Ok(std::string_view method, std::string_view params,
                std::string_view result);

// A call that fails.
CompatSample No(std::string_view method, std::string_view params, int code,
                std::string_view message);

// goxel.create_project with nothing said.
CompatSample NewProject();

// The groups, by the part of the API that they are about.
std::vector<CompatGroup> EnvelopeSamples();
std::vector<CompatGroup> VoxelSamples();
std::vector<CompatGroup> SceneSamples();
std::vector<CompatGroup> RenderSamples();

}  // namespace goxel

#endif  // TESTS_E2E_COMPAT_SAMPLES_H_
