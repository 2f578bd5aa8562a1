#include "daemon/config_file.h"

#include <fmt/format.h>
#include <ini.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace goxel {
namespace {

// inih reads lines of up to 200 bytes including their end (INI_MAX_LINE).
constexpr std::size_t kMaxLineBytes = 198;

// Hands inih one line at a time and counts them.
class LineReader {
 public:
  explicit LineReader(const std::string& text) : text_(text) {}

  static char* ReadLine(char* line, int capacity, void* self) {
    return static_cast<LineReader*>(self)->Next(line, capacity);
  }

  static int AddEntry(void* self, const char* section, const char* key,
                      const char* value) {
    auto& reader = *static_cast<LineReader*>(self);
    reader.entries.push_back({section, key, value, reader.line});
    return 1;
  }

  std::vector<ConfigEntry> entries;
  int line = 0;
  int long_line = 0;  // The first that does not fit; 0: none.

 private:
  char* Next(char* line_buffer, int capacity) {
    std::string text;
    if (!std::getline(text_, text)) return nullptr;
    ++line;
    // inih takes an indented line for more of the value before it.
    text.erase(0, std::min(text.find_first_not_of(" \t"), text.size()));
    if (text.size() > kMaxLineBytes && long_line == 0) long_line = line;
    std::snprintf(line_buffer, static_cast<std::size_t>(capacity), "%s\n",
                  text.c_str());
    return line_buffer;
  }

  std::istringstream text_;
};

Result<std::string> ReadWholeFile(const std::string& path) {
  errno = 0;
  std::ifstream file(path);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) {
    return Fail(Status::FromErrno("read the configuration file " + path,
                                  errno != 0 ? errno : EIO));
  }
  return text.str();
}

}  // namespace

Result<std::vector<ConfigEntry>> ReadConfigFile(const std::string& path) {
  const Result<std::string> text = ReadWholeFile(path);
  if (!text) return Fail(text.error());
  LineReader reader(*text);
  const int bad_line = ini_parse_stream(&LineReader::ReadLine, &reader,
                                        &LineReader::AddEntry, &reader);
  if (reader.long_line != 0) {
    return Fail(
        StatusCode::kInvalidArgument,
        fmt::format("{}:{}: the line is too long; give at most {} bytes", path,
                    reader.long_line, kMaxLineBytes));
  }
  if (bad_line != 0) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("{}:{}: expected [section], key = value or a "
                            "comment that starts with ; or #",
                            path, bad_line));
  }
  return std::move(reader.entries);
}

}  // namespace goxel
