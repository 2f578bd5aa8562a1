// The render record as the text that encoded files carry: one line of JSON,
//
//   {"id":"<16 hex>","key":"<32 hex>","session":"<6 hex>","created":<unix s>,
//    "ttl":<s>,"format":"png","width":<px>,"height":<px>,
//    "camera":<JSON>,"settings":<JSON>}
//
// camera and settings are there only when the record has them, as values and
// not as text.
//
// Thread safety: all functions may be called from any thread.

#ifndef TRANSFER_RECORD_JSON_H_
#define TRANSFER_RECORD_JSON_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "ipc/render_record.h"
#include "ipc/status.h"

namespace goxel {

// A reader that has this many bytes of an encoded file has its whole record.
inline constexpr std::size_t kRecordReach = 16 * 1024;

// How long the text may be for that, whatever stands before and around it.
inline constexpr std::size_t kMaxRecordTextBytes = kRecordReach - 256;

// Settings that do not fit in kMaxRecordTextBytes are left out, then the
// camera.
std::string FormatRecordJson(const RenderRecord& record);

// kDataLoss when it is not such a text.
Result<RenderRecord> ParseRecordJson(std::string_view text);

}  // namespace goxel

#endif  // TRANSFER_RECORD_JSON_H_
