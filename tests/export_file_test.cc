#include "transfer/export_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace goxel {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

ExportWriter Writes(std::string text) {
  return [text = std::move(text)](const ByteSink& sink) {
    return sink(std::as_bytes(std::span(text)));
  };
}

class ExportFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "goxel_export_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = fs::canonical(pattern);
  }

  void TearDown() override { fs::remove_all(directory_); }

  // Names of everything in the test's directory, hidden files too.
  std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory_)) {
      names.insert(entry.path().filename());
    }
    return names;
  }

  static std::string Content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static StatusCode ExportCode(const fs::path& path,
                               const ExportRules& rules = {}) {
    auto bytes = ExportFile(path, rules, Writes("new"));
    return bytes ? StatusCode::kOk : bytes.error().code();
  }

  fs::path directory_;
};

TEST_F(ExportFileTest, FileHoldsWhatWasWritten) {
  const fs::path path = directory_ / "a.png";

  auto bytes = ExportFile(path, {}, [](const ByteSink& sink) {
    Status status = Writes("one ")(sink);
    return status.ok() ? Writes("two")(sink) : status;
  });

  ASSERT_TRUE(bytes.has_value()) << bytes.error().message();
  EXPECT_EQ(*bytes, 7u);
  EXPECT_EQ(Content(path), "one two");
  EXPECT_EQ(Names(), std::set<std::string>{"a.png"});
}

TEST_F(ExportFileTest, ExistingFileIsReplaced) {
  const fs::path path = directory_ / "a.png";
  ASSERT_EQ(ExportCode(path), StatusCode::kOk);

  ASSERT_TRUE(ExportFile(path, {}, Writes("newer")).has_value());

  EXPECT_EQ(Content(path), "newer");
}

TEST_F(ExportFileTest, ModeIsTheOneAskedFor) {
  const fs::path path = directory_ / "a.png";
  ASSERT_EQ(ExportCode(path, {.allowed_roots = {},
                              .render_directory = {},
                              .file_mode = 0640}),
            StatusCode::kOk);

  struct stat file {};
  ASSERT_EQ(::stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0640u);
}

TEST_F(ExportFileTest, NobodySeesAHalfWrittenFile) {
  const fs::path path = directory_ / "a.png";
  ASSERT_TRUE(ExportFile(path, {}, Writes("old")).has_value());

  auto bytes = ExportFile(path, {}, [&](const ByteSink& sink) {
    Status status = Writes("half")(sink);
    EXPECT_EQ(Content(path), "old");
    return status;
  });

  EXPECT_TRUE(bytes.has_value());
  EXPECT_EQ(Content(path), "half");
}

TEST_F(ExportFileTest, FailureOfTheWriterLeavesEverythingAsItWas) {
  const fs::path path = directory_ / "a.png";
  ASSERT_TRUE(ExportFile(path, {}, Writes("old")).has_value());

  auto bytes = ExportFile(path, {}, [](const ByteSink& sink) {
    Status status = Writes("half")(sink);
    return status.ok() ? Status(StatusCode::kRenderFailed, "no light") : status;
  });

  ASSERT_FALSE(bytes.has_value());
  EXPECT_EQ(bytes.error().code(), StatusCode::kRenderFailed);
  EXPECT_THAT(bytes.error().message(), HasSubstr("a.png"));
  EXPECT_THAT(bytes.error().message(), HasSubstr("no light"));
  EXPECT_EQ(Content(path), "old");
  EXPECT_EQ(Names(), std::set<std::string>{"a.png"});
}

// Runs in a child, because a limit on file sizes is for good.
TEST_F(ExportFileTest, DiskThatRefusesLeavesEverythingAsItWas) {
  const fs::path path = directory_ / "a.png";
  ASSERT_TRUE(ExportFile(path, {}, Writes("old")).has_value());

  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit limit{.rlim_cur = 100, .rlim_max = 100};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::signal(SIGXFSZ, SIG_IGN);
    auto bytes = ExportFile(path, {}, Writes(std::string(1000, 'x')));
    ::_exit(bytes ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);

  EXPECT_EQ(status, 0);
  EXPECT_EQ(Content(path), "old");
  EXPECT_EQ(Names(), std::set<std::string>{"a.png"});
}

TEST_F(ExportFileTest, KilledProcessLeavesNothingBehind) {
  const fs::path path = directory_ / "a.png";
  const pid_t child = ::fork();
  if (child == 0) {
    auto bytes = ExportFile(path, {}, [](const ByteSink& sink) {
      Status status = Writes("half")(sink);
      ::raise(SIGKILL);
      return status;
    });
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);

  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(Names(), std::set<std::string>{});
}

TEST_F(ExportFileTest, DotDotLeadsToTheDirectoryAbove) {
  fs::create_directory(directory_ / "sub");

  EXPECT_EQ(ExportCode(directory_ / "sub/../a.png"), StatusCode::kOk);
  EXPECT_EQ(ExportCode(directory_ / "sub/./..//b.png"), StatusCode::kOk);
  EXPECT_EQ(ExportCode(directory_ / "..a..png"), StatusCode::kOk);

  EXPECT_EQ(Names(),
            (std::set<std::string>{"sub", "a.png", "b.png", "..a..png"}));
  EXPECT_EQ(ExportCode(directory_ / "sub/.."), StatusCode::kInvalidArgument);
  EXPECT_EQ(ExportCode(directory_ / ".."), StatusCode::kInvalidArgument);
}

