// What goxelctl tells and does for whoever runs the daemon: stats, top, leases,
// verify, gc, doctor; with a live daemon, a killed one, and none ever.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "clients/cpp/render_catalog.h"
#include "tests/e2e/goxelctl_fixture.h"

namespace goxel {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class GoxelctlOperatorTest : public GoxelctlTest {
 protected:
  // The path of a new render.
  std::string Render(const std::string& options = "--mode mmap") {
    const Outcome outcome = Run("render builtin:demo --size 64x48 " + options);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.out.substr(0, outcome.out.size() - 1);
  }

  static std::string IdOf(const std::string& path) {
    const auto parts =
        ParseRenderFileName(std::filesystem::path(path).filename().string());
    return parts ? FormatRenderId(parts->id) : "";
  }

  static void FlipByte(const std::string& path, off_t offset) {
    const UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    char byte = 0;
    ASSERT_EQ(::pread(fd.get(), &byte, 1, offset), 1);
    byte = static_cast<char>(~byte);
    ASSERT_EQ(::pwrite(fd.get(), &byte, 1, offset), 1);
  }

  JsonReply RunJson(const std::string& arguments) {
    return JsonReply(Run(arguments + " --json").out);
  }

  std::string Leave(const std::string& name) {
    const std::string path = renders() + "/" + name;
    std::ofstream(path) << "left";
    return path;
  }

  static void SetAge(const std::string& path, std::int64_t seconds) {
    const timespec now = {::time(nullptr) - seconds, 0};
    const timespec times[2] = {now, now};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  }
};

TEST_F(GoxelctlOperatorTest, WithoutADirectoryEveryCommandSaysSo) {
  for (const char* command : {"stats", "top -n 1", "verify"}) {
    const Outcome outcome = Run(std::string(command) + " --dir /nonexistent");

    EXPECT_EQ(outcome.exit_code, 3) << command;
    EXPECT_THAT(outcome.err, HasSubstr("'/nonexistent' does not exist"));
  }
  EXPECT_EQ(Run("leases --dir /nonexistent").exit_code, 1);
  EXPECT_EQ(Run("gc --dir /nonexistent").exit_code, 1);
  EXPECT_EQ(Run("doctor --dir /nonexistent").exit_code, 1);
}

TEST_F(GoxelctlOperatorTest, WhereNoIndexIsFoundEveryPlaceIsNamed) {
  for (const char* place :
       {"/run/goxel/renders/index", "/tmp/goxel_renders/index"}) {
    if (std::filesystem::exists(place)) GTEST_SKIP() << place << " exists";
  }
  const std::string unnamed =
      "env -u GOXEL_RENDER_DIR XDG_RUNTIME_DIR=" + home().string();
  const std::string places = "'" + home().string() +
                             "/goxel/renders', '/run/goxel/renders', "
                             "'/tmp/goxel_renders'";

  for (const char* command : {"ls", "stats", "top", "leases", "verify", "gc",
                              "show 00000000000000aa", "watch"}) {
    const Outcome outcome = Run(command, unnamed);

    EXPECT_EQ(outcome.exit_code, 3) << command;
    EXPECT_THAT(outcome.err, HasSubstr(places)) << command;
  }
  const Outcome doctor = Run("doctor", unnamed);
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_THAT(doctor.out, HasSubstr(places));
}

TEST_F(GoxelctlOperatorTest, TheUsersServiceIsFoundWithoutBeingNamed) {
  StartDaemon();
  const std::string id = IdOf(Render());
  std::filesystem::create_directory(home() / "goxel");
  std::filesystem::create_directory_symlink(renders(),
                                            home() / "goxel/renders");

  const Outcome listed =
      Run("ls", "env -u GOXEL_RENDER_DIR XDG_RUNTIME_DIR=" + home().string());

  EXPECT_THAT(listed.out, HasSubstr(home().string() + "/goxel/renders/"));
  EXPECT_THAT(listed.out, HasSubstr(id));
}

TEST_F(GoxelctlOperatorTest, StatsAreReadFromALiveAndAKilledDaemon) {
  StartDaemon();
  Render();
  Render();
  const Outcome alive = Run("stats");
  const JsonReply alive_json = RunJson("stats");

  KillDaemon();
  const JsonReply dead_json = RunJson("stats");

  EXPECT_THAT(alive.out,
              AllOf(HasSubstr("served since"), HasSubstr("published"),
                    HasSubstr("answered from the cache"), HasSubstr("P99")));
  EXPECT_EQ(alive_json.At("/daemon_alive"), "true");
  EXPECT_EQ(alive_json.Number("/counters/published"), 1);
  EXPECT_EQ(alive_json.Number("/counters/cache_hits"), 1);
  EXPECT_GT(alive_json.Number("/max_cache_size"), 0);
  EXPECT_EQ(alive_json.Text("/histograms/0/name"), "render");
  EXPECT_EQ(alive_json.Number("/histograms/0/count"), 1);
  EXPECT_GT(alive_json.Number("/histograms/0/p99_ns"), 0);
  EXPECT_EQ(dead_json.At("/daemon_alive"), "false");
  EXPECT_EQ(dead_json.Number("/counters/published"), 1);
  EXPECT_THAT(Run("stats").out, HasSubstr("no daemon; the last one started"));
}

TEST_F(GoxelctlOperatorTest, TopPrintsAsOftenAsAsked) {
  StartDaemon();
  const std::string id = IdOf(Render());

  const Outcome text = Run("top -n 2 --interval 0.05");
  const Outcome json = Run("top -n 3 --interval 0.05 --json");

  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("1 renders"), HasSubstr(id)));
  // Not a terminal: no control codes.
  EXPECT_THAT(text.out, Not(HasSubstr("\x1b")));
  EXPECT_EQ(std::ranges::count(json.out, '\n'), 3);
  EXPECT_THAT(json.out, StartsWith("{\"daemon_alive\":true,"));
}

