#include "daemon/json_framer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace goxel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

void Put(JsonFramer* framer, std::string_view bytes) {
  const std::span<char> room = framer->Room(bytes.size());
  std::copy(bytes.begin(), bytes.end(), room.begin());
  framer->Append(bytes.size());
}

// Messages as they are, errors as their text with "! " before it.
void Take(JsonFramer* framer, std::vector<std::string>* frames) {
  while (auto frame = framer->Next()) {
    frames->push_back(*frame ? std::string(**frame)
                             : "! " + frame->error().message());
  }
}

constexpr FramingLimits kSmall{.max_message_bytes = 40, .max_nesting = 4};

// Feeds `pieces` one after the other and ends the stream.
std::vector<std::string> Frames(const std::vector<std::string_view>& pieces,
                                FramingLimits limits = {}) {
  JsonFramer framer(limits);
  std::vector<std::string> frames;
  for (std::string_view piece : pieces) {
    Put(&framer, piece);
    Take(&framer, &frames);
  }
  framer.End();
  Take(&framer, &frames);
  return frames;
}

TEST(JsonFramer, LineBreaksBetweenMessagesAreOptional) {
  EXPECT_THAT(Frames({"{\"a\":1}\n{\"b\":2}\r\n  [3]{}[]"}),
              ElementsAre("{\"a\":1}", "{\"b\":2}", "[3]", "{}", "[]"));
}

TEST(JsonFramer, DetachedMessageOutlivesWhatFollows) {
  JsonFramer framer(FramingLimits{});
  Put(&framer, R"({"a":1} {"b":)");
  const auto message = framer.Next();
  ASSERT_TRUE(message && *message);
  const std::string_view text = **message;

  const std::shared_ptr<const void> memory = framer.Detach();
  Put(&framer, "2}" + std::string(100'000, ' ') + "[3]");
  std::vector<std::string> frames;
  Take(&framer, &frames);

  EXPECT_EQ(text, "{\"a\":1}");
  EXPECT_THAT(frames, ElementsAre("{\"b\":2}", "[3]"));
}

TEST(JsonFramer, MessageIsDetachedWhenNothingFollows) {
  JsonFramer framer(FramingLimits{});
  Put(&framer, "[1]");
  const auto message = framer.Next();
  ASSERT_TRUE(message && *message);

  const std::shared_ptr<const void> memory = framer.Detach();
  EXPECT_FALSE(framer.Next());
  Put(&framer, "[2]");

  EXPECT_EQ(**message, "[1]");
  EXPECT_EQ(**framer.Next(), "[2]");
}

TEST(JsonFramer, PrettyPrintedMessageIsOne) {
  const std::string_view text = "{\n  \"a\": [\n    {},\n    2\n  ]\n}";

  EXPECT_THAT(Frames({text}), ElementsAre(text));
}

TEST(JsonFramer, BracketsAndQuotesInsideStringsDoNotCount) {
  const std::string_view text = R"({"a":"}{][\"}\\","b":"\\\""})";

  EXPECT_THAT(Frames({text}), ElementsAre(text));
}

TEST(JsonFramer, NothingIsReturnedForBlanks) {
  EXPECT_THAT(Frames({" \r\n\t\n "}), ElementsAre());
}

TEST(JsonFramer, TextThatIsNoMessageCostsItsLine) {
  EXPECT_THAT(Frames({"hello {\"a\":1}\n{\"b\":2}\n"}),
              ElementsAre("! Parse error: a message starts with '{' or '[', "
                          "not with 'h'",
                          "{\"b\":2}"));
  EXPECT_THAT(Frames({"\x7f"}), ElementsAre(HasSubstr("byte 0x7f")));
}

TEST(JsonFramer, WrongClosingBracketCostsItsLine) {
  EXPECT_THAT(Frames({"{\"a\":[1} {}\n{\"b\":2}\n"}),
              ElementsAre("! Parse error: '}' stands where ']' must close",
                          "{\"b\":2}"));
}

TEST(JsonFramer, LineBreakInsideAStringEndsTheMessageThere) {
  EXPECT_THAT(
      Frames({"{\"a\":\"b\n{\"b\":2}\n"}),
      ElementsAre(HasSubstr("line break inside a string"), "{\"b\":2}"));
  EXPECT_THAT(
      Frames({"{\"a\":\"b\\\n{\"b\":2}\n"}),
      ElementsAre(HasSubstr("line break inside a string"), "{\"b\":2}"));
}

// A client that writes one message per line and cuts one short.
TEST(JsonFramer, MessageWithoutItsEndDoesNotSwallowTheNextLine) {
  EXPECT_THAT(Frames({"{\"a\":[1\n{\"b\":2}\n{\"c\":3}\n"}),
              ElementsAre("! Parse error: '{' follows '1' without ',' or ':'",
                          "{\"b\":2}", "{\"c\":3}"));
}

TEST(JsonFramer, StrayOpeningBracketWithinALineCostsThatLine) {
  EXPECT_THAT(Frames({"{\"a\" {}}\n{\"b\":2}\n"}),
              ElementsAre(StartsWith("! Parse error"), "{\"b\":2}"));
}

