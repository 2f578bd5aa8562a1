#include "transfer/base64.h"

#include <fmt/core.h>

#include <array>
#include <cassert>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace goxel {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNotBase64 = 0xff;

// The two characters for each value of 12 bits, so that three bytes take two
// look-ups.
constexpr auto kPairs = [] {
  std::array<std::array<char, 2>, 4096> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i] = {kAlphabet[i >> 6], kAlphabet[i & 63]};
  }
  return pairs;
}();

constexpr auto kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNotBase64);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] =
        static_cast<std::uint8_t>(i);
  }
  return values;
}();

void PutPair(std::uint32_t bits, char* text) {
  text[0] = kPairs[bits & 0xfff][0];
  text[1] = kPairs[bits & 0xfff][1];
}

void EncodeScalar(std::span<const std::byte> bytes, char* text) {
  const auto at = [&](std::size_t i) {
    return std::to_integer<std::uint32_t>(bytes[i]);
  };
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3, text += 4) {
    const std::uint32_t bits = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    PutPair(bits >> 12, text);
    PutPair(bits, text + 2);
  }
  const std::size_t rest = bytes.size() - i;
  if (rest == 0) return;
  const std::uint32_t bits = at(i) << 16 | (rest == 2 ? at(i + 1) << 8 : 0);
  PutPair(bits >> 12, text);
  PutPair(bits, text + 2);
  text[3] = '=';
  if (rest == 1) text[2] = '=';
}

#if defined(__x86_64__)

// Encodes as many groups of 24 bytes as can be read 16 bytes at a time, and
// returns the number of bytes encoded.
__attribute__((target("avx2"))) std::size_t EncodeAvx2(
    std::span<const std::byte> bytes, char* text) {
  // Each lane of 16 takes 12 bytes a b c ... and lays every triple out as the
  // two 16-bit words (b<<8|a), (b<<8|c) in memory order b a c b.
  const __m256i spread =
      _mm256_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10,  //
                       1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
  // What to add to a 6-bit value, by its range: 0 for 26..51 (+71), 1..10 for
  // 52..61 (-4), 11 and 12 for 62 and 63, 13 for 0..25 (+65).
  const __m256i offsets = _mm256_setr_epi8(
      71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0,  //
      71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0);
  std::size_t done = 0;
  for (; done + 28 <= bytes.size(); done += 24, text += 32) {
    const auto* in = reinterpret_cast<const __m128i*>(bytes.data() + done);
    const auto* next =
        reinterpret_cast<const __m128i*>(bytes.data() + done + 12);
    const __m256i triples = _mm256_shuffle_epi8(
        _mm256_set_m128i(_mm_loadu_si128(next), _mm_loadu_si128(in)), spread);
    // Multiplications shift each 6-bit field to the bottom of its byte: two by
    // a high product (right shifts), two by a low product (left shifts).
    const __m256i even = _mm256_mulhi_epu16(
        _mm256_and_si256(triples, _mm256_set1_epi32(0x0fc0fc00)),
        _mm256_set1_epi32(0x04000040));
    const __m256i odd = _mm256_mullo_epi16(
        _mm256_and_si256(triples, _mm256_set1_epi32(0x003f03f0)),
        _mm256_set1_epi32(0x01000010));
    const __m256i values = _mm256_or_si256(even, odd);
    const __m256i range = _mm256_sub_epi8(
        _mm256_subs_epu8(values, _mm256_set1_epi8(51)),
        _mm256_andnot_si256(_mm256_cmpgt_epi8(values, _mm256_set1_epi8(25)),
                            _mm256_set1_epi8(-13)));
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(text),
        _mm256_add_epi8(values, _mm256_shuffle_epi8(offsets, range)));
  }
  return done;
}

#endif

tl::unexpected<Status> BadCharacter(std::string_view text, std::size_t offset) {
  return Fail(
      StatusCode::kInvalidArgument,
      fmt::format("byte {:#04x} at offset {} is not base64 in that place; "
                  "give A-Z a-z 0-9 + / with = only as padding at the end",
                  static_cast<unsigned char>(text[offset]), offset));
}

std::size_t CountPads(std::string_view text) {
  if (text.ends_with("==")) return 2;
  return text.ends_with('=') ? 1 : 0;
}

}  // namespace

void EncodeBase64(std::span<const std::byte> bytes, std::span<char> text,
                  SimdLevel level) {
  assert(text.size() == Base64Length(bytes.size()));
  std::size_t done = 0;
#if defined(__x86_64__)
  if (level == SimdLevel::kAvx2) done = EncodeAvx2(bytes, text.data());
#else
  (void)level;
#endif
  EncodeScalar(bytes.subspan(done), text.data() + Base64Length(done));
}

Result<std::vector<std::byte>> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("{} characters are not whole base64; the length "
                            "must be a multiple of 4, padded with =",
                            text.size()));
  }
  const std::size_t digits = text.size() - CountPads(text);
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const std::uint8_t value = kValues[static_cast<unsigned char>(text[i])];
    if (value == kNotBase64) return BadCharacter(text, i);
    bits = bits << 6 | value;
    // A byte is complete after the second, third and fourth character.
    if (i % 4 == 0) continue;
    const std::size_t unused = 6 - 2 * (i % 4);
    bytes.push_back(static_cast<std::byte>(bits >> unused));
  }
  // The last character of a padded text carries 2 or 4 bits that must be 0.
  const std::uint32_t unused_mask = (1u << (text.size() - digits) * 2) - 1;
  if ((bits & unused_mask) != 0) return BadCharacter(text, digits - 1);
  return bytes;
}

}  // namespace goxel
