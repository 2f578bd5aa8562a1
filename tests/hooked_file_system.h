// The real file system with a hook before each call: a test can act between
// two steps of the store, or make one of them wait.

#ifndef TESTS_HOOKED_FILE_SYSTEM_H_
#define TESTS_HOOKED_FILE_SYSTEM_H_

#include <functional>
#include <mutex>
#include <utility>

#include "ipc/file_system.h"

namespace goxel {

class HookedFileSystem final : public FileSystem {
 public:
  // Runs before each call of this kind, in the thread that makes it.
  void Before(FileCall kind, std::function<void()> hook) {
    const std::lock_guard lock(mutex_);
    kind_ = kind;
    hook_ = std::move(hook);
  }
  // The same, once.
  void BeforeNext(FileCall kind, std::function<void()> hook) {
    Before(kind, [this, kind, hook = std::move(hook)] {
      Before(kind, nullptr);
      hook();
    });
  }

 private:
  int Refuse(FileCall kind) override {
    std::function<void()> hook;
    {
      const std::lock_guard lock(mutex_);
      if (kind == kind_) hook = hook_;
    }
    if (hook) hook();
    return 0;
  }

  std::mutex mutex_;
  FileCall kind_ = FileCall::kOpen;
  std::function<void()> hook_;
};

}  // namespace goxel

#endif  // TESTS_HOOKED_FILE_SYSTEM_H_
