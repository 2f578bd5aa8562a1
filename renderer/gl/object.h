// Ownership of GL objects.

#ifndef RENDERER_GL_OBJECT_H_
#define RENDERER_GL_OBJECT_H_

#include <utility>

#include "renderer/gl/functions.h"

namespace goxel {

// One GL object (buffer, texture, framebuffer, ...), deleted with this handle.
// The context must be current then. Movable; an empty handle has id 0.
class GlObject {
 public:
  using Generate = void(APIENTRY*)(GLsizei, GLuint*);
  using Delete = void(APIENTRY*)(GLsizei, const GLuint*);

  GlObject() = default;
  // GlObject(gl.GenBuffers, gl.DeleteBuffers): makes an object.
  GlObject(Generate generate, Delete destroy) : delete_(destroy) {
    generate(1, &id_);
  }
  ~GlObject() { Reset(); }

  GlObject(GlObject&& other) noexcept
      : id_(std::exchange(other.id_, 0)), delete_(other.delete_) {}
  GlObject& operator=(GlObject&& other) noexcept {
    if (this != &other) {
      Reset();
      id_ = std::exchange(other.id_, 0);
      delete_ = other.delete_;
    }
    return *this;
  }

  GLuint id() const { return id_; }

 private:
  void Reset() {
    if (id_ != 0) delete_(1, &id_);
    id_ = 0;
  }

  GLuint id_ = 0;
  Delete delete_ = nullptr;
};

}  // namespace goxel

#endif  // RENDERER_GL_OBJECT_H_
