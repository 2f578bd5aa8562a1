#include "tests/kill_loop/kill_loop.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "tests/kill_loop/pattern_writer.h"
#include "tests/kill_loop/rpc_client.h"

namespace goxel {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::uint64_t kDaemonMaxBytes = std::uint64_t{1} << 20;
constexpr auto kStartLimit = std::chrono::seconds(30);
// Descriptors that a daemon may keep when nothing is left to serve: frames
// that wait for the next render.
constexpr std::size_t kKeptDescriptors = 4;

void RunDaemon(const KillLoopOptions& options, const std::string& renders,
               const std::string& socket) {
  const std::string log = options.directory / "log";
  const int fd =
      ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ::dup2(fd, STDERR_FILENO);
  const std::string bytes = std::to_string(kDaemonMaxBytes);
  ::execl(options.daemon_binary.c_str(), "goxel-daemon", "--render-dir",
          renders.c_str(), "--socket", socket.c_str(), "--max-renders", "40",
          "--max-cache-size", bytes.c_str(), nullptr);
  ::_exit(127);
}

[[noreturn]] void RunClient(const std::filesystem::path& renders,
                            const std::string& socket, unsigned seed,
                            Ledger& ledger) {
  // The directory comes with the first writer.
  while (!std::filesystem::exists(renders)) ::usleep(1000);
  IndexReader reader(renders, seed, ledger);
  RpcClient orders(renders, socket, reader, ledger);
  const std::size_t descriptors = CountDescriptors(::getpid());
  for (std::uint64_t steps = 1;; ++steps) {
    if (ledger.writer == WriterKind::kDaemon && steps % 2 == 0) orders.Step();
    reader.Step();
    // The directory, the catalog's own, the socket, and one being listed.
    if (steps % 256 == 0 && CountDescriptors(::getpid()) > descriptors + 6) {
      ledger.Fault("a client's descriptors grow");
    }
  }
}

bool AnswersPing(const std::string& socket) {
  SocketClient client(socket);
  return client.connected() &&
         !client.Call(R"({"id":1,"method":"ping"})").empty();
}

}  // namespace

KillLoop::KillLoop(KillLoopOptions options)
    : options_(std::move(options)),
      ledger_(Ledger::Create(options_.writer)),
      random_(options_.seed),
      end_(steady_clock::now() + options_.duration) {}

std::uint64_t KillLoop::max_bytes() const {
  return options_.writer == WriterKind::kDaemon
             ? kDaemonMaxBytes
             : PatternStoreOptions(renders()).max_cache_bytes;
}

bool KillLoop::TimeIsOver() const {
  return steady_clock::now() >= end_ || ledger_.faults != 0;
}

unsigned KillLoop::Below(unsigned limit) {
  return static_cast<unsigned>(random_()) % limit;
}

void KillLoop::StartWriter() {
  const unsigned seed = options_.seed + ++started_;
  writer_ = Process([this, seed] {
    if (options_.writer == WriterKind::kDaemon) {
      RunDaemon(options_, renders(), socket());
    } else {
      WritePatterns(renders(), seed, ledger_);
    }
  });
}

void KillLoop::StartClient(std::size_t which) {
  const unsigned seed = options_.seed + ++started_;
  clients_.at(which) =
      Process([this, seed] { RunClient(renders(), socket(), seed, ledger_); });
}

bool KillLoop::AwaitWriter() {
  const auto limit = steady_clock::now() + kStartLimit;
  while (steady_clock::now() < limit && ledger_.faults == 0) {
    const bool is_open = options_.writer == WriterKind::kDaemon
                             ? AnswersPing(socket())
                             : ledger_.open_writer == writer_.pid();
    if (is_open) return true;
    std::this_thread::sleep_for(milliseconds(2));
  }
  ledger_.Fault("a writer did not start");
  return false;
}

void KillLoop::Run() {
  StartWriter();
  clients_.resize(options_.clients);
  for (std::size_t i = 0; i < options_.clients; ++i) StartClient(i);
  // A daemon takes longer to come up than a store.
  const unsigned longest_ms =
      options_.writer == WriterKind::kDaemon ? 1500 : 300;
  auto next_writer_kill = steady_clock::now();
  while (!TimeIsOver()) {
    std::this_thread::sleep_for(milliseconds(Below(20)));
    KillClient();
    if (steady_clock::now() < next_writer_kill) continue;
    switch (Below(8)) {
      case 0:
        RestartAndCompare();
        break;
      case 1:
        TrySecondWriter();
        break;
      default:
        KillWriter();
        StartWriter();
    }
    // Short lives more often than long ones.
    const unsigned life_ms = std::min(Below(longest_ms), Below(longest_ms));
    next_writer_kill = steady_clock::now() + milliseconds(life_ms);
  }
  CheckEnd();
}

void KillLoop::KillClient() {
  const std::size_t which = Below(static_cast<unsigned>(clients_.size()));
  clients_[which].Kill();
  StartClient(which);
  ++client_kills_;
}

void KillLoop::KillWriter() {
  if (Below(2) == 0) CompareBlocksWithLimit();
  writer_.Kill();
  ++writer_kills_;
  CheckPromises(renders(), ledger_);
}

