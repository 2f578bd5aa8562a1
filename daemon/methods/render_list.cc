#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/methods/render_object.h"
#include "daemon/paged_text.h"
#include "daemon/result_writer.h"

namespace goxel {
namespace {

// Of one look into the store: some 50 KB of text.
constexpr std::size_t kPageRenders = 100;

struct ListRange {
  std::uint64_t from = 0;
  std::optional<std::uint64_t> limit;  // Unset: to the end.
};

// The elements of "renders" and the members behind them, page by page. Renders
// that come and go meanwhile are in it or not; `count` and `total_size` are of
// what is.
class RenderListText : public PagedText {
 public:
  RenderListText(const RenderStore& store, ListRange range)
      : store_(store), range_(range) {}

 private:
  bool WritePage(std::string& page) override {
    if (ended_) return false;
    const std::size_t page_size =
        static_cast<std::size_t>(std::min<std::uint64_t>(kPageRenders, Left()));
    RenderStore::RenderPage found;
    if (page_size > 0) {
      found = store_.ListFrom(range_.from, page_size);
      range_.from = found.next;
    }
    for (const RenderInfo& info : found.renders) Write(info, page);
    ended_ = range_.from == 0 || Left() == 0 || page_size == 0;
    if (ended_) WriteEnd(page);
    return true;
  }

  std::uint64_t Left() const {
    return range_.limit ? *range_.limit - count_ : kPageRenders;
  }

  void Write(const RenderInfo& info, std::string& page) {
    if (count_ > 0) page.push_back(',');
    ResultWriter out;
    out.BeginObject();
    WriteRenderFields(out, store_, info);
    out.EndObject();
    page.append(out.Text());
    ++count_;
    total_bytes_ += info.size_bytes;
  }

  void WriteEnd(std::string& page) const {
    ResultWriter out;
    out.BeginObject().Field("count", count_).Field("total_size", total_bytes_);
    if (range_.limit) out.Field("next", range_.from);
    out.EndObject();
    const std::string members = out.Text();
    page.append("],").append(members, 1, members.size() - 2);
  }

  const RenderStore& store_;
  ListRange range_;
  bool ended_ = false;
  std::uint64_t count_ = 0;
  std::uint64_t total_bytes_ = 0;
};

Result<ListRange> ReadRange(const Params& params) {
  ListRange range;
  constexpr std::int64_t kMost = std::int64_t{1} << 53;
  if (const auto value = params.Find("from", 0)) {
    const auto from = ReadInteger(*value, "from", 0, kMost);
    if (!from) return Fail(from.error());
    range.from = static_cast<std::uint64_t>(*from);
  }
  if (const auto value = params.Find("limit", 1)) {
    const auto limit = ReadInteger(*value, "limit", 1, kMost);
    if (!limit) return Fail(limit.error());
    range.limit = static_cast<std::uint64_t>(*limit);
  }
  return range;
}

RpcResult ListRenders(const RenderStore& store, const MethodCall& call) {
  const auto range = ReadRange(call.params);
  if (!range) return RpcFail(range.error());
  RpcReply reply;
  reply.json = R"({"success":true,"renders":[})";
  reply.insert_at = reply.json.size() - 1;
  reply.inserted = std::make_unique<RenderListText>(store, *range);
  return reply;
}

}  // namespace

void AddListMethod(MethodTable& table, const MethodContext& context) {
  table.Add("goxel.list_renders", "List all active renders with their metadata",
            RunsOn::kServer, [&](const MethodCall& call) {
              return ListRenders(context.store, call);
            });
}

}  // namespace goxel
