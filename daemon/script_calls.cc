#include "daemon/script_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "daemon/json_rpc.h"
#include "ipc/protocol.h"

namespace goxel {
namespace {

// What is bound to a connection, of which a script has none; what waits for
// somebody else, who may wait for the script; and what takes effect beyond the
// project at once, so that a script that fails could not be undone.
constexpr std::array<std::string_view, 12> kNotForScripts = {
    "goxel.acquire_lease",  "goxel.cancel",        "goxel.close_project",
    "goxel.execute_script", "goxel.hello",         "goxel.list_projects",
    "goxel.release_lease",  "goxel.reload_config", "goxel.report_reads",
    "goxel.set_camera",     "goxel.set_light",     "goxel.wait_render",
};

bool IsForScripts(std::string_view method) {
  return std::ranges::find(kNotForScripts, method) == kNotForScripts.end();
}

RpcError NoSuchMethod(std::string_view name, bool exists) {
  return {Status(StatusCode::kNotFound,
                 fmt::format("Method not found: {}{}", name,
                             exists ? " is not for scripts" : "")),
          kMethodNotFound};
}

// A reply that comes during the call or later, from another thread.
class AwaitedReply {
 public:
  void Set(RpcResult result) {
    const std::lock_guard lock(mutex_);
    result_ = std::move(result);
    changed_.notify_one();
  }

  Result<RpcResult> Wait(const ScriptWatch& watch) {
    std::unique_lock lock(mutex_);
    while (!result_) {
      if (Status status = watch.Check(); !status.ok()) {
        return Fail(std::move(status));
      }
      changed_.wait_for(lock, watch.Patience());
    }
    return *std::move(result_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<RpcResult> result_;
};

// Appends all text of `source`; false, with the rest unread, when that is more
// than `max_bytes`.
Result<bool> ReadAll(TextSource& source, std::size_t max_bytes,
                     std::string* text) {
  std::array<char, 16384> piece;
  while (text->size() <= max_bytes) {
    auto read = source.Read(piece);
    if (!read) return Fail(std::move(read.error()));
    if (*read == 0) return true;
    text->append(piece.data(), *read);
  }
  return false;
}

std::string ResultLine(std::string_view result) {
  std::string line;
  line.reserve(kReplyHead.size() + result.size() + 16);
  return line.append(kReplyHead).append(result).append(ReplyTail("1"));
}

}  // namespace

std::vector<std::string> ScriptCalls::Names(const MethodTable& methods) {
  std::vector<std::string> names;
  for (const Method& method : methods.methods()) {
    if (IsForScripts(method.name)) names.push_back(method.name);
  }
  return names;
}

Result<std::string> ScriptCalls::Answer(const MessageText& request,
                                        const ScriptWatch& watch) {
  auto call = ParseRequest(request);
  if (!call) return ErrorReply(call.error().error, "1");
  const Method* method = methods_.Find(call->method);
  if (method == nullptr || !IsForScripts(call->method)) {
    return ErrorReply(NoSuchMethod(call->method, method != nullptr), "1");
  }
  const auto reply = std::make_shared<AwaitedReply>();
  methods_.CallOn(project_, *method,
                  {.method = std::move(call->method),
                   .params = call->params,
                   .peer = watch.peer()},
                  parser_,
                  [reply](RpcResult result) { reply->Set(std::move(result)); });
  auto result = reply->Wait(watch);
  if (!result) return Fail(std::move(result.error()));
  const auto text = Collect(*std::move(result));
  return text ? ResultLine(*text) : ErrorReply(text.error(), "1");
}

tl::expected<std::string, RpcError> ScriptCalls::Collect(
    RpcResult result) const {
  if (!result) return tl::unexpected(std::move(result.error()));
  if (result->descriptor.valid()) {
    return RpcFail({StatusCode::kInvalidArgument,
                    "a script cannot take a descriptor; give another "
                    "return_mode than fd"});
  }
  std::string text = result->json.substr(0, result->insert_at);
  bool fits = true;
  if (result->inserted) {
    auto read = ReadAll(*result->inserted, max_reply_bytes_, &text);
    if (!read) return RpcFail(std::move(read.error()));
    fits = *read;
  }
  text.append(result->json, result->insert_at);
  if (fits && text.size() <= max_reply_bytes_) return text;
  return RpcFail(
      Status(StatusCode::kTooLarge,
             fmt::format("the reply has more than the {} bytes that a script "
                         "can take; ask for less at once",
                         max_reply_bytes_))
          .With("limit", static_cast<std::int64_t>(max_reply_bytes_)));
}

}  // namespace goxel
