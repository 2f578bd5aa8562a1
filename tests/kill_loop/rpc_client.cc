#include "tests/kill_loop/rpc_client.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients/cpp/mapped_image.h"
#include "ipc/pam_header.h"
#include "transfer/clock.h"

namespace goxel {
namespace {

constexpr std::size_t kRemembered = 8;

// The bytes R, G, B and 255 as one pixel in memory.
std::uint32_t OpaqueColor(unsigned red, unsigned green, unsigned blue) {
  return red | green << 8 | blue << 16 | 0xff000000u;
}

}  // namespace

RpcClient::RpcClient(std::filesystem::path directory, std::string socket,
                     IndexReader& reader, Ledger& ledger)
    : directory_(std::move(directory)),
      socket_(std::move(socket)),
      reader_(reader),
      ledger_(ledger) {}

bool RpcClient::Connect() {
  if (client_) return true;
  auto client = std::make_unique<SocketClient>(socket_);
  if (client->connected()) client_ = std::move(client);
  return client_ != nullptr;
}

void RpcClient::Step() {
  if (!Connect()) {
    ::usleep(2000);
  } else if (reader_.Below(4) == 0) {
    ChangeOne();
  } else {
    Render();
  }
}

RpcClient::Order RpcClient::MakeOrder() {
  static constexpr std::array<const char*, 5> kModes = {
      "mmap", "mmap", "file_path", "fd", "base64"};
  return {.width = 16 * (1 + reader_.Below(6)),
          .height = 4 * (1 + reader_.Below(20)) + reader_.Below(2),
          .color = OpaqueColor(reader_.Below(256), reader_.Below(256),
                               reader_.Below(4)),
          .ttl_s = reader_.Below(4) == 0 ? 1 : 3600,
          .mode = kModes[reader_.Below(kModes.size())]};
}

void RpcClient::Render() {
  const Order order = MakeOrder();
  const char* cache = reader_.Below(2) == 0 ? "off" : "use";
  const JsonReply reply = Call(
      *client_, "goxel.render_scene",
      fmt::format(
          R"({{"width":{},"height":{},"options":{{"return_mode":"{}",)"
          R"("background_color":[{},{},{}],"ttl_seconds":{},"cache":"{}"}}}})",
          order.width, order.height, order.mode, order.color & 255,
          order.color >> 8 & 255, order.color >> 16 & 255, order.ttl_s, cache));
  if (reply.text().empty() || reply.text() == "closed") {
    client_.reset();
    return;
  }
  if (reply.Has("/error")) {
    ++ledger_.refused;
    return;
  }
  if (order.mode == "base64") return;
  if (order.mode == "fd") return CheckDescriptor(order);
  const auto id = ParseRenderId(reply.Text("/result/render/id"));
  if (!id) {
    ledger_.Fault("a reply without a render id: " + reply.text());
    return;
  }
  // A render that was there already may die with its first owner's TTL only if
  // that is later: whoever is handed a path has what he asked for.
  ledger_.Keep(
      *id, order.color,
      SystemClock().BoottimeNs() + order.ttl_s * kNanosecondsPerSecond);
  ordered_.push_back(*id);
  if (ordered_.size() > kRemembered) ordered_.erase(ordered_.begin());
  if (order.mode == "mmap") {
    CheckMapping(order, reply, *id);
  } else {
    CheckFile(reply);
  }
}

void RpcClient::CheckMapping(const Order& order, const JsonReply& reply,
                             RenderId id) {
  const std::filesystem::path path = reply.Text("/result/file/path");
  const UniqueFd at(
      ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  auto image = MappedImage::Open(at.get(), path.filename().c_str(), id);
  if (!image) {
    if (image.error().code() == StatusCode::kNotFound) {
      ++ledger_.missed;
    } else {
      ledger_.Fault("map what was ordered: " + image.error().message());
    }
    return;
  }
  if (image->width() != order.width || image->height() != order.height) {
    ledger_.Fault(fmt::format("render {} is {}x{} and {}x{} was ordered",
                              FormatRenderId(id), image->width(),
                              image->height(), order.width, order.height));
  }
  reader_.Check(id, std::move(*image));
}

void RpcClient::CheckDescriptor(const Order& order) {
  const UniqueFd fd = client_->TakeDescriptor();
  const auto image =
      MappedImage::FromDescriptor(fd.get(), {.width = order.width,
                                             .height = order.height,
                                             .stride_bytes = order.width * 4,
                                             .pixel_offset = kPamHeaderBytes});
  if (!image) {
    ledger_.Fault("a reply with a bad descriptor: " + image.error().message());
    return;
  }
  ++ledger_.checked;
  for (std::size_t i = 0; i < image->pixels().size() / 4; ++i) {
    std::uint32_t pixel = 0;
    std::memcpy(&pixel, image->pixels().data() + i * 4, 4);
    if (pixel == order.color) continue;
    ledger_.Fault("a descriptor shows another picture than was ordered");
    return;
  }
}

void RpcClient::CheckFile(const JsonReply& reply) {
  struct stat status;
  const std::string path = reply.Text("/result/file/path");
  if (::stat(path.c_str(), &status) != 0) {
    ++ledger_.missed;  // Evicted meanwhile; what must stay is audited.
    return;
  }
  if (static_cast<double>(status.st_size) !=
      reply.Number("/result/file/size")) {
    ledger_.Fault(path + " has another size than the reply says");
  }
}

void RpcClient::ChangeOne() {
  if (ordered_.empty()) return;
  const RenderId id =
      ordered_[reader_.Below(static_cast<unsigned>(ordered_.size()))];
  const std::string named = FormatRenderId(id);
  std::string method = "goxel.pin_render";
  std::string params = fmt::format(R"({{"id":"{}","pinned":{}}})", named,
                                   reader_.Below(4) == 0 ? "true" : "false");
  switch (reader_.Below(6)) {
    case 0:
      ledger_.Release(id);
      method = "goxel.touch_render";
      params = fmt::format(R"({{"id":"{}","ttl_seconds":{}}})", named,
                           1 + 60 * reader_.Below(2));
      break;
    case 1:
      ledger_.Release(id);
      method = "goxel.cleanup_render";
      params = fmt::format(R"({{"id":"{}"}})", named);
      break;
    case 2:
      method = "goxel.list_renders";
      params = "[]";
      break;
    case 3:
      method = "goxel.wait_render";
      params = fmt::format(R"({{"id":"{}","timeout_ms":10}})", named);
      break;
    case 4:
      method = "goxel.acquire_lease";
      params = fmt::format(R"({{"id":"{}"}})", named);
      break;
    default:
      ledger_.Release(id);  // Unpinning gives it the default time.
  }
  const JsonReply reply = Call(*client_, method, params);
  if (reply.text().empty() || reply.text() == "closed") client_.reset();
  if (reply.Has("/error")) ++ledger_.refused;
}

}  // namespace goxel