TEST(JsonFramer, MessageOfExactlyTheLimitIsAccepted) {
  const std::string message = "[\"" + std::string(36, 'x') + "\"]";
  ASSERT_EQ(message.size(), kSmall.max_message_bytes);

  EXPECT_THAT(Frames({message}, kSmall), ElementsAre(message));
}

TEST(JsonFramer, LargerMessageIsRefusedOnceAndTheNextOneWorks) {
  const std::string large = "{\"a\":\"" + std::string(1000, 'x') + "\"}";
  const auto wanted =
      ElementsAre("! Parse error: JSON message too large", "{\"b\":2}");

  EXPECT_THAT(Frames({large + "{\"b\":2}"}, kSmall), wanted);
  EXPECT_THAT(
      Frames({large.substr(0, 100), large.substr(100), "{\"b\":2}"}, kSmall),
      wanted);
}

TEST(JsonFramer, DiscardingALargeMessageTakesConstantMemory) {
  JsonFramer framer(kSmall);
  const std::string piece(1000, 'x');
  std::vector<std::string> frames;
  Put(&framer, "{\"a\":\"");

  std::size_t most = 0;
  for (int i = 0; i < 1000; ++i) {
    Put(&framer, piece);
    Take(&framer, &frames);
    most = std::max(most, framer.unread_bytes());
  }

  EXPECT_THAT(frames, ElementsAre("! Parse error: JSON message too large"));
  EXPECT_EQ(most, 0u);
  EXPECT_LE(framer.Room(1).size(), 4096u);
}

TEST(JsonFramer, LargeMessageWithoutItsEndIsOverAtTheNextLine) {
  const std::string cut = "{\"a\":[" + std::string(1000, '1');

  EXPECT_THAT(
      Frames({cut, "\n{\"b\":2}\n"}, kSmall),
      ElementsAre("! Parse error: JSON message too large", "{\"b\":2}"));
}

TEST(JsonFramer, PrettyPrintedLargeMessageIsRefusedOnce) {
  std::string large = "[\n";
  for (int i = 0; i < 100; ++i) large += "  {\"a\": 1},\n";
  large += "  2\n]\n";

  EXPECT_THAT(Frames({large, "{}"}, kSmall),
              ElementsAre("! Parse error: JSON message too large", "{}"));
}

TEST(JsonFramer, DeepNestingIsRefusedAndTheNextMessageWorks) {
  EXPECT_THAT(Frames({"[[[[]]]]"}, kSmall), ElementsAre("[[[[]]]]"));
  EXPECT_THAT(
      Frames({"[[[[[[[]]]]]]]\n{}"}, kSmall),
      ElementsAre("! Parse error: brackets are nested deeper than 4", "{}"));
}

TEST(JsonFramer, StreamThatEndsInsideAMessageIsMalformed) {
  EXPECT_THAT(Frames({"{}{\"a\":"}),
              ElementsAre("{}", HasSubstr("ended inside a message")));
  EXPECT_THAT(Frames({"{} hello"}), ElementsAre("{}", HasSubstr("'h'")));
}

TEST(JsonFramer, EverySplitGivesTheSameFrames) {
  const std::string_view samples[] = {
      "{\"a\":\"\\\\\\\"}\"}\r\n[1,{\"b\":[2]}]{}\n",
      "hello\n{\"a\":\"x\ny\"}\n{}\n{\"a\":]\n[]",
      "{\"a\":1\n{\"b\":\"\\\n[[[[[[1]]]]]]\n{\"c\":3}",
      "{\"long\":\"0123456789012345678901234567890123456789\"}[1]",
      "[\n{\n\"a\"\n:\n\"b\"\n}\n,\n2\n]\n{\"cut\":",
  };
  for (std::string_view sample : samples) {
    const auto whole = Frames({sample}, kSmall);
    for (std::size_t first = 0; first <= sample.size(); ++first) {
      for (std::size_t second = first; second <= sample.size(); ++second) {
        EXPECT_EQ(Frames({sample.substr(0, first),
                          sample.substr(first, second - first),
                          sample.substr(second)},
                         kSmall),
                  whole)
            << sample << " split at " << first << " and " << second;
      }
    }
  }
}

// Two line breaks end any string, and after a 1 an opening bracket on a fresh
// line can only be a new message.
TEST(JsonFramer, RandomBytesNeverStopTheStream) {
  std::mt19937 random(1);
  const std::string_view alphabet = "{}[]\",:\\\n 1a";
  for (int round = 0; round < 20'000; ++round) {
    std::string noise;
    for (std::size_t i = random() % 40; i > 0; --i) {
      noise.push_back(alphabet[random() % alphabet.size()]);
    }
    noise += "1\n1\n";

    const auto frames = Frames({noise, "{\"last\":1}\n"}, kSmall);

    ASSERT_FALSE(frames.empty()) << noise;
    ASSERT_EQ(frames.back(), "{\"last\":1}") << noise;
  }
}

}  // namespace
}  // namespace goxel
