// How a render of the index is shown to people and to programs.

#ifndef CLIENTS_CLI_RENDER_LISTING_H_
#define CLIENTS_CLI_RENDER_LISTING_H_

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "ipc/render_info.h"

namespace goxel {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

// A member whose value is a string.
void WriteText(JsonWriter& writer, const char* key, std::string_view text);

// One object with the members that goxel.list_renders gives, and what only the
// index knows.
void WriteRenderJson(JsonWriter& writer, const RenderInfo& info,
                     const std::filesystem::path& path);

// Prints {"output":...,"reply":...} as one line: the file that a picture was
// written to, null when that is empty, and what the daemon answered, as JSON.
void PrintDeliveredJson(std::string_view output, std::string_view reply_json);

// "12 s", "59 min", "3 h", or "expired".
std::string TimeLeft(const RenderInfo& info);

// "33.2 MB"; decimal units.
std::string FormatBytes(std::uint64_t bytes);

// "2026-11-23 01:02:03" in local time.
std::string FormatTime(std::int64_t unix_s);

}  // namespace goxel

#endif  // CLIENTS_CLI_RENDER_LISTING_H_
