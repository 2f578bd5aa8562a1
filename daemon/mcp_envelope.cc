#include "daemon/mcp_envelope.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include "daemon/json_scanner.h"
#include "daemon/json_text.h"
#include "ipc/protocol.h"

namespace goxel {
namespace {

constexpr int kUnknownTool = -1001;
constexpr int kWrongMessage = -1002;
constexpr int kToolFailed = -1003;

// Where the colour objects of a tool's arguments are.
enum class Colors {
  kNone,          // Nowhere, or whole.
  kInArguments,   // arguments.color
  kInOperations,  // arguments.operations[].color
};

struct Tool {
  std::string_view name;
  std::string_view method;
  Colors colors = Colors::kNone;
};

constexpr std::array kTools = {
    Tool{"goxel_create_project", "goxel.create_project"},
    Tool{"goxel_open_file", "goxel.load_project"},
    Tool{"goxel_save_file", "goxel.save_project"},
    Tool{"goxel_export_file", "goxel.export_model"},
    Tool{"goxel_render_scene", "goxel.render_scene"},
    Tool{"goxel_get_voxel", "goxel.get_voxel", Colors::kInArguments},
    Tool{"goxel_add_voxels", "goxel.add_voxel", Colors::kInArguments},
    Tool{"goxel_remove_voxels", "goxel.remove_voxel", Colors::kInArguments},
    Tool{"goxel_paint_voxels", "goxel.paint_voxels", Colors::kInArguments},
    Tool{"goxel_flood_fill", "goxel.flood_fill", Colors::kInArguments},
    Tool{"goxel_procedural_shape", "goxel.procedural_shape"},
    Tool{"goxel_batch_voxel_operations", "goxel.batch_operations",
         Colors::kInOperations},
    Tool{"goxel_new_layer", "goxel.create_layer"},
    Tool{"goxel_delete_layer", "goxel.delete_layer"},
    Tool{"goxel_list_layers", "goxel.list_layers"},
    Tool{"goxel_merge_layers", "goxel.merge_layers"},
    Tool{"goxel_set_layer_visibility", "goxel.set_layer_visibility"},
    Tool{"ping", "ping"},
    Tool{"version", "version"},
    Tool{"list_methods", "list_methods"},
};

std::string ToolNames() {
  std::string names;
  for (const Tool& tool : kTools) {
    fmt::format_to(std::back_inserter(names), "{}{}", names.empty() ? "" : ", ",
                   tool.name);
  }
  return names;
}

// The members of a message, raw; empty when absent.
struct McpMembers {
  std::string_view tool;
  std::string_view method;
  std::string_view arguments;
  std::string_view id;
};

McpMembers ReadMembers(std::string_view message) {
  McpMembers members;
  JsonScanner scan(message);
  scan.ReadObject([&](std::string_view key) {
    std::string_view value;
    if (!scan.ReadValue(&value)) return false;
    if (IsName(key, "tool")) members.tool = value;
    if (IsName(key, "method")) members.method = value;
    if (IsName(key, "arguments")) members.arguments = value;
    if (IsName(key, "id")) members.id = value;
    return true;
  });
  return members;
}

// A text that is copied with insertions.
class Insertions {
 public:
  explicit Insertions(std::string_view text) : text_(text) {}

  // REQUIRES: `place` points into the text, not before the last one.
  void Add(const char* place, std::string_view inserted) {
    const auto offset = static_cast<std::size_t>(place - text_.data());
    result_.append(text_.substr(copied_, offset - copied_)).append(inserted);
    copied_ = offset;
  }

  bool empty() const { return copied_ == 0; }
  std::string Finish() && {
    return std::move(result_.append(text_.substr(copied_)));
  }

