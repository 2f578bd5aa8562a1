#include "ipc/pam_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/render_directory.h"

namespace goxel {
namespace {

using Header = std::array<std::byte, kPamHeaderBytes>;

RenderRecord SmallRecord() {
  RenderRecord record;
  record.id = 0x0123456789abcdef;
  record.key = {.high = 1, .low = 2};
  record.session = 0xab12;
  record.created_unix_s = 1700000000;
  record.ttl_s = 3600;
  record.width = 64;
  record.height = 48;
  record.camera_json = R"({"azimuth":45})";
  record.settings_json = R"({"samples":4})";
  return record;
}

Header Written(const RenderRecord& record) {
  Header header;
  WritePamHeader(record, header);
  return header;
}

constexpr std::uint32_t kPixelFormats =
    static_cast<std::uint32_t>(kLastPixelFormat);

// Any printable text up to `max_bytes` long, as a record of that length reads.
std::string RandomText(std::mt19937_64* random, std::size_t max_bytes) {
  std::string text((*random)() % (max_bytes + 1), ' ');
  for (char& c : text) c = static_cast<char>(' ' + (*random)() % 95);
  return text;
}

RenderRecord RandomRecord(std::mt19937_64* random) {
  RenderRecord record;
  record.id = (*random)() | 1;
  record.key = {.high = (*random)(), .low = (*random)()};
  record.session = static_cast<std::uint32_t>((*random)() & 0xffffff);
  record.created_unix_s = static_cast<std::int64_t>((*random)());
  record.ttl_s = static_cast<std::uint32_t>((*random)());
  record.pixel_format =
      static_cast<PixelFormat>(1 + (*random)() % kPixelFormats);
  record.width = static_cast<std::uint32_t>(1 + (*random)() % 90);
  record.height = static_cast<std::uint32_t>(1 + (*random)() % 90);
  record.camera_json = RandomText(random, 700);
  record.settings_json = RandomText(random, 500);
  return record;
}

void ExpectEqual(const RenderRecord& read, const RenderRecord& written) {
  EXPECT_EQ(read.id, written.id);
  EXPECT_EQ(read.key, written.key);
  EXPECT_EQ(read.session, written.session);
  EXPECT_EQ(read.created_unix_s, written.created_unix_s);
  EXPECT_EQ(read.ttl_s, written.ttl_s);
  EXPECT_EQ(read.format, RenderFormat::kPam);
  EXPECT_EQ(read.pixel_format, written.pixel_format);
  EXPECT_EQ(read.width, written.width);
  EXPECT_EQ(read.height, written.height);
  EXPECT_EQ(read.camera_json, written.camera_json);
  EXPECT_EQ(read.settings_json, written.settings_json);
}

TEST(PamHeader, RecordsRoundTrip) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    const RenderRecord record = RandomRecord(&random);

    const auto read = ParsePamHeader(Written(record));

    ASSERT_TRUE(read) << read.error().message();
    ExpectEqual(*read, record);
  }
}

TEST(PamHeader, SmallestAndLargestNumbersRoundTrip) {
  RenderRecord record = SmallRecord();
  record.id = ~RenderId{0};
  record.created_unix_s = std::numeric_limits<std::int64_t>::min();
  record.ttl_s = ~std::uint32_t{0};
  record.width = ~std::uint32_t{0};
  record.height = 1;

  const auto read = ParsePamHeader(Written(record));

  ASSERT_TRUE(read) << read.error().message();
  ExpectEqual(*read, record);
}

TEST(PamHeader, LinesKeepToTheFormThatAllReadersTake) {
  RenderRecord record = SmallRecord();
  record.camera_json = std::string(1200, 'c');
  const Header header = Written(record);
  const std::string text(reinterpret_cast<const char*>(header.data()),
                         header.size());

  EXPECT_TRUE(text.starts_with("P7\n"));
  EXPECT_TRUE(text.ends_with("ENDHDR\n"));
  bool after_comment = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin) + 1;
    const bool is_comment = text[begin] == '#';
    EXPECT_LE(end - begin, 250u);
    EXPECT_FALSE(is_comment && after_comment);
    after_comment = is_comment;
    begin = end;
  }
}

TEST(PamHeader, SettingsAreLeftOutBeforeTheCamera) {
  RenderRecord record = SmallRecord();
  record.camera_json = std::string(800, 'c');
  record.settings_json = std::string(800, 's');

  const auto read = ParsePamHeader(Written(record));

  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->camera_json, record.camera_json);
  EXPECT_EQ(read->settings_json, "");
  EXPECT_EQ(read->id, record.id);
}

TEST(PamHeader, TextThatWouldBreakTheLineIsLeftOut) {
  RenderRecord record = SmallRecord();
  for (const char* text : {"{\n}", "a\tid=ffffffffffffffff", "\r", "\x01"}) {
    record.camera_json = text;

    const auto read = ParsePamHeader(Written(record));

    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->camera_json, "");
    EXPECT_EQ(read->settings_json, record.settings_json);
  }
}

