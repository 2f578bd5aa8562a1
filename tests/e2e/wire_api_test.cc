// Sends every request of docs/wire-api/*.md to a daemon, page by page and each
// page to a daemon of its own, and compares the reply with the one on the page:
// the same members with the same types, at any depth, and in errors the same
// code and reason. A member "..." in the document stands for any others.
//
// Ids, keys and paths of the document become those of the replies: where a
// reply has another one in the same place, later requests use it instead.
// /tmp/example becomes an empty directory.

#include <gtest/gtest.h>
#include <simdjson.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/daemon_process.h"

namespace goxel {
namespace {

using simdjson::dom::element;

constexpr const char* kPages[] = {"service", "projects", "voxels",  "layers",
                                  "reading", "files",    "renders", "data",
                                  "scripts", "views"};

std::string PathOf(const std::string& page) {
  return std::string(GOXEL_SOURCE_DIR "/docs/wire-api/") + page + ".md";
}

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

// A batch, or a request that says its id, is sent as it stands.
std::string WithId(std::string request) {
  const bool has_one = request.find("\"id\":1") != std::string::npos;
  if (request.starts_with('{') && !has_one) request.insert(1, "\"id\":1,");
  return request;
}

class WireApiTest : public testing::TestWithParam<const char*> {
 protected:
  WireApiTest() : daemon_(home_), ready_(daemon_.AwaitReady()) {
    std::filesystem::create_directory(home_.path() / "example");
    actual_.emplace_back("/tmp/example", home_.path() / "example");
  }

  // `where` is the place of the two in the reply; a reply itself has none.
  void Compare(element documented, element real, const std::string& where) {
    if (documented.is_object()) {
      ASSERT_TRUE(real.is_object()) << where;
      return CompareObjects(documented, real, where);
    }
    if (documented.is_array()) {
      ASSERT_TRUE(real.is_array()) << where;
      return CompareArrays(documented, real, where);
    }
    if (IsNumber(documented)) {
      EXPECT_TRUE(IsNumber(real)) << where;
    } else {
      EXPECT_EQ(documented.type(), real.type()) << where;
    }
    if (where.ends_with("code") || where.ends_with("/reason")) {
      EXPECT_EQ(simdjson::minify(documented), simdjson::minify(real)) << where;
    }
    if (documented.is_string() && real.is_string()) {
      Note(std::string(std::string_view(documented)),
           std::string(std::string_view(real)), where);
    }
  }

  // Element by element; the first one stands for those that are not there. Of a
  // batch every reply has to be.
  void CompareArrays(element documented, element real,
                     const std::string& where) {
    const std::size_t size = simdjson::dom::array(real).size();
    std::size_t index = 0;
    for (const element expected : documented.get_array()) {
      const bool there = index < size;
      ASSERT_TRUE(there || (size > 0 && !where.empty())) << where;
      Compare(expected, simdjson::dom::array(real).at(there ? index : 0),
              where.empty() ? "" : where + "/" + std::to_string(index));
      ++index;
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
      const bool of_envelope = key == "jsonrpc" || key == "id";
      if (where.empty() && of_envelope) continue;
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

TEST_P(WireApiTest, RepliesAreThoseOfThePage) {
  const std::vector<Sample> samples = ReadSamples(PathOf(GetParam()));
  ASSERT_FALSE(samples.empty()) << PathOf(GetParam()) << " has no sample";
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.request);
    const std::string request = WithId(WithActualNames(sample.request));
    const std::string reply = client_.Call(request + "\n");
    SCOPED_TRACE(reply);
    simdjson::dom::parser of_document;
    simdjson::dom::parser of_daemon;
    element documented;
    element real;
    ASSERT_EQ(of_document.parse(sample.reply).get(documented),
              simdjson::SUCCESS)
        << sample.reply;
    ASSERT_EQ(of_daemon.parse(reply).get(real), simdjson::SUCCESS);
    Compare(documented, real, "");
  }
}

INSTANTIATE_TEST_SUITE_P(Pages, WireApiTest, testing::ValuesIn(kPages),
                         [](const auto& page) { return page.param; });

std::set<std::string> DocumentedMethods() {
  std::set<std::string> methods;
  for (const char* page : kPages) {
    for (const Sample& sample : ReadSamples(PathOf(page))) {
      simdjson::dom::parser parser;
      std::string_view method;
      if (!parser.parse(sample.request)["method"].get(method)) {
        methods.emplace(method);
      }
    }
  }
  return methods;
}

TEST(WireApiPagesTest, EveryMethodHasASampleOnAPage) {
  const DaemonHome home;
  DaemonProcess daemon(home);
  ASSERT_TRUE(daemon.AwaitReady()) << home.Log();
  SocketClient client(home.socket());
  const std::set<std::string> documented = DocumentedMethods();

  const JsonReply list = Call(client, "list_methods");

  const auto count = static_cast<int>(list.Number("/result/count"));
  ASSERT_GT(count, 0);
  for (int i = 0; i < count; ++i) {
    const std::string method =
        list.Text("/result/methods/" + std::to_string(i) + "/method");
    EXPECT_TRUE(documented.contains(method)) << method << " has no sample";
  }
}

}  // namespace
}  // namespace goxel
