// Reading and writing one slot of the render index while others look.
//
// A slot is a seqlock without fences: `sequence` is odd while the writer is
// inside, every word is an atomic of its own, and a reader keeps its copy only
// when it saw the same even sequence before and after. Each word is stored with
// release and loaded with acquire, so a reader that met one new word also meets
// the odd sequence at its second look. On x86 all of these are plain moves, and
// a thread sanitizer understands them.

#ifndef IPC_INDEX_SLOT_H_
#define IPC_INDEX_SLOT_H_

#include "ipc/index_layout.h"
#include "ipc/render_info.h"

namespace goxel {

// What a key is filed under; an id is filed under itself.
constexpr std::uint64_t HashOf(const ContentKey& key) {
  return key.high ^ key.low;
}

// Overwrites the slot. REQUIRES: one writer, one call at a time.
void StoreSlot(const SlotContent& content, IndexSlot* slot);

// Copies the slot but for its reserved words, trying 64 times. False, with
// `content` unspecified, when the writer was inside each time. Adds to
// `retries` how many copies were thrown away.
bool LoadSlot(const IndexSlot& slot, SlotContent* content,
              std::uint64_t* retries);

// Whether the slot shows a READY render; a hint that costs one load.
bool LooksReady(const IndexSlot& slot);

SlotContent ToSlotContent(const RenderInfo& info, std::uint32_t generation);

// False, with `render` untouched, when the content is neither a PENDING nor a
// READY render or holds values that no writer of this layout stores.
bool ToRender(const SlotContent& content, RenderInfo* render);

}  // namespace goxel

#endif  // IPC_INDEX_SLOT_H_
