#include "clients/cli/render_listing.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>

namespace goxel {
namespace {

double Milliseconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e6; }

void WriteIdentity(JsonWriter& writer, const RenderInfo& info,
                   const std::filesystem::path& path) {
  WriteText(writer, "id", FormatRenderId(info.id));
  WriteText(writer, "key", FormatContentKey(info.key));
  WriteText(writer, "path", path.native());
  WriteText(writer, "format", ToString(info.format));
  WriteText(writer, "checksum", FormatChecksum(info.checksum));
}

void WriteGeometry(JsonWriter& writer, const RenderInfo& info) {
  writer.Key("size");
  writer.Uint64(info.size_bytes);
  writer.Key("dimensions");
  writer.StartObject();
  writer.Key("width");
  writer.Uint(info.width);
  writer.Key("height");
  writer.Uint(info.height);
  writer.EndObject();
  if (info.pixel_format == PixelFormat::kEncoded) return;
  writer.Key("mapping");
  writer.StartObject();
  writer.Key("offset");
  writer.Uint(info.pixel_offset);
  writer.Key("stride");
  writer.Uint(info.stride_bytes);
  writer.EndObject();
}

void WriteTimes(JsonWriter& writer, const RenderInfo& info) {
  writer.Key("created_at");
  writer.Int64(info.created_unix_s);
  writer.Key("expires_at");
  writer.Int64(info.expires_unix_ns / kNanosecondsPerSecond);
  writer.Key("ttl_seconds");
  writer.Uint(info.ttl_s);
  writer.Key("render_ms");
  writer.Double(Milliseconds(info.render_ns));
  writer.Key("transfer_ms");
  writer.Double(Milliseconds(info.transfer_ns));
}

}  // namespace

void WriteText(JsonWriter& writer, const char* key, std::string_view text) {
  writer.Key(key);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void WriteRenderJson(JsonWriter& writer, const RenderInfo& info,
                     const std::filesystem::path& path) {
  writer.StartObject();
  WriteIdentity(writer, info, path);
  WriteGeometry(writer, info);
  WriteTimes(writer, info);
  writer.EndObject();
}

void PrintDeliveredJson(std::string_view output, std::string_view reply_json) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  if (output.empty()) {
    writer.Key("output");
    writer.Null();
  } else {
    WriteText(writer, "output", output);
  }
  writer.Key("reply");
  writer.RawValue(reply_json.data(), reply_json.size(), rapidjson::kObjectType);
  writer.EndObject();
  fmt::print("{}\n", buffer.GetString());
  std::fflush(stdout);
}

std::string TimeLeft(const RenderInfo& info) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto left = std::chrono::nanoseconds(info.expires_unix_ns) - now;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left).count();
  if (seconds < 0) return "expired";
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 2 * 3600) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} h", seconds / 3600);
}

std::string FormatBytes(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1000;
  const char* unit = "kB";
  for (const char* larger : {"MB", "GB"}) {
    if (value < 1000) break;
    value /= 1000;
    unit = larger;
  }
  return fmt::format("{:.1f} {}", value, unit);
}

std::string FormatTime(std::int64_t unix_s) {
  return fmt::format("{:%F %T}", fmt::localtime(static_cast<time_t>(unix_s)));
}

}  // namespace goxel