TEST_F(ExportFileTest, PathsThatNameNoFileAreRefused) {
  EXPECT_EQ(ExportCode(""), StatusCode::kInvalidArgument);
  EXPECT_EQ(ExportCode("/"), StatusCode::kInvalidArgument);
  EXPECT_EQ(ExportCode(directory_.string() + "/"),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(ExportCode(directory_ / "."), StatusCode::kInvalidArgument);
  EXPECT_EQ(ExportCode(directory_), StatusCode::kInvalidArgument);
  EXPECT_EQ(ExportCode(directory_ / std::string("a\0b", 3)),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(ExportCode(directory_ / std::string(300, 'a')),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(Names(), std::set<std::string>{});
}

TEST_F(ExportFileTest, MissingDirectoryIsNamed) {
  const fs::path path = directory_ / "missing" / "a.png";

  const Status status = ExportFile(path, {}, Writes("new")).error();

  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.message(), HasSubstr(path.string()));
  EXPECT_THAT(status.message(), HasSubstr("no directory"));
}

TEST_F(ExportFileTest, FileUsedAsDirectoryIsNotFound) {
  ASSERT_EQ(ExportCode(directory_ / "a.png"), StatusCode::kOk);

  EXPECT_EQ(ExportCode(directory_ / "a.png" / "b.png"), StatusCode::kNotFound);
}

TEST_F(ExportFileTest, OnlyRegularFilesAreReplaced) {
  const fs::path fifo = directory_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);

  EXPECT_EQ(ExportCode(fifo), StatusCode::kInvalidArgument);
  EXPECT_EQ(ExportCode("/dev/null"), StatusCode::kInvalidArgument);
  EXPECT_TRUE(fs::is_fifo(fifo));
}

TEST_F(ExportFileTest, LinkIsReplacedAndNotFollowed) {
  const fs::path victim = directory_ / "victim";
  const fs::path link = directory_ / "link.png";
  ASSERT_TRUE(ExportFile(victim, {}, Writes("precious")).has_value());
  fs::create_symlink(victim, link);

  ASSERT_EQ(ExportCode(link), StatusCode::kOk);

  EXPECT_EQ(Content(victim), "precious");
  EXPECT_EQ(Content(link), "new");
  EXPECT_FALSE(fs::is_symlink(link));
}

// In a child that has given up root's rights for good.
TEST_F(ExportFileTest, UnwritableDirectoryIsPermissionDenied) {
  ASSERT_EQ(::chmod(directory_.c_str(), 0555), 0);

  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && ::setuid(kNobody) != 0) ::_exit(2);
    const auto written = ExportFile(directory_ / "a.png", {}, Writes("new"));
    const bool refused =
        !written && written.error().code() == StatusCode::kPermissionDenied;
    ::_exit(refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(::chmod(directory_.c_str(), 0755), 0);

  EXPECT_EQ(status, 0);
  EXPECT_EQ(Names(), std::set<std::string>{});
}

TEST_F(ExportFileTest, RootsAllowWhatIsBeneathThem) {
  fs::create_directories(directory_ / "root" / "sub");
  ExportRules rules;
  rules.allowed_roots = {directory_ / "missing", directory_ / "root"};

  EXPECT_EQ(ExportCode(directory_ / "root" / "a.png", rules), StatusCode::kOk);
  EXPECT_EQ(ExportCode(directory_ / "root" / "sub" / "a.png", rules),
            StatusCode::kOk);
}

TEST_F(ExportFileTest, RootsForbidWhatIsBesideThem) {
  fs::create_directory(directory_ / "root");
  fs::create_directory(directory_ / "root2");
  ExportRules rules;
  rules.allowed_roots = {directory_ / "root"};

  EXPECT_EQ(ExportCode(directory_ / "a.png", rules),
            StatusCode::kPermissionDenied);
  const Status status =
      ExportFile(directory_ / "root2" / "a.png", rules, Writes("new")).error();
  EXPECT_EQ(status.code(), StatusCode::kPermissionDenied);
  EXPECT_THAT(status.message(), HasSubstr((directory_ / "root").string()));
}

TEST_F(ExportFileTest, LinkOutOfARootIsNoWayOut) {
  fs::create_directory(directory_ / "root");
  fs::create_directory(directory_ / "outside");
  fs::create_symlink(directory_ / "outside", directory_ / "root" / "exit");
  ExportRules rules;
  rules.allowed_roots = {directory_ / "root"};

  EXPECT_EQ(ExportCode(directory_ / "root" / "exit" / "a.png", rules),
            StatusCode::kPermissionDenied);
  EXPECT_TRUE(fs::is_empty(directory_ / "outside"));
}

TEST_F(ExportFileTest, DotDotOutOfARootIsNoWayOut) {
  fs::create_directories(directory_ / "root" / "sub");
  ExportRules rules;
  rules.allowed_roots = {directory_ / "root"};

  EXPECT_EQ(ExportCode(directory_ / "root" / "sub" / "../a.png", rules),
            StatusCode::kOk);
  EXPECT_EQ(ExportCode(directory_ / "root" / "../a.png", rules),
            StatusCode::kPermissionDenied);
  EXPECT_EQ(Names(), std::set<std::string>{"root"});
}

TEST_F(ExportFileTest, NamesOfTheRenderStoreAreTakenInItsDirectoryAlone) {
  fs::create_directory(directory_ / "sub");
  ExportRules rules;
  rules.render_directory = directory_;

  for (const char* name : {"index", "lock", ".x", "render_1_00ab12_0.png"}) {
    EXPECT_EQ(ExportCode(directory_ / "sub" / ".." / name, rules),
              StatusCode::kPermissionDenied)
        << name;
    EXPECT_EQ(ExportCode(directory_ / "sub" / name, rules), StatusCode::kOk);
  }
  EXPECT_EQ(ExportCode(directory_ / "a.png", rules), StatusCode::kOk);
  EXPECT_EQ(Names(), (std::set<std::string>{"sub", "a.png"}));
}

TEST_F(ExportFileTest, FileThatIsReplacedKeepsItsPermissions) {
  const fs::path path = directory_ / "private.gox";
  ASSERT_EQ(ExportCode(path), StatusCode::kOk);
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);

  ASSERT_EQ(ExportCode(path), StatusCode::kOk);

  struct stat file {};
  ASSERT_EQ(::stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
}

// A file system of 64 KiB, in a mount namespace of its own that ends with the
// child.
TEST_F(ExportFileTest, FullDiskLeavesEverythingAsItWas) {
  const fs::path path = directory_ / "a.gox";
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr int kCannotMount = 2;
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", directory_.c_str(), "tmpfs", 0, "size=64k") != 0) {
      ::_exit(kCannotMount);
    }
    const bool first = ExportFile(path, {}, Writes("old")).has_value();
    const auto second = ExportFile(path, {}, Writes(std::string(1 << 20, 'x')));
    const bool refused =
        !second && second.error().code() == StatusCode::kStorageFailed;
    const bool as_it_was =
        Content(path) == "old" && Names() == std::set<std::string>{"a.gox"};
    ::_exit(first && refused && as_it_was ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);

  if (WEXITSTATUS(status) == 2) GTEST_SKIP() << "mount(2) is not allowed";
  EXPECT_EQ(status, 0);
}

