#include "ipc/index_slot.h"

#include <bit>
#include <cstring>

namespace goxel {
namespace {

constexpr int kTries = 64;

// The reserved words at the end are written, and read by nobody.
constexpr std::size_t kSlotWordsInUse = offsetof(SlotContent, reserved1) / 8;

bool IsRenderState(std::uint32_t state) {
  return state == static_cast<std::uint32_t>(RenderState::kPending) ||
         state == static_cast<std::uint32_t>(RenderState::kReady);
}

bool IsKnownFormat(std::uint32_t format) {
  return format >= static_cast<std::uint32_t>(RenderFormat::kPam) &&
         format <= static_cast<std::uint32_t>(RenderFormat::kEnc);
}

bool TryLoad(const IndexSlot& slot, SlotContent* content) {
  const std::uint64_t before = slot.sequence.load(std::memory_order_acquire);
  if (before % 2 != 0) return false;
  auto* bytes = reinterpret_cast<std::byte*>(content);
  for (std::size_t i = 0; i < kSlotWordsInUse; ++i) {
    const std::uint64_t word = slot.words[i].load(std::memory_order_acquire);
    std::memcpy(bytes + i * sizeof(word), &word, sizeof(word));
  }
  return slot.sequence.load(std::memory_order_relaxed) == before;
}

}  // namespace

void StoreSlot(const SlotContent& content, IndexSlot* slot) {
  const auto words =
      std::bit_cast<std::array<std::uint64_t, kSlotWords>>(content);
  const std::uint64_t sequence = slot->sequence.load(std::memory_order_relaxed);
  slot->sequence.store(sequence + 1, std::memory_order_relaxed);
  for (std::size_t i = 0; i < kSlotWords; ++i) {
    slot->words[i].store(words[i], std::memory_order_release);
  }
  slot->sequence.store(sequence + 2, std::memory_order_release);
}

bool LoadSlot(const IndexSlot& slot, SlotContent* content,
              std::uint64_t* retries) {
  for (int tries = 0; tries < kTries; ++tries) {
    if (TryLoad(slot, content)) return true;
    ++*retries;
  }
  return false;
}

bool LooksReady(const IndexSlot& slot) {
  static_assert(offsetof(SlotContent, state) == 0 &&
                std::endian::native == std::endian::little);
  const std::uint64_t word = slot.words[0].load(std::memory_order_acquire);
  return static_cast<std::uint32_t>(word) ==
         static_cast<std::uint32_t>(RenderState::kReady);
}

SlotContent ToSlotContent(const RenderInfo& info, std::uint32_t generation) {
  SlotContent content{
      .state = static_cast<std::uint32_t>(info.state),
      .generation = generation,
      .id = info.id,
      .key_high = info.key.high,
      .key_low = info.key.low,
      .format = static_cast<std::uint32_t>(info.format),
      .pixel_format = static_cast<std::uint32_t>(info.pixel_format),
      .width = info.width,
      .height = info.height,
      .stride_bytes = info.stride_bytes,
      .pixel_offset = info.pixel_offset,
      .size_bytes = info.size_bytes,
      .created_unix_s = info.created_unix_s,
      .expires_unix_ns = info.expires_unix_ns,
      .expires_boottime_ns = info.expires_boottime_ns,
      .ttl_s = info.ttl_s,
      .session = info.session,
      .flags = info.flags,
      .rows_ready = info.rows_ready,
      .render_ns = info.render_ns,
      .transfer_ns = info.transfer_ns,
      .checksum_kind = static_cast<std::uint32_t>(info.checksum.kind),
      .reserved0 = 0,
      .checksum = {},
      .reserved1 = {}};
  std::memcpy(content.checksum.data(), info.checksum.bytes.data(),
              content.checksum.size());
  return content;
}

bool ToRender(const SlotContent& content, RenderInfo* render) {
  if (!IsRenderState(content.state) || !IsKnownFormat(content.format) ||
      content.pixel_format > static_cast<std::uint32_t>(kLastPixelFormat) ||
      content.checksum_kind > static_cast<std::uint32_t>(ChecksumKind::kXxh3)) {
    return false;
  }
  // Field by field: to build a RenderInfo and copy it costs 25 ns more.
  render->state = static_cast<RenderState>(content.state);
  render->id = content.id;
  render->key = {.high = content.key_high, .low = content.key_low};
  render->session = content.session;
  render->format = static_cast<RenderFormat>(content.format);
  render->pixel_format = static_cast<PixelFormat>(content.pixel_format);
  render->width = content.width;
  render->height = content.height;
  render->stride_bytes = content.stride_bytes;
  render->pixel_offset = content.pixel_offset;
  render->size_bytes = content.size_bytes;
  render->created_unix_s = content.created_unix_s;
  render->expires_unix_ns = content.expires_unix_ns;
  render->expires_boottime_ns = content.expires_boottime_ns;
  render->ttl_s = content.ttl_s;
  render->flags = content.flags;
  render->rows_ready = content.rows_ready;
  render->render_ns = content.render_ns;
  render->transfer_ns = content.transfer_ns;
  render->checksum.kind = static_cast<ChecksumKind>(content.checksum_kind);
  std::memcpy(render->checksum.bytes.data(), content.checksum.data(),
              content.checksum.size());
  return true;
}

}  // namespace goxel
