// A daemon with a project to edit, and a client of it.

#ifndef TESTS_E2E_EDITING_FIXTURE_H_
#define TESTS_E2E_EDITING_FIXTURE_H_

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/e2e/daemon_process.h"

namespace goxel {

// The result of a call that is expected to succeed; pointers start in it.
class CallResult {
 public:
  explicit CallResult(JsonReply reply) : reply_(std::move(reply)) {
    EXPECT_TRUE(reply_.Has("/result")) << reply_.text();
  }
  std::string At(const std::string& pointer) const {
    return reply_.At("/result" + pointer);
  }
  const JsonReply& reply() const { return reply_; }

 private:
  JsonReply reply_;
};

class EditingTest : public testing::Test {
 protected:
  explicit EditingTest(const std::vector<std::string>& flags = {})
      : daemon_(home_, flags), ready_(daemon_.AwaitReady()) {
    Do("goxel.create_project");
  }

  CallResult Do(std::string_view method, std::string_view params = "[]") {
    return CallResult(Call(client_, method, params));
  }

  // The colour of a voxel, as goxel.get_voxel's params name it.
  std::string ColorAt(std::string_view params) {
    return Do("goxel.get_voxel", params).At("/color");
  }

  std::string Info(const std::string& pointer) {
    return Do("goxel.get_project_info").At(pointer);
  }
  int UndoSteps() { return std::stoi(Info("/undo_steps")); }

  // The layers, with what is known of each, and all that they hold.
  std::string Contents() {
    const CallResult layers = Do("goxel.list_layers");
    std::string contents = layers.At("/layers");
    const int count = std::stoi(layers.At("/count"));
    for (int i = 0; i < count; ++i) {
      const std::string id = layers.At("/layers/" + std::to_string(i) + "/id");
      contents +=
          Do("goxel.get_layer_voxels", "{\"limit\":0,\"layer_id\":" + id + "}")
              .At("/voxels");
    }
    return contents;
  }

  DaemonHome home_;
  DaemonProcess daemon_;
  bool ready_;
  SocketClient client_{home_.socket()};
};

}  // namespace goxel

#endif  // TESTS_E2E_EDITING_FIXTURE_H_
