// Reads the daemon's configuration file: INI text, where each value remembers
// the line that it stands in, so that a complaint about it can name the place.

#ifndef DAEMON_CONFIG_FILE_H_
#define DAEMON_CONFIG_FILE_H_

#include <string>
#include <vector>

#include "ipc/status.h"

namespace goxel {

struct ConfigEntry {
  std::string section;
  std::string key;
  std::string value;  // Without surrounding blanks and a comment after " ;".
  int line = 0;       // From 1.
};

// All entries of the file, in its order. kNotFound or kPermissionDenied when it
// cannot be read; kInvalidArgument, with the line, where it is no INI text.
Result<std::vector<ConfigEntry>> ReadConfigFile(const std::string& path);

}  // namespace goxel

#endif  // DAEMON_CONFIG_FILE_H_
