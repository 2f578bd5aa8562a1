// goxelctl gc: removes what has expired and what a crash left. A live daemon
// does it itself; without one, gc takes the daemon's place (and its lock) for
// as long as it works.

#include <fcntl.h>
#include <fmt/format.h>
#include <rapidjson/document.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <optional>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/render_listing.h"
#include "clients/cpp/render_check.h"
#include "ipc/directory_lock.h"
#include "ipc/lease.h"
#include "ipc/render_index_reader.h"
#include "ipc/unique_fd.h"

namespace goxel {
namespace {

struct Removal {
  std::string file_name;
  std::string why;
  std::uint64_t bytes = 0;
};

struct Collection {
  std::vector<Removal> removed;
  std::size_t leased = 0;   // Kept: a reader has them mapped.
  std::size_t unknown = 0;  // Kept: renders that nothing says the age of.
};

std::int64_t NowUnixNs() {
  return std::chrono::nanoseconds(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// When a render's file says that it expires: its date and the TTL of its
// record. kDataLoss when it does not say.
Result<std::int64_t> ExpiryInFile(int fd, const struct stat& status,
                                  RenderFormat format) {
  const auto record = ReadRenderRecord(fd, format);
  if (!record) return Fail(record.error());
  return (status.st_mtim.tv_sec + std::int64_t{record->ttl_s}) *
             kNanosecondsPerSecond +
         status.st_mtim.tv_nsec;
}

class Collector {
 public:
  Collector(int directory_fd, bool dry_run)
      : at_(directory_fd),
        dry_run_(dry_run),
        index_(RenderIndexReader::Open(directory_fd)) {}

  Status Look(const std::string& name) {
    const bool hidden = IsHiddenFileName(name);
    const auto parts = ParseRenderFileName(name);
    if (!hidden && !parts) return {};  // Not ours.
    const UniqueFd fd(::openat(at_, name.c_str(),
                               O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status;
    if (!fd.valid() || ::fstat(fd.get(), &status) != 0) {
      return Status::FromErrno(fmt::format("open '{}'", name), errno);
    }
    if (!hidden && !HasExpired(fd.get(), status, *parts)) return {};
    const auto lease = TakeWriteLease(fd.get());
    if (!lease || *lease == LeaseResult::kBusy) {
      ++collection_.leased;
      return {};
    }
    if (!dry_run_ && ::unlinkat(at_, name.c_str(), 0) != 0) {
      return Status::FromErrno(fmt::format("remove '{}'", name), errno);
    }
    collection_.removed.push_back(
        {.file_name = name,
         .why = hidden ? "left by a crash" : "expired",
         .bytes = static_cast<std::uint64_t>(status.st_size)});
    return {};
  }

  const Collection& collection() const { return collection_; }

 private:
  // The file's own word, else the index's; else it stays.
  bool HasExpired(int fd, const struct stat& status,
                  const RenderFileNameParts& parts) {
    if (const auto expires = ExpiryInFile(fd, status, parts.format)) {
      return *expires <= NowUnixNs();
    }
    const auto info = index_ ? index_->Find(parts.id) : Fail(index_.error());
    if (info) return info->expires_unix_ns <= NowUnixNs();
    ++collection_.unknown;
    return false;
  }

  const int at_;
  const bool dry_run_;
  const Result<RenderIndexReader> index_;
  Collection collection_;
};

void Print(const Invocation& invocation, const Collection& collection,
           bool dry_run) {
  std::uint64_t bytes = 0;
  for (const Removal& each : collection.removed) bytes += each.bytes;
  if (!invocation.json) {
    for (const Removal& each : collection.removed) {
      fmt::print("{}: {}\n", each.file_name, each.why);
    }
    fmt::print("{} {} files, {}\n", dry_run ? "would remove" : "removed",
               collection.removed.size(), FormatBytes(bytes));
    if (collection.leased > 0) {
      fmt::print(stderr,
                 "{} files stay: readers have them mapped; see "
                 "goxelctl leases\n",
                 collection.leased);
    }
    if (collection.unknown > 0) {
      fmt::print(stderr,
                 "{} files stay: only a daemon can tell whether they "
                 "have expired; start one\n",
                 collection.unknown);
    }
    return;
  }
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  writer.Key("by_daemon");
  writer.Bool(false);
  writer.Key("dry_run");
  writer.Bool(dry_run);
  writer.Key("removed");
  writer.Uint64(collection.removed.size());
  writer.Key("freed_bytes");
  writer.Uint64(bytes);
  writer.Key("leased");
  writer.Uint64(collection.leased);
  writer.Key("unknown");
  writer.Uint64(collection.unknown);
  writer.Key("files");
  writer.StartArray();
  for (const Removal& each : collection.removed) {
    writer.String(each.file_name.c_str());
  }
  writer.EndArray();
  writer.EndObject();
  fmt::print("{}\n", buffer.GetString());
}

ExitCode CollectHere(const Invocation& invocation, const std::string& directory,
                     int at, bool dry_run) {
  std::optional<DirectoryLock> lock;  // No daemon may start meanwhile.
  if (!dry_run) {
    const auto old_index = RenderIndexReader::Open(at);
    auto taken = DirectoryLock::Acquire(at, old_index ? old_index->epoch() : 0);
    if (!taken) return Complain(taken.error());
    lock = std::move(*taken);
  }
  Collector collector(at, dry_run);
  ExitCode exit_code = ExitCode::kOk;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, error)) {
    const Status looked = collector.Look(entry.path().filename());
    if (!looked.ok()) exit_code = Complain(looked);
  }
  Print(invocation, collector.collection(), dry_run);
  return exit_code;
}

ExitCode CollectByDaemon(const Invocation& invocation) {
  const auto client = ConnectToDaemon(invocation);
  if (!client) return Complain(client.error());
  const auto reply = (*client)->Call("goxel.collect_renders", "{}");
  if (!reply) return Complain(reply.error());
  const std::string text(reply->view());
  if (invocation.json) {
    fmt::print("{{\"by_daemon\":true,\"reply\":{}}}\n", text);
    return ExitCode::kOk;
  }
  rapidjson::Document result;
  result.Parse(text.c_str());
  const auto number = [&](const char* key) -> std::uint64_t {
    const bool there = result.IsObject() && result.HasMember(key);
    return there && result[key].IsUint64() ? result[key].GetUint64() : 0;
  };
  fmt::print("the daemon removed {} renders, {}\n", number("removed"),
             FormatBytes(number("freed_bytes")));
  return ExitCode::kOk;
}

ExitCode CollectGarbage(const Invocation& invocation,
                        const std::string& directory, bool dry_run) {
  const UniqueFd at(
      ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!at.valid()) {
    return Complain(Status::FromErrno(
        fmt::format("open render directory '{}'", directory), errno));
  }
  const auto held = DirectoryLock::IsHeld(at.get());
  if (!held) return Complain(held.error());
  if (!*held) return CollectHere(invocation, directory, at.get(), dry_run);
  if (!dry_run) return CollectByDaemon(invocation);
  return Complain({StatusCode::kFailedPrecondition,
                   fmt::format("a daemon serves '{}' and removes what has "
                               "expired by itself; leave out --dry-run",
                               directory)});
}

}  // namespace

void AddGcCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "gc", "Remove expired renders and what a crash has left behind");
  auto dry_run = std::make_shared<bool>(false);
  command->add_flag("--dry-run", *dry_run,
                    "Only say what would be removed (without a daemon)");
  ActOnDirectory(*command, invocation,
                 [&invocation, dry_run](const std::string& directory) {
                   return CollectGarbage(invocation, directory, *dry_run);
                 });
}

}  // namespace goxel
