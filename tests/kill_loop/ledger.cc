#include "tests/kill_loop/ledger.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace goxel {
namespace {

bool IsPattern(RenderId id, std::span<const std::byte> pixels) {
  for (std::size_t i = 0; i < pixels.size() / 4; ++i) {
    std::uint32_t pixel = 0;
    std::memcpy(&pixel, pixels.data() + i * 4, 4);
    if (pixel != PatternPixel(id, i)) return false;
  }
  return true;
}

bool IsPlane(std::uint32_t color, std::span<const std::byte> pixels) {
  for (std::size_t i = 0; i < pixels.size() / 4; ++i) {
    std::uint32_t pixel = 0;
    std::memcpy(&pixel, pixels.data() + i * 4, 4);
    if (pixel != color) return false;
  }
  return true;
}

}  // namespace

Ledger& Ledger::Create(WriterKind writer) {
  void* memory = ::mmap(nullptr, sizeof(Ledger), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  auto* ledger = new (memory) Ledger{};
  ledger->writer = writer;
  return *ledger;
}

void Ledger::Keep(RenderId id, std::uint32_t color,
                  std::int64_t expires_boottime_ns) {
  Promise& promise = promises[kept++ % kPromises];
  promise.id = 0;
  promise.color = color;
  promise.expires_boottime_ns = expires_boottime_ns;
  promise.id = id;
  ++committed;
}

void Ledger::Release(RenderId id) {
  for (Promise& promise : promises) {
    if (promise.id == id) promise.expires_boottime_ns = 0;
  }
}

std::optional<std::uint32_t> Ledger::ColorOf(RenderId id) const {
  const auto found = std::ranges::find_if(
      promises, [id](const Promise& each) { return each.id == id; });
  if (found == promises.end()) return std::nullopt;
  const std::uint32_t color = found->color;
  if (found->id != id) return std::nullopt;
  return color;
}

bool Ledger::Shows(RenderId id, std::span<const std::byte> pixels) const {
  if (writer == WriterKind::kStore) return IsPattern(id, pixels);
  std::uint32_t first = 0;
  std::memcpy(&first, pixels.data(), 4);
  return IsPlane(ColorOf(id).value_or(first), pixels);
}

void Ledger::Fault(std::string_view what) {
  if (faults++ != 0) return;
  what.copy(first_fault.data(), first_fault.size() - 1);
}

std::string Ledger::FirstFault() const { return first_fault.data(); }

}  // namespace goxel
