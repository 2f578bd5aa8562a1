// Pictures as users see them, for benchmarks of what comes after the drawing:
// scenes of bench/real_scenes.h at 4K, framed by default, in the default style
// (sun, shadows, ambient occlusion).
//
// Thread safety: none; benchmarks start on one thread.

#ifndef BENCH_REAL_PICTURES_H_
#define BENCH_REAL_PICTURES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ipc/status.h"
#include "renderer/renderer.h"

namespace goxel {

inline constexpr std::uint32_t kPictureWidth = 3840;
inline constexpr std::uint32_t kPictureHeight = 2160;
inline constexpr std::uint32_t kPictureStride = kPictureWidth * 4;
inline constexpr std::size_t kPictureBytes =
    std::size_t{kPictureStride} * kPictureHeight;

// RGBA8, top row first, kPictureBytes of them.
using Picture = std::vector<std::byte>;

// The one renderer of this process.
const Result<std::unique_ptr<Renderer>>& TheRenderer();

// The camera that frames `view` by default.
Result<Camera> DefaultCamera(const SceneView& view, std::uint32_t width,
                             std::uint32_t height);

// True when all pixels are equal: a picture that shows nothing.
bool IsOneColor(std::span<const std::byte> pixels);

// Drawn once and kept. kRenderFailed when it shows nothing.
const Result<Picture>& PictureNamed(const std::string& scene);

}  // namespace goxel

#endif  // BENCH_REAL_PICTURES_H_
