// A connection to the daemon: JSON-RPC 2.0 over its Unix socket.
//
// Thread safety: a Client may be used from any thread; calls on one Client run
// one after the other. Open several for parallel calls.
//
// Errors: what the daemon answered keeps its reason as the Status code and its
// figures as details. kUnavailable, saying how to start it, when no daemon
// listens; kTimedOut when a reply does not come in time. A daemon that was
// restarted between two calls is connected to again, once; a request that may
// have reached a daemon is never sent twice.

#ifndef CLIENTS_CPP_CLIENT_H_
#define CLIENTS_CPP_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clients/cpp/json_text.h"
#include "clients/cpp/mapped_image.h"
#include "clients/cpp/render_view.h"
#include "ipc/encrypted_file.h"
#include "ipc/status.h"

namespace goxel {

struct ClientOptions {
  // Empty: GOXEL_SOCKET when it is set, else the first that exists of
  // $XDG_RUNTIME_DIR/goxel/goxel.sock, /run/goxel/goxel.sock and
  // /tmp/goxel.sock.
  std::filesystem::path socket_path{};
  std::chrono::milliseconds timeout{60'000};  // Per call.
  std::size_t max_reply_bytes = 1u << 30;     // A longer reply is kTooLarge.
};

// How far a picture is drawn: rows [0, rows_ready) of `rows` are final.
struct ProgressReport {
  RenderId id = 0;  // 0: the render has none.
  std::uint32_t rows_ready = 0;
  std::uint32_t rows = 0;
};

struct RenderRequest {
  std::string project_id{};    // Empty: the default project.
  std::string request_id{};    // What goxel.cancel can call it; empty: nothing.
  std::uint32_t width = 1024;  // Pixels.
  std::uint32_t height = 1024;  // Pixels.
  RenderCamera camera{};
  RenderLook look{};
  std::string
      cache{};  // "use", "refresh" or "off"; empty: the daemon's default.
  std::optional<std::chrono::seconds> ttl{};
  std::string format = "png";  // For RenderToFile.
  bool encrypt = false;        // For RenderToFile.
  // When the daemon cannot make a file: true takes the picture in another way
  // where there is one, false prefers the daemon's error.
  bool accept_degraded = true;
  // Called while the picture is drawn, by the thread that asked for it; must
  // not call the client. Empty: the daemon draws in one go.
  std::function<void(const ProgressReport&)> on_progress{};
};

// In which mode a picture came instead, and why.
struct DegradedMode {
  std::string requested;  // As return_mode on the wire.
  std::string delivered;
  std::string reason;      // "storage_failed" or "file_transfer_disabled".
  std::string error_name;  // "ENOSPC"; empty when there was no such error.
  std::string message;
};

// A render in a file; or, when it is degraded, its PNG in memory and no file.
struct FileRender {
  RenderId id = 0;
  std::filesystem::path path;
  std::uint64_t size_bytes = 0;
  std::string checksum;
  bool cached = false;
  std::optional<RenderEncryption> encryption;
  std::optional<DegradedMode> degraded;
  std::vector<std::byte> picture;  // Empty unless degraded.
  JsonText reply_json;             // The whole result, the key too.
};

struct MappedRender {
  RenderId id = 0;
  std::filesystem::path path;  // Empty for a descriptor.
  bool cached = false;
  std::optional<DegradedMode> degraded;
  MappedImage image;
  JsonText reply_json;
};

// What the daemon says while a call is under way: goxel.view_ready and the
// like. Holds as long as the function runs that is given it.
struct Notification {
  std::string_view method;
  std::string_view params_json;
};

class Client {
 public:
  // Called by the thread whose call is under way; must not call the client.
  using OnNotification = std::function<void(const Notification&)>;

  static Result<std::unique_ptr<Client>> Connect(ClientOptions options = {});

  virtual ~Client() = default;

  // Any method: `params_json` is a JSON array, object or empty. Returns the
  // JSON text of `result`: one balanced value whose inside is not checked yet.
  Result<JsonText> Call(std::string_view method, std::string_view params_json) {
    return Call(method, params_json, {});
  }
  // The same for a call that reports while it runs. Each notification gives the
  // reply the whole timeout again.
  virtual Result<JsonText> Call(std::string_view method,
                                std::string_view params_json,
                                const OnNotification& on_notification) = 0;

  // The socket that this client talks to.
  virtual const std::filesystem::path& socket_path() const = 0;

  virtual Status Ping() = 0;
  virtual Status CreateProject(std::string_view name) = 0;
  // A project beside the default one, which the daemon closes when this
  // connection ends. kFailedPrecondition when there is one of that id.
  virtual Status CreateEphemeralProject(std::string_view project_id) = 0;
  // A file, made absolute here since the daemon has another working directory,
  // or a built-in scene ("builtin:demo"), into the project of that id, the
  // default one when it is empty.
  virtual Status LoadProject(const std::filesystem::path& path,
                             std::string_view project_id) = 0;
  Status LoadProject(const std::filesystem::path& path) {
    return LoadProject(path, {});
  }

  // return_mode file_path. An encrypted render is read by DecryptRender()
  // (clients/cpp/decryption.h). Only a PNG can come degraded.
  virtual Result<FileRender> RenderToFile(const RenderRequest& request) = 0;
  // return_mode mmap: the pixels, mapped from the daemon's file; degraded, from
  // a sealed memfd. The client keeps the directory of that file open.
  virtual Result<MappedRender> RenderMapped(const RenderRequest& request) = 0;
  // return_mode fd: the same from a sealed memfd.
  virtual Result<MappedRender> RenderToDescriptor(
      const RenderRequest& request) = 0;

 protected:
  Client() = default;
};

}  // namespace goxel

#endif  // CLIENTS_CPP_CLIENT_H_
