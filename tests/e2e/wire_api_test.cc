// Sends every request of docs/wire-api.md to the daemon and compares the reply
// with the one on the page: the same members with the same types, at any depth,
// and in errors the same code and reason. A member "..." in the document stands
// for any others.
//
// Ids, keys and paths of the document become those of the replies: where a
// reply has another one in the same place, later requests use it instead.

#include <gtest/gtest.h>
#include <simdjson.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/daemon_process.h"

namespace goxel {
namespace {

using simdjson::dom::element;

struct Sample {
  std::string request;
  std::string reply;
};

std::string Trimmed(const std::string& line) {
  const auto first = line.find_first_not_of(' ');
  return first == std::string::npos ? "" : line.substr(first);
}

// Requests are followed by their replies; a reply that follows none is a
// notification.
std::vector<Sample> ReadSamples(const std::string& path) {
  std::ifstream file(path);
  std::vector<Sample> samples;
  std::string* text = nullptr;
  for (std::string line; std::getline(file, line);) {
    const std::string words = Trimmed(line);
    if (!line.starts_with("    ")) {
      text = nullptr;
    } else if (words.starts_with("--> ")) {
      samples.push_back({words.substr(4), {}});
      text = &samples.back().request;
    } else if (words.starts_with("<-- ")) {
      const bool answers = !samples.empty() && samples.back().reply.empty();
      text = answers ? &samples.back().reply : nullptr;
      if (answers) *text = words.substr(4);
    } else if (text != nullptr) {
      *text += words;
    }
  }
  return samples;
}

void ReplaceAll(std::string& text, const std::string& from,
                const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

bool IsNumber(element value) {
  return value.is_int64() || value.is_uint64() || value.is_double();
}

class WireApiTest : public testing::Test {
 protected:
  WireApiTest() : daemon_(home_), ready_(daemon_.AwaitReady()) {}

  void Compare(element documented, element real, const std::string& where) {
    if (documented.is_object()) {
      ASSERT_TRUE(real.is_object()) << where;
      return CompareObjects(documented, real, where);
    }
    if (documented.is_array()) {
      ASSERT_TRUE(real.is_array()) << where;
      for (const element expected : documented.get_array()) {
        ASSERT_GT(real.get_array().size(), 0u) << where;
        Compare(expected, real.at(0), where + "/0");
      }
      return;
    }
    if (IsNumber(documented)) {
      EXPECT_TRUE(IsNumber(real)) << where;
    } else {
      EXPECT_EQ(documented.type(), real.type()) << where;
    }
    if (where.ends_with("/code") || where.ends_with("/reason")) {
      EXPECT_EQ(simdjson::minify(documented), simdjson::minify(real)) << where;
    }
    if (documented.is_string() && real.is_string()) {
      Note(std::string(std::string_view(documented)),
           std::string(std::string_view(real)), where);
    }
  }

  void CompareObjects(element documented, element real,
                      const std::string& where) {
    bool open = false;
    for (const auto [key, expected] : documented.get_object()) {
      if (key == "...") {
        open = true;
        continue;
      }
      const std::string place = where + "/" + std::string(key);
      element value;
      ASSERT_EQ(real[key].get(value), simdjson::SUCCESS)
          << place << " is documented and not there";
      Compare(expected, value, place);
    }
    if (open) return;
    for (const auto [key, unused] : real.get_object()) {
      element value;
      EXPECT_EQ(documented[key].get(value), simdjson::SUCCESS)
          << where << "/" << key << " is there and not documented";
    }
  }

  void Note(const std::string& documented, const std::string& real,
            const std::string& where) {
    if (documented == real) return;
    for (const char* name : {"/id", "/key", "/path"}) {
      if (where.ends_with(name)) actual_.emplace_back(documented, real);
    }
  }

  std::string WithActualNames(std::string text) const {
    for (const auto& [documented, real] : actual_) {
      ReplaceAll(text, documented, real);
    }
    return text;
  }

  DaemonHome home_;
  DaemonProcess daemon_;
  bool ready_;
  SocketClient client_{home_.socket()};
  std::vector<std::pair<std::string, std::string>> actual_;
};

TEST_F(WireApiTest, RepliesAreThoseOfTheDocument) {
  const std::vector<Sample> samples =
      ReadSamples(GOXEL_SOURCE_DIR "/docs/wire-api.md");
  ASSERT_GT(samples.size(), 20u);
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.request);
    std::string request = WithActualNames(sample.request);
    request.insert(1, "\"id\":1,");
    const std::string reply = client_.Call(request + "\n");
    simdjson::dom::parser of_document;
    simdjson::dom::parser of_daemon;
    element documented;
    element real;
    ASSERT_EQ(of_document.parse(sample.reply).get(documented),
              simdjson::SUCCESS)
        << sample.reply;
    ASSERT_EQ(of_daemon.parse(reply).get(real), simdjson::SUCCESS) << reply;
    SCOPED_TRACE(reply);
    for (const char* part : {"result", "error"}) {
      element expected;
      if (documented[part].get(expected) != simdjson::SUCCESS) continue;
      element value;
      ASSERT_EQ(real[part].get(value), simdjson::SUCCESS) << "no " << part;
      Compare(expected, value, part);
    }
  }
}

}  // namespace
}  // namespace goxel
