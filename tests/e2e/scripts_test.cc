// What scripts can do: their values, their calls, and what becomes of a
// project.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "tests/e2e/daemon_process.h"

namespace goxel {
namespace {

// JSON text of a request's params for `code`, with more members behind it.
std::string ScriptParams(const std::string& code, const std::string& more) {
  std::string text;
  for (const char c : code) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return R"({"script":")" + text + "\"" + more + "}";
}

class ScriptsTest : public testing::Test {
 protected:
  ScriptsTest() : daemon_(home_), ready_(daemon_.AwaitReady()) {
    Call(client_, "goxel.create_project", R"(["scripted"])");
  }

  JsonReply Run(const std::string& code, const std::string& more = "") {
    return Call(client_, "goxel.execute_script", ScriptParams(code, more));
  }
  std::string Value(const std::string& code) {
    const JsonReply reply = Run(code);
    return reply.Has("/result/result") ? reply.At("/result/result")
                                       : reply.text();
  }
  bool HasVoxel(const std::string& position) {
    return Call(client_, "goxel.get_voxel", position).At("/result/exists") ==
           "true";
  }

  DaemonHome home_;
  DaemonProcess daemon_;
  bool ready_;
  SocketClient client_{home_.socket()};
};

TEST_F(ScriptsTest, AnswersWhatExistingClientsExpect) {
  const JsonReply good = Run("1+1");
  EXPECT_EQ(good.At("/result/success"), "true") << good.text();
  EXPECT_EQ(good.Number("/result/code"), 0);
  EXPECT_EQ(good.Text("/result/message"), "Script executed successfully");

  const JsonReply bad = Run("nonsense(");
  EXPECT_EQ(bad.At("/result/success"), "false") << bad.text();
  EXPECT_EQ(bad.Number("/result/code"), -1);
  EXPECT_EQ(bad.Text("/result/message"),
            "Script execution failed with code -1");

  const JsonReply neither = Call(client_, "goxel.execute_script", "{}");
  EXPECT_EQ(neither.Number("/error/code"), -32602);
  EXPECT_EQ(neither.Text("/error/message"),
            "Must specify either 'script' (code) or 'path' parameter");

  const JsonReply array = Call(client_, "goxel.execute_script", R"(["1+1"])");
  EXPECT_EQ(array.Number("/error/code"), -32602);
}

TEST_F(ScriptsTest, ReturnTheirLastValueAsJson) {
  EXPECT_EQ(Value("1+1"), "2");
  EXPECT_EQ(Value("var a = [1, 'two', null]; ({a: a})"),
            R"({"a":[1,"two",null]})");
  EXPECT_EQ(Value("undefined"), "null");
  EXPECT_EQ(Value("(function () {})"), "null");
  EXPECT_EQ(Value("0/0"), "null");
  EXPECT_EQ(Value("'\xc3\xbc \xf0\x9f\x98\x80 \\ud83d\\ude00 \\ud83d'"),
            "\"\xc3\xbc \xf0\x9f\x98\x80 \xf0\x9f\x98\x80 \xef\xbf\xbd\"");
}

TEST_F(ScriptsTest, AValueThatJsonCannotHoldIsAnError) {
  const JsonReply reply = Run("var a = {}; a.a = a; a");

  EXPECT_EQ(reply.At("/result/success"), "false") << reply.text();
  EXPECT_EQ(reply.Text("/result/error/name"), "TypeError");
}

TEST_F(ScriptsTest, PrintToTheReply) {
  const JsonReply reply =
      Run("console.log('a', 1, {b: [2]}); console.warn(null, undefined);"
          "console.error(new Error('c')); console.info('\\ud83d\\ude00')");

  EXPECT_EQ(reply.At("/result/output"),
            "[\"a 1 {\\\"b\\\":[2]}\",\"null undefined\",\"Error: c\","
            "\"\xf0\x9f\x98\x80\"]");
  EXPECT_EQ(reply.At("/result/output_truncated"), "false");
}

TEST_F(ScriptsTest, AnUncaughtErrorIsToldWithItsPlace) {
  const JsonReply reply =
      Run("function f() {\n  throw new RangeError('too far');\n}\n\nf();",
          R"(,"name":"walk.js")");

  EXPECT_EQ(reply.Text("/result/error/name"), "RangeError") << reply.text();
  EXPECT_EQ(reply.Text("/result/error/message"), "too far");
  EXPECT_EQ(reply.Number("/result/error/line"), 2);
  EXPECT_EQ(reply.Text("/result/error/stack"),
            "RangeError: too far\n    at f (walk.js:2)\n"
            "    at eval (walk.js:5)");
}

TEST_F(ScriptsTest, CallEveryMethodByItsNameOrByPosition) {
  EXPECT_EQ(Value("goxel.add_voxel(1, 2, 3, 255, 0, 0);"
                  "goxel.add_voxel([4, 5, 6, 0, 255, 0]);"
                  "goxel.add_voxel({x: 7, y: 8, z: 9, color: '#0000ff'});"
                  "goxel.call('add_voxels', {voxels: ["
                  "  {x: 1, y: 1, z: 1, r: 1, g: 2, b: 3}]});"
                  "goxel.get_voxel(7, 8, 9).color"),
            "[0,0,255,255]");
  for (const char* position : {"[1,2,3]", "[4,5,6]", "[7,8,9]", "[1,1,1]"}) {
    EXPECT_TRUE(HasVoxel(position)) << position;
  }
}

TEST_F(ScriptsTest, HaveAFunctionForEveryMethodTheyMayCall) {
  EXPECT_EQ(Value("goxel.list_methods().methods.filter(function (m) {"
                  "  return !goxel[m.method.replace('goxel.', '')];"
                  "}).map(function (m) { return m.method; }).sort().join()"),
            "\"goxel.acquire_lease,goxel.cancel,goxel.close_project,"
            "goxel.execute_script,goxel.hello,goxel.list_projects,"
            "goxel.release_lease,goxel.reload_config,goxel.report_reads,"
            "goxel.set_camera,goxel.set_light,goxel.wait_render\"");
}

TEST_F(ScriptsTest, CatchWhatACallAnswersWith) {
  EXPECT_EQ(Value("try { goxel.load_project('/nowhere/x.gox'); }"
                  "catch (e) { [e instanceof Error, e.code, e.reason]; }"),
            R"([true,-1002,"not_found"])");
  EXPECT_EQ(Value("try { goxel.call('goxel.execute_script', {script: '1'}); }"
                  "catch (e) { [e.code, e.message]; }"),
            R"([-32601,"Method not found: goxel.execute_script )"
            R"(is not for scripts"])");
  EXPECT_EQ(Value("try { goxel.get_status({project_id: 'other'}); }"
                  "catch (e) { e.code; }"),
            "-32602");
}