TEST_F(ExportFileTest, FilesThatBelongTogetherAppearInOrder) {
  const std::vector<ExportPart> parts = {
      {directory_ / "a.mtl", Writes("materials")},
      {directory_ / "a.obj", Writes("faces")}};

  const auto sizes = ExportFiles(parts, {});

  ASSERT_TRUE(sizes.has_value()) << sizes.error().message();
  EXPECT_THAT(*sizes, testing::ElementsAre(9, 5));
  EXPECT_EQ(Names(), (std::set<std::string>{"a.mtl", "a.obj"}));
}

TEST_F(ExportFileTest, NoneOfTheFilesIsSeenBeforeAllAreComplete) {
  const std::vector<ExportPart> parts = {
      {directory_ / "a.mtl", Writes("materials")},
      {directory_ / "a.obj", [this](const ByteSink& sink) {
         EXPECT_EQ(Names(), std::set<std::string>{});
         return Writes("faces")(sink);
       }}};

  EXPECT_TRUE(ExportFiles(parts, {}).has_value());
}

TEST_F(ExportFileTest, FailureOfOneFileLeavesAllAsTheyWere) {
  ASSERT_TRUE(ExportFile(directory_ / "a.mtl", {}, Writes("old")).has_value());
  const std::vector<ExportPart> parts = {
      {directory_ / "a.mtl", Writes("materials")},
      {directory_ / "a.obj", [](const ByteSink&) {
         return Status(StatusCode::kTooLarge, "too many faces");
       }}};

  const auto sizes = ExportFiles(parts, {});

  ASSERT_FALSE(sizes.has_value());
  EXPECT_THAT(sizes.error().message(), HasSubstr("a.obj"));
  EXPECT_THAT(sizes.error().message(), HasSubstr("too many faces"));
  EXPECT_EQ(Content(directory_ / "a.mtl"), "old");
  EXPECT_EQ(Names(), std::set<std::string>{"a.mtl"});
}

TEST_F(ExportFileTest, CheckSaysTheSameWithoutWriting) {
  EXPECT_TRUE(CheckExportPath(directory_ / "a.png", {}).ok());
  EXPECT_EQ(CheckExportPath(directory_ / "..", {}).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(CheckExportPath(directory_ / "missing/a.png", {}).code(),
            StatusCode::kNotFound);
  EXPECT_EQ(Names(), std::set<std::string>{});
}

}  // namespace
}  // namespace goxel
