// A render of one size with its index entry, as a daemon would leave it.

#ifndef BENCH_MAPPED_RENDER_FILE_H_
#define BENCH_MAPPED_RENDER_FILE_H_

#include <cstddef>

#include "bench/scratch_directory.h"
#include "ipc/render_info.h"
#include "ipc/status.h"

namespace goxel {

// Describes render `id` as READY.
RenderInfo DescribeRender(RenderId id, std::uint32_t width,
                          std::uint32_t height);

// Every byte of its pixels.
inline constexpr std::byte kPixelByte{0x7f};

// Makes its file, every block of it present.
Status WriteRenderFile(const ScratchDirectory& directory,
                       const RenderInfo& info);

}  // namespace goxel

#endif  // BENCH_MAPPED_RENDER_FILE_H_
