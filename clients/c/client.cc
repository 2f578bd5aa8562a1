#include "clients/cpp/client.h"

#include <algorithm>
#include <utility>

#include "clients/c/arguments.h"
#include "clients/c/error.h"
#include "clients/c/goxel.h"
#include "clients/c/image.h"
#include "clients/cpp/request.h"

struct goxel_client {
  std::unique_ptr<goxel::Client> client;
};

namespace goxel {
namespace {

Result<ClientOptions> ReadOptions(const goxel_connect_options* given) {
  const auto options = ReadStruct(given);
  if (!options) return Fail(options.error());
  ClientOptions result;
  result.socket_path = TextFromC(options->socket_path);
  if (options->timeout_ms != 0) {
    // A time that no clock can add up to is as good as for ever.
    constexpr std::uint64_t kLongest = std::uint64_t{1} << 40;
    result.timeout =
        std::chrono::milliseconds(std::min(options->timeout_ms, kLongest));
  }
  if (options->max_reply_bytes != 0) {
    result.max_reply_bytes = options->max_reply_bytes;
  }
  return result;
}

std::optional<double> NumberFromC(const double* number) {
  return number == nullptr ? std::nullopt : std::optional(*number);
}

RenderCamera ReadCamera(const goxel_render_request& given) {
  RenderCamera camera;
  camera.preset = TextFromC(given.camera_preset);
  camera.azimuth = NumberFromC(given.azimuth);
  camera.elevation = NumberFromC(given.elevation);
  camera.roll = NumberFromC(given.roll);
  camera.fov = NumberFromC(given.fov);
  camera.orthographic = given.orthographic != 0;
  if (given.matrix != nullptr) {
    auto& matrix = camera.matrix.emplace();
    std::copy_n(given.matrix, matrix.size(), matrix.begin());
  }
  return camera;
}

RenderLook ReadLook(const goxel_render_request& given) {
  RenderLook look;
  look.style = TextFromC(given.style);
  look.shadows = TextFromC(given.shadows);
  if (given.samples != 0) look.samples = static_cast<int>(given.samples);
  if (given.background != nullptr) {
    Rgba& background = look.background.emplace();
    std::copy_n(given.background, background.size(), background.begin());
  }
  look.transparent = given.transparent != 0;
  look.ground = given.ground != 0;
  return look;
}

Result<RenderRequest> ReadRequest(const goxel_render_request* given) {
  const auto request = ReadStruct(given);
  if (!request) return Fail(request.error());
  RenderRequest result;
  result.project_id = TextFromC(request->project_id);
  result.request_id = TextFromC(request->request_id);
  if (request->width != 0) result.width = request->width;
  if (request->height != 0) result.height = request->height;
  result.camera = ReadCamera(*request);
  result.look = ReadLook(*request);
  result.cache = TextFromC(request->cache);
  if (request->ttl_seconds != 0) {
    result.ttl = std::chrono::seconds(request->ttl_seconds);
  }
  const std::string format = TextFromC(request->format);
  if (!format.empty()) result.format = format;
  result.accept_degraded = request->refuse_degraded == 0;
  result.encrypt = request->encrypt != 0;
  if (request->on_progress != nullptr) {
    result.on_progress =
        [tell = request->on_progress,
         context = request->progress_context](const ProgressReport& report) {
          tell(context, report.rows_ready, report.rows);
        };
  }
  return result;
}

using RenderMapping =
    Result<MappedRender> (Client::*)(const RenderRequest& request);

goxel_code RenderImage(goxel_client* client, const goxel_render_request* given,
                       goxel_image** image, goxel_error** error,
                       RenderMapping render) {
  return GuardForC(error, [&]() -> Status {
    Status pointers = CheckPointers({{"client", client}, {"image", image}});
    if (!pointers.ok()) return pointers;
    const auto request = ReadRequest(given);
    if (!request) return request.error();
    if (request->encrypt) {
      return {StatusCode::kInvalidArgument,
              "encrypted pictures cannot be mapped; leave encrypt 0, or call "
              "goxel_render_file()"};
    }
    auto drawn = (client->client.get()->*render)(*request);
    if (!drawn) return drawn.error();
    std::string reply(drawn->reply_json.view());
    *image =
        new goxel_image{drawn->id, std::move(drawn->image), std::move(reply)};
    return {};
  });
}

}  // namespace
}  // namespace goxel

using goxel::CheckPointers;
using goxel::GuardForC;
using goxel::Status;

goxel_code goxel_connect(const goxel_connect_options* options,
                         goxel_client** client, goxel_error** error) {
  return GuardForC(error, [&]() -> Status {
    Status pointers = CheckPointers({{"client", client}});
    if (!pointers.ok()) return pointers;
    auto read = goxel::ReadOptions(options);
    if (!read) return read.error();
    auto connected = goxel::Client::Connect(*std::move(read));
    if (!connected) return connected.error();
    *client = new goxel_client{*std::move(connected)};
    return {};
  });
}

const char* goxel_client_socket_path(const goxel_client* client) {
  return client->client->socket_path().c_str();
}

void goxel_client_free(goxel_client* client) { delete client; }

goxel_code goxel_call(goxel_client* client, const char* method,
                      const char* params, char** reply, goxel_error** error) {
  return GuardForC(error, [&]() -> Status {
    Status pointers = CheckPointers(
        {{"client", client}, {"method", method}, {"reply", reply}});
    if (!pointers.ok()) return pointers;
    const auto result = client->client->Call(method, goxel::TextFromC(params));
    if (!result) return result.error();
    const auto text = goxel::TextForC(result->view());
    if (!text) return text.error();
    *reply = *text;
    return {};
  });
}

goxel_code goxel_load(goxel_client* client, const char* path,
                      const char* project_id, goxel_error** error) {
  return GuardForC(error, [&]() -> Status {
    Status pointers = CheckPointers({{"client", client}, {"path", path}});
    if (!pointers.ok()) return pointers;
    return client->client->LoadProject(path, goxel::TextFromC(project_id));
  });
}

goxel_code goxel_render(goxel_client* client,
                        const goxel_render_request* request,
                        goxel_image** image, goxel_error** error) {
  return goxel::RenderImage(client, request, image, error,
                            &goxel::Client::RenderMapped);
}

goxel_code goxel_render_descriptor(goxel_client* client,
                                   const goxel_render_request* request,
                                   goxel_image** image, goxel_error** error) {
  return goxel::RenderImage(client, request, image, error,
                            &goxel::Client::RenderToDescriptor);
}

goxel_code goxel_render_file(goxel_client* client,
                             const goxel_render_request* request,
                             goxel_file** file, goxel_error** error) {
  return GuardForC(error, [&]() -> Status {
    Status pointers = CheckPointers({{"client", client}, {"file", file}});
    if (!pointers.ok()) return pointers;
    const auto read = goxel::ReadRequest(request);
    if (!read) return read.error();
    auto drawn = client->client->RenderToFile(*read);
    if (!drawn) return drawn.error();
    std::string reply(drawn->reply_json.view());
    *file = new goxel_file{*std::move(drawn), std::move(reply)};
    return {};
  });
}

goxel_code goxel_cancel(goxel_client* client, const char* request_id,
                        goxel_error** error) {
  return GuardForC(error, [&]() -> Status {
    Status pointers =
        CheckPointers({{"client", client}, {"request_id", request_id}});
    if (!pointers.ok()) return pointers;
    const auto params = goxel::WriteStringParams({{"request_id", request_id}});
    const auto reply = client->client->Call("goxel.cancel", params);
    return reply ? Status() : reply.error();
  });
}
