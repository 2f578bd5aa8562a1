// A store whose system calls fail, or whose process dies, where a test says;
// and what must be true of it afterwards.

#ifndef TESTS_FAULT_FIXTURE_H_
#define TESTS_FAULT_FIXTURE_H_

#include <gmock/gmock.h>

#include <functional>

#include "ipc/index_layout.h"
#include "tests/scripted_file_system.h"
#include "tests/store_fixture.h"

namespace goxel {

class FaultFixture : public StoreFixture {
 protected:
  using Step = std::function<void()>;

  // Far above the number of calls of any operation here.
  static constexpr int kMaxCalls = 120;

  FaultFixture() { files_ = scripted_; }

  static std::size_t CountDescriptors() {
    const std::filesystem::directory_iterator fds("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(fds), end(fds)));
  }

  // The figures of the store, its directory and its index agree; nothing is
  // left behind, and the next render lands.
  void ExpectSound() {
    ASSERT_NE(store_, nullptr);
    store_->Sweep();
    EXPECT_THAT(NamesWith(".orphan_"), testing::IsEmpty());
    EXPECT_THAT(NamesWith(".index"), testing::IsEmpty());
    // Spares, where they have a name.
    EXPECT_LE(NamesWith(".s").size() * kFileBytes, store_->Stats().spare_bytes);
    EXPECT_EQ(store_->Stats().orphaned_bytes, 0u);
    ExpectBooksMatchDirectory();
    ExpectIndexAtRest();
    ExpectRendersWhole();
    const auto next = Make();
    EXPECT_TRUE(next) << next.error().message();
  }

  // No slot is being written, and the READY ones are those of the store.
  void ExpectIndexAtRest() {
    const UniqueFd fd(
        ::open((options_.directory / "index").c_str(), O_RDONLY | O_CLOEXEC));
    const auto index = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
    ASSERT_TRUE(index);
    const auto& header =
        *reinterpret_cast<const IndexHeader*>(index->bytes().data());
    const std::span slots(reinterpret_cast<const IndexSlot*>(
                              index->bytes().data() + header.slots_offset),
                          header.capacity);
    for (const IndexSlot& slot : slots) {
      EXPECT_EQ(slot.sequence.load() % 2, 0u);
    }
    EXPECT_EQ(OpenIndex().List().size(), store_->List().size());
  }

  void ExpectRendersWhole() {
    for (const RenderInfo& info : store_->List()) {
      if (info.format != RenderFormat::kPam) continue;
      const UniqueFd fd(::open(store_->PathOf(info).c_str(), O_RDONLY));
      const auto region = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
      ASSERT_TRUE(region) << region.error().message();
      EXPECT_TRUE(ShowsRender(region->bytes().subspan(4096), info.id));
    }
  }

  std::shared_ptr<ScriptedFileSystem> scripted_ =
      std::make_shared<ScriptedFileSystem>();
};

}  // namespace goxel

#endif  // TESTS_FAULT_FIXTURE_H_
