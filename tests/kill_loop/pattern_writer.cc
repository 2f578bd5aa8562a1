#include "tests/kill_loop/pattern_writer.h"

#include <unistd.h>

#include <cstring>
#include <random>

namespace goxel {
namespace {

class PatternWriter {
 public:
  PatternWriter(RenderStore& store, unsigned seed, Ledger& ledger)
      : store_(store), random_(seed), ledger_(ledger) {}

  void Step() {
    switch (Below(16)) {
      case 0:
        (void)store_.Sweep();
        break;
      case 1:
        store_.PrepareSpare();
        break;
      case 2:
        Withdraw();
        break;
      case 3:
        Touch();
        break;
      case 4:
        Reuse();
        break;
      default:
        Make();
    }
  }

 private:
  unsigned Below(unsigned limit) {
    return static_cast<unsigned>(random_()) % limit;
  }

  void Make() {
    const std::uint32_t side = kPatternSides[Below(kPatternSides.size())];
    const std::uint32_t session = Below(kPatternSessions);
    auto staged = store_.StagePixels(
        {.key = PatternKey(side, session),
         .session = session,
         .ttl = std::chrono::seconds(Below(4) == 0 ? 1 : 3600),
         .width = side,
         .height = side,
         .camera_json = {},
         .settings_json = {},
         .recyclable = Below(8) != 0});
    // Refused while readers hold leases on everything.
    if (!staged) return;
    Draw(**staged);
    if (Below(16) == 0) return;  // Given up.
    const RenderId id = (*staged)->record().id;
    Checksum checksum{.kind = ChecksumKind::kXxh3, .bytes = {}};
    const std::uint64_t word = FieldOf(id, 3);
    std::memcpy(checksum.bytes.data(), &word, sizeof(word));
    const auto info = (*staged)->Commit(
        {.render_ns = FieldOf(id, 1), .transfer_ns = FieldOf(id, 2)}, checksum);
    if (!info) {
      ledger_.Fault("commit: " + info.error().message());
      return;
    }
    ledger_.Keep(id, 0, info->expires_boottime_ns);
  }

  // Now and then takes its time in the middle, for somebody to kill it there.
  void Draw(StagedPixels& staged) {
    const std::span<std::byte> pixels = staged.pixels();
    const std::size_t count = pixels.size() / 4;
    const std::size_t middle = Below(8) == 0 ? count / 2 : count;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t pixel = PatternPixel(staged.record().id, i);
      std::memcpy(pixels.data() + i * 4, &pixel, 4);
      if (i == middle) ::usleep(Below(2000));
    }
  }

  std::optional<RenderId> Any() {
    const auto renders = store_.List();
    if (renders.empty()) return std::nullopt;
    return renders[Below(static_cast<unsigned>(renders.size()))].id;
  }

  void Withdraw() {
    const auto id = Any();
    if (!id) return;
    ledger_.Release(*id);
    (void)store_.Withdraw(*id);
  }

  void Touch() {
    const auto id = Any();
    if (!id) return;
    ledger_.Release(*id);
    (void)store_.Touch(*id, std::chrono::seconds(1 + Below(2) * 100));
  }

  void Reuse() {
    const ContentKey key = PatternKey(
        kPatternSides[Below(kPatternSides.size())], Below(kPatternSessions));
    const auto info = store_.Reuse(key, {}, Below(4) == 0);
    if (info && info->key != key) {
      ledger_.Fault("Reuse gave render " + FormatRenderId(info->id) +
                    " with another key");
    }
  }

  RenderStore& store_;
  std::minstd_rand random_;
  Ledger& ledger_;
};

}  // namespace

RenderStoreOptions PatternStoreOptions(const std::filesystem::path& directory) {
  RenderStoreOptions options;
  options.directory = directory;
  options.max_renders = 24;
  options.max_cache_bytes = 12 * RenderStore::RawFileBytes(128, 128);
  return options;
}

ContentKey PatternKey(std::uint32_t side, std::uint32_t session) {
  return {.high = side, .low = (std::uint64_t{session} + 1) << 32};
}

void WritePatterns(const std::filesystem::path& directory, unsigned seed,
                   Ledger& ledger) {
  const auto store = RenderStore::Open(PatternStoreOptions(directory));
  if (!store) {
    ledger.Fault("the store does not open: " + store.error().message());
    return;
  }
  ledger.open_writer = ::getpid();
  PatternWriter writer(**store, seed, ledger);
  for (;;) {
    if (ledger.paused != 0) {
      ::usleep(500);
    } else {
      writer.Step();
    }
  }
}

}  // namespace goxel
