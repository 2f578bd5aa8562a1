#include "tests/kill_loop/index_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstring>

#include "ipc/lease.h"
#include "ipc/pam_header.h"
#include "tests/kill_loop/pattern_writer.h"

namespace goxel {
namespace {

constexpr unsigned kLookUps = 2000;
constexpr std::size_t kMaxHeld = 3;
constexpr int kLeaseTries = 20;

// What a race or a dead writer may answer.
bool IsMiss(const Status& status) {
  return status.code() == StatusCode::kNotFound ||
         status.code() == StatusCode::kUnavailable ||
         status.code() == StatusCode::kTimedOut;
}

bool HasGeometryOfItsSize(const RenderInfo& info) {
  if (info.pixel_format == PixelFormat::kEncoded) return info.size_bytes > 0;
  return info.stride_bytes == info.width * 4 &&
         info.pixel_offset == kPamHeaderBytes &&
         info.size_bytes == RenderStore::RawSize(info.width, info.height);
}

// Times and checksum as PatternWriter committed them, or as a start found them
// in the file: none.
bool HasFieldsOfItsId(const RenderInfo& info) {
  std::uint64_t checksum = 0;
  std::memcpy(&checksum, info.checksum.bytes.data(), sizeof(checksum));
  const bool committed = info.render_ns == FieldOf(info.id, 1) &&
                         info.transfer_ns == FieldOf(info.id, 2) &&
                         checksum == FieldOf(info.id, 3);
  const bool adopted =
      info.render_ns == 0 && info.transfer_ns == 0 && checksum == 0;
  // A later render of the same key has taken it over.
  return (committed || adopted) &&
         (info.key.empty() || info.key == PatternKey(info.width, info.session));
}

bool LeadsTo(int directory_fd, const std::string& name, int fd) {
  struct stat opened;
  struct stat named;
  return ::fstat(fd, &opened) == 0 &&
         ::fstatat(directory_fd, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) ==
             0 &&
         opened.st_ino == named.st_ino;
}

}  // namespace

IndexReader::IndexReader(std::filesystem::path directory, unsigned seed,
                         Ledger& ledger)
    : directory_(std::move(directory)),
      directory_fd_(
          ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
      random_(seed),
      ledger_(ledger) {}

void IndexReader::Step() {
  if (!Attach()) {
    ::usleep(1000);
    return;
  }
  switch (Below(8)) {
    case 0:
    case 1:
      return OpenByName();
    case 2:
      return LookUpOften();
    case 3:
      return FindByKey();
    case 4:
      return Wait();
    default:
      return Map();
  }
}

bool IndexReader::Attach() {
  if (catalog_) return true;
  auto catalog = RenderCatalog::Open(directory_);
  if (catalog) {
    catalog_ = std::move(*catalog);
  } else if (!IsMiss(catalog.error())) {
    ledger_.Fault("open the catalog: " + catalog.error().message());
  }
  return catalog_ != nullptr;
}

std::vector<RenderInfo> IndexReader::List() {
  std::vector<RenderInfo> renders = catalog_->List();
  for (const RenderInfo& info : renders) CheckRow(info);
  return renders;
}

void IndexReader::CheckRow(const RenderInfo& info) {
  ++ledger_.looked_up;
  const bool whole =
      info.state == RenderState::kReady && info.rows_ready == info.height &&
      info.ttl_s > 0 &&
      info.expires_unix_ns / kNanosecondsPerSecond >= info.created_unix_s;
  if (!whole) {
    ledger_.Fault(fmt::format("the index shows render {} which is not finished",
                              FormatRenderId(info.id)));
  } else if (!HasGeometryOfItsSize(info) ||
             (ledger_.writer == WriterKind::kStore &&
              !HasFieldsOfItsId(info))) {
    ledger_.Fault(fmt::format("the row of render {} mixes two renders",
                              FormatRenderId(info.id)));
  }
}

void IndexReader::Map() {
  const auto renders = List();
  if (renders.empty()) return;
  const RenderInfo& info =
      renders[Below(static_cast<unsigned>(renders.size()))];
  if (info.pixel_format == PixelFormat::kEncoded) return;
  auto image = catalog_->Map(info.id);
  if (image) {
    Check(info.id, std::move(*image));
  } else if (IsMiss(image.error())) {
    ++ledger_.missed;
  } else {
    ledger_.Fault("map a render: " + image.error().message());
  }
}

void IndexReader::Check(RenderId id, MappedImage image) {
  ++ledger_.attached;
  if (Below(4) == 0) ::usleep(Below(1000));
  if (!ledger_.Shows(id, image.pixels())) {
    ledger_.Fault(fmt::format("the mapping of render {} shows another picture",
                              FormatRenderId(id)));
  }
  ++ledger_.checked;
  if (Below(4) == 0) held_.push_back({id, std::move(image)});
  if (held_.size() > kMaxHeld || (!held_.empty() && Below(8) == 0)) LetGo();
}

void IndexReader::LetGo() {
  const Held& held = held_.front();
  if (!ledger_.Shows(held.id, held.image.pixels())) {
    ledger_.Fault(
        fmt::format("render {} changed while it was mapped under its lease",
                    FormatRenderId(held.id)));
  }
  ++ledger_.held;
  held_.erase(held_.begin());
}

// Past the index: what has a render's name is whole, published or not.
void IndexReader::OpenByName() {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory_, ignored)) {
    names.push_back(entry.path().filename());
  }
  if (names.empty()) return;
  const std::string& name = names[Below(static_cast<unsigned>(names.size()))];
  const auto parts = ParseRenderFileName(name);
  if (!parts || parts->format != RenderFormat::kPam) return;
  const UniqueFd fd(::openat(directory_fd_.get(), name.c_str(),
                             O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (fd.valid() && TakeLease(fd.get())) {
    CheckLeasedFile(fd.get(), name, parts->id);
  } else {
    ++ledger_.missed;
  }
}

bool IndexReader::TakeLease(int fd) {
  for (int i = 0; i < kLeaseTries; ++i) {
    if (Below(2) == 0) ::usleep(Below(1000));
    const auto lease = TakeReadLease(fd);
    if (lease && *lease == LeaseResult::kGranted) return true;
  }
  return false;
}

void IndexReader::CheckLeasedFile(int fd, const std::string& name,
                                  RenderId id) {
  const auto region = MappedRegion::MapAll(fd, MapAccess::kReadOnly);
  const bool named = LeadsTo(directory_fd_.get(), name, fd);
  const auto record =
      region ? ParsePamHeader(region->bytes().first(kPamHeaderBytes))
             : Fail(region.error());
  if (!record || record->id != id) {
    // Under the lease the name stays with the file, or goes; it does not come.
    if (named && LeadsTo(directory_fd_.get(), name, fd)) {
      ledger_.Fault(fmt::format("{} has its name and not its header", name));
    }
    ++ledger_.missed;
    return;
  }
  ++ledger_.attached;
  if (!ledger_.Shows(id, region->bytes().subspan(kPamHeaderBytes))) {
    ledger_.Fault(
        fmt::format("{} was opened, then leased, and shows another "
                    "picture",
                    name));
  }
  ++ledger_.checked;
}

// A row is rewritten within a tenth of a microsecond: only many looks meet
// that.
void IndexReader::LookUpOften() {
  const auto renders = List();
  for (unsigned i = 0; i < kLookUps && !renders.empty(); ++i) {
    const RenderId id = renders[i % renders.size()].id;
    const auto info = catalog_->Find(id);
    if (!info) continue;
    CheckRow(*info);
    if (info->id != id) ledger_.Fault("Find gave a render of another id");
  }
}

void IndexReader::FindByKey() {
  const ContentKey key = PatternKey(kPatternSides[Below(kPatternSides.size())],
                                    Below(kPatternSessions));
  const auto info = catalog_->FindByKey(key);
  if (!info) return;
  CheckRow(*info);
  if (info->key != key) ledger_.Fault("FindByKey gave a render of another key");
}

void IndexReader::Wait() {
  const std::chrono::milliseconds limit(Below(20));
  const auto never = catalog_->WaitFor(1 + Below(100), limit);
  if (never || !IsMiss(never.error())) {
    ledger_.Fault("waiting for a render that never comes ended otherwise");
  }
  const ContentKey key = PatternKey(kPatternSides[Below(kPatternSides.size())],
                                    Below(kPatternSessions));
  const auto found = catalog_->WaitForKey(key, limit);
  if (found) {
    CheckRow(*found);
    if (found->key != key) ledger_.Fault("a wait gave another key's render");
  } else if (!IsMiss(found.error())) {
    ledger_.Fault("wait for a key: " + found.error().message());
  }
}

}  // namespace goxel
