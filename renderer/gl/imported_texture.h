// A file as a texture: the rasteriser then draws into the file, and a picture
// needs no copy to get there (GL_EXT_memory_object_fd on llvmpipe).
//
// llvmpipe believes a file to be texture memory that starts with this header,
// which is private to Mesa (src/util/os_memory_fd.c, 22.x):
//
//   offset 0             u64 size     bytes of the file to map
//   offset 8             u64 offset   of the pixels in the file
//   offset 16            u8[16]       SHA-1("llvmpipe"), first 16 of 20 bytes
//   pixel offset - 8     u64 offset   again; Mesa finds the mapping by it when
//                                     it unmaps
//
// A Mesa with another header refuses the import, or gives other pixels: so the
// renderer proves on a small frame that this works before it relies on it.

#ifndef RENDERER_GL_IMPORTED_TEXTURE_H_
#define RENDERER_GL_IMPORTED_TEXTURE_H_

#include <cstdint>

#include "renderer/gl/object.h"
#include "renderer/renderer.h"

namespace goxel {

// An RGBA8 texture whose pixels are those of a file, row after row without
// padding. While it lives the file is mapped and the header stands in it;
// destroying it unmaps the file before the destructor returns.
class ImportedTexture {
 public:
  // Writes the header and imports the file. `memory.fd` stays the caller's.
  // kUnavailable when the GL cannot import it, kInvalidArgument when the file
  // is too short for its pixels, kStorageFailed when it cannot be written.
  // REQUIRES: SupportsZeroCopy(width, height), and gl.can_import_memory().
  static Result<ImportedTexture> Import(const GlFunctions& gl,
                                        const ImportableMemory& memory,
                                        std::uint32_t width,
                                        std::uint32_t height);

  GLuint id() const { return texture_.id(); }

 private:
  ImportedTexture(GlObject memory, GlObject texture)
      : memory_(std::move(memory)), texture_(std::move(texture)) {}

  GlObject memory_;
  GlObject texture_;  // Goes first: it refers to the memory.
};

}  // namespace goxel

#endif  // RENDERER_GL_IMPORTED_TEXTURE_H_
