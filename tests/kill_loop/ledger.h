// What the processes of a kill loop know together, in memory that outlives each
// of them: how much was done and checked, which renders were promised to whom,
// and the first thing that went wrong.
//
// Thread safety: every process may use it at any time; all words are atomic, so
// that a process killed inside a call leaves nothing half done that others
// would trust.

#ifndef TESTS_KILL_LOOP_LEDGER_H_
#define TESTS_KILL_LOOP_LEDGER_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ipc/render_info.h"

namespace goxel {

enum class WriterKind : std::uint32_t {
  kStore,   // A render store in a tight loop; pixels follow from the id.
  kDaemon,  // goxel-daemon; every render is a plane of one colour.
};

struct Promise {
  std::atomic<std::uint64_t> id;  // 0 while the entry is being written.
  std::atomic<std::uint32_t> color;
  std::atomic<std::int64_t> expires_boottime_ns;
};

struct Ledger {
  // Zeroed, shared with every process forked from here on, never unmapped.
  static Ledger& Create(WriterKind writer);

  // A render was handed over: it may only go by a kill loop's own doing, by its
  // time or by the limits. Its colour counts for kDaemon.
  void Keep(RenderId id, std::uint32_t color, std::int64_t expires_boottime_ns);
  // The promise ends before its time: the render is being withdrawn or given
  // another one.
  void Release(RenderId id);
  std::optional<std::uint32_t> ColorOf(RenderId id) const;

  // Whether the pixels are those of the render, to the last one. True for a
  // plane whose colour is not known, as long as it is one colour.
  bool Shows(RenderId id, std::span<const std::byte> pixels) const;

  // Remembers the first fault, and counts all of them.
  void Fault(std::string_view what);
  std::string FirstFault() const;

  WriterKind writer;
  std::atomic<std::uint64_t> committed;  // Renders handed over.
  std::atomic<std::uint64_t> attached;   // Mappings made under a lease.
  std::atomic<std::uint64_t> checked;    // Whole frames compared.
  std::atomic<std::uint64_t> held;  // Of these, once more before unmapping.
  std::atomic<std::uint64_t> looked_up;  // Rows of the index compared.
  std::atomic<std::uint64_t> missed;     // Gone, busy or another id: no fault.
  std::atomic<std::uint64_t>
      refused;  // Requests the daemon answered with an error.
  std::atomic<std::uint64_t> faults;
  // Set while the store must not make renders; the loop compares then.
  std::atomic<std::uint32_t> paused;
  // The process whose store is open.
  std::atomic<std::int32_t> open_writer;

  static constexpr std::size_t kPromises = std::size_t{1} << 14;
  std::atomic<std::uint64_t> kept;
  std::array<Promise, kPromises> promises;  // The oldest are overwritten.
  std::array<char, 512> first_fault;
};

// Pixel `index` of a render of the kStore writer.
constexpr std::uint32_t PatternPixel(RenderId id, std::size_t index) {
  return static_cast<std::uint32_t>(id ^ (id >> 32) ^ index * 2654435761u);
}

// A number that follows from an id, for fields that must belong together.
constexpr std::uint64_t FieldOf(RenderId id, std::uint64_t which) {
  return (id + which) * 0x9e3779b97f4a7c15 >> 16;
}

}  // namespace goxel

#endif  // TESTS_KILL_LOOP_LEDGER_H_