TEST_F(ScriptsTest, AnErrorOfACallThatNobodyCatchesNamesTheLineOfTheCall) {
  const JsonReply reply = Run("\n\ngoxel.load_project('/nowhere/x.gox');");

  EXPECT_EQ(reply.Number("/result/error/line"), 3) << reply.text();
}

TEST_F(ScriptsTest, AWholeScriptIsOneStepToUndo) {
  Run("for (var x = 0; x < 100; ++x) goxel.add_voxel(x, 0, 0, 1, 2, 3)");
  ASSERT_TRUE(HasVoxel("[99,0,0]"));

  Call(client_, "goxel.undo");

  EXPECT_FALSE(HasVoxel("[0,0,0]"));
  EXPECT_FALSE(HasVoxel("[99,0,0]"));
}

TEST_F(ScriptsTest, AScriptThatFailsLeavesNothing) {
  Run("goxel.add_voxel(1, 1, 1); goxel.create_layer('gone'); null.x");

  EXPECT_FALSE(HasVoxel("[1,1,1]"));
  EXPECT_EQ(Call(client_, "goxel.get_status").Number("/result/layer_count"), 1);
}

// Scripts that are to be met while they run render a picture of `width` when
// they have begun, and go on when there are `renders` of them.
std::string Meet(int width, int renders) {
  return "goxel.render_scene({height: 16, width: " + std::to_string(width) +
         ", options: {return_mode: 'file_path'}});"
         "while (goxel.list_renders().count < " +
         std::to_string(renders) + ");";
}

