// Several clients that edit at once: one project, then one each.

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/editing_fixture.h"

namespace goxel {
namespace {

constexpr int kClients = 4;

class EditingClientsTest : public EditingTest {
 protected:
  // Runs `work` with a connection and a number of its own for each client.
  template <typename Work>
  void RunClients(Work work) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kClients; ++i) {
      threads.emplace_back([this, work, i] {
        SocketClient client(home_.socket());
        work(client, i);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
};

std::string FillRequest(int client, int round) {
  // A box that all clients write, whole, each in a colour of its own.
  return R"({"shape_type":"cube","size_x":24,"size_y":24,"size_z":24,"r":)" +
         std::to_string(client) + R"(,"g":)" + std::to_string(round) + "}";
}

// A request is seen whole or not at all: the box never has two colours.
TEST_F(EditingClientsTest, NoClientSeesHalfOfAnothersRequest) {
  constexpr int kRounds = 25;
  Do("goxel.procedural_shape", FillRequest(0, 0));
  std::atomic<int> mixed = 0;
  std::atomic<int> seen = 0;

  RunClients([&](SocketClient& client, int number) {
    for (int round = 0; round < kRounds; ++round) {
      Call(client, "goxel.procedural_shape", FillRequest(number, round));
      const JsonReply colors =
          Call(client, "goxel.get_unique_colors", R"({"layer_id":1})");
      ++seen;
      if (colors.Number("/result/count") != 1) ++mixed;
    }
  });

  EXPECT_EQ(seen, kClients * kRounds);
  EXPECT_EQ(mixed, 0);
}

// What a client did last is what it finds, whatever others do elsewhere.
TEST_F(EditingClientsTest, EachClientsRequestsAreDoneInItsOrder) {
  constexpr int kRounds = 300;
  std::atomic<int> wrong = 0;

  RunClients([&](SocketClient& client, int number) {
    const std::string cell = std::to_string(number) + ",0,0";
    // Pipelined, so that requests of all clients meet, and in methods that run
    // on different threads.
    for (int round = 0; round < kRounds; ++round) {
      const std::string level = std::to_string(round % 256);
      client.Send(R"({"id":1,"method":"goxel.add_voxel","params":[)" + cell +
                  "," + level + ",0,0]}\n" +
                  R"({"id":2,"method":"goxel.flood_fill","params":{"x":)" +
                  std::to_string(number) + R"(,"y":0,"z":0,"r":)" + level +
                  R"(,"g":7,"max_voxels":1}})" + "\n" +
                  R"({"id":3,"method":"goxel.get_voxel","params":[)" + cell +
                  "]}\n");
      client.ReadLine();
      const JsonReply filled(client.ReadLine());
      const JsonReply found(client.ReadLine());
      // A neighbour may have the same colour just then: not filled.
      const std::string expected =
          "[" + level + (filled.Has("/result") ? ",7" : ",0") + ",0,255]";
      if (found.At("/result/color") != expected) ++wrong;
    }
  });

  EXPECT_EQ(wrong, 0);
}

TEST_F(EditingClientsTest, NoVoxelIsLostWhenAllAddTheirOwn) {
  constexpr int kVoxels = 2000;

  RunClients([&](SocketClient& client, int number) {
    std::string requests;
    for (int i = 0; i < kVoxels; ++i) {
      requests += R"({"id":1,"method":"goxel.add_voxel","params":[)" +
                  std::to_string(i) + ",0," + std::to_string(number) + "]}\n";
    }
    client.Send(requests);
    for (int i = 0; i < kVoxels; ++i) client.ReadLine();
  });

  EXPECT_EQ(Info("/voxels"), std::to_string(kClients * kVoxels));
}

TEST_F(EditingClientsTest, UndoAndEditsOfManyClientsLeaveTheSceneWhole) {
  constexpr int kRounds = 100;

  RunClients([&](SocketClient& client, int number) {
    for (int round = 0; round < kRounds; ++round) {
      Call(client, "goxel.procedural_shape",
           R"({"size_x":3,"size_y":3,"size_z":3,"center_x":)" +
               std::to_string(10 * number) + "}");
      Call(client, round % 2 == 0 ? "goxel.undo" : "goxel.redo");
    }
  });

  // Boxes are there or not, all 27 voxels of them.
  EXPECT_EQ(std::stoi(Info("/voxels")) % 27, 0);
  while (Call(client_, "goxel.undo").Has("/result")) {
  }
  EXPECT_EQ(Info("/voxels"), "0");
}

TEST_F(EditingClientsTest, ProjectsOfDifferentClientsDoNotMix) {
  constexpr int kRounds = 50;
  std::atomic<int> wrong = 0;

  RunClients([&](SocketClient& client, int number) {
    const std::string project =
        R"("project_id":"p)" + std::to_string(number) + "\"";
    for (int round = 0; round < kRounds; ++round) {
      Call(client, "goxel.create_project", "{" + project + "}");
      Call(client, "goxel.procedural_shape",
           "{" + project + R"(,"size_x":)" + std::to_string(number + 1) +
               R"(,"size_y":1,"size_z":1})");
      const JsonReply info =
          Call(client, "goxel.get_project_info", "{" + project + "}");
      if (info.Number("/result/voxels") != number + 1) ++wrong;
    }
  });

  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace goxel
