#include "daemon/reply_queue.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <utility>

#include "tests/test_server.h"

namespace goxel {
namespace {

class ReplyQueueTest : public testing::Test {
 protected:
  ReplyQueueTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    daemon_end_.reset(ends[0]);
    client_end_.reset(ends[1]);
  }

  // What one recv() gives.
  std::string Receive() {
    std::string text(1 << 20, '\0');
    const auto got =
        ::recv(client_end_.get(), text.data(), text.size(), MSG_DONTWAIT);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }

  ReplyQueue::Outcome Flush() { return queue_.Flush(daemon_end_.get()); }

  // Flushes and receives until nothing is left.
  std::string Drain() {
    std::string all;
    while (Flush() == ReplyQueue::Outcome::kRest) all += Receive();
    for (std::string part = Receive(); !part.empty(); part = Receive()) {
      all += part;
    }
    return all;
  }

  UniqueFd daemon_end_;
  UniqueFd client_end_;
  ReplyQueue queue_;
};

TEST_F(ReplyQueueTest, ReplyIsOneWrite) {
  queue_.AddReply("<", {"json", nullptr, 0, {}}, ">");

  EXPECT_EQ(Flush(), ReplyQueue::Outcome::kEmpty);

  EXPECT_EQ(Receive(), "<json>");
  EXPECT_TRUE(queue_.empty());
  EXPECT_EQ(queue_.pending_bytes(), 0u);
}

TEST_F(ReplyQueueTest, LongRepliesKeepTheirOrderAmongShortOnes) {
  std::string wanted;
  for (const std::size_t size : {1u, 100'000u, 2u, 65'536u, 70'000u, 3u}) {
    const std::string json(size, static_cast<char>('a' + size % 26));
    wanted += "<" + json + ">";
    queue_.AddReply("<", {json, nullptr, 0, {}}, ">");
  }
  EXPECT_EQ(queue_.pending_bytes(), wanted.size());

  EXPECT_EQ(Drain(), wanted);
  EXPECT_EQ(queue_.pending_bytes(), 0u);
}

TEST_F(ReplyQueueTest, IsFullAtEitherLimit) {
  ReplyQueue by_count({.replies = 3, .reply_bytes = 1000});
  ReplyQueue by_bytes({.replies = 1000, .reply_bytes = 6});
  for (ReplyQueue* queue : {&by_count, &by_bytes}) {
    queue->AddText("ab");
    queue->AddReply("<", {"", nullptr, 0, {}}, ">");
    EXPECT_FALSE(queue->full());

    queue->AddReply("<", {"", nullptr, 0, {}}, ">");
    EXPECT_TRUE(queue->full());

    EXPECT_EQ(queue->Flush(daemon_end_.get()), ReplyQueue::Outcome::kEmpty);
    EXPECT_FALSE(queue->full());
    EXPECT_EQ(Receive(), "ab<><>");
  }
}

TEST_F(ReplyQueueTest, RepliesThatWereSentCountNoMore) {
  ReplyQueue queue({.replies = 2, .reply_bytes = std::size_t{1} << 30});
  const std::string large(3'000'000, 'x');
  queue.AddText(large);
  queue.AddReply("<", {large, nullptr, 0, {}}, ">");
  EXPECT_TRUE(queue.full());

  std::size_t received = 0;
  while (received < large.size() + 1'000'000) {
    EXPECT_EQ(queue.Flush(daemon_end_.get()), ReplyQueue::Outcome::kRest);
    received += Receive().size();
  }

  EXPECT_FALSE(queue.full());
}

TEST_F(ReplyQueueTest, SourceGoesWhereTheReplySays) {
  RpcReply reply{
      R"({"data":""})", std::make_unique<LetterSource>(200'000), 9, {}};
  queue_.AddReply("<", std::move(reply), ">");
  queue_.AddText("next");
  EXPECT_TRUE(queue_.full());

  EXPECT_EQ(Drain(), "<{\"data\":\"" + std::string(200'000, 'x') + "\"}>next");
  EXPECT_FALSE(queue_.full());
}

TEST_F(ReplyQueueTest, EmptySourceAddsNothing) {
  RpcReply reply{"[]", std::make_unique<LetterSource>(0), 1, {}};
  queue_.AddReply("<", std::move(reply), ">");

  EXPECT_EQ(Drain(), "<[]>");
}

TEST_F(ReplyQueueTest, FailingSourceBreaksTheQueue) {
  RpcReply reply{"[]", std::make_unique<FailingSource>(), 1, {}};
  queue_.AddReply("<", std::move(reply), ">");

  EXPECT_EQ(Flush(), ReplyQueue::Outcome::kBroken);
}

TEST_F(ReplyQueueTest, ClosedSocketBreaksTheQueue) {
  client_end_.reset();
  queue_.AddText("text");

  EXPECT_EQ(Flush(), ReplyQueue::Outcome::kBroken);
}

TEST_F(ReplyQueueTest, FullSocketLeavesARest) {
  queue_.AddText(std::string(8 << 20, 'x'));

  while (queue_.pending_bytes() > (7u << 20)) {
    ASSERT_EQ(Flush(), ReplyQueue::Outcome::kRest);
    if (Receive().empty()) break;
  }

  EXPECT_FALSE(queue_.full());
  EXPECT_GT(queue_.pending_bytes(), 0u);
}

TEST_F(ReplyQueueTest, UnsentTextOfSixtyFourMegabytesIsFull) {
  queue_.AddText(std::string((64u << 20) - 1, 'x'));
  EXPECT_FALSE(queue_.full());
  queue_.AddText("x");

  EXPECT_TRUE(queue_.full());
}

TEST_F(ReplyQueueTest, DescriptorThatIsDroppedIsClosed) {
  const int number = ::dup(daemon_end_.get());
  queue_.AddReply("<", {"{}", nullptr, 0, UniqueFd(number)}, ">");
  EXPECT_TRUE(queue_.full());

  queue_.Clear();

  EXPECT_FALSE(queue_.full());
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

}  // namespace
}  // namespace goxel
