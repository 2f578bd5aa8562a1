// A managed directory of a test: real render files and a real index, made
// without a daemon.

#ifndef TESTS_RENDER_DIRECTORY_H_
#define TESTS_RENDER_DIRECTORY_H_

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "ipc/pam_header.h"
#include "ipc/render_info.h"
#include "ipc/unique_fd.h"

namespace goxel {

class RenderDirectory {
 public:
  RenderDirectory() {
    std::string name =
        (std::filesystem::temp_directory_path() / "goxel-test-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
    fd_.reset(::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  ~RenderDirectory() { std::filesystem::remove_all(path_); }
  RenderDirectory(const RenderDirectory&) = delete;
  RenderDirectory& operator=(const RenderDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  int fd() const { return fd_.get(); }

  // A READY render of width x height whose file WriteFile() would make.
  static RenderInfo Describe(RenderId id, std::uint32_t width = 4,
                             std::uint32_t height = 2) {
    RenderInfo info;
    info.state = RenderState::kReady;
    info.id = id;
    info.pixel_format = PixelFormat::kRgba8;
    info.width = width;
    info.height = height;
    info.stride_bytes = width * 4;
    info.pixel_offset = kPamHeaderBytes;
    info.size_bytes =
        kPamHeaderBytes + std::uint64_t{info.stride_bytes} * height;
    info.created_unix_s = 1'800'000'000;
    info.ttl_s = 3600;
    return info;
  }

  // Writes the file of `info`: byte i of the pixels is i + the id, so that each
  // render has other pixels.
  void WriteFile(const RenderInfo& info) const {
    RenderRecord record;
    record.id = info.id;
    record.created_unix_s = info.created_unix_s;
    record.ttl_s = info.ttl_s;
    record.width = info.width;
    record.height = info.height;
    std::array<std::byte, kPamHeaderBytes> header;
    WritePamHeader(record, header);
    std::string pixels(std::size_t{info.stride_bytes} * info.height, '\0');
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      pixels[i] = static_cast<char>(PixelByte(info.id, i));
    }
    // Under its name only when complete, like the daemon's: a reader may have
    // an earlier file of that name mapped.
    const auto hidden = path_ / ".new";
    std::ofstream file(hidden, std::ios::binary);
    file.write(reinterpret_cast<const char*>(header.data()), header.size());
    file << pixels;
    file.close();
    std::filesystem::rename(hidden, PathOf(info));
  }

  static std::byte PixelByte(RenderId id, std::size_t index) {
    return static_cast<std::byte>(index + id);
  }

  std::filesystem::path PathOf(const RenderInfo& info) const {
    return path_ / RenderFileName(info);
  }

 private:
  std::filesystem::path path_;
  UniqueFd fd_;
};

}  // namespace goxel

#endif  // TESTS_RENDER_DIRECTORY_H_
