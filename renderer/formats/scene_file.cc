#include "renderer/formats/scene_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "renderer/formats/gox_format.h"
#include "renderer/formats/obj_format.h"
#include "renderer/formats/ply_format.h"
#include "renderer/formats/qb_format.h"
#include "renderer/formats/text_format.h"
#include "renderer/formats/text_lines.h"
#include "renderer/formats/vox_format.h"

namespace goxel {
namespace {

bool StartsWith(std::span<const std::byte> bytes, std::string_view magic) {
  return bytes.size() >= magic.size() &&
         std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

std::optional<SceneFormat> FormatOfContent(std::span<const std::byte> bytes) {
  if (StartsWith(bytes, "VOX ")) return SceneFormat::kVox;
  if (StartsWith(bytes, "GOX ")) return SceneFormat::kGox;
  if (StartsWith(bytes, "\x1F\x8B")) return SceneFormat::kGox;
  if (LooksLikePly(bytes)) return SceneFormat::kPly;
  if (LooksLikeText(bytes)) return SceneFormat::kTxt;
  if (LooksLikeObj(bytes)) return SceneFormat::kObj;
  if (LooksLikeQb(bytes)) return SceneFormat::kQb;
  return std::nullopt;
}

std::optional<SceneFormat> FormatOfName(std::string_view file_name) {
  struct Suffix {
    std::string_view text;
    SceneFormat format;
  };
  constexpr std::array<Suffix, 7> kSuffixes = {{{".vox", SceneFormat::kVox},
                                                {".gox", SceneFormat::kGox},
                                                {".gox.gz", SceneFormat::kGox},
                                                {".qb", SceneFormat::kQb},
                                                {".txt", SceneFormat::kTxt},
                                                {".ply", SceneFormat::kPly},
                                                {".obj", SceneFormat::kObj}}};
  std::string name(file_name);
  std::ranges::transform(name, name.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  for (const Suffix& suffix : kSuffixes) {
    if (name.ends_with(suffix.text)) return suffix.format;
  }
  return std::nullopt;
}

// The first bytes in hexadecimal and, where they are letters, as text.
std::string DescribeStart(std::span<const std::byte> bytes) {
  if (bytes.empty()) return "is empty";
  std::string hex;
  std::string text;
  for (const std::byte byte :
       bytes.first(std::min<std::size_t>(bytes.size(), 4))) {
    const auto value = std::to_integer<unsigned char>(byte);
    hex += fmt::format("{:02X} ", value);
    text += value >= ' ' && value <= '~' ? static_cast<char>(value) : '.';
  }
  return fmt::format("starts with {}(\"{}\")", hex, text);
}

// Closes the descriptor when it goes out of scope.
class OpenFile {
 public:
  // O_NONBLOCK: opening a FIFO must not wait for somebody to write to it.
  explicit OpenFile(const std::filesystem::path& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int fd() const { return fd_; }

 private:
  int fd_;
};

// Bytes that are not cleared before they are read into.
struct FileBytes {
  std::unique_ptr<std::byte[]> memory;
  std::size_t size = 0;

  std::span<const std::byte> view() const { return {memory.get(), size}; }
};

// The size of the open regular file, checked.
Result<std::size_t> FileSize(int fd, const std::filesystem::path& path,
                             const ReadLimits& limits) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) {
    return Fail(Status::FromErrno("fstat " + path.string(), errno));
  }
  if (!S_ISREG(status.st_mode)) {
    return Fail(
        StatusCode::kInvalidArgument,
        fmt::format("{} is not a regular file; give the path of a .vox, "
                    ".gox, .qb, .txt, .ply or .obj file",
                    path.string()));
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > limits.max_file_bytes) {
    return Fail(StatusCode::kTooLarge,
                fmt::format("{} has {} bytes; at most {} are read",
                            path.string(), size, limits.max_file_bytes));
  }
  return static_cast<std::size_t>(size);
}

// A file that shrinks meanwhile gives what is left of it.
Result<FileBytes> ReadFile(const std::filesystem::path& path,
                           const ReadLimits& limits) {
  const OpenFile file(path);
  if (file.fd() < 0) {
    return Fail(Status::FromErrno("open " + path.string(), errno));
  }
  const Result<std::size_t> size = FileSize(file.fd(), path, limits);
  if (!size) return Fail(size.error());
  FileBytes bytes;
  bytes.memory.reset(new (std::nothrow) std::byte[*size]);
  if (bytes.memory == nullptr) {
    return Fail(StatusCode::kTooLarge,
                fmt::format("no memory left for the {} bytes of {}", *size,
                            path.string()));
  }
  while (bytes.size < *size) {
    const ssize_t got =
        ::read(file.fd(), bytes.memory.get() + bytes.size, *size - bytes.size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Fail(Status::FromErrno("read " + path.string(), errno));
    if (got == 0) break;
    bytes.size += static_cast<std::size_t>(got);
  }
  return bytes;
}

// The .mtl files in a directory. Names that lead elsewhere are refused: what a
// file says must not choose what is read of the disk.
MaterialSource MaterialsIn(const std::filesystem::path& directory,
                           const ReadLimits& limits) {
  return [directory, limits](std::string_view name) -> Result<std::string> {
    if (name.find_first_of(std::string_view("/\0", 2)) != name.npos ||
        !name.ends_with(".mtl")) {
      return Fail(StatusCode::kInvalidArgument,
                  "expected the name of an .mtl file in the same directory");
    }
    const Result<FileBytes> file = ReadFile(directory / name, limits);
    if (!file) return Fail(file.error());
    return std::string(AsText(file->view()));
  };
}

Result<std::string> NoMaterials(std::string_view /*name*/) {
  return Fail(StatusCode::kNotFound, "there are no files beside this one");
}

Result<Scene> ReadFormat(std::span<const std::byte> bytes, SceneFormat format,
                         const ReadLimits& limits,
                         const MaterialSource& materials) {
  switch (format) {
    case SceneFormat::kVox:
      return ReadVox(bytes, limits);
    case SceneFormat::kGox:
      return ReadGox(bytes, limits);
    case SceneFormat::kQb:
      return ReadQb(bytes, limits);
    case SceneFormat::kTxt:
      return ReadText(bytes, limits);
    case SceneFormat::kPly:
      return ReadPly(bytes, limits);
    case SceneFormat::kObj:
      return ReadObj(bytes, limits, materials);
  }
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("{} is no scene format", static_cast<int>(format)));
}

Result<Scene> ReadWithin(std::span<const std::byte> bytes, SceneFormat format,
                         const ReadLimits& limits,
                         const MaterialSource& materials) {
  if (bytes.size() > limits.max_file_bytes) {
    return Fail(StatusCode::kTooLarge,
                fmt::format("the file has {} bytes; at most {} are read",
                            bytes.size(), limits.max_file_bytes));
  }
  try {
    return ReadFormat(bytes, format, limits, materials);
  } catch (const std::bad_alloc&) {
    return Fail(StatusCode::kTooLarge, "no memory left for the scene");
  }
}

}  // namespace

std::string_view ToString(SceneFormat format) {
  switch (format) {
    case SceneFormat::kVox:
      return "vox";
    case SceneFormat::kGox:
      return "gox";
    case SceneFormat::kQb:
      return "qb";
    case SceneFormat::kTxt:
      return "txt";
    case SceneFormat::kPly:
      return "ply";
    case SceneFormat::kObj:
      return "obj";
  }
  return "unknown";
}

Result<SceneFormat> DetectSceneFormat(std::span<const std::byte> bytes,
                                      std::string_view file_name) {
  if (const auto format = FormatOfContent(bytes)) return *format;
  if (const auto format = FormatOfName(file_name)) return *format;
  return Fail(
      StatusCode::kInvalidArgument,
      fmt::format("\"{}\" {}; expected a .vox (\"VOX \"), .gox (\"GOX \", or "
                  "gzip), .qb, .txt (\"X Y Z RRGGBB\"), .ply (\"ply\") or "
                  ".obj (\"v X Y Z\") file",
                  file_name, DescribeStart(bytes)));
}

Result<Scene> ReadScene(std::span<const std::byte> bytes, SceneFormat format,
                        const ReadLimits& limits) {
  return ReadWithin(bytes, format, limits, NoMaterials);
}

Result<LoadedScene> LoadSceneFile(const std::filesystem::path& path,
                                  const ReadLimits& limits) {
  const Result<FileBytes> file = ReadFile(path, limits);
  if (!file) return Fail(file.error());
  const std::string name = path.filename().string();
  const Result<SceneFormat> format = DetectSceneFormat(file->view(), name);
  if (!format) return Fail(format.error());
  Result<Scene> scene = ReadWithin(file->view(), *format, limits,
                                   MaterialsIn(path.parent_path(), limits));
  if (!scene) {
    return Fail(scene.error().code(),
                fmt::format("{}: {}", name, scene.error().message()));
  }
  return LoadedScene{std::move(*scene), *format};
}

Result<Scene> LoadScene(const std::filesystem::path& path,
                        const ReadLimits& limits) {
  auto loaded = LoadSceneFile(path, limits);
  if (!loaded) return Fail(std::move(loaded.error()));
  return std::move(loaded->scene);
}

}  // namespace goxel