void KillLoop::CompareBlocksWithLimit() {
  if (!writer_.Stop()) {
    ledger_.Fault("the writer ended by itself");
    return;
  }
  const std::uint64_t bytes =
      Inspect(renders()).bytes + UnnamedBytes(writer_.pid(), renders());
  most_bytes_ = std::max(most_bytes_, bytes);
  // Before the store is open an unnamed file is the index being made.
  if (bytes > max_bytes() && ledger_.open_writer == writer_.pid()) {
    ledger_.Fault(fmt::format("{} bytes are in use and {} are allowed", bytes,
                              max_bytes()));
  }
  writer_.Continue();
}

void KillLoop::RestartAndCompare() {
  const bool is_daemon = options_.writer == WriterKind::kDaemon;
  ledger_.paused = 1;
  if (is_daemon) {
    for (const Process& client : clients_) client.Stop();
  }
  KillWriter();
  const DirectoryContent before = Inspect(renders());
  StartWriter();
  if (AwaitWriter()) CheckAdoption(renders(), before, ledger_);
  ++comparisons_;
  ledger_.paused = 0;
  for (const Process& client : clients_) client.Continue();
}

void KillLoop::TrySecondWriter() {
  if (!AwaitWriter()) return;
  Process second([this] {
    if (options_.writer == WriterKind::kDaemon) {
      RunDaemon(options_, renders(), socket() + "2");
    }
    const auto store = RenderStore::Open(PatternStoreOptions(renders()));
    const bool refused =
        !store && store.error().code() == StatusCode::kFailedPrecondition;
    ::_exit(refused ? 1 : 0);
  });
  const auto limit = steady_clock::now() + kStartLimit;
  siginfo_t ended{};
  while (steady_clock::now() < limit && ended.si_pid == 0) {
    ::waitid(P_PID, static_cast<id_t>(second.pid()), &ended,
             WEXITED | WNOHANG | WNOWAIT);
    std::this_thread::sleep_for(milliseconds(1));
  }
  if (ended.si_pid == 0 || second.Wait() == 0) {
    ledger_.Fault("a second writer was not refused");
  }
  ++refusals_;
}

void KillLoop::CheckEnd() {
  if (ledger_.faults != 0) return;
  if (options_.writer == WriterKind::kDaemon) CheckDescriptors();
  for (Process& client : clients_) client.Kill();
  KillWriter();
  auto store = RenderStore::Open(PatternStoreOptions(renders()));
  if (!store) {
    ledger_.Fault("the last start: " + store.error().message());
    return;
  }
  CheckNothingIsLeased(renders(), ledger_);
  const DirectoryContent content = Inspect(renders());
  const RenderStoreStats stats = (*store)->Stats();
  if (!content.hidden.empty()) {
    ledger_.Fault("a clean start left the file " + content.hidden.front());
  } else if (stats.committed_bytes != content.bytes ||
             stats.renders != content.renders.size()) {
    ledger_.Fault(fmt::format(
        "the books have {} renders of {} bytes, the directory {} of {}",
        stats.renders, stats.committed_bytes, content.renders.size(),
        content.bytes));
  } else if (stats.orphaned_bytes != 0) {
    ledger_.Fault(
        fmt::format("{} bytes are charged for readers, and every "
                    "client is dead",
                    stats.orphaned_bytes));
  }
  (*store)->Purge();
  store->reset();
  if (Inspect(renders()).bytes != 0) {
    ledger_.Fault("removing everything left something behind");
  }
}

// A daemon that has served many clients and renders has no more descriptors
// open than before.
void KillLoop::CheckDescriptors() {
  for (Process& client : clients_) client.Kill();
  KillWriter();
  StartWriter();
  if (!AwaitWriter()) return;
  RemoveAllRenders();
  const std::size_t at_first = CountDescriptors(writer_.pid());
  for (std::size_t i = 0; i < clients_.size(); ++i) StartClient(i);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  for (Process& client : clients_) client.Kill();
  RemoveAllRenders();
  const auto limit = steady_clock::now() + kStartLimit;
  std::size_t in_the_end = CountDescriptors(writer_.pid());
  while (in_the_end > at_first + kKeptDescriptors &&
         steady_clock::now() < limit) {
    std::this_thread::sleep_for(milliseconds(50));
    in_the_end = CountDescriptors(writer_.pid());
  }
  if (in_the_end > at_first + kKeptDescriptors) {
    ledger_.Fault(fmt::format("the daemon had {} descriptors and now has {}",
                              at_first, in_the_end));
  }
}

void KillLoop::RemoveAllRenders() {
  SocketClient client(socket());
  for (const FoundRender& render : Inspect(renders()).renders) {
    ledger_.Release(render.id);
    (void)Call(client, "goxel.cleanup_render",
               fmt::format(R"({{"id":"{}"}})", FormatRenderId(render.id)));
  }
}

std::string KillLoop::Summary() const {
  std::string text = fmt::format(
      "{}: {} writer and {} client kills, {} renders, {} attached, {} frames "
      "and {} held ones compared, {} rows compared, {} missed, {} refused, {} "
      "starts compared, {} second writers refused, at most {} of {} bytes",
      ledger_.faults == 0 ? "passed" : "FAILED", writer_kills_, client_kills_,
      ledger_.committed.load(), ledger_.attached.load(), ledger_.checked.load(),
      ledger_.held.load(), ledger_.looked_up.load(), ledger_.missed.load(),
      ledger_.refused.load(), comparisons_, refusals_, most_bytes_,
      max_bytes());
  if (ledger_.faults != 0) {
    text += fmt::format("\n{} faults; the first: {}", ledger_.faults.load(),
                        ledger_.FirstFault());
  }
  return text;
}

}  // namespace goxel