TEST_F(GoxelctlOperatorTest, LeasesNameTheProcessThatHasARenderMapped) {
  StartDaemon();
  const std::string path = Render();
  const auto catalog = RenderCatalog::Open(renders());
  ASSERT_TRUE(catalog) << catalog.error().message();
  EXPECT_THAT(Run("leases").err, HasSubstr("no render is mapped"));

  const auto image = (*catalog)->Map(*ParseRenderId(IdOf(path)));

  ASSERT_TRUE(image) << image.error().message();
  EXPECT_THAT(Run("leases").out,
              AllOf(HasSubstr(IdOf(path)), HasSubstr("leased"),
                    HasSubstr(std::to_string(::getpid()))));
  const JsonReply json = RunJson("leases");
  EXPECT_EQ(json.Text("/leases/0/id"), IdOf(path));
  EXPECT_EQ(json.Number("/leases/0/pid"), ::getpid());
  EXPECT_EQ(json.Number("/leases/0/bytes"), 16384);
  EXPECT_EQ(json.At("/leases/0/zombie"), "false");
}

TEST_F(GoxelctlOperatorTest, LeasesShowWhatIsGoneAndStillMapped) {
  StartDaemon();
  const std::string path = Render();
  const auto catalog = RenderCatalog::Open(renders());
  ASSERT_TRUE(catalog) << catalog.error().message();
  const auto image = (*catalog)->Map(*ParseRenderId(IdOf(path)));
  ASSERT_TRUE(image) << image.error().message();
  SocketClient client(socket());

  Call(client, "goxel.cleanup_render", "[\"" + path + "\"]");

  const JsonReply json = RunJson("leases");
  EXPECT_EQ(json.Text("/leases/0/id"), IdOf(path)) << json.text();
  EXPECT_EQ(json.At("/leases/0/zombie"), "true");
  EXPECT_EQ(json.Number("/zombie_bytes"), 16384);
}

TEST_F(GoxelctlOperatorTest, VerifyFindsHealthyRendersWhole) {
  StartDaemon();
  Render("--mode mmap");
  const std::string png = Render("--mode file");

  const Outcome alive = Run("verify");
  const Outcome one = Run("verify " + IdOf(png));
  KillDaemon();

  EXPECT_EQ(alive.exit_code, 0) << alive.out << alive.err;
  EXPECT_THAT(alive.out, HasSubstr("2 renders verified, 1 checksums match"));
  EXPECT_THAT(one.out, HasSubstr("1 renders verified"));
  EXPECT_EQ(RunJson("verify").Number("/corrupt"), 0);
  EXPECT_EQ(Run("verify 0000000000000001").exit_code, 1);
}

TEST_F(GoxelctlOperatorTest, VerifySaysWhichByteOfAPngIsDamaged) {
  StartDaemon();
  Render("--mode mmap");
  const std::string png = Render("--mode file");
  FlipByte(png, static_cast<off_t>(std::filesystem::file_size(png)) - 40);

  const Outcome outcome = Run("verify");

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("does not match its CRC"),
                    HasSubstr("was recorded"), HasSubstr("1 corrupt"),
                    HasSubstr(std::filesystem::path(png).filename().string())));
  EXPECT_EQ(RunJson("verify").Number("/corrupt"), 1);
}

TEST_F(GoxelctlOperatorTest, VerifyFindsADamagedHeaderAndAMissingFile) {
  StartDaemon();
  const std::string damaged = Render("--camera top --mode mmap");
  const std::string missing = Render("--camera left --mode mmap");
  const std::string cut = Render("--camera front --mode mmap");
  FlipByte(damaged, 0);
  std::filesystem::remove(missing);
  std::filesystem::resize_file(cut, 5000);

  const Outcome outcome = Run("verify");

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr(IdOf(damaged)), HasSubstr(IdOf(missing)),
                    HasSubstr("cannot be opened"), HasSubstr("has 5000 bytes"),
                    HasSubstr("3 corrupt")));
}

