// The GL entry points this renderer calls, one member each: gl.Clear(...) is
// glClear(...). They are looked up in the context, so nothing here links to a
// particular libGL.

#ifndef RENDERER_GL_FUNCTIONS_H_
#define RENDERER_GL_FUNCTIONS_H_

#include <GL/glcorearb.h>
#include <GL/glext.h>

#include <string_view>

#include "ipc/status.h"
#include "renderer/gl/context.h"

namespace goxel {

// name as a member, type of the pointer.
#define GOXEL_GL_FUNCTIONS(X)                                  \
  X(ActiveTexture, PFNGLACTIVETEXTUREPROC)                     \
  X(AttachShader, PFNGLATTACHSHADERPROC)                       \
  X(BindBuffer, PFNGLBINDBUFFERPROC)                           \
  X(BindFramebuffer, PFNGLBINDFRAMEBUFFERPROC)                 \
  X(BindRenderbuffer, PFNGLBINDRENDERBUFFERPROC)               \
  X(BindTexture, PFNGLBINDTEXTUREPROC)                         \
  X(BindVertexArray, PFNGLBINDVERTEXARRAYPROC)                 \
  X(BlendFunc, PFNGLBLENDFUNCPROC)                             \
  X(BlendFuncSeparate, PFNGLBLENDFUNCSEPARATEPROC)             \
  X(BufferData, PFNGLBUFFERDATAPROC)                           \
  X(CheckFramebufferStatus, PFNGLCHECKFRAMEBUFFERSTATUSPROC)   \
  X(Clear, PFNGLCLEARPROC)                                     \
  X(ClearColor, PFNGLCLEARCOLORPROC)                           \
  X(CompileShader, PFNGLCOMPILESHADERPROC)                     \
  X(CopyTexSubImage2D, PFNGLCOPYTEXSUBIMAGE2DPROC)             \
  X(CreateProgram, PFNGLCREATEPROGRAMPROC)                     \
  X(CreateShader, PFNGLCREATESHADERPROC)                       \
  X(DeleteBuffers, PFNGLDELETEBUFFERSPROC)                     \
  X(DeleteFramebuffers, PFNGLDELETEFRAMEBUFFERSPROC)           \
  X(DeleteProgram, PFNGLDELETEPROGRAMPROC)                     \
  X(DeleteRenderbuffers, PFNGLDELETERENDERBUFFERSPROC)         \
  X(DeleteShader, PFNGLDELETESHADERPROC)                       \
  X(DeleteTextures, PFNGLDELETETEXTURESPROC)                   \
  X(DeleteVertexArrays, PFNGLDELETEVERTEXARRAYSPROC)           \
  X(DepthFunc, PFNGLDEPTHFUNCPROC)                             \
  X(DepthMask, PFNGLDEPTHMASKPROC)                             \
  X(Disable, PFNGLDISABLEPROC)                                 \
  X(DrawArrays, PFNGLDRAWARRAYSPROC)                           \
  X(DrawBuffer, PFNGLDRAWBUFFERPROC)                           \
  X(DrawElementsBaseVertex, PFNGLDRAWELEMENTSBASEVERTEXPROC)   \
  X(Enable, PFNGLENABLEPROC)                                   \
  X(EnableVertexAttribArray, PFNGLENABLEVERTEXATTRIBARRAYPROC) \
  X(Finish, PFNGLFINISHPROC)                                   \
  X(Flush, PFNGLFLUSHPROC)                                     \
  X(FramebufferRenderbuffer, PFNGLFRAMEBUFFERRENDERBUFFERPROC) \
  X(FramebufferTexture2D, PFNGLFRAMEBUFFERTEXTURE2DPROC)       \
  X(FrontFace, PFNGLFRONTFACEPROC)                             \
  X(GenBuffers, PFNGLGENBUFFERSPROC)                           \
  X(GenFramebuffers, PFNGLGENFRAMEBUFFERSPROC)                 \
  X(GenRenderbuffers, PFNGLGENRENDERBUFFERSPROC)               \
  X(GenTextures, PFNGLGENTEXTURESPROC)                         \
  X(GenVertexArrays, PFNGLGENVERTEXARRAYSPROC)                 \
  X(GetError, PFNGLGETERRORPROC)                               \
  X(GetProgramInfoLog, PFNGLGETPROGRAMINFOLOGPROC)             \
  X(GetProgramiv, PFNGLGETPROGRAMIVPROC)                       \
  X(GetShaderInfoLog, PFNGLGETSHADERINFOLOGPROC)               \
  X(GetShaderiv, PFNGLGETSHADERIVPROC)                         \
  X(GetString, PFNGLGETSTRINGPROC)                             \
  X(GetUniformLocation, PFNGLGETUNIFORMLOCATIONPROC)           \
  X(LinkProgram, PFNGLLINKPROGRAMPROC)                         \
  X(PixelStorei, PFNGLPIXELSTOREIPROC)                         \
  X(ReadBuffer, PFNGLREADBUFFERPROC)                           \
  X(ReadPixels, PFNGLREADPIXELSPROC)                           \
  X(RenderbufferStorage, PFNGLRENDERBUFFERSTORAGEPROC)         \
  X(Scissor, PFNGLSCISSORPROC)                                 \
  X(ShaderSource, PFNGLSHADERSOURCEPROC)                       \
  X(TexImage2D, PFNGLTEXIMAGE2DPROC)                           \
  X(TexParameteri, PFNGLTEXPARAMETERIPROC)                     \
  X(Uniform1f, PFNGLUNIFORM1FPROC)                             \
  X(Uniform1fv, PFNGLUNIFORM1FVPROC)                           \
  X(Uniform1i, PFNGLUNIFORM1IPROC)                             \
  X(Uniform2f, PFNGLUNIFORM2FPROC)                             \
  X(Uniform2fv, PFNGLUNIFORM2FVPROC)                           \
  X(Uniform2iv, PFNGLUNIFORM2IVPROC)                           \
  X(Uniform3fv, PFNGLUNIFORM3FVPROC)                           \
  X(Uniform4f, PFNGLUNIFORM4FPROC)                             \
  X(UniformMatrix4fv, PFNGLUNIFORMMATRIX4FVPROC)               \
  X(UseProgram, PFNGLUSEPROGRAMPROC)                           \
  X(VertexAttribIPointer, PFNGLVERTEXATTRIBIPOINTERPROC)       \
  X(VertexAttribPointer, PFNGLVERTEXATTRIBPOINTERPROC)         \
  X(Viewport, PFNGLVIEWPORTPROC)

// GL_EXT_memory_object_fd; null where the GL does not have it.
#define GOXEL_GL_IMPORT_FUNCTIONS(X)                         \
  X(CreateMemoryObjectsEXT, PFNGLCREATEMEMORYOBJECTSEXTPROC) \
  X(DeleteMemoryObjectsEXT, PFNGLDELETEMEMORYOBJECTSEXTPROC) \
  X(ImportMemoryFdEXT, PFNGLIMPORTMEMORYFDEXTPROC)           \
  X(TexStorageMem2DEXT, PFNGLTEXSTORAGEMEM2DEXTPROC)

struct GlFunctions {
#define GOXEL_MEMBER(name, type) type name = nullptr;
  GOXEL_GL_FUNCTIONS(GOXEL_MEMBER)
  GOXEL_GL_IMPORT_FUNCTIONS(GOXEL_MEMBER)
#undef GOXEL_MEMBER

  bool can_import_memory() const {
    return CreateMemoryObjectsEXT != nullptr &&
           DeleteMemoryObjectsEXT != nullptr && ImportMemoryFdEXT != nullptr &&
           TexStorageMem2DEXT != nullptr;
  }
};

// kUnavailable, naming it, when a function of GL 3.3 is missing.
Result<GlFunctions> LoadGlFunctions(const GlContext& context);

// kRenderFailed with the GL's error since the last call, if there was one.
// `action` says what was being done: "draw 640 x 480 pixels".
Status TakeGlError(const GlFunctions& gl, std::string_view action);

}  // namespace goxel

#endif  // RENDERER_GL_FUNCTIONS_H_
