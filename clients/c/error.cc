#include "clients/c/error.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdlib>
#include <string>

struct goxel_error {
  goxel_code code;
  std::string message;
  std::string details;
};

namespace goxel {
namespace {

// The numbers of StatusCode are this build's own, those of goxel.h are not.
goxel_code CodeForC(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return GOXEL_OK;
    case StatusCode::kInvalidArgument:
      return GOXEL_INVALID_ARGUMENT;
    case StatusCode::kNotFound:
      return GOXEL_NOT_FOUND;
    case StatusCode::kPermissionDenied:
      return GOXEL_PERMISSION_DENIED;
    case StatusCode::kFailedPrecondition:
      return GOXEL_FAILED_PRECONDITION;
    case StatusCode::kResourceExhausted:
      return GOXEL_RESOURCE_EXHAUSTED;
    case StatusCode::kTooLarge:
      return GOXEL_TOO_LARGE;
    case StatusCode::kStorageFailed:
      return GOXEL_STORAGE_FAILED;
    case StatusCode::kUnavailable:
      return GOXEL_UNAVAILABLE;
    case StatusCode::kFileTransferDisabled:
      return GOXEL_FILE_TRANSFER_DISABLED;
    case StatusCode::kIncompatibleProtocol:
      return GOXEL_INCOMPATIBLE_PROTOCOL;
    case StatusCode::kRenderFailed:
      return GOXEL_RENDER_FAILED;
    case StatusCode::kDataLoss:
      return GOXEL_DATA_LOSS;
    case StatusCode::kCancelled:
      return GOXEL_CANCELLED;
    case StatusCode::kTimedOut:
      return GOXEL_TIMED_OUT;
    case StatusCode::kInternal:
      break;
  }
  return GOXEL_INTERNAL;
}

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void WriteValue(Writer& writer, std::int64_t number) { writer.Int64(number); }

void WriteValue(Writer& writer, const std::string& text) {
  writer.String(text);
}

void WriteValue(Writer& writer, const std::vector<std::string>& words) {
  writer.StartArray();
  for (const std::string& word : words) writer.String(word);
  writer.EndArray();
}

std::string WriteDetails(const Status& status) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  for (const StatusDetail& detail : status.details()) {
    writer.String(detail.key);
    std::visit([&](const auto& value) { WriteValue(writer, value); },
               detail.value);
  }
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace

goxel_code ReportToC(const Status& status, goxel_error** error) noexcept {
  const goxel_code code = CodeForC(status.code());
  if (code == GOXEL_OK || error == nullptr) return code;
  try {
    *error = new goxel_error{code, status.message(), WriteDetails(status)};
  } catch (const std::exception&) {
    *error = nullptr;
  }
  return code;
}

}  // namespace goxel

uint32_t goxel_abi_version(void) { return GOXEL_ABI_VERSION; }

const char* goxel_version(void) { return GOXEL_VERSION; }

const char* goxel_code_name(goxel_code code) {
  for (int each = 0; each <= static_cast<int>(goxel::StatusCode::kInternal);
       ++each) {
    const auto status_code = static_cast<goxel::StatusCode>(each);
    // Words of this table are literals, and so end in a NUL.
    if (goxel::CodeForC(status_code) == code) {
      return goxel::ToString(status_code).data();
    }
  }
  return "unknown";
}

goxel_code goxel_error_code(const goxel_error* error) {
  return error == nullptr ? GOXEL_OK : error->code;
}

const char* goxel_error_message(const goxel_error* error) {
  return error == nullptr ? "" : error->message.c_str();
}

const char* goxel_error_details(const goxel_error* error) {
  return error == nullptr ? "{}" : error->details.c_str();
}

void goxel_error_free(goxel_error* error) { delete error; }

void goxel_text_free(char* text) { std::free(text); }
