// What goxelctl doctor finds: one sentence each on what is so, why it matters
// and what to do about it.

#ifndef CLIENTS_CLI_FINDING_H_
#define CLIENTS_CLI_FINDING_H_

#include <string>
#include <utility>
#include <vector>

namespace goxel {

enum class Severity {
  kFine,
  kNote,     // Works, and could work better or surprise somebody.
  kProblem,  // Something does not work, or will not.
};

struct Finding {
  Severity severity = Severity::kFine;
  std::string what;
  std::string why{};   // Empty when all is fine.
  std::string mend{};  // A command or a setting.
};

class Findings {
 public:
  void Fine(std::string what) {
    all_.push_back({.severity = Severity::kFine, .what = std::move(what)});
  }
  void Note(std::string what, std::string why, std::string mend) {
    all_.push_back(
        {Severity::kNote, std::move(what), std::move(why), std::move(mend)});
  }
  void Problem(std::string what, std::string why, std::string mend) {
    all_.push_back(
        {Severity::kProblem, std::move(what), std::move(why), std::move(mend)});
  }

  const std::vector<Finding>& all() const { return all_; }

 private:
  std::vector<Finding> all_;
};

}  // namespace goxel

#endif  // CLIENTS_CLI_FINDING_H_
