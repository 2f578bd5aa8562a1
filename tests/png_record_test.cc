#include "transfer/png_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "transfer/png_chunks.h"
#include "transfer/png_encoder.h"
#include "transfer/record_json.h"

namespace goxel {
namespace {

using Bytes = std::vector<std::byte>;
using testing::HasSubstr;

RenderRecord SampleRecord() {
  return {.id = 0x00ff00ff00ff00ff,
          .key = {.high = 0x1122334455667788, .low = 0x99aabbccddeeff00},
          .session = 0x00beef,
          .created_unix_s = 1'700'000'000,
          .ttl_s = 86400,
          .format = RenderFormat::kPng,
          .width = 2,
          .height = 1,
          .camera_json = R"({"azimuth":45.0,"matrix":[1,0.5,-1e-7]})",
          .settings_json = R"({"samples":4,"name":"caf\u00e9 \"x\""})"};
}

// A 2x1 PNG around any text chunk.
Bytes PngWith(std::string_view text_data) {
  Bytes file;
  const ByteSink sink = [&](std::span<const std::byte> piece) {
    file.insert(file.end(), piece.begin(), piece.end());
    return Status();
  };
  PngChunkWriter writer(sink);
  EXPECT_TRUE(
      writer.WriteStart({.width = 2, .height = 1}, PngColour::kRgb).ok());
  EXPECT_TRUE(
      writer.WriteChunk("iTXt", std::as_bytes(std::span(text_data))).ok());
  return file;
}

Bytes PngWithJson(std::string_view json) {
  const std::string head = FormatPngRecord({}).substr(0, 10);
  return PngWith(head + std::string(json));
}

StatusCode ReadError(std::span<const std::byte> file) {
  auto record = ReadPngRecord(file);
  return record ? StatusCode::kOk : record.error().code();
}

TEST(PngRecord, EveryFieldSurvives) {
  const RenderRecord record = SampleRecord();

  auto read = ReadPngRecord(PngWith(FormatPngRecord(record)));

  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(read->id, record.id);
  EXPECT_EQ(read->key, record.key);
  EXPECT_EQ(read->session, record.session);
  EXPECT_EQ(read->created_unix_s, record.created_unix_s);
  EXPECT_EQ(read->ttl_s, record.ttl_s);
  EXPECT_EQ(read->format, record.format);
  EXPECT_EQ(read->width, record.width);
  EXPECT_EQ(read->height, record.height);
  EXPECT_EQ(read->camera_json, record.camera_json);
  EXPECT_EQ(read->settings_json, record.settings_json);
}

TEST(PngRecord, TextIsOneLineOfJsonBehindTheKeyword) {
  RenderRecord record = SampleRecord();
  record.settings_json.clear();

  const std::string text = FormatPngRecord(record);

  EXPECT_EQ(text.substr(0, 10), std::string_view("goxel\0\0\0\0\0", 10));
  EXPECT_EQ(text.substr(10),
            R"({"id":"00ff00ff00ff00ff",)"
            R"("key":"112233445566778899aabbccddeeff00",)"
            R"("session":"00beef","created":1700000000,"ttl":86400,)"
            R"("format":"png","width":2,"height":1,)"
            R"("camera":{"azimuth":45.0,"matrix":[1,0.5,-1e-7]}})");
}

TEST(PngRecord, EmptyCameraAndSettingsStayEmpty) {
  RenderRecord record = SampleRecord();
  record.camera_json.clear();
  record.settings_json.clear();

  auto read = ReadPngRecord(PngWith(FormatPngRecord(record)));

  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(read->camera_json, "");
  EXPECT_EQ(read->settings_json, "");
}

TEST(PngRecord, WhatDoesNotFitIsLeftOutSettingsFirst) {
  const std::string huge = "\"" + std::string(kRecordReach, 'x') + "\"";
  RenderRecord record = SampleRecord();
  record.settings_json = huge;

  Bytes file = PngWith(FormatPngRecord(record));
  EXPECT_LE(file.size(), kRecordReach);
  auto read = ReadPngRecord(file);
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(read->camera_json, record.camera_json);
  EXPECT_EQ(read->settings_json, "");

  record.camera_json = huge;
  read = ReadPngRecord(PngWith(FormatPngRecord(record)));
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(read->camera_json, "");
  EXPECT_EQ(read->id, record.id);
}

TEST(PngRecord, FilesWithoutARecordAreDataLoss) {
  EXPECT_EQ(ReadError({}), StatusCode::kDataLoss);
  EXPECT_EQ(ReadError(Bytes(100)), StatusCode::kDataLoss);
  EXPECT_EQ(ReadError(PngWith("")), StatusCode::kDataLoss);
  EXPECT_EQ(ReadError(PngWith("Comment hello")), StatusCode::kDataLoss);
}

TEST(PngRecord, EveryCutIsDataLoss) {
  const Bytes file = PngWith(FormatPngRecord(SampleRecord()));
  for (std::size_t size = 0; size < file.size(); ++size) {
    // A copy of its own, so that a sanitizer sees a read past the cut.
    const Bytes cut(file.begin(),
                    file.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(ReadError(cut), StatusCode::kDataLoss) << size;
  }
}

TEST(PngRecord, EveryFlippedBitIsDataLoss) {
  Bytes file = PngWith(FormatPngRecord(SampleRecord()));
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    const auto mask = static_cast<std::byte>(1u << (bit % 8));
    file[bit / 8] ^= mask;
    EXPECT_EQ(ReadError(file), StatusCode::kDataLoss) << bit;
    file[bit / 8] ^= mask;
  }
}

TEST(PngRecord, MissingOrWrongMembersAreDataLoss) {
  const std::string good = FormatPngRecord(SampleRecord()).substr(10);
  ASSERT_EQ(ReadError(PngWithJson(good)), StatusCode::kOk);
  const std::pair<std::string, std::string> swaps[] = {
      {"\"id\"", "\"Id\""},
      {"00ff00ff00ff00ff", "0000000000000000x"},
      {"\"key\"", "\"kez\""},
      {"00beef", "0beef"},
      {"00beef", "00bexf"},
      {"00beef", "+0beef"},
      {"1700000000", "1.5"},
      {"86400", "-1"},
      {"86400", "4294967296"},
      {"\"png\"", "\"gif\""},
      {"\"png\"", "\"pam\""},
      {"\"width\":2", "\"width\":3"},
      {"\"height\":1", "\"height\":[]"},
      {"{\"azimuth\"", "{azimuth"},
      {"45.0", "45.0.0"},
      {"[1,", "[1 "},
      {"\\u00e9", "\xff"},
      {"{\"id\"", "[{\"id\""}};
  for (const auto& [from, to] : swaps) {
    std::string bad = good;
    const std::size_t at = bad.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    bad.replace(at, from.size(), to);
    EXPECT_EQ(ReadError(PngWithJson(bad)), StatusCode::kDataLoss) << bad;
  }
}

TEST(PngRecord, ErrorNamesTheWrongMember) {
  const Status status = ReadPngRecord(PngWithJson("{}")).error();

  EXPECT_THAT(status.message(), HasSubstr("\"id\""));
}

TEST(PngRecord, JsonThatIsNotAnObjectIsDataLoss) {
  for (const char* json : {"", " ", "null", "[]", "\"id\"", "1", "{", "{}}"}) {
    EXPECT_EQ(ReadError(PngWithJson(json)), StatusCode::kDataLoss) << json;
  }
  EXPECT_EQ(ReadError(PngWithJson(std::string(10'000, '['))),
            StatusCode::kDataLoss);
}

// The CRC is right, so that the mutations reach the JSON behind it.
TEST(PngRecord, RandomMutationsNeverCrash) {
  const std::string good = FormatPngRecord(SampleRecord());
  std::mt19937 random(42);
  for (int round = 0; round < 50'000; ++round) {
    std::string text = good;
    for (unsigned edits = 1 + random() % 4; edits > 0; --edits) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, random() % 8);
          break;
        default:
          text.insert(at, 1, "{}[]\",:0e-\\ "[random() % 12]);
      }
      if (text.empty()) text = good;
    }
    const StatusCode code = ReadError(PngWith(text));
    EXPECT_TRUE(code == StatusCode::kOk || code == StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace goxel
