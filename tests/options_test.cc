#include "daemon/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/option_table.h"

namespace goxel {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class OptionsTest : public testing::Test {
 protected:
  OptionsTest() {
    char path[] = "/tmp/goxel_options_test_XXXXXX";
    ::close(::mkstemp(path));
    config_path_ = path;
  }
  ~OptionsTest() override { std::remove(config_path_.c_str()); }

  void WriteConfig(const std::string& text) {
    std::ofstream(config_path_) << text;
  }

  Result<CommandLine> Read(std::vector<std::string> arguments = {}) {
    return ReadOptions({std::move(arguments),
                        [this](const char* name) -> const char* {
                          const auto found = environment_.find(name);
                          return found == environment_.end()
                                     ? nullptr
                                     : found->second.c_str();
                        },
                        config_path_});
  }

  Options Accepted(std::vector<std::string> arguments = {}) {
    auto line = Read(std::move(arguments));
    EXPECT_TRUE(line) << line.error().message();
    return line ? line->options : Options();
  }

  std::string Error(std::vector<std::string> arguments = {}) {
    auto line = Read(std::move(arguments));
    return line ? "no error" : line.error().message();
  }

  std::string config_path_;
  std::map<std::string, std::string> environment_;
};

TEST_F(OptionsTest, DefaultsHoldWhenNothingIsSaid) {
  const Options options = Accepted();

  EXPECT_EQ(options.socket_path, "/tmp/goxel.sock");
  EXPECT_EQ(options.render_dir, "/tmp/goxel_renders");
  EXPECT_EQ(options.max_cache_size, 1u << 30);
  EXPECT_EQ(options.max_render_size, 100u << 20);
  EXPECT_EQ(options.ttl.count(), 3600);
  EXPECT_EQ(options.file_mode, 0600u);
  EXPECT_FALSE(options.purge_on_exit);
}

TEST_F(OptionsTest, FlagOutweighsVariableOutweighsFileOutweighsDefault) {
  EXPECT_EQ(Accepted().max_renders, 100u);
  WriteConfig("[render]\nmax_renders = 1\n");
  EXPECT_EQ(Accepted().max_renders, 1u);
  environment_["GOXEL_RENDER_MAX_RENDERS"] = "2";
  EXPECT_EQ(Accepted().max_renders, 2u);
  EXPECT_EQ(Accepted({"--max-renders", "3"}).max_renders, 3u);
}

TEST_F(OptionsTest, EveryOptionCanBeSetInTheFile) {
  std::string text;
  for (const OptionRow& row : OptionTable()) {
    text += std::string("[") + row.section + "]\n" + row.key + " = " +
            OptionText(row, Options()) + "\n";
  }
  WriteConfig(text);

  const auto line = Read({"--print-config"});

  ASSERT_TRUE(line) << line.error().message();
  EXPECT_THAT(line->print, Not(HasSubstr("; default")));
}

TEST_F(OptionsTest, PrintedConfigIsAConfigThatSaysTheSame) {
  environment_["GOXEL_RENDER_MAX_SIZE"] = "5M";
  const auto first = Read({"-s", "/tmp/x.sock", "--file-mode", "0640",
                           "--purge-on-exit", "--print-config"});
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_THAT(first->print,
              AllOf(HasSubstr("[daemon]\nsocket = /tmp/x.sock ; --socket\n"),
                    HasSubstr("max_cache_size = 5242880 ; "
                              "GOXEL_RENDER_MAX_SIZE\n"),
                    HasSubstr("file_mode = 0640 ; --file-mode\n"),
                    HasSubstr("purge_on_exit = true ; --purge-on-exit\n"),
                    HasSubstr("max_renders = 100 ; default\n")));
  environment_.clear();
  WriteConfig(first->print);

  const Options options = Accepted();

  EXPECT_EQ(options.socket_path, "/tmp/x.sock");
  EXPECT_EQ(options.max_cache_size, 5u << 20);
  EXPECT_EQ(options.file_mode, 0640u);
  EXPECT_TRUE(options.purge_on_exit);
  EXPECT_TRUE(options.allowed_output_roots.empty());
}

TEST_F(OptionsTest, EmptySocketPathIsTheDefault) {
  environment_["GOXEL_SOCKET"] = "/tmp/other.sock";

  EXPECT_EQ(Accepted({"-s", ""}).socket_path, Options().socket_path);
}

TEST_F(OptionsTest, RelativePathsStartWhereTheDaemonWasStarted) {
  const auto line = ReadOptions({.arguments = {"-s", "a.sock", "-l", "../log",
                                               "--render-dir", "/renders"},
                                 .environment = {},
                                 .default_config = config_path_,
                                 .directory = "/srv/voxels"});

  ASSERT_TRUE(line) << line.error().message();
  EXPECT_EQ(line->options.socket_path, "/srv/voxels/a.sock");
  EXPECT_EQ(line->options.log_file, "/srv/voxels/../log");
  EXPECT_EQ(line->options.render_dir, "/renders");
}

TEST_F(OptionsTest, DetachedDaemonHasFilesUnlessOthersAreNamed) {
  const Options options = Accepted({"-D", "-p", "/run/x.pid"});

  EXPECT_EQ(options.pid_file, "/run/x.pid");
  EXPECT_EQ(options.log_file, "/tmp/goxel-daemon.log");
  EXPECT_EQ(options.working_dir, "/");
  EXPECT_EQ(Accepted().pid_file, "");
}

TEST_F(OptionsTest, ForegroundOutweighsTheFile) {
  WriteConfig("[daemon]\ndaemonize = true\n");

  EXPECT_TRUE(Accepted().daemonize);
  EXPECT_FALSE(Accepted({"--foreground"}).daemonize);
}

TEST_F(OptionsTest, TasksExcludeEachOther) {
  EXPECT_EQ(Read({"--stop"})->task, Task::kStop);
  EXPECT_EQ(Read({"--reload"})->task, Task::kReload);
  EXPECT_EQ(Read({"--status"})->task, Task::kStatus);
  EXPECT_EQ(Read({})->task, Task::kServe);
  EXPECT_NE(Error({"--stop", "--status"}), "no error");
}

TEST_F(OptionsTest, ProtocolsAreNamedAsExistingScriptsDo) {
  EXPECT_EQ(Accepted({"-P", "auto"}).protocol, WireProtocol::kAuto);
  EXPECT_EQ(Accepted({"-P", "jsonrpc"}).protocol, WireProtocol::kJsonRpc);
  EXPECT_EQ(Accepted({"--protocol=mcp"}).protocol, WireProtocol::kMcp);
}

// Whoever starts from the sample changes nothing by it.
TEST_F(OptionsTest, SampleConfigurationHasEveryOptionAtItsDefault) {
  const auto line =
      Read({"-c", GOXEL_SOURCE_DIR "/docs/daemon.conf", "--print-config"});

  ASSERT_TRUE(line) << line.error().message();
  EXPECT_THAT(line->print, Not(HasSubstr("; default")));
  for (const OptionRow& row : OptionTable()) {
    EXPECT_EQ(OptionText(row, line->options), OptionText(row, Options()))
        << row.key;
  }
}

// A comment is about the lines below it, up to the next comment.
TEST_F(OptionsTest, SampleConfigurationMarksWhatAReloadChanges) {
  std::ifstream file(GOXEL_SOURCE_DIR "/docs/daemon.conf");
  std::map<std::string, bool> marked;
  std::string comment;
  bool in_comment = false;
  for (std::string line; std::getline(file, line);) {
    const bool is_comment = line.starts_with(';');
    if (is_comment && !in_comment) comment.clear();
    in_comment = is_comment;
    if (is_comment) comment += line;
    const auto equals = line.find(" =");
    if (is_comment || equals == std::string::npos) continue;
    marked[line.substr(0, equals)] =
        comment.find("(reload)") != std::string::npos;
  }

  for (const OptionRow& row : OptionTable()) {
    ASSERT_TRUE(marked.contains(row.key)) << row.key;
    EXPECT_EQ(marked.at(row.key), row.takes_effect == TakesEffect::kOnReload)
        << row.key;
  }
}

TEST_F(OptionsTest, ByteSizesTakeSuffixes) {
  EXPECT_EQ(Accepted({"--max-cache-size", "4096"}).max_cache_size, 4096u);
  EXPECT_EQ(Accepted({"--max-cache-size", "64K"}).max_cache_size, 64u << 10);
  EXPECT_EQ(Accepted({"--max-cache-size", "3m"}).max_cache_size, 3u << 20);
  EXPECT_EQ(Accepted({"--max-cache-size", "2G"}).max_cache_size,
            std::uint64_t{2} << 30);
}

TEST_F(OptionsTest, AllowedRootsAreSplitAtColons) {
  EXPECT_THAT(
      Accepted({"--allowed-output-roots", "/a:/b/c"}).allowed_output_roots,
      ElementsAre("/a", "/b/c"));
}

TEST_F(OptionsTest, SwitchesAreFlagsWithoutAValue) {
  const Options options =
      Accepted({"--purge-on-exit", "--disable-file-transfer", "-V", "-f"});

  EXPECT_TRUE(options.purge_on_exit);
  EXPECT_TRUE(options.disable_file_transfer);
  EXPECT_EQ(options.log_level, LogLevel::kDebug);
}

struct BadValue {
  const char* flag;
  const char* value;
  const char* expected;
};

class OptionsBadValue : public OptionsTest,
                        public testing::WithParamInterface<BadValue> {};

TEST_P(OptionsBadValue, IsRefusedByNameValueAndRemedy) {
  const auto& [flag, value, expected] = GetParam();

  EXPECT_THAT(Error({flag, value}),
              AllOf(StartsWith(std::string(flag) + ": "),
                    HasSubstr(" is '" + std::string(value) + "'; give "),
                    HasSubstr(expected)));
}

INSTANTIATE_TEST_SUITE_P(
    All, OptionsBadValue,
    testing::Values(
        BadValue{"--max-cache-size", "lots", "a number of bytes"},
        BadValue{"--max-cache-size", "-1", "a number of bytes"},
        BadValue{"--max-cache-size", "1.5G", "a number of bytes"},
        BadValue{"--max-cache-size", "1T", "a number of bytes"},
        BadValue{"--max-cache-size", "0", "at least 1"},
        BadValue{"--max-cache-size", "99999999999999999999", "bytes"},
        BadValue{"--max-cache-size", "9999999999999G", "bytes"},
        BadValue{"--max-render-size", "", "a number of bytes"},
        BadValue{"--max-renders", "0", "a number from 1 to 65536"},
        BadValue{"--max-renders", "65537", "a number from 1 to 65536"},
        BadValue{"--max-renders", "12x", "a number from 1 to 65536"},
        BadValue{"--max-renders", " 12", "a number from 1 to 65536"},
        BadValue{"--ttl-seconds", "0", "a whole number of seconds"},
        BadValue{"--ttl-seconds", "1h", "a whole number of seconds"},
        BadValue{"--ttl-seconds", "9999999999999", "seconds from 1 to"},
        BadValue{"--cleanup-interval", "x", "a whole number of seconds"},
        BadValue{"--file-mode", "0888", "an octal mode"},
        BadValue{"--file-mode", "0400", "an octal mode"},
        BadValue{"--file-mode", "0755", "an octal mode"},
        BadValue{"--allowed-output-roots", "relative", "absolute paths"},
        BadValue{"--max-width", "16385", "a number from 1 to 16384"},
        BadValue{"--max-height", "0", "a number from 1 to 16384"},
        BadValue{"--max-inline-size", "k", "a number of bytes"},
        BadValue{"--max-request-size", "10", "at least 1024"},
        BadValue{"--max-nesting", "3", "a number from 4 to 1000"},
        BadValue{"--max-connections", "0", "a number from 1 to 65536"},
        BadValue{"--queue-size", "0", "a number from 1 to 65536"},
        BadValue{"--protocol", "soap", "auto, jsonrpc or mcp"},
        BadValue{"--workers", "65", "a number from 1 to 64"},
        BadValue{"--gl", "vulkan", "auto or osmesa or egl"},
        BadValue{"--render-dir", "", "a path that is not empty"},
        BadValue{"--log-level", "loud", "debug, info, warn, error or off"}));

TEST_F(OptionsTest, BadVariableIsNamed) {
  environment_["GOXEL_RENDER_TTL"] = "soon";

  EXPECT_THAT(Error(), StartsWith("GOXEL_RENDER_TTL: ttl_seconds is 'soon'"));
}

TEST_F(OptionsTest, BadVariableIsOverruledByAFlag) {
  environment_["GOXEL_RENDER_TTL"] = "soon";

  EXPECT_EQ(Accepted({"--ttl-seconds", "5"}).ttl.count(), 5);
}

TEST_F(OptionsTest, BadLineIsNamedByFileAndNumber) {
  WriteConfig("; limits\n[render]\n\nmax_renders = many ; why not\n");

  EXPECT_THAT(Error(), StartsWith(config_path_ +
                                  ":4: max_renders is 'many'; give a number"));
}

TEST_F(OptionsTest, UnknownKeyIsNamedTogetherWithTheKnownOnes) {
  WriteConfig("[render]\nmax_render = 5\n");

  EXPECT_THAT(Error(),
              AllOf(StartsWith(config_path_ + ":2: there is no option [render] "
                                              "max_render; did you mean "
                                              "[render] max_renders?"),
                    HasSubstr("[render] max_renders")));
}

TEST_F(OptionsTest, KeySetTwiceIsRefused) {
  WriteConfig("[render]\nmax_renders = 5\nmax_renders = 6\n");

  EXPECT_THAT(Error(), AllOf(StartsWith(config_path_ + ":3: max_renders was"),
                             HasSubstr(":2; set it once")));
}

TEST_F(OptionsTest, IndentedKeyIsAKeyOfItsOwn) {
  WriteConfig("[render]\n  max_renders = 5\n\tmax_width = 6\n");

  const Options options = Accepted();

  EXPECT_EQ(options.max_renders, 5u);
  EXPECT_EQ(options.max_width, 6u);
}

TEST_F(OptionsTest, LineThatIsNoIniTextIsNamed) {
  WriteConfig("[render]\nmax_renders\n");

  EXPECT_THAT(Error(), StartsWith(config_path_ + ":2: expected [section]"));
}

TEST_F(OptionsTest, LineTooLongForTheReaderIsNamed) {
  WriteConfig("\n[render]\noutput_dir = /" + std::string(300, 'x') + "\n");

  EXPECT_THAT(Error(), StartsWith(config_path_ + ":3: the line is too long"));
}

TEST_F(OptionsTest, ConfigThatWasAskedForMustExist) {
  EXPECT_THAT(Error({"-c", "/nonexistent/goxel.conf"}),
              HasSubstr("/nonexistent/goxel.conf"));
  environment_["GOXEL_CONFIG"] = "/nonexistent/other.conf";
  EXPECT_THAT(Error(), HasSubstr("/nonexistent/other.conf"));
}

TEST_F(OptionsTest, DefaultConfigMayBeAbsent) {
  std::remove(config_path_.c_str());

  EXPECT_EQ(Accepted().max_renders, 100u);
}

TEST_F(OptionsTest, UnknownFlagIsRefused) {
  EXPECT_THAT(Error({"--max-rendesr", "5"}),
              "there is no flag --max-rendesr; did you mean --max-renders?");
  EXPECT_THAT(Error({"--gui"}), "there is no flag --gui");
  EXPECT_THAT(Error({"castle.vox"}), HasSubstr("'castle.vox' is no flag"));
  EXPECT_THAT(Error({"--socket"}), HasSubstr("--socket"));
}

TEST_F(OptionsTest, HelpNamesEveryFlagAndItsDefault) {
  const auto line = Read({"-h"});

  ASSERT_TRUE(line);
  for (const OptionRow& row : OptionTable()) {
    const std::string flags = row.flags;
    EXPECT_THAT(line->print, HasSubstr(flags.substr(flags.find("--"))));
  }
  EXPECT_THAT(line->print, HasSubstr("[/tmp/goxel.sock]"));
}

TEST_F(OptionsTest, VersionIsPrintedInTheFormScriptsLookFor) {
  const auto line = Read({"--version"});

  ASSERT_TRUE(line);
  EXPECT_THAT(line->print, StartsWith("goxel-daemon version "));
}

}  // namespace
}  // namespace goxel