 private:
  const std::string_view text_;
  std::string result_;
  std::size_t copied_ = 0;
};

// Completes `color`, the text of a colour, if it is an object.
void CompleteColor(std::string_view color, Insertions& insertions) {
  constexpr std::array<std::string_view, 4> kChannels = {"r", "g", "b", "a"};
  std::array<bool, kChannels.size()> given{};
  bool empty = true;
  JsonScanner scan(color);
  const bool is_object = scan.ReadObject([&](std::string_view key) {
    for (std::size_t i = 0; i < given.size(); ++i) {
      given[i] = given[i] || IsName(key, kChannels[i]);
    }
    empty = false;
    return scan.SkipValue();
  });
  if (!is_object) return;
  std::string missing;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (!given[i]) missing += fmt::format(R"("{}":255,)", kChannels[i]);
  }
  if (empty) missing.pop_back();
  if (!missing.empty()) insertions.Add(color.data() + 1, missing);
}

// Passes an object and completes its member "color"; passes anything else.
bool CompleteColorOf(JsonScanner& scan, Insertions& insertions) {
  if (scan.Peek() != '{') return scan.SkipValue();
  return scan.ReadObject([&](std::string_view key) {
    std::string_view value;
    if (!scan.ReadValue(&value)) return false;
    if (IsName(key, "color")) CompleteColor(value, insertions);
    return true;
  });
}

bool CompleteColorsOfOperations(JsonScanner& scan, Insertions& insertions) {
  return scan.ReadObject([&](std::string_view key) {
    if (!IsName(key, "operations") || scan.Peek() != '[') {
      return scan.SkipValue();
    }
    return scan.ReadArray([&] { return CompleteColorOf(scan, insertions); });
  });
}

// The arguments with every channel of their colours: one that is left out is
// 255 here, which the methods would refuse.
MessageText WithWholeColors(MessageText arguments, Colors colors) {
  Insertions insertions(arguments.view());
  JsonScanner scan(arguments.view());
  if (colors == Colors::kInArguments) CompleteColorOf(scan, insertions);
  if (colors == Colors::kInOperations) {
    CompleteColorsOfOperations(scan, insertions);
  }
  if (insertions.empty()) return arguments;
  return MessageText(std::move(insertions).Finish());
}

RpcRefusal Refusal(int code, std::string why, std::string_view id) {
  const StatusCode status = code == kMethodNotFound
                                ? StatusCode::kNotFound
                                : StatusCode::kInvalidArgument;
  return {.error = {Status(status, std::move(why)), code},
          .id = std::string(id),
          .mcp = true};
}

bool IsUsableId(std::string_view raw) {
  return raw.empty() || (raw.front() != '{' && raw.front() != '[' &&
                         raw != "true" && raw != "false");
}

tl::expected<RpcCall, RpcRefusal> CallOfTool(const McpMembers& members,
                                             const MessageText& message) {
  if (!IsUsableId(members.id)) {
    return tl::unexpected(
        Refusal(kInvalidRequest,
                fmt::format("id is {}; give a string, a number or null",
                            members.id.substr(0, 80)),
                {}));
  }
  const bool named = members.tool.size() >= 2 && members.tool.front() == '"';
  const std::string_view name =
      named ? members.tool.substr(1, members.tool.size() - 2) : "";
  if (!named) {
    return tl::unexpected(
        Refusal(kInvalidRequest,
                fmt::format("tool is {}; give its name as a string",
                            members.tool.empty() ? "missing"
                                                 : members.tool.substr(0, 80)),
                members.id));
  }
  const auto* const tool = std::ranges::find(kTools, name, &Tool::name);
  if (tool == kTools.end()) {
    return tl::unexpected(
        Refusal(kMethodNotFound,
                fmt::format("Tool not found: {}; the tools are {}",
                            name.substr(0, 80), ToolNames()),
                members.id));
  }
  const bool none = members.arguments.empty() || members.arguments == "null";
  if (!none && members.arguments.front() != '{') {
    return tl::unexpected(Refusal(kInvalidParams,
                                  fmt::format("arguments is {}; give an object",
                                              members.arguments.substr(0, 80)),
                                  members.id));
  }
  RpcCall call{.id = std::string(members.id),
               .method = std::string(tool->method),
               .params = {},
               .mcp = true};
  if (!none) {
    call.params =
        WithWholeColors(message.Part(members.arguments), tool->colors);
  }
  return call;
}

// True when the text sets out as an MCP message does, whatever comes then.
bool BeginsWithTool(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  if (!text.starts_with('{')) return false;
  const auto start = text.find_first_not_of(kBlanks, 1);
  return start != std::string_view::npos &&
         text.substr(start).starts_with("\"tool\"");
}

}  // namespace

tl::expected<RpcCall, RpcRefusal> ParseMessage(const MessageText& message,
                                               WireProtocol protocol) {
  auto call = ParseRequest(message);
  const bool only_mcp = protocol == WireProtocol::kMcp;
  if (call && !only_mcp) return call;
  if (!call && call.error().error.code == kParseError) {
    call.error().mcp = only_mcp || (protocol == WireProtocol::kAuto &&
                                    BeginsWithTool(message.view()));
    if (call.error().mcp) call.error().id.clear();
    return call;
  }
  const McpMembers members = ReadMembers(message.view());
  const bool is_mcp = !members.tool.empty() && members.method.empty();
  if (is_mcp && protocol == WireProtocol::kJsonRpc) {
    call.error().error = {
        Status(StatusCode::kInvalidArgument,
               "Invalid Request: this is an MCP message, and the daemon runs "
               "with --protocol jsonrpc; give \"method\" and \"params\""),
        kInvalidRequest};
    return call;
  }
  if (!is_mcp && only_mcp) {
    return tl::unexpected(
        Refusal(kInvalidRequest,
                "this is no MCP message, and the daemon runs with --protocol "
                "mcp; give \"tool\" and \"arguments\"",
                IsUsableId(members.id) ? members.id : ""));
  }
  return is_mcp ? CallOfTool(members, message) : call;
}

std::string McpReplyTail(std::string_view id) {
  return id.empty() ? "}" : ReplyTail(id);
}

std::string McpErrorReply(const RpcError& error, std::string_view id) {
  int code = kToolFailed;
  switch (error.code != 0 ? error.code : WireErrorCode(error.status.code())) {
    case kMethodNotFound:
      code = kUnknownTool;
      break;
    case kParseError:
    case kInvalidRequest:
    case kInvalidParams:
      code = kWrongMessage;
      break;
    default:
      break;
  }
  std::string json = fmt::format(
      R"({{"success":false,"error_code":{},"error_message":)", code);
  AppendJsonString(error.status.message(), &json);
  json.append(R"(,"error_data":)").append(ErrorData(error.status));
  return json.append(McpReplyTail(id));
}

}  // namespace goxel
