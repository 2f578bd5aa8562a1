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

  // The depth of what is bound: GL_DEPTH_COMPONENT24, width x height, row 0 the
  // topmost of the picture. To sample it while drawing into the colours, take
  // it out of the frame first and put it back afterwards: the GL leaves open
  // what a texture holds that is drawn into at the same time.
  GLuint depth_texture() const { return depth_.object.id(); }
  void DetachDepth();
  void AttachDepth();

  // Lets go of the texture, and of buffers too large to keep.
  void Release();

 private:
  struct Buffer {
    GlObject object;
    std::uint32_t width = 0;
    std::uint32_t height = 0;

    bool Fits(std::uint32_t w, std::uint32_t h) const {
      return width == w && height == h;
    }
  };

  void FitColor(std::uint32_t width, std::uint32_t height);
  void FitDepth(std::uint32_t width, std::uint32_t height);

  const GlFunctions& gl_;
  GlObject frame_;
  Buffer depth_;  // A texture.
  Buffer color_;  // A renderbuffer.
};

}  // namespace goxel

#endif  // RENDERER_GL_FRAME_BUFFER_H_
