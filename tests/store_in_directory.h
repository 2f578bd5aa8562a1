// A render store in a directory of its own, with the real clock and the real
// file system, for tests of what the daemon does with it.

#ifndef TESTS_STORE_IN_DIRECTORY_H_
#define TESTS_STORE_IN_DIRECTORY_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "transfer/render_store.h"

namespace goxel {

class StoreInDirectory {
 public:
  explicit StoreInDirectory(std::uint32_t max_renders = 100) {
    std::string name =
        (std::filesystem::temp_directory_path() / "goxel-store-XXXXXX")
            .string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
    auto store = RenderStore::Open(
        {.directory = path_ / "renders", .max_renders = max_renders});
    EXPECT_TRUE(store) << store.error().message();
    if (store) store_ = *std::move(store);
  }
  ~StoreInDirectory() {
    store_.reset();
    std::filesystem::remove_all(path_);
  }
  StoreInDirectory(const StoreInDirectory&) = delete;
  StoreInDirectory& operator=(const StoreInDirectory&) = delete;

  RenderStore& store() { return *store_; }

  // A raw render that is being made; all its bytes are `fill`.
  std::unique_ptr<StagedPixels> Stage(StageRequest request,
                                      std::byte fill = std::byte{7}) {
    auto staged = store_->StagePixels(request);
    EXPECT_TRUE(staged) << staged.error().message();
    if (!staged) return nullptr;
    std::ranges::fill((*staged)->pixels(), fill);
    return *std::move(staged);
  }

  RenderInfo Commit(StagedPixels& staged) {
    auto info = staged.Commit({}, {});
    EXPECT_TRUE(info) << info.error().message();
    return info.value_or(RenderInfo{});
  }

  // A small raw render.
  RenderInfo Add(ContentKey key = {}) {
    return Commit(*Stage({.key = key, .width = 4, .height = 4}));
  }

 private:
  std::filesystem::path path_;
  std::unique_ptr<RenderStore> store_;
};

}  // namespace goxel

#endif  // TESTS_STORE_IN_DIRECTORY_H_
