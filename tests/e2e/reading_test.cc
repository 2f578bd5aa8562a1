// What clients read of voxels and colours, and what it costs the daemon.

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/e2e/daemon_process.h"
#include "tests/e2e/expectation.h"

namespace goxel {
namespace {

class ReadingTest : public testing::Test {
 protected:
  ReadingTest() : daemon_(home_), ready_(daemon_.AwaitReady()) {}

  // Two red voxels, one green, one translucent blue.
  void MakeProject() {
    Call(client_, "goxel.create_project");
    Call(client_, "add_voxels",
         R"([[{"x":0,"y":0,"z":0,"r":255,"g":0,"b":0},)"
         R"({"x":1,"y":0,"z":0,"r":255,"g":0,"b":0},)"
         R"({"x":2,"y":5,"z":20,"r":0,"g":255,"b":0},)"
         R"({"x":-3,"y":-4,"z":0,"r":0,"g":0,"b":255,"a":100}]])");
  }

  // A cube of side^3 voxels whose colours differ.
  void MakeCube(int side) {
    Call(client_, "goxel.create_project");
    for (int z = 0; z < side; ++z) {
      std::string voxels;
      for (int i = 0; i < side * side; ++i) {
        voxels += R"({"x":)" + std::to_string(i % side) + R"(,"y":)" +
                  std::to_string(i / side) + R"(,"z":)" + std::to_string(z) +
                  R"(,"r":)" + std::to_string(i % 256) + R"(,"g":)" +
                  std::to_string(z % 256) + R"(,"b":7},)";
      }
      voxels.pop_back();
      Call(client_, "add_voxels", R"({"voxels":[)" + voxels + "]}");
    }
  }

  // KiB, from /proc/<pid>/status.
  long Memory(const std::string& field) const {
    std::ifstream status("/proc/" + std::to_string(daemon_.pid()) + "/status");
    for (std::string word; status >> word;) {
      if (word == field + ":") {
        status >> word;
        return std::stol(word);
      }
    }
    return 0;
  }

  // Lets VmHWM begin again at what is in use.
  void ForgetPeak() const {
    std::ofstream("/proc/" + std::to_string(daemon_.pid()) + "/clear_refs")
        << "5";
  }

