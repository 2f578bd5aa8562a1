#include "clients/cli/preview.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "clients/cpp/environment.h"

namespace goxel {
namespace {

bool SpeaksKittyGraphics() {
  return !Environment("KITTY_WINDOW_ID").empty() ||
         Environment("TERM") == "xterm-kitty" ||
         Environment("TERM") == "xterm-ghostty";
}

std::string Base64(std::string_view text) {
  std::string encoded(4 * ((text.size() + 2) / 3), '\0');
  // Writes a terminating zero, for which a string has room.
  ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                    reinterpret_cast<const unsigned char*>(text.data()),
                    static_cast<int>(text.size()));
  return encoded;
}

// https://sw.kovidgoyal.net/kitty/graphics-protocol: display (a=T) a PNG
// (f=100) from a file (t=f), without an answer on stdin (q=2).
Status PreviewByPath(const std::filesystem::path& png) {
  std::error_code error;
  const auto path = std::filesystem::absolute(png, error);
  if (error) {
    return Status::FromErrno(fmt::format("make '{}' absolute", png.native()),
                             error.value());
  }
  fmt::print("\x1b_Ga=T,f=100,t=f,q=2;{}\x1b\\\n", Base64(path.native()));
  std::fflush(stdout);
  return {};
}

}  // namespace

bool CanPreview() { return ::isatty(STDOUT_FILENO) == 1; }

Status Preview(const std::filesystem::path& png) {
  if (SpeaksKittyGraphics()) return PreviewByPath(png);
  const auto picture = ReadPng(png);
  if (!picture) return picture.error();
  return PreviewInCells(*picture);
}

}  // namespace goxel
