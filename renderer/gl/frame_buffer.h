// What is drawn into: a framebuffer of our own, since OSMesa's default one
// costs a copy of the whole picture at every finish.
//
// Depth buffers, and the colour buffer of pictures that are read back, are kept
// for the next picture of the same size: allocating and first touching them
// costs as much as drawing. Very large ones are given back at once.

#ifndef RENDERER_GL_FRAME_BUFFER_H_
#define RENDERER_GL_FRAME_BUFFER_H_

#include <cstdint>

#include "ipc/status.h"
#include "renderer/gl/object.h"

namespace goxel {

class FrameBuffer {
 public:
  // `gl` must outlive this object.
  explicit FrameBuffer(const GlFunctions& gl);

  // Makes width x height pixels the place that is drawn into, with a depth
  // buffer. Colour goes to `texture`, an RGBA8 texture of that size, or, when
  // it is 0, to a buffer of this object. kRenderFailed when the GL has no
  // memory or does not draw into such a texture.
  Status Bind(std::uint32_t width, std::uint32_t height, GLuint texture);

  // Lets go of the texture, and of buffers too large to keep.
  void Release();

 private:
  struct Buffer {
    GlObject object;
    std::uint32_t width = 0;
    std::uint32_t height = 0;
  };

  void Fit(Buffer& buffer, GLenum format, std::uint32_t width,
           std::uint32_t height);

  const GlFunctions& gl_;
  GlObject frame_;
  Buffer depth_;
  Buffer color_;
};

}  // namespace goxel

#endif  // RENDERER_GL_FRAME_BUFFER_H_