  DaemonHome home_;
  DaemonProcess daemon_;
  bool ready_;
  SocketClient client_{home_.socket()};
};

TEST_F(ReadingTest, VoxelsAreThoseThatClientsKnow) {
  MakeProject();
  for (const Expectation& e : std::initializer_list<Expectation>{
           {"goxel.get_layer_voxels", "{}",
            R"({"voxels":[{"x":-3,"y":-4,"z":0,"color":[0,0,255,100]},)"
            R"({"x":0,"y":0,"z":0,"color":[255,0,0,255]},)"
            R"({"x":1,"y":0,"z":0,"color":[255,0,0,255]},)"
            R"({"x":2,"y":5,"z":20,"color":[0,255,0,255]}],)"
            R"("count":4,"truncated":false,)"
            R"("bbox":{"min":[-3,-4,0],"max":[2,5,20]}})"},
           // Params by position count as none.
           {"goxel.get_layer_voxels", "[99]",
            R"({"voxels":[{"x":-3,"y":-4,"z":0,"color":[0,0,255,100]},)"
            R"({"x":0,"y":0,"z":0,"color":[255,0,0,255]},)"
            R"({"x":1,"y":0,"z":0,"color":[255,0,0,255]},)"
            R"({"x":2,"y":5,"z":20,"color":[0,255,0,255]}],)"
            R"("count":4,"truncated":false,)"
            R"("bbox":{"min":[-3,-4,0],"max":[2,5,20]}})"},
           {"goxel.get_layer_voxels", R"({"offset":1,"limit":1,"layer_id":1})",
            R"({"voxels":[{"x":0,"y":0,"z":0,"color":[255,0,0,255]}],)"
            R"("count":1,"truncated":true,)"
            R"("bbox":{"min":[0,0,0],"max":[0,0,0]}})"},
           {"goxel.get_layer_voxels", R"({"offset":3,"limit":-7})",
            R"({"voxels":[{"x":2,"y":5,"z":20,"color":[0,255,0,255]}],)"
            R"("count":1,"truncated":false,)"
            R"("bbox":{"min":[2,5,20],"max":[2,5,20]}})"},
           {"goxel.get_layer_voxels", R"({"offset":9,"limit":0})",
            R"({"voxels":[],"count":0,"truncated":false})"},
           {"goxel.get_layer_voxels", R"({"color_filter":[0,0,255]})",
            R"({"voxels":[{"x":-3,"y":-4,"z":0,"color":[0,0,255,100]}],)"
            R"("count":1,"truncated":false,)"
            R"("bbox":{"min":[-3,-4,0],"max":[-3,-4,0]}})"},
           {"goxel.get_layer_voxels", R"({"color_filter":[0,0,255,101]})",
            R"({"voxels":[],"count":0,"truncated":false})"},
           {"goxel.get_layer_voxels",
            R"({"color_filter":[9,9,9,0],"limit":1,"layer_id":-2})",
            R"({"voxels":[{"x":-3,"y":-4,"z":0,"color":[0,0,255,100]}],)"
            R"("count":1,"truncated":true,)"
            R"("bbox":{"min":[-3,-4,0],"max":[-3,-4,0]}})"},
           {"goxel.get_voxels_region",
            R"({"min":[1,-2000000000,-2147483648],)"
            R"("max":[2147483647,2000000000,0]})",
            R"({"voxels":[{"x":1,"y":0,"z":0,"color":[255,0,0,255]}],)"
            R"("count":1,"truncated":false,)"
            R"("bbox":{"min":[1,0,0],"max":[1,0,0]}})"},
           {"goxel.get_voxels_region", R"({"min":[1.5,0,0],"max":[1,0,0.5]})",
            R"({"voxels":[{"x":1,"y":0,"z":0,"color":[255,0,0,255]}],)"
            R"("count":1,"truncated":false,)"
            R"("bbox":{"min":[1,0,0],"max":[1,0,0]}})"},
           {"goxel.get_voxels_region", R"({"min":[5,0,0],"max":[-5,9,9]})",
            R"({"voxels":[],"count":0,"truncated":false})"},
       }) {
    EXPECT_EQ(Call(client_, e.method, e.params).At("/result"), e.result)
        << e.method << " " << e.params;
  }
}

TEST_F(ReadingTest, BoxesAreThoseThatClientsKnowAndTheRightOnes) {
  Call(client_, "goxel.create_project");
  EXPECT_EQ(Call(client_, "goxel.get_bounding_box").At("/result"),
            R"({"empty":true})");
  MakeProject();
  for (const Expectation& e : std::initializer_list<Expectation>{
           {"goxel.get_bounding_box", "{}",
            R"({"empty":false,"min":[-3,-4,0],"max":[3,6,21],)"
            R"("dimensions":[7,11,22],"size":[6,10,21],)"
            R"("max_inclusive":[2,5,20]})"},
           {"goxel.get_bounding_box", R"({"layer_id":-2,"exact":true})",
            R"({"empty":false,"min":[-3,-4,0],"max":[3,6,21],)"
            R"("dimensions":[7,11,22],"size":[6,10,21],)"
            R"("max_inclusive":[2,5,20]})"},
           {"goxel.get_bounding_box", R"({"exact":false})",
            R"({"empty":false,"min":[-16,-16,0],"max":[16,16,32],)"
            R"("dimensions":[33,33,33],"size":[32,32,32],)"
            R"("max_inclusive":[15,15,31]})"},
       }) {
    EXPECT_EQ(Call(client_, e.method, e.params).At("/result"), e.result)
        << e.params;
  }
}

TEST_F(ReadingTest, ColorsAreThoseThatClientsKnow) {
  MakeProject();
  for (const Expectation& e : std::initializer_list<Expectation>{
           {"goxel.get_color_histogram", "{}",
            R"({"histogram":[{"color":"#FF0000FF","rgba":[255,0,0,255],)"
            R"("count":2,"percentage":50.0},)"
            R"({"color":"#0000FF64","rgba":[0,0,255,100],)"
            R"("count":1,"percentage":25.0},)"
            R"({"color":"#00FF00FF","rgba":[0,255,0,255],)"
            R"("count":1,"percentage":25.0}],"total_voxels":4,)"
            R"("unique_colors":3,"metadata":{"binned":false}})"},
           {"goxel.get_color_histogram",
            R"({"top_n":1,"bin_size":128,"sort_by_count":false})",
            R"({"histogram":[{"color":"#C04040FF","rgba":[192,64,64,255],)"
            R"("count":2,"percentage":100.0}],"total_voxels":4,)"
            R"("unique_colors":1,)"
            R"("metadata":{"binned":true,"bin_size":128}})"},
           {"goxel.get_color_histogram",
            R"({"region":{"min":[50,50,50],"max":[60,60,60]}})",
            R"({"histogram":[],"total_voxels":0,"unique_colors":0,)"
            R"("metadata":{"binned":false}})"},
           {"goxel.find_voxels_by_color", R"({"color":[255,0,0]})",
            R"({"target_color":"#FF0000FF","match_count":2,)"
            R"("truncated":false,"locations":[)"
            R"({"x":0,"y":0,"z":0,"layer_id":-1},)"
            R"({"x":1,"y":0,"z":0,"layer_id":-1}],)"
            R"("metadata":{"tolerance":[0,0,0,0]}})"},
           {"goxel.find_voxels_by_color",
            R"({"color":[0,250,9,200],"tolerance":[5,5,9,55],"layer_id":1,)"
            R"("max_results":1})",
            R"({"target_color":"#00FA09C8","match_count":1,)"
            R"("truncated":true,"locations":[)"
            R"({"x":2,"y":5,"z":20,"layer":"Layer.1","layer_id":1}],)"
            R"("metadata":{"tolerance":[5,5,9,55]}})"},
           {"goxel.find_voxels_by_color",
            R"({"color":[0,0,0,0],"tolerance":255,"include_locations":false})",
            R"({"target_color":"#00000000","match_count":4,)"
            R"("truncated":false,"metadata":{"tolerance":[255,255,255,255]}})"},
           {"goxel.get_unique_colors", R"({"sort_by_count":true})",
            R"({"colors":[{"hex":"#FF0000FF","rgba":[255,0,0,255]},)"
            R"({"hex":"#0000FF64","rgba":[0,0,255,100]},)"
            R"({"hex":"#00FF00FF","rgba":[0,255,0,255]}],"count":3,)"
            R"("metadata":{"layer_id":-1,"sorted_by_count":true}})"},
           {"goxel.get_unique_colors",
            R"({"merge_similar":true,"merge_threshold":100,"layer_id":1,)"
            R"("region":{"min":[0,0,0],"max":[2,5,20]}})",
            R"({"colors":[{"hex":"#32FA32FF","rgba":[50,250,50,255]},)"
            R"({"hex":"#FA3232FF","rgba":[250,50,50,255]}],"count":2,)"
            R"("metadata":{"layer_id":1,"sorted_by_count":false}})"},
       }) {
    EXPECT_EQ(Call(client_, e.method, e.params).At("/result"), e.result)
        << e.method << " " << e.params;
  }
}

struct Refusal {
  const char* method;
  const char* params;
  int code;
  const char* message;
};

TEST_F(ReadingTest, WithoutAProjectEveryMethodSaysSo) {
  for (const Refusal& r : std::initializer_list<Refusal>{
           {"goxel.get_layer_voxels", "{}", -32603, "Bulk operation failed"},
           {"goxel.get_voxels_region", R"({"min":[0,0,0],"max":[1,1,1]})",
            -32603, "Bulk operation failed"},
           {"goxel.get_bounding_box", R"({"layer_id":-2})", -32603,
            "Failed to get bounding box"},
           {"goxel.get_color_histogram", "{}", -32603, "Color analysis failed"},
           {"goxel.find_voxels_by_color", R"({"color":[1,2,3]})", -32603,
            "Color analysis failed"},
           {"goxel.get_unique_colors", "[]", -32603, "Color analysis failed"},
       }) {
    const JsonReply reply = Call(client_, r.method, r.params);
    EXPECT_EQ(reply.Number("/error/code"), r.code) << r.method;
    EXPECT_EQ(reply.Text("/error/message"), r.message) << r.method;
    EXPECT_EQ(reply.Text("/error/data/reason"), "failed_precondition");
    EXPECT_NE(reply.Text("/error/data/hint").find("goxel.create_project"),
              std::string::npos);
  }
}

TEST_F(ReadingTest, WhatIsWrongIsNamed) {
  MakeProject();
  for (const Refusal& r : std::initializer_list<Refusal>{
           {"goxel.get_layer_voxels", R"({"layer_id":99})", -32603,
            "Bulk operation failed"},
           {"goxel.get_bounding_box", R"({"layer_id":99})", -32603,
            "Failed to get bounding box"},
           {"goxel.get_color_histogram", R"({"layer_id":99})", -32603,
            "Color analysis failed"},
           {"goxel.get_voxels_region", "[[0,0,0],[1,1,1]]", -32602,
            "Parameter 'min' must be an array of 3 integers"},
           {"goxel.get_voxels_region", R"({"min":[0,0,0],"max":[1,1]})", -32602,
            "Parameter 'max' must be an array of 3 integers"},
           {"goxel.get_voxels_region", R"({"min":[0,0,"0"],"max":[1,1,1]})",
            -32602, "Min/max arrays must contain integers"},
           {"goxel.get_voxels_region",
            R"({"min":[0,0,2147483648],"max":[1,1,1]})", -32602,
            "min is 2147483648; expected a coordinate from -2147483648 to "
            "2147483647"},
           {"goxel.get_layer_voxels", R"({"limit":1.5})", -32602, "limit is"},
           {"goxel.get_layer_voxels", R"({"offset":-1})", -32602, "offset is"},
           {"goxel.get_layer_voxels", R"({"color_filter":[1,2]})", -32602,
            "color_filter is [1,2]; expected [r, g, b]"},
           {"goxel.get_layer_voxels", R"({"layer_id":"1"})", -32602,
            "layer_id is"},
           {"goxel.get_bounding_box", R"({"exact":1})", -32602, "exact is 1"},
           {"goxel.get_color_histogram", R"({"bin_size":256})", -32602,
            "bin_size is 256; expected"},
           {"goxel.get_color_histogram", R"({"region":{"min":[1,2,3]}})",
            -32602, "region is"},
           {"goxel.get_color_histogram",
            R"({"region":{"min":[1,2,3],"max":[1,2]}})", -32602,
            "region.max is [1,2]; expected an array of 3 coordinates"},
           {"goxel.find_voxels_by_color", "{}", -32602,
            "Color parameter must be an array of [r,g,b] or [r,g,b,a]"},
           {"goxel.find_voxels_by_color", R"({"color":[1,2,256]})", -32602,
            "color is [1,2,256]; expected"},
           {"goxel.find_voxels_by_color", R"({"color":[1,2,3],"tolerance":-1})",
            -32602, "tolerance is -1; expected"},
           {"goxel.get_unique_colors", R"({"merge_threshold":300})", -32602,
            "merge_threshold is 300; expected"},
       }) {
    const JsonReply reply = Call(client_, r.method, r.params);
    EXPECT_EQ(reply.Number("/error/code"), r.code) << r.method << r.params;
    EXPECT_EQ(reply.Text("/error/message").find(r.message), 0u)
        << r.params << ": " << reply.text();
  }
}

TEST_F(ReadingTest, HiddenLayersAreInNoCombinationButInTheBox) {
  MakeProject();
  Call(client_, "goxel.create_layer", R"(["Above"])");
  Call(client_, "goxel.add_voxel", "[100,0,0,1,2,3]");
  EXPECT_EQ(Call(client_, "goxel.get_layer_voxels", R"({"layer_id":-2})")
                .At("/result/count"),
            "5");

  Call(client_, "goxel.set_layer_visibility", "[2,false]");

  EXPECT_EQ(Call(client_, "goxel.get_layer_voxels", R"({"layer_id":-2})")
                .At("/result/count"),
            "4");
  EXPECT_EQ(Call(client_, "goxel.get_bounding_box", R"({"layer_id":-2})")
                .At("/result/max_inclusive"),
            "[100,5,20]");
}

TEST_F(ReadingTest, PagesJoinToTheWholeLayer) {
  MakeCube(20);
  const JsonReply whole =
      Call(client_, "goxel.get_layer_voxels", R"({"limit":0})");
  ASSERT_EQ(whole.At("/result/count"), "8000");
  std::string voxels = whole.At("/result/voxels");

  std::string joined = "[";
  bool truncated = true;
  for (int offset = 0; truncated; offset += 999) {
    const JsonReply page =
        Call(client_, "goxel.get_layer_voxels",
             R"({"limit":999,"offset":)" + std::to_string(offset) + "}");
    const std::string part = page.At("/result/voxels");
    joined += part.substr(1, part.size() - 2) + ",";
    truncated = page.At("/result/truncated") == "true";
  }
  joined.back() = ']';

  EXPECT_EQ(joined, voxels);
}

TEST_F(ReadingTest, AMillionVoxelsAreOneReplyThatCostsNoMemory) {
  constexpr int kSide = 100;
  constexpr long kAllowedKiB = 8 << 10;
  MakeCube(kSide);
  Call(client_, "goxel.get_layer_voxels", R"({"limit":1})");
  ForgetPeak();
  const long before = Memory("VmHWM");

  const JsonReply reply =
      Call(client_, "goxel.get_layer_voxels", R"({"limit":0})");

  EXPECT_EQ(reply.At("/result/count"), "1000000");
  EXPECT_EQ(reply.At("/result/voxels/999999"),
            R"({"x":99,"y":99,"z":99,"color":[15,99,7,255]})");
  EXPECT_EQ(reply.At("/result/bbox"), R"({"min":[0,0,0],"max":[99,99,99]})");
  EXPECT_GT(reply.text().size(), 40u << 20);
  EXPECT_LT(Memory("VmHWM") - before, kAllowedKiB);
}

TEST_F(ReadingTest, AReplyShowsTheProjectAsItWasWhenAsked) {
  MakeCube(40);
  SocketClient slow(home_.socket());
  // The reply is longer than the socket takes, so most of it is yet to be made.
  slow.Send(R"({"jsonrpc":"2.0","id":1,"method":"goxel.get_layer_voxels",)"
            R"("params":{"limit":0}})"
            "\n");
  // A later request of the same worker proves that the read has begun.
  Call(client_, "goxel.get_bounding_box");

  Call(client_, "goxel.create_project");
  Call(client_, "goxel.add_voxel", "[0,0,0,1,1,1]");

  const JsonReply reply(slow.ReadLine());
  EXPECT_EQ(reply.At("/result/count"), "64000");
  EXPECT_EQ(reply.At("/result/voxels/63999"),
            R"({"x":39,"y":39,"z":39,"color":[63,39,7,255]})");
}

}  // namespace
}  // namespace goxel