TEST_F(GoxelctlOperatorTest, GcAsksTheLiveDaemon) {
  StartDaemon();
  Render();

  EXPECT_THAT(Run("gc").out, StartsWith("the daemon removed 0 renders"));
  EXPECT_EQ(RunJson("gc").At("/by_daemon"), "true");
  EXPECT_EQ(Run("gc --dry-run").exit_code, 1);
}

TEST_F(GoxelctlOperatorTest, GcRemovesWhatAKilledDaemonLeftAndNothingElse) {
  StartDaemon();
  const std::string kept = Render("--camera top --mode mmap");
  const std::string expired = Render("--camera left --mode mmap");
  const std::string png = Render("--mode file");
  KillDaemon();
  const std::string spare = Leave(".spare_00000000000000ab");
  const std::string foreign = Leave(".spare_notes");
  const std::string text = Leave("render_me.txt");
  SetAge(expired, 7200);
  Run("gc");
  const std::string staged = Leave(".staged_00000000000000cd");

  const Outcome dry = Run("gc --dry-run");
  const bool staged_stays = std::filesystem::exists(staged);
  const Outcome outcome = Run("gc");

  EXPECT_THAT(dry.out, HasSubstr("would remove 1 files"));
  EXPECT_TRUE(staged_stays);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const std::string& gone : {spare, staged, expired}) {
    EXPECT_FALSE(std::filesystem::exists(gone)) << gone;
  }
  for (const std::string& stays : {kept, png, foreign, text}) {
    EXPECT_TRUE(std::filesystem::exists(stays)) << stays;
  }
}

TEST_F(GoxelctlOperatorTest, GcKeepsWhatAReaderHasMapped) {
  StartDaemon();
  const std::string path = Render();
  const auto catalog = RenderCatalog::Open(renders());
  ASSERT_TRUE(catalog) << catalog.error().message();
  const auto image = (*catalog)->Map(*ParseRenderId(IdOf(path)));
  ASSERT_TRUE(image) << image.error().message();
  KillDaemon();
  SetAge(path, 7200);

  const Outcome outcome = Run("gc");

  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_THAT(outcome.err, HasSubstr("readers have them mapped"));
}

TEST_F(GoxelctlOperatorTest, DoctorFindsNothingWrongWithAHealthyDaemon) {
  StartDaemon();
  Render();
  std::vector<std::string> before;
  for (const auto& entry : std::filesystem::directory_iterator(renders())) {
    before.push_back(entry.path());
  }

  const Outcome outcome = Run("doctor");

  EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("nothing is wrong"),
                                 HasSubstr("a daemon serves it (pid"),
                                 HasSubstr("mappings hold their leases"),
                                 HasSubstr("with 1 renders")));
  EXPECT_EQ(RunJson("doctor").Number("/problems"), 0);
  for (const auto& entry : std::filesystem::directory_iterator(renders())) {
    EXPECT_THAT(before, testing::Contains(entry.path().string()));
  }
}

TEST_F(GoxelctlOperatorTest, DoctorSeesThatTheDaemonWasKilled) {
  StartDaemon();
  Render();
  KillDaemon();
  Leave(".orphan_00000000000000ab");

  const Outcome outcome = Run("doctor");

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("no daemon serves it"),
                    HasSubstr("1 hidden files are left"),
                    HasSubstr("mend: goxelctl gc"),
                    HasSubstr("no daemon answers on " + socket())));
}

TEST_F(GoxelctlOperatorTest, DoctorExplainsAModeThatOthersCanWrite) {
  StartDaemon();
  std::filesystem::permissions(renders(), std::filesystem::perms::all);

  const Outcome outcome = Run("doctor");

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("has mode 0777"), HasSubstr("chmod go-w")));
}

TEST_F(GoxelctlOperatorTest, DoctorExplainsABrokenIndex) {
  StartDaemon();
  Render();
  KillDaemon();
  FlipByte(renders() + "/index", 0);

  const Outcome outcome = Run("doctor");

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("its magic differs"),
                                 HasSubstr("it makes a new index")));
  EXPECT_EQ(Run("stats").exit_code, 1);
}

TEST_F(GoxelctlOperatorTest, DoctorSeesForeignFilesAndAClockThatWasSetBack) {
  StartDaemon();
  Leave("notes.txt");
  SetAge(Render(), -7200);

  const Outcome outcome = Run("doctor");

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("such as 'notes.txt'"),
                                 HasSubstr("1 files are dated in the future")));
}

TEST_F(GoxelctlOperatorTest, DoctorExplainsADirectoryThatIsALink) {
  const std::string link = (home() / "link").string();
  std::filesystem::create_directory_symlink("/tmp", link);

  const Outcome outcome = Run("doctor --dir " + link);

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("is no directory"));
}

}  // namespace
}  // namespace goxel
