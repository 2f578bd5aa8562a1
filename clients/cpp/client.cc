#include "clients/cpp/client.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <limits>
#include <mutex>
#include <utility>
#include <vector>

#include "clients/cpp/kept_directory.h"
#include "clients/cpp/reply.h"
#include "clients/cpp/request.h"
#include "clients/cpp/socket_path.h"
#include "clients/cpp/socket_stream.h"

namespace goxel {
namespace {

constexpr std::string_view kBuiltinPrefix = "builtin:";

constexpr std::string_view kFileMode = "file_path";
constexpr std::string_view kMappedMode = "mmap";
constexpr std::string_view kDescriptorMode = "fd";

struct Answer {
  JsonText result;
  UniqueFd descriptor;
};

// The PNG that came in the reply instead of a file.
Result<std::vector<std::byte>> DecodePicture(const RenderReply& facts) {
  const std::string& text = facts.image_base64;
  std::vector<std::byte> bytes(text.size() / 4 * 3);
  const int size =
      text.size() > std::size_t{std::numeric_limits<int>::max()}
          ? -1
          : ::EVP_DecodeBlock(
                reinterpret_cast<unsigned char*>(bytes.data()),
                reinterpret_cast<const unsigned char*>(text.data()),
                static_cast<int>(text.size()));
  if (size <= 0) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("the daemon made no file ({}), and the picture in "
                            "its reply cannot be read",
                            facts.degraded->message));
  }
  // OpenSSL decodes the padding too.
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=');
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

class SocketClient final : public Client {
 public:
  SocketClient(ClientOptions options, SocketStream stream)
      : options_(std::move(options)), stream_(std::move(stream)) {}

  const std::filesystem::path& socket_path() const override {
    return options_.socket_path;
  }

  Result<JsonText> Call(std::string_view method, std::string_view params_json,
                        const OnNotification& on_notification) override;
  Status Ping() override;
  Status CreateProject(std::string_view name) override;
  Status CreateEphemeralProject(std::string_view project_id) override;
  Status LoadProject(const std::filesystem::path& path,
                     std::string_view project_id) override;
  Result<FileRender> RenderToFile(const RenderRequest& request) override;
  Result<MappedRender> RenderMapped(const RenderRequest& request) override;
  Result<MappedRender> RenderToDescriptor(
      const RenderRequest& request) override;

 private:
  using OnLine = std::function<void(const ReplyLine&)>;

  // Of a call, and again of its reply with each notification.
  Deadline DeadlineFromNow() const {
    return std::chrono::steady_clock::now() + options_.timeout;
  }
  Status CallForStatus(std::string_view method, std::string_view params);
  Result<Answer> CallForAnswer(std::string_view method, std::string_view params,
                               const OnLine& on_notification = {});
  Status Deliver(std::string_view request_line, Deadline deadline);
  Result<Answer> Receive(std::uint64_t id, Deadline deadline,
                         const OnLine& on_notification);

  struct Rendered {
    RenderReply facts;
    Answer answer;
  };
  Result<Rendered> Render(const RenderRequest& request,
                          std::string_view return_mode);
  static Result<MappedRender> MapDescriptor(Rendered rendered);

