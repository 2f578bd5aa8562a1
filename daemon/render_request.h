// What a goxel.render_scene request asks for, read and checked as a whole
// before anything is reserved or drawn.
//
// The array form ["out.png", 800, 600] and unknown options are taken as
// leniently as existing clients expect; every parameter of our own is checked,
// and its error names the value and what would be right.

#ifndef DAEMON_RENDER_REQUEST_H_
#define DAEMON_RENDER_REQUEST_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/params.h"
#include "ipc/render_record.h"
#include "ipc/status.h"
#include "renderer/camera.h"
#include "renderer/renderer.h"
#include "transfer/jpg_encoder.h"
#include "transfer/png_encoder.h"

namespace goxel {

class Cancellation;
struct SheetRequest;

// How the pixels leave the daemon.
enum class ReturnMode {
  kOutputPath,  // A file where the client said.
  kFilePath,    // A file of the render directory, by path.
  kMmap,        // The same, raw, to be mapped.
  kFd,          // A sealed memfd, sent along with the reply.
  kBase64,      // Text in the reply.
};
std::string_view ToString(ReturnMode mode);

// What a picture can fall back to, and what it does when nothing was said.
inline constexpr std::array kFallbackModes = {ReturnMode::kFd,
                                              ReturnMode::kBase64};
inline const std::vector<ReturnMode> kDefaultFallback = {ReturnMode::kBase64};

enum class CacheUse {
  kUse,      // A render that exists will do.
  kRefresh,  // Draw, and let later requests use it.
  kOff,      // Draw, and share with nobody.
};

struct SceneRenderRequest {
  ReturnMode mode = ReturnMode::kBase64;
  // No return_mode was given: the reply is the one that existing clients know.
  bool legacy_reply = false;
  std::uint32_t width = 512;   // Pixels.
  std::uint32_t height = 512;  // Pixels.
  CameraRequest camera;
  bool camera_given = false;  // Else it is the project's (view_state.h).
  RenderSettings settings;
  bool light_given = false;                  // Else it is the project's, too.
  RenderFormat format = RenderFormat::kPng;  // kPam stands for raw pixels.
  bool format_given = false;  // By options.format; else it is the mode's own.
  PngCompression compression = PngCompression::kFast;  // Of a PNG.
  int quality = kDefaultJpgQuality;                    // Of a JPEG; 1 to 100.
  // Unset: SHA-256 for a file handed out by path, none for the rest.
  std::optional<ChecksumKind> checksum;
  CacheUse cache = CacheUse::kUse;
  std::optional<std::chrono::seconds> ttl;
  std::optional<std::uint32_t> session;  // For the file name; else the peer's.
  std::filesystem::path output_path;     // kOutputPath only.
  // In place of output_path: where a file with a render's name is to be.
  std::filesystem::path output_directory;
  // In which modes, in this order, the client takes the picture when a file of
  // the render directory cannot be made. Unset: as text (kDefaultFallback).
  std::optional<std::vector<ReturnMode>> fallback;
  bool encrypt = false;  // kFilePath only; such a render is shared with nobody.
  // Planes of the same view; each at most once. The picture itself is wanted
  // beside them when `color`. Render() draws either a picture or planes.
  std::vector<Plane> planes;
  bool color = true;
  bool progress = false;  // Notify the client while its picture is drawn.
  // Set: the picture is a contact sheet of this size, `camera` of no account.
  std::shared_ptr<const SheetRequest> sheet;
  std::shared_ptr<const Cancellation> cancellation;  // Null: runs to its end.
};

// What a request may ask for at most.
struct RenderLimits {
  std::uint32_t max_width = 16384;                // Pixels.
  std::uint32_t max_height = 16384;               // Pixels.
  std::uint64_t max_render_bytes = 100ull << 20;  // Of pixels.
  std::uint64_t max_inline_bytes = 32ull << 20;   // Of raw pixels as text.
  std::filesystem::path render_directory;         // Canonical.
};

// The request for the same picture in `mode`, which is kFd or kBase64. Text is
// a PNG unless the client has asked by name for a format that text can have.
SceneRenderRequest InMode(const SceneRenderRequest& request, ReturnMode mode);

// What a checksum in the reply must be; kNone where it may be absent.
ChecksumKind WantedChecksum(const SceneRenderRequest& request);

// kInvalidArgument, kTooLarge (requested, limit).
Result<SceneRenderRequest> ParseRenderRequest(const Params& params,
                                              const RenderLimits& limits);

}  // namespace goxel

#endif  // DAEMON_RENDER_REQUEST_H_
