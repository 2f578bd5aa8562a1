// The pixels of one render, mapped read-only from the file that the daemon drew
// them into. No copy is made.
//
// Ownership: a MappedImage owns its mapping; the mapping is the lease, so the
// daemon neither reuses nor evicts the file while the image lives. Destroying
// it unmaps and so gives the lease back. No descriptor stays open.
//
// Thread safety: const methods may run concurrently.

#ifndef CLIENTS_CPP_MAPPED_IMAGE_H_
#define CLIENTS_CPP_MAPPED_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "ipc/mapped_region.h"
#include "ipc/render_info.h"
#include "ipc/status.h"

namespace goxel {

class MappedImage {
 public:
  // Where the pixels of a descriptor are.
  struct Geometry {
    std::uint32_t width = 0;   // Pixels.
    std::uint32_t height = 0;  // Pixels.
    PixelFormat pixel_format = PixelFormat::kRgba8;
    std::uint32_t stride_bytes = 0;
    std::size_t pixel_offset = 0;  // From the start of the file, in bytes.
  };

  // Opens `file_name` in the directory, takes the read lease, maps the file and
  // checks that its header is that of render `id`. kNotFound when the render
  // has expired, is being evicted, or its file now holds another; kDataLoss
  // when header, owner or size do not fit.
  static Result<MappedImage> Open(int directory_fd, const char* file_name,
                                  RenderId id);

  // Maps a sealed memfd that a reply carried, after checking its seals: it can
  // neither shrink nor change. kDataLoss when a seal is missing or the geometry
  // does not fit into it. `fd` stays the caller's.
  static Result<MappedImage> FromDescriptor(int fd, const Geometry& geometry);

  std::uint32_t width() const { return geometry_.width; }    // Pixels.
  std::uint32_t height() const { return geometry_.height; }  // Pixels.
  // What a pixel is: colour, or a value of a plane.
  PixelFormat pixel_format() const { return geometry_.pixel_format; }
  // From one row to the next.
  std::uint32_t stride_bytes() const { return geometry_.stride_bytes; }

  // Top row first: height rows of stride bytes.
  std::span<const std::byte> pixels() const;
  // REQUIRES: y < height().
  std::span<const std::byte> row(std::uint32_t y) const;

 private:
  MappedImage(MappedRegion region, const Geometry& geometry)
      : region_(std::move(region)), geometry_(geometry) {}

  MappedRegion region_;
  Geometry geometry_;
};

}  // namespace goxel

#endif  // CLIENTS_CPP_MAPPED_IMAGE_H_