  const ClientOptions options_;
  KeptDirectory directory_;
  std::mutex mutex_;
  // Empty after a failed exchange: what else comes through it could be taken
  // for the answer to another request.
  std::optional<SocketStream> stream_;
  std::uint64_t last_id_ = 0;
};

Result<JsonText> SocketClient::Call(std::string_view method,
                                    std::string_view params_json,
                                    const OnNotification& on_notification) {
  OnLine on_line;
  if (on_notification) {
    on_line = [&](const ReplyLine& line) {
      on_notification({line.method, line.params.view()});
    };
  }
  auto answer = CallForAnswer(method, params_json, on_line);
  if (!answer) return Fail(answer.error());
  return std::move(answer->result);
}

Status SocketClient::CallForStatus(std::string_view method,
                                   std::string_view params) {
  const auto answer = CallForAnswer(method, params);
  return answer ? Status() : answer.error();
}

Result<Answer> SocketClient::CallForAnswer(std::string_view method,
                                           std::string_view params,
                                           const OnLine& on_notification) {
  const std::lock_guard lock(mutex_);
  const auto line = WriteRequestLine(++last_id_, method, params);
  if (!line) return Fail(line.error());
  const Deadline deadline = DeadlineFromNow();
  if (Status delivered = Deliver(*line, deadline); !delivered.ok()) {
    stream_.reset();
    return Fail(std::move(delivered));
  }
  return Receive(last_id_, deadline, on_notification);
}

// Sends the line, connecting first when there is no connection, or when the
// daemon has closed it since the last call.
Status SocketClient::Deliver(std::string_view request_line, Deadline deadline) {
  if (stream_) {
    const auto sent = stream_->Send(request_line, deadline);
    if (!sent) return sent.error();
    if (*sent == SendResult::kSent) return {};
  }
  auto fresh = SocketStream::Connect(options_.socket_path, deadline);
  if (!fresh) return fresh.error();
  stream_ = std::move(*fresh);
  const auto sent = stream_->Send(request_line, deadline);
  // A daemon that closes at once has said why; Receive() reads it.
  return sent ? Status() : sent.error();
}

Result<Answer> SocketClient::Receive(std::uint64_t id, Deadline deadline,
                                     const OnLine& on_notification) {
  Status failure;
  UniqueFd descriptor;
  while (failure.ok()) {
    auto line = stream_->ReadLine(options_.max_reply_bytes, deadline);
    if (!line) {
      failure = line.error();
      break;
    }
    if (line->descriptor.valid()) descriptor = std::move(line->descriptor);
    auto reply = ParseReplyLine(std::move(line->text), id);
    if (!reply) {
      failure = reply.error();
    } else if (reply->kind == LineKind::kReply) {
      if (!reply->result) return Fail(reply->result.error());
      return Answer{std::move(*reply->result), std::move(descriptor)};
    } else if (on_notification) {
      on_notification(*reply);
      deadline = DeadlineFromNow();
    }
  }
  stream_.reset();
  return Fail(std::move(failure));
}

Status SocketClient::Ping() { return CallForStatus("ping", ""); }

Status SocketClient::CreateProject(std::string_view name) {
  return CallForStatus("goxel.create_project",
                       WriteStringParams({{"name", name}}));
}

Status SocketClient::CreateEphemeralProject(std::string_view project_id) {
  return CallForStatus("goxel.create_project",
                       WriteEphemeralProjectParams(project_id));
}

Status SocketClient::LoadProject(const std::filesystem::path& path,
                                 std::string_view project_id) {
  std::filesystem::path named = path;
  if (!path.native().starts_with(kBuiltinPrefix)) {
    std::error_code error;
    named = std::filesystem::absolute(path, error);
    if (error) {
      return Status::FromErrno("make '" + path.native() + "' absolute",
                               error.value());
    }
  }
  return CallForStatus("goxel.load_project",
                       WriteStringParams({{"path", named.native()},
                                          {"project_id", project_id}}));
}

Result<SocketClient::Rendered> SocketClient::Render(
    const RenderRequest& request, std::string_view return_mode) {
  const auto params = WriteRenderParams(request, return_mode);
  if (!params) return Fail(params.error());
  OnLine on_line;
  if (request.on_progress) {
    on_line = [&](const ReplyLine& line) {
      if (line.progress) request.on_progress(*line.progress);
    };
  }
  auto answer = CallForAnswer("goxel.render_scene", *params, on_line);
  if (!answer) return Fail(answer.error());
  auto facts = ParseRenderReply(answer->result);
  if (!facts) return Fail(facts.error());
  const std::string_view delivered =
      facts->degraded ? facts->degraded->delivered : return_mode;
  const bool is_file = delivered == kFileMode || delivered == kMappedMode;
  if (is_file && (facts->id == 0 || facts->path.empty())) {
    return Fail(StatusCode::kDataLoss,
                "the daemon's reply names no render or no path");
  }
  return Rendered{std::move(*facts), std::move(*answer)};
}

Result<FileRender> SocketClient::RenderToFile(const RenderRequest& request) {
  auto rendered = Render(request, kFileMode);
  if (!rendered) return Fail(rendered.error());
  RenderReply& facts = rendered->facts;
  std::vector<std::byte> picture;
  if (facts.degraded) {
    auto decoded = DecodePicture(facts);
    if (!decoded) return Fail(decoded.error());
    picture = *std::move(decoded);
  } else if (request.encrypt && !facts.encryption) {
    return Fail(StatusCode::kDataLoss,
                "the daemon's reply says nothing of encryption: the render is "
                "in the clear; the daemon may be too old to encrypt");
  }
  return FileRender{.id = facts.id,
                    .path = std::move(facts.path),
                    .size_bytes = facts.size_bytes,
                    .checksum = std::move(facts.checksum),
                    .cached = facts.cached,
                    .encryption = std::move(facts.encryption),
                    .degraded = std::move(facts.degraded),
                    .picture = std::move(picture),
                    .reply_json = std::move(rendered->answer.result)};
}

Result<MappedRender> SocketClient::RenderMapped(const RenderRequest& request) {
  auto rendered = Render(request, kMappedMode);
  if (!rendered) return Fail(rendered.error());
  if (rendered->facts.degraded) return MapDescriptor(*std::move(rendered));
  auto image = directory_.Map(rendered->facts.path, rendered->facts.id);
  if (!image) return Fail(image.error());
  return MappedRender{.id = rendered->facts.id,
                      .path = std::move(rendered->facts.path),
                      .cached = rendered->facts.cached,
                      .degraded = {},
                      .image = std::move(*image),
                      .reply_json = std::move(rendered->answer.result)};
}

Result<MappedRender> SocketClient::RenderToDescriptor(
    const RenderRequest& request) {
  auto rendered = Render(request, kDescriptorMode);
  if (!rendered) return Fail(rendered.error());
  return MapDescriptor(*std::move(rendered));
}

Result<MappedRender> SocketClient::MapDescriptor(Rendered rendered) {
  RenderReply& facts = rendered.facts;
  if (!rendered.answer.descriptor.valid()) {
    return Fail(StatusCode::kDataLoss,
                "the daemon's reply came without its descriptor");
  }
  auto image = MappedImage::FromDescriptor(
      rendered.answer.descriptor.get(), {.width = facts.width,
                                         .height = facts.height,
                                         .stride_bytes = facts.stride_bytes,
                                         .pixel_offset = facts.pixel_offset});
  if (!image) return Fail(image.error());
  return MappedRender{.id = facts.id,
                      .path = {},
                      .cached = facts.cached,
                      .degraded = std::move(facts.degraded),
                      .image = std::move(*image),
                      .reply_json = std::move(rendered.answer.result)};
}

}  // namespace

Result<std::unique_ptr<Client>> Client::Connect(ClientOptions options) {
  if (options.socket_path.empty()) options.socket_path = FindSocketPath();
  auto stream = SocketStream::Connect(
      options.socket_path, std::chrono::steady_clock::now() + options.timeout);
  if (!stream) return Fail(stream.error());
  return std::make_unique<SocketClient>(std::move(options), std::move(*stream));
}

}  // namespace goxel
