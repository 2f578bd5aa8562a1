// Another file of a picture that exists: a PNG of a mapped render, or the
// reverse.
//
// The result is a render of its own. It has the source's time of death, to the
// second, and the key that the same picture ordered in that format has, so that
// a later goxel.render_scene finds it, and a render that was ordered so is
// found instead of making another.

#ifndef DAEMON_RENDER_CONVERSION_H_
#define DAEMON_RENDER_CONVERSION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "ipc/render_info.h"
#include "ipc/status.h"
#include "transfer/jpg_encoder.h"
#include "transfer/png_encoder.h"
#include "transfer/render_store.h"

namespace goxel {

struct ConversionOrder {
  RenderId source = 0;
  RenderFormat format = RenderFormat::kPng;  // As Encoding::format.
  std::string compression = "fast";          // Of a PNG; a valid name.
  int quality = kDefaultJpgQuality;          // Of a JPEG; 1 to 100.
  // Unset: SHA-256 of encoded files, none of raw ones.
  std::optional<ChecksumKind> checksum = std::nullopt;
  std::uint32_t session = 0;  // For the file's name.
};

struct ConvertedRender {
  RenderInfo info;
  bool cached = false;      // It existed.
  std::string camera_json;  // As in the source's record; may be empty.
};

// Takes as long as encoding: not for the server's thread. Thread safe.
//
// kNotFound without such a render; kFailedPrecondition when its pixels cannot
// be had from its file (encrypted, a plane, or neither pam nor png); kDataLoss
// when the file is broken; the errors of RenderStore.
Result<ConvertedRender> ConvertRender(RenderStore& store,
                                      const ConversionOrder& order);

}  // namespace goxel

#endif  // DAEMON_RENDER_CONVERSION_H_
