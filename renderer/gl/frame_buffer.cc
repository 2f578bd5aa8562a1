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
  FitDepth(width, height);
  AttachDepth();
  if (texture != 0) {
    gl_.FramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0,
                             GL_TEXTURE_2D, texture, 0);
  } else {
    FitColor(width, height);
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

void FrameBuffer::DetachDepth() {
  gl_.FramebufferTexture2D(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, GL_TEXTURE_2D,
                           0, 0);
}

void FrameBuffer::AttachDepth() {
  gl_.FramebufferTexture2D(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, GL_TEXTURE_2D,
                           depth_.object.id(), 0);
}

void FrameBuffer::Release() {
  gl_.FramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D,
                           0, 0);
  for (Buffer* buffer : {&depth_, &color_}) {
    const std::uint64_t pixels = std::uint64_t{buffer->width} * buffer->height;
    if (pixels > kMaxKeptPixels) *buffer = Buffer{};
  }
}

// Both let go of the old buffer first, so that two never exist at once.
void FrameBuffer::FitColor(std::uint32_t width, std::uint32_t height) {
  if (color_.Fits(width, height)) return;
  color_ = Buffer{};
  color_ = {.object = GlObject(gl_.GenRenderbuffers, gl_.DeleteRenderbuffers),
            .width = width,
            .height = height};
  gl_.BindRenderbuffer(GL_RENDERBUFFER, color_.object.id());
  gl_.RenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8,
                          static_cast<GLsizei>(width),
                          static_cast<GLsizei>(height));
}

void FrameBuffer::FitDepth(std::uint32_t width, std::uint32_t height) {
  if (depth_.Fits(width, height)) return;
  DetachDepth();
  depth_ = Buffer{};
  depth_ = {.object = GlObject(gl_.GenTextures, gl_.DeleteTextures),
            .width = width,
            .height = height};
  gl_.BindTexture(GL_TEXTURE_2D, depth_.object.id());
  for (const GLenum filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER}) {
    gl_.TexParameteri(GL_TEXTURE_2D, filter, GL_NEAREST);
  }
  for (const GLenum edge : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T}) {
    gl_.TexParameteri(GL_TEXTURE_2D, edge, GL_CLAMP_TO_EDGE);
  }
  gl_.TexImage2D(GL_TEXTURE_2D, 0, GL_DEPTH_COMPONENT24,
                 static_cast<GLsizei>(width), static_cast<GLsizei>(height), 0,
                 GL_DEPTH_COMPONENT, GL_UNSIGNED_INT, nullptr);
  gl_.BindTexture(GL_TEXTURE_2D, 0);
}

}  // namespace goxel
