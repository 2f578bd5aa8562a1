// What goxelctl says of itself: completions, the manual page; and pictures in a
// terminal.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include "tests/e2e/goxelctl_fixture.h"

namespace goxel {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class GoxelctlWordsTest : public GoxelctlTest {
 protected:
  // What the shell prints, run on `script` in a directory of its own.
  std::string Shell(const std::string& shell, const std::string& script) {
    std::ofstream(home() / "script") << script;
    const std::string command =
        "cd '" + home().string() + "' && " + shell + " script >shell.txt 2>&1";
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 0)
        << ReadFile(home() / "shell.txt");
    return ReadFile(home() / "shell.txt");
  }

  static bool HasShell(const std::string& name) {
    return std::system(("command -v " + name + " >/dev/null").c_str()) == 0;
  }

  // What bash offers for the last of the words.
  std::string BashOffers(const std::string& words) {
    return Shell("bash --norc", "source ./bash.sh\nCOMP_WORDS=(" + words +
                                    ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                                    "_goxelctl\necho \"${COMPREPLY[*]}\"\n");
  }

  std::set<std::string> Commands() {
    std::set<std::string> names;
    const std::string help = Run("--help").out;
    const std::regex row("\n  ([a-z]+)  +[A-Z]");
    for (std::sregex_iterator at(help.begin() + static_cast<std::ptrdiff_t>(
                                                    help.find("Subcommands")),
                                 help.end(), row);
         at != std::sregex_iterator(); ++at) {
      names.insert((*at)[1]);
    }
    return names;
  }

  // With the dashes as they are typed.
  static std::string ManualPage(const std::string& name) {
    const std::filesystem::path pages = GOXEL_SOURCE_DIR "/docs/man";
    return std::regex_replace(ReadFile(pages / name), std::regex(R"(\\-)"),
                              "-");
  }

  static std::set<std::string> FlagsIn(const std::string& text) {
    std::set<std::string> flags;
    const std::regex flag("--[a-z][a-z-]*");
    for (std::sregex_iterator at(text.begin(), text.end(), flag);
         at != std::sregex_iterator(); ++at) {
      flags.insert(at->str());
    }
    return flags;
  }
};

TEST_F(GoxelctlWordsTest, BashCompletesCommandsFlagsAndChoices) {
  std::ofstream(home() / "bash.sh") << Run("completion bash").out;

  EXPECT_EQ(BashOffers("goxelctl turn"), "turntable\n");
  EXPECT_EQ(BashOffers("goxelctl render a.vox --style c"), "clay\n");
  EXPECT_EQ(BashOffers("goxelctl render a.vox --camera true"),
            "true_isometric\n");
  EXPECT_EQ(BashOffers("goxelctl --json sheet --colu"), "--columns\n");
  EXPECT_EQ(BashOffers("goxelctl completion z"), "zsh\n");
  // File names, which bash adds by itself.
  EXPECT_EQ(BashOffers("goxelctl render a"), "\n");
  for (const std::string& command : Commands()) {
    EXPECT_THAT(BashOffers("goxelctl " + command), HasSubstr(command));
  }
}

TEST_F(GoxelctlWordsTest, FishCompletesCommandsFlagsAndChoices) {
  if (!HasShell("fish")) GTEST_SKIP() << "there is no fish";
  std::ofstream(home() / "fish.fish") << Run("completion fish").out;
  const auto offers = [&](const std::string& line) {
    return Shell("fish --no-config",
                 "source fish.fish\ncomplete -C '" + line + "'\n");
  };

  EXPECT_THAT(offers("goxelctl turn"), StartsWith("turntable"));
  EXPECT_THAT(offers("goxelctl render a.vox --style c"), StartsWith("clay"));
  EXPECT_THAT(offers("goxelctl sheet --colu"), StartsWith("--columns"));
  EXPECT_THAT(offers("goxelctl completion z"), HasSubstr("zsh"));
}

TEST_F(GoxelctlWordsTest, ZshTakesTheScript) {
  if (!HasShell("zsh")) GTEST_SKIP() << "there is no zsh";
  std::ofstream(home() / "zsh.zsh") << Run("completion zsh").out;

  EXPECT_THAT(Shell("zsh -f",
                    "autoload -Uz compinit\ncompinit -u -D\nsource ./zsh.zsh\n"
                    "print ${_comps[goxelctl]}\n"),
              StartsWith("_goxelctl"));
}

TEST_F(GoxelctlWordsTest, AShellThatIsNotKnownIsExitCode2) {
  EXPECT_EQ(Run("completion tcsh").exit_code, 2);
  EXPECT_EQ(Run("completion").exit_code, 2);
}

TEST_F(GoxelctlWordsTest, TheManualHasEveryCommandAndFlag) {
  const std::string manual = ManualPage("goxelctl.1");
  const auto described = FlagsIn(manual);
  const auto commands = Commands();
  ASSERT_GE(commands.size(), 17u);

  for (const std::string& flag : FlagsIn(Run("--help").out)) {
    EXPECT_TRUE(described.contains(flag)) << flag;
  }
  for (const std::string& command : commands) {
    EXPECT_THAT(manual, HasSubstr("\n.SS " + command)) << command;
    for (const std::string& flag : FlagsIn(Run(command + " --help").out)) {
      EXPECT_TRUE(described.contains(flag)) << command << " " << flag;
    }
  }
}