class MetScriptsTest : public ScriptsTest {
 protected:
  void Start(SocketClient& client, const std::string& code) {
    EXPECT_TRUE(
        client.Send(R"({"id":1,"method":"goxel.execute_script","params":)" +
                    ScriptParams(code, "") + "}\n"));
  }
  void AwaitRenders(int count) {
    while (Call(other_, "goxel.list_renders").Number("/result/count") < count) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  void LetGoOn() {
    Call(other_, "goxel.render_scene",
         R"({"width":64,"height":64,"options":{"return_mode":"file_path"}})");
  }

  SocketClient other_{home_.socket()};
};

TEST_F(MetScriptsTest, EditsAreSeenByTheScriptAndByNobodyElseUntilItsEnd) {
  Start(client_, "goxel.add_voxel(1, 1, 1);" + Meet(16, 2) +
                     "goxel.get_voxel(1, 1, 1).exists");
  AwaitRenders(1);

  EXPECT_EQ(Call(other_, "goxel.get_voxel", "[1,1,1]").At("/result/exists"),
            "false");
  LetGoOn();

  EXPECT_EQ(JsonReply(client_.ReadLine()).At("/result/result"), "true");
  EXPECT_TRUE(HasVoxel("[1,1,1]"));
}

TEST_F(MetScriptsTest, TwoScriptsAndTheEditsOfAnotherAreMerged) {
  SocketClient second(home_.socket());
  const auto line = [](const std::string& axis) {
    return "for (var i = 1; i < 50; ++i) goxel.add_voxel(" + axis + ");";
  };
  Start(client_, Meet(16, 3) + line("i, 0, 0"));
  Start(second, Meet(17, 3) + line("0, i, 0"));
  AwaitRenders(2);

  for (int i = 1; i < 50; ++i) {
    Call(other_, "goxel.add_voxel", "[0,0," + std::to_string(i) + "]");
  }
  LetGoOn();

  EXPECT_EQ(JsonReply(client_.ReadLine()).At("/result/success"), "true");
  EXPECT_EQ(JsonReply(second.ReadLine()).At("/result/success"), "true");
  for (const char* position :
       {"[1,0,0]", "[49,0,0]", "[0,1,0]", "[0,49,0]", "[0,0,1]", "[0,0,49]"}) {
    EXPECT_TRUE(HasVoxel(position)) << position;
  }
}

TEST_F(MetScriptsTest, AProjectThatWasReplacedMeanwhileIsLeftAlone) {
  Start(client_, "goxel.add_voxel(1, 1, 1);" + Meet(16, 2));
  AwaitRenders(1);

  Call(other_, "goxel.create_project", R"(["another"])");
  LetGoOn();

  const JsonReply reply(client_.ReadLine());
  EXPECT_EQ(reply.Text("/error/data/reason"), "failed_precondition")
      << reply.text();
  EXPECT_FALSE(HasVoxel("[1,1,1]"));
}

TEST_F(ScriptsTest, CanMakeAProjectOfTheirOwn) {
  Call(client_, "goxel.add_voxel", "[5,5,5]");

  Run("goxel.create_project('made', 1, 2, 3); goxel.add_voxel(1, 1, 1)");

  EXPECT_EQ(Call(client_, "goxel.get_status").Number("/result/depth"), 3);
  EXPECT_TRUE(HasVoxel("[1,1,1]"));
  EXPECT_FALSE(HasVoxel("[5,5,5]"));
}

TEST_F(ScriptsTest, RenderTheirOwnScene) {
  const JsonReply reply =
      Run("goxel.add_voxel(1, 1, 1, 255, 0, 0);"
          "goxel.render_scene({width: 32, height: 32,"
          "  options: {return_mode: 'file_path'}}).file.path");

  EXPECT_TRUE(std::filesystem::exists(reply.Text("/result/result")))
      << reply.text();
}

TEST_F(ScriptsTest, ADescriptorIsNothingForAScript) {
  EXPECT_EQ(Value("try { goxel.render_scene({width: 16, height: 16,"
                  "  options: {return_mode: 'fd'}}); }"
                  "catch (e) { e.reason; }"),
            "\"invalid_argument\"");
}

TEST_F(ScriptsTest, MayLieInAFile) {
  const std::string path = home_.path() / "build.js";
  std::ofstream(path) << "goxel.add_voxel(3, 3, 3);\nnull.x";

  const JsonReply failed =
      Call(client_, "goxel.execute_script", R"({"path":")" + path + "\"}");
  EXPECT_EQ(failed.Number("/result/error/line"), 2) << failed.text();
  EXPECT_NE(failed.Text("/result/error/stack").find(path + ":2"),
            std::string::npos);

