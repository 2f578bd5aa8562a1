// Where a command puts a picture: a file that appears complete or not at all,
// or stdout for "-".

#ifndef CLIENTS_CLI_PICTURE_OUTPUT_H_
#define CLIENTS_CLI_PICTURE_OUTPUT_H_

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "clients/cpp/client.h"
#include "clients/cpp/mapped_image.h"
#include "ipc/status.h"

namespace goxel {

inline constexpr char kStdoutName[] = "-";

enum class OutputAccess {
  kByUmask,  // As every new file.
  kOwner,    // 0600.
};

// Copies what is left to read of one descriptor to the other.
Status CopyBytes(int from, int to);

// Writes `bytes`.
Status WriteBytes(std::span<const std::byte> bytes, const std::string& target,
                  OutputAccess access);

// Copies the file `source`.
Status CopyPicture(const std::filesystem::path& source,
                   const std::string& target);

// Copies the file of `render`; degraded, writes the picture that came instead.
Status WritePicture(const FileRender& render, const std::string& target);

// Writes the pixels as PAM (https://netpbm.sourceforge.net/doc/pam.html).
Status WritePam(const MappedImage& image, const std::string& target);

}  // namespace goxel

#endif  // CLIENTS_CLI_PICTURE_OUTPUT_H_
