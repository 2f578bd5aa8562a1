#include "daemon/script_run.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <utility>

#include "daemon/json_text.h"
#include "daemon/result_writer.h"
#include "daemon/script_text.h"

namespace goxel {
namespace {

std::string ErrorJson(std::string_view name, std::string_view message) {
  return ResultWriter()
      .BeginObject()
      .Field("name", name)
      .Field("message", message)
      .EndObject()
      .Text();
}

std::string StartBody(const ScriptCode& code,
                      const std::vector<std::string>& methods,
                      std::uint64_t memory_bytes) {
  std::string body = R"({"name":)";
  AppendJsonString(code.name, &body);
  body.append(R"(,"script":)");
  AppendJsonString(code.text, &body);
  body.append(fmt::format(R"(,"memory":{},"methods":[)", memory_bytes));
  for (std::size_t i = 0; i < methods.size(); ++i) {
    if (i > 0) body.push_back(',');
    AppendJsonString(methods[i], &body);
  }
  return body.append("]}");
}

// The system's own limit is the second line of defence: it ends a script that
// nobody watches any more.
std::chrono::seconds CpuTime(std::chrono::milliseconds timeout) {
  return std::chrono::ceil<std::chrono::seconds>(timeout) +
         std::chrono::seconds(1);
}

bool IsJson(std::string_view text) {
  simdjson::dom::parser parser;
  return parser.parse(text.data(), text.size()).error() == simdjson::SUCCESS;
}

}  // namespace

ScriptOutcome FailedOutcome(std::string_view name, std::string_view message) {
  ScriptOutcome outcome;
  outcome.error = ErrorJson(name, message);
  return outcome;
}

Result<ScriptOutcome> ScriptRun::Run(const ScriptCode& code,
                                     const std::vector<std::string>& methods) {
  // It may have waited for its turn.
  if (Status status = watch_.Check(); !status.ok()) {
    return Fail(std::move(status));
  }
  auto process = ScriptProcess::Start(options_, CpuTime(watch_.timeout()));
  if (!process) return Fail(std::move(process.error()));
  Status status =
      (*process)->Send(ScriptFrame::kStart,
                       StartBody(code, methods, options_.memory_bytes), watch_);
  if (status.ok()) status = Converse(**process);
  if (!status.ok()) {
    return Fail(std::move(status).With("output", std::move(outcome_.output)));
  }
  outcome_.duration = watch_.Elapsed();
  return std::move(outcome_);
}

Status ScriptRun::Converse(ScriptProcess& process) {
  for (;;) {
    auto frame = process.Receive(watch_);
    if (!frame) return std::move(frame.error());
    if (!*frame) break;
    const std::string_view body = (*frame)->body.view();
    switch ((*frame)->type) {
      case ScriptFrame::kCall:
        if (Status status = Answer(process, **frame); !status.ok()) {
          return status;
        }
        break;
      case ScriptFrame::kPrint:
        TakeLine(body);
        break;
      case ScriptFrame::kPrintEnd:
        outcome_.output_truncated = true;
        break;
      case ScriptFrame::kResult:
        TakeResult(body);
        return Status();
      case ScriptFrame::kError:
        TakeError(body);
        return Status();
      default:
        return {StatusCode::kDataLoss,
                fmt::format("the script's process sent a frame of type {}",
                            static_cast<std::uint32_t>((*frame)->type))};
    }
  }
  Status ended = process.Wait();
  if (ended.code() == StatusCode::kCancelled) {
    outcome_.error = ErrorJson("InternalError", ended.message());
    return Status();
  }
  return ended.ok() ? Status(StatusCode::kInternal,
                             "the script's process ended without a word")
                    : ended;
}

Status ScriptRun::Answer(ScriptProcess& process, const ReceivedFrame& call) {
  const std::string text = Utf8FromSurrogates(call.body.view());
  auto response = calls_.Answer(
      text == call.body.view() ? call.body : MessageText(text), watch_);
  if (!response) return std::move(response.error());
  return process.Send(ScriptFrame::kReply, *response, watch_);
}

void ScriptRun::TakeLine(std::string_view line) {
  printed_ += line.size() + 1;
  if (printed_ > kMaxScriptOutput) {
    outcome_.output_truncated = true;
  } else {
    outcome_.output.push_back(Utf8FromSurrogates(line));
  }
}

void ScriptRun::TakeResult(std::string_view json) {
  if (json.size() > kMaxScriptResult) {
    outcome_.error = ErrorJson(
        "RangeError", fmt::format("the value of the script has {} bytes of "
                                  "JSON; it may have {}",
                                  json.size(), kMaxScriptResult));
    return;
  }
  std::string text = Utf8FromSurrogates(json);
  if (IsJson(text)) {
    outcome_.result = std::move(text);
  } else {
    outcome_.error = ErrorJson(
        "TypeError", "the value of the script holds text that is no Unicode");
  }
}

void ScriptRun::TakeError(std::string_view json) {
  std::string text = Utf8FromSurrogates(json);
  if (json.size() <= kMaxScriptError && IsJson(text)) {
    outcome_.error = std::move(text);
  } else {
    outcome_.error =
        ErrorJson("Error", fmt::format("the error has {} bytes of JSON; up to "
                                       "{} of Unicode can be shown",
                                       json.size(), kMaxScriptError));
  }
}

}  // namespace goxel