TEST(PamHeader, ForeignBytesAreDataLoss) {
  const std::string foreign[] = {
      "", "P7\n", std::string(4096, '\0'), std::string(4096, '\n'),
      "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR" +
          std::string(4096, '\n')};
  for (const std::string& text : foreign) {
    const auto read = ParsePamHeader(std::as_bytes(std::span(text)));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), StatusCode::kDataLoss);
  }
}

TEST(PamHeader, HeaderCutShortIsDataLoss) {
  const Header header = Written(SmallRecord());

  EXPECT_FALSE(ParsePamHeader(std::span(header).first(4095)));
  EXPECT_FALSE(ParsePamHeader({}));
}

// What tests/fuzz/pam_header_fuzzer.cc does for longer: a header with some
// bytes changed is either refused or is the header of what was read from it.
TEST(PamHeader, MutatedHeadersAreRefusedOrMeant) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 20000; ++round) {
    Header header = Written(RandomRecord(&random));
    for (std::uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
      // Most of the header is padding; its end is where the text is.
      const std::size_t at = random() % 2 == 0
                                 ? random() % header.size()
                                 : header.size() - 1 - random() % 400;
      header[at] = static_cast<std::byte>(random());
    }

    const auto read = ParsePamHeader(header);

    if (read) {
      EXPECT_EQ(Written(*read), header);
    }
  }
}

// Whether a program can be run here.
bool HaveProgram(const std::string& name) {
  return std::system(("command -v " + name + " >/dev/null").c_str()) == 0;
}

std::string OutputOf(const std::string& command) {
  std::string output;
  std::array<char, 4096> buffer;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  while (const std::size_t count =
             std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), count);
  }
  ::pclose(pipe);
  return output;
}

// Files of random sizes and records, for judging by other people's programs.
class PamFileTest : public testing::Test {
 protected:
  static constexpr int kFiles = 8;

  void MakeFile(PixelFormat format = PixelFormat::kRgba8) {
    record_ = RandomRecord(&random_);
    record_.pixel_format = format;
    pixels_.resize(std::size_t{record_.width} * record_.height *
                   BytesPerPixel(format));
    for (char& byte : pixels_) byte = static_cast<char>(random_());
    const Header header = Written(record_);
    path_ = directory_.path() / "render.pam";
    std::ofstream file(path_, std::ios::binary);
    file.write(reinterpret_cast<const char*>(header.data()), header.size());
    file << pixels_;
  }

  RenderDirectory directory_;
  std::mt19937_64 random_{3};
  RenderRecord record_;
  std::string pixels_;
  std::string path_;
};

TEST_F(PamFileTest, ImageMagickReadsTheSamePixels) {
  if (!HaveProgram("identify") || !HaveProgram("convert")) {
    GTEST_SKIP() << "ImageMagick is not installed";
  }
  for (int i = 0; i < kFiles; ++i) {
    MakeFile();
    const std::string size =
        std::to_string(record_.width) + " " + std::to_string(record_.height);
    EXPECT_EQ(OutputOf("identify -format '%m %w %h' " + path_), "PAM " + size);
    EXPECT_TRUE(OutputOf("convert " + path_ + " -depth 8 RGBA:-") == pixels_);
  }
}

TEST_F(PamFileTest, NetpbmReadsTheSamePixels) {
  if (!HaveProgram("pamfile") || !HaveProgram("pamtopam")) {
    GTEST_SKIP() << "netpbm is not installed";
  }
  for (int i = 0; i < kFiles; ++i) {
    MakeFile();
    EXPECT_THAT(OutputOf("pamfile " + path_),
                testing::HasSubstr("PAM, " + std::to_string(record_.width) +
                                   " by " + std::to_string(record_.height) +
                                   " by 4 maxval 255"));
    EXPECT_TRUE(OutputOf("pamtopam < " + path_).ends_with(pixels_));
  }
}

TEST_F(PamFileTest, NetpbmReadsThePixelsOfEveryFormatByteForByte) {
  if (!HaveProgram("pamtopam")) GTEST_SKIP() << "netpbm is not installed";
  for (std::uint32_t i = 1; i <= kPixelFormats; ++i) {
    const auto format = static_cast<PixelFormat>(i);
    SCOPED_TRACE(ToString(format));
    MakeFile(format);
    EXPECT_TRUE(OutputOf("pamtopam < " + path_).ends_with(pixels_));
  }
}

TEST_F(PamFileTest, NetpbmMakesAPngOfIt) {
  if (!HaveProgram("pamtopng") || !HaveProgram("pngtopam")) {
    GTEST_SKIP() << "netpbm is not installed";
  }
  for (int i = 0; i < kFiles; ++i) {
    MakeFile();
    EXPECT_TRUE(OutputOf("pamtopng " + path_ + " | pngtopam -alphapam")
                    .ends_with(pixels_));
  }
}

}  // namespace
}  // namespace goxel