TEST_F(GoxelctlWordsTest, TheManualHasNoFlagThatIsNot) {
  std::string words = Run("--help").out;
  for (const std::string& command : Commands()) {
    words += Run(command + " --help").out;
  }
  const auto flags = FlagsIn(words);
  const std::string manual = ManualPage("goxelctl.1");

  for (const std::string& flag : FlagsIn(manual)) {
    EXPECT_TRUE(flags.contains(flag)) << flag;
  }
}

TEST_F(GoxelctlWordsTest, TheManualOfTheDaemonHasItsFlags) {
  const std::string command =
      GOXEL_DAEMON_BINARY " --help >'" + (home() / "help").string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);

  EXPECT_EQ(FlagsIn(ManualPage("goxel-daemon.1")),
            FlagsIn(ReadFile(home() / "help")));
}

TEST_F(GoxelctlWordsTest, TheManualsAreSetWithoutAWarning) {
  if (!HasShell("man")) GTEST_SKIP() << "there is no man";
  for (const std::string page : {"goxelctl.1", "goxel-daemon.1"}) {
    const std::string command =
        "MANWIDTH=80 man --warnings -E UTF-8 -l '" GOXEL_SOURCE_DIR
        "/docs/man/" +
        page + "' >/dev/null 2>'" + (home() / "warnings").string() + "'";
    EXPECT_EQ(std::system(command.c_str()), 0) << page;
    EXPECT_THAT(ReadFile(home() / "warnings"), IsEmpty()) << page;
  }
}

TEST_F(GoxelctlWordsTest, APreviewNeedsATerminalAndAPng) {
  const Outcome piped = Run("render builtin:demo --preview -o a.png");
  EXPECT_EQ(piped.exit_code, 2);
  EXPECT_THAT(piped.err, HasSubstr("terminal"));
  for (const char* command :
       {"sheet builtin:demo --preview", "turntable builtin:demo --preview",
        "show 0123456789abcdef --preview"}) {
    EXPECT_EQ(Run(command).exit_code, 2) << command;
  }
}

// script(1) gives goxelctl a terminal and keeps what it writes there.
class GoxelctlPreviewTest : public GoxelctlWordsTest {
 protected:
  std::string OnTerminal(const std::string& variables,
                         const std::string& arguments =
                             "render builtin:demo --size 64x64 -o a.png "
                             "--no-progress") {
    std::ofstream(home() / "command")
        << Command(arguments + " --preview",
                   "unset KITTY_WINDOW_ID NO_COLOR COLORTERM; " + variables);
    const std::string command = "cd '" + home().string() +
                                "' && script -qec 'sh command' /dev/null "
                                ">shown.txt </dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);
    return ReadFile(home() / "shown.txt");
  }

  // The path that a terminal like kitty was told.
  std::string ToldPath(const std::string& arguments) {
    const std::string shown = OnTerminal("TERM=xterm-kitty", arguments);
    const std::string start = "\x1b_Ga=T,f=100,t=f,q=2;";
    const auto found = shown.find(start);
    if (found == std::string::npos) return "nothing: " + shown;
    const auto from = found + start.size();
    const std::string encoded =
        shown.substr(from, shown.find('\x1b', from) - from);
    return Shell("sh", "printf '%s' '" + encoded + "' | base64 -d");
  }
};

TEST_F(GoxelctlPreviewTest, KittyIsToldThePathOfThePicture) {
  if (!HasShell("script")) GTEST_SKIP() << "there is no script(1)";
  StartDaemon();

  EXPECT_EQ(ToldPath("render builtin:demo --size 64x64 -o a.png --no-progress"),
            (home() / "a.png").string());
  EXPECT_EQ(ToldPath("sheet builtin:demo --presets front,top --size 32x32 "
                     "-o sheet.png"),
            (home() / "sheet.png").string());
  EXPECT_EQ(ToldPath("turntable builtin:demo -n 3 --size 32x32 --no-progress "
                     "-o 'f{index}.png'"),
            (home() / "f0.png").string());
}

TEST_F(GoxelctlPreviewTest, ShowHasThePictureOfARender) {
  if (!HasShell("script")) GTEST_SKIP() << "there is no script(1)";
  StartDaemon();
  const std::string png =
      IdIn(Run("render builtin:demo --size 64x64 --json").out);
  const std::string mapped =
      IdIn(Run("render builtin:demo --size 64x48 --mode mmap --json").out);

  EXPECT_THAT(ToldPath("show " + png), HasSubstr(png + ".png"));
  const std::string shown = OnTerminal("TERM=xterm-256color", "show " + mapped);

  if (shown.find("without libchafa") == std::string::npos) {
    EXPECT_THAT(shown, HasSubstr("\x1b[38;"));
  }
}

TEST_F(GoxelctlPreviewTest, OtherTerminalsShowItInTheirCells) {
  if (!HasShell("script")) GTEST_SKIP() << "there is no script(1)";
  StartDaemon();

  const std::string shown = OnTerminal("TERM=xterm-256color");
  const std::string plain = OnTerminal("NO_COLOR=1 TERM=xterm-256color");

  if (shown.find("without libchafa") != std::string::npos) {
    GTEST_SKIP() << "built without libchafa";
  }
  EXPECT_THAT(shown, HasSubstr("\x1b[38;"));
  EXPECT_THAT(shown, HasSubstr("▄"));
  EXPECT_THAT(plain, Not(HasSubstr("\x1b[38;")));
}

}  // namespace
}  // namespace goxel
