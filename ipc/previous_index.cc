#include "ipc/previous_index.h"

#include <fcntl.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>

namespace goxel {
namespace {

constexpr char kBootIdPath[] = "/proc/sys/kernel/random/boot_id";

// Not to hang on a FIFO of that name.
SysResult<UniqueFd> OpenIndex(FileSystem& files, int directory_fd, int access) {
  return files.Open(directory_fd, kIndexFileName, access | O_NONBLOCK, 0);
}

bool IsOurs(const IndexHeader& header) {
  return header.magic.load(std::memory_order_acquire) == kIndexMagic &&
         header.layout_version == kIndexLayoutVersion &&
         header.layout_hash == kIndexLayoutHash;
}

}  // namespace

BootId ReadBootId(FileSystem& files) {
  BootId id{};
  std::array<char, 64> text{};
  const auto fd = files.Open(AT_FDCWD, kBootIdPath, O_RDONLY, 0);
  const auto room = std::as_writable_bytes(std::span(text)).first(63);
  if (!fd || !files.ReadAt(fd->get(), room, 0)) return id;
  std::string digits(text.data());
  std::erase_if(digits, [](char c) { return c == '-' || c == '\n'; });
  for (std::size_t i = 0; i < id.size() && i * 2 + 2 <= digits.size(); ++i) {
    id[i] = static_cast<std::uint8_t>(
        std::strtoul(digits.substr(i * 2, 2).c_str(), nullptr, 16));
  }
  return id;
}

SysResult<std::optional<PreviousIndex>> ReadPreviousIndex(FileSystem& files,
                                                          int directory_fd) {
  const auto fd = OpenIndex(files, directory_fd, O_RDONLY);
  if (!fd && (fd.error() == ENOENT || fd.error() == ELOOP)) return std::nullopt;
  if (!fd) return tl::unexpected(fd.error());
  alignas(IndexHeader) std::array<std::byte, sizeof(IndexHeader)> page{};
  const auto count = files.ReadAt(fd->get(), page, 0);
  if (!count) return tl::unexpected(count.error());
  const auto& header = *reinterpret_cast<const IndexHeader*>(page.data());
  if (*count != page.size() || !IsOurs(header)) return std::nullopt;
  return PreviousIndex{.epoch = header.epoch,
                       .boot_id = header.boot_id,
                       .state = static_cast<IndexState>(header.state.load())};
}

MappedRegion MapPreviousHeader(FileSystem& files, int directory_fd) {
  const auto fd = OpenIndex(files, directory_fd, O_RDWR);
  if (!fd) return {};
  const auto status = files.Stat(fd->get());
  if (!status || status->st_size < off_t{kIndexHeaderBytes}) return {};
  auto region =
      files.Map(fd->get(), MapAccess::kReadWrite, 0, kIndexHeaderBytes);
  if (!region) return {};
  const bool ours =
      IsOurs(*reinterpret_cast<const IndexHeader*>(region->bytes().data()));
  return ours ? *std::move(region) : MappedRegion();
}

}  // namespace goxel