  std::ofstream(path) << "goxel.add_voxel(3, 3, 3); 'done'";
  const JsonReply done =
      Call(client_, "goxel.execute_script", R"({"path":")" + path + "\"}");
  EXPECT_EQ(done.Text("/result/result"), "done") << done.text();
  EXPECT_TRUE(HasVoxel("[3,3,3]"));
}

TEST_F(ScriptsTest, AFileThatIsNoScriptIsAnError) {
  const std::string large = home_.path() / "large.js";
  std::ofstream(large) << std::string((1 << 20) + 1, ' ');
  for (const std::string& path :
       {std::string("/nowhere/x.js"), std::string("/tmp"),
        std::string("/dev/zero"), large}) {
    const JsonReply reply =
        Call(client_, "goxel.execute_script", R"({"path":")" + path + "\"}");

    EXPECT_EQ(reply.At("/result/success"), "false") << reply.text();
    EXPECT_NE(reply.Text("/result/error/message").find(path), std::string::npos)
        << reply.text();
  }
}

TEST_F(ScriptsTest, ParametersOfTheWrongTypeFailAsTheyAlwaysDid) {
  EXPECT_EQ(Call(client_, "goxel.execute_script", R"({"script":5})")
                .Text("/result/error/message"),
            "script is 5; expected a string");
  EXPECT_EQ(Run("1", R"(,"timeout_ms":-5)").At("/result/result"), "1");
  EXPECT_EQ(Run("1", R"(,"timeout_ms":900000)").At("/result/result"), "1");
  EXPECT_EQ(Run("1", R"(,"timeout_ms":1.5)").Number("/error/code"), -32602);
}

TEST_F(ScriptsTest, NeedNoProjectUntilTheyEditOne) {
  const DaemonHome home;
  DaemonProcess daemon(home);
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());

  EXPECT_EQ(Call(client, "goxel.execute_script", R"({"script":"6*7"})")
                .At("/result/result"),
            "42");
  EXPECT_EQ(Call(client, "goxel.execute_script",
                 ScriptParams("goxel.add_voxel(1,1,1)", ""))
                .Text("/result/error/message"),
            "Failed to add voxel: error code -1");
  Call(client, "goxel.execute_script",
       ScriptParams("goxel.create_project(); goxel.add_voxel(1,1,1)", ""));
  EXPECT_EQ(Call(client, "goxel.get_voxel", "[1,1,1]").At("/result/exists"),
            "true");
}

TEST(ScriptOptions, ScriptsCanBeSwitchedOff) {
  const DaemonHome home;
  DaemonProcess daemon(home, {"--max-scripts", "0"});
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());

  EXPECT_EQ(Call(client, "goxel.execute_script", R"({"script":"1"})")
                .Text("/error/data/reason"),
            "permission_denied");
}

TEST(ScriptOptions, AScriptProgramThatIsNotThereIsNamed) {
  const DaemonHome home;
  DaemonProcess daemon(home, {"--script-host", "/nowhere/goxel-script"});
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());

  const JsonReply reply =
      Call(client, "goxel.execute_script", R"({"script":"1"})");

  EXPECT_NE(reply.Text("/error/message").find("/nowhere/goxel-script"),
            std::string::npos)
      << reply.text();
}

TEST(ScriptOptions, AnotherProgramInItsPlaceIsAnErrorAndNoHang) {
  const DaemonHome home;
  DaemonProcess daemon(home, {"--script-host", "/bin/true"});
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());

  EXPECT_EQ(Call(client, "goxel.execute_script", R"({"script":"1"})")
                .Text("/error/data/reason"),
            "internal");
}

}  // namespace
}  // namespace goxel
