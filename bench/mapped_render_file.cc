#include "bench/mapped_render_file.h"

#include <array>
#include <cerrno>
#include <vector>

#include "ipc/pam_header.h"

namespace goxel {

RenderInfo DescribeRender(RenderId id, std::uint32_t width,
                          std::uint32_t height) {
  RenderInfo info;
  info.state = RenderState::kReady;
  info.id = id;
  info.pixel_format = PixelFormat::kRgba8;
  info.width = width;
  info.height = height;
  info.stride_bytes = width * 4;
  info.pixel_offset = kPamHeaderBytes;
  info.size_bytes = kPamHeaderBytes + std::uint64_t{info.stride_bytes} * height;
  info.created_unix_s = 1'800'000'000;
  info.ttl_s = 3600;
  return info;
}

Status WriteRenderFile(const ScratchDirectory& directory,
                       const RenderInfo& info) {
  RenderRecord record;
  record.id = info.id;
  record.created_unix_s = info.created_unix_s;
  record.ttl_s = info.ttl_s;
  record.width = info.width;
  record.height = info.height;
  std::vector<std::byte> bytes(info.size_bytes, kPixelByte);
  WritePamHeader(record, std::span(bytes).first<kPamHeaderBytes>());

  const UniqueFd fd(::openat(directory.fd(), RenderFileName(info).c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (::write(fd.get(), bytes.data(), bytes.size()) !=
      static_cast<ssize_t>(bytes.size())) {
    return Status::FromErrno("write a render for the benchmark", errno);
  }
  return {};
}

}  // namespace goxel
