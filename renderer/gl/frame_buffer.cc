#include "renderer/gl/frame_buffer.h"

#include <fmt/format.h>

namespace goxel {
namespace {

// 64 MiB each for colour and depth.
constexpr std::uint64_t kMaxKeptPixels = std::uint64_t{4096} * 4096;

}  // namespace

FrameBuffer::FrameBuffer(const GlFunctions& gl)
    : gl_(gl), frame_(gl.GenFramebuffers, gl.DeleteFramebuffers) {}

Status FrameBuffer::Bind(std::uint32_t width, std::uint32_t height,
                         GLuint texture) {
  gl_.BindFramebuffer(GL_FRAMEBUFFER, frame_.id());
  Fit(depth_, GL_DEPTH_COMPONENT24, width, height);
  gl_.FramebufferRenderbuffer(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT,
                              GL_RENDERBUFFER, depth_.object.id());
  if (texture != 0) {
    gl_.FramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0,
                             GL_TEXTURE_2D, texture, 0);
  } else {
    Fit(color_, GL_RGBA8, width, height);
    gl_.FramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0,
                                GL_RENDERBUFFER, color_.object.id());
  }
  Status status = TakeGlError(
      gl_, fmt::format("make a frame of {} x {} pixels", width, height));
  if (!status.ok()) return status;
  const GLenum complete = gl_.CheckFramebufferStatus(GL_FRAMEBUFFER);
  if (complete == GL_FRAMEBUFFER_COMPLETE) return {};
  return Fail(StatusCode::kRenderFailed,
              fmt::format("the GL refuses a frame of {} x {} pixels with "
                          "framebuffer status {:#x}",
                          width, height, complete));
}

void FrameBuffer::Release() {
  gl_.FramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D,
                           0, 0);
  for (Buffer* buffer : {&depth_, &color_}) {
    const std::uint64_t pixels = std::uint64_t{buffer->width} * buffer->height;
    if (pixels > kMaxKeptPixels) *buffer = Buffer{};
  }
}

void FrameBuffer::Fit(Buffer& buffer, GLenum format, std::uint32_t width,
                      std::uint32_t height) {
  if (buffer.width == width && buffer.height == height) return;
  // The old one first, so that both never exist at once.
  buffer = Buffer{};
  buffer.object = GlObject(gl_.GenRenderbuffers, gl_.DeleteRenderbuffers);
  gl_.BindRenderbuffer(GL_RENDERBUFFER, buffer.object.id());
  gl_.RenderbufferStorage(GL_RENDERBUFFER, format, static_cast<GLsizei>(width),
                          static_cast<GLsizei>(height));
  buffer.width = width;
  buffer.height = height;
}

}  // namespace goxel
