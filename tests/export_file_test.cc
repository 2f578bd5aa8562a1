#include "transfer/export_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

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
  ASSERT_EQ(ExportCode(path, {.allowed_roots = {}, .file_mode = 0640}),
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

TEST_F(ExportFileTest, DotDotIsRefusedAnywhere) {
  fs::create_directory(directory_ / "sub");
  for (const char* tail : {"../a.png", "sub/../a.png", "sub/..", ".."}) {
    EXPECT_EQ(ExportCode(directory_ / tail), StatusCode::kInvalidArgument)
        << tail;
  }
  EXPECT_EQ(ExportCode(directory_ / "..a..png"), StatusCode::kOk);
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

TEST_F(ExportFileTest, UnwritableDirectoryIsPermissionDenied) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
  fs::permissions(directory_, fs::perms::owner_read | fs::perms::owner_exec);

  EXPECT_EQ(ExportCode(directory_ / "a.png"), StatusCode::kPermissionDenied);
  fs::permissions(directory_, fs::perms::owner_all);
}

TEST_F(ExportFileTest, RootsAllowWhatIsBeneathThem) {
  fs::create_directories(directory_ / "root" / "sub");
  const ExportRules rules{
      .allowed_roots = {directory_ / "missing", directory_ / "root"}};

  EXPECT_EQ(ExportCode(directory_ / "root" / "a.png", rules), StatusCode::kOk);
  EXPECT_EQ(ExportCode(directory_ / "root" / "sub" / "a.png", rules),
            StatusCode::kOk);
}

TEST_F(ExportFileTest, RootsForbidWhatIsBesideThem) {
  fs::create_directory(directory_ / "root");
  fs::create_directory(directory_ / "root2");
  const ExportRules rules{.allowed_roots = {directory_ / "root"},
                          .file_mode = 0644};

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
  const ExportRules rules{.allowed_roots = {directory_ / "root"},
                          .file_mode = 0644};

  EXPECT_EQ(ExportCode(directory_ / "root" / "exit" / "a.png", rules),
            StatusCode::kPermissionDenied);
  EXPECT_TRUE(fs::is_empty(directory_ / "outside"));
}

TEST_F(ExportFileTest, CheckSaysTheSameWithoutWriting) {
  EXPECT_TRUE(CheckExportPath(directory_ / "a.png", {}).ok());
  EXPECT_EQ(CheckExportPath(directory_ / "../a.png", {}).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(CheckExportPath(directory_ / "missing/a.png", {}).code(),
            StatusCode::kNotFound);
  EXPECT_EQ(Names(), std::set<std::string>{});
}

}  // namespace
}  // namespace goxel
