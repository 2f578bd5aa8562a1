// How fast do the pixels of a 4K frame become base64 and text become bytes
// again, and what does a checksum of them cost? Floors: BM_CopyFrame, and for
// base64 the encoder that OpenSSL has in every distribution.

#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "bench/real_pictures.h"
#include "transfer/base64.h"
#include "transfer/checksum.h"

namespace goxel {
namespace {

using EncodePiece = void (*)(std::span<const std::byte> bytes,
                             std::span<char> text);

void EncodePieceWithOurs(std::span<const std::byte> bytes,
                         std::span<char> text) {
  EncodeBase64(bytes, text);
}

// REQUIRES: room for the NUL that OpenSSL writes behind the text.
void EncodePieceWithOpenssl(std::span<const std::byte> bytes,
                            std::span<char> text) {
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
}

// Piece by piece into one buffer, as a reply is sent.
void BM_Base64Encode(benchmark::State& state, EncodePiece encode) {
  const auto& picture = PictureNamed("demo");
  if (!picture) return state.SkipWithError(picture.error().message().c_str());
  const std::span<const std::byte> pixels = *picture;
  std::string text(Base64Length(kBase64PieceBytes) + 1, '\0');
  const std::span<char> room(text.data(), text.size() - 1);
  encode(pixels.first(kBase64PieceBytes), room);
  const auto decoded =
      DecodeBase64(std::string_view(text).substr(0, room.size()));
  if (!decoded ||
      !std::ranges::equal(*decoded, pixels.first(kBase64PieceBytes))) {
    return state.SkipWithError("the text does not decode to the pixels");
  }
  for (auto _ : state) {
    for (std::size_t at = 0; at < pixels.size(); at += kBase64PieceBytes) {
      const auto piece =
          pixels.subspan(at, std::min(kBase64PieceBytes, pixels.size() - at));
      encode(piece, room.first(Base64Length(piece.size())));
      benchmark::DoNotOptimize(text.data());
      benchmark::ClobberMemory();
    }
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(pixels.size()));
}
BENCHMARK_CAPTURE(BM_Base64Encode, ours, EncodePieceWithOurs)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Base64Encode, openssl, EncodePieceWithOpenssl)
    ->Unit(benchmark::kMillisecond);

// All of the text at once, as a client has it.
void BM_Base64Decode(benchmark::State& state) {
  const auto& picture = PictureNamed("demo");
  if (!picture) return state.SkipWithError(picture.error().message().c_str());
  std::string text(Base64Length(picture->size()), '\0');
  EncodeBase64(*picture, text);
  if (const auto bytes = DecodeBase64(text); !bytes || *bytes != *picture) {
    return state.SkipWithError("the text does not decode to the pixels");
  }
  for (auto _ : state) benchmark::DoNotOptimize(DecodeBase64(text));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(picture->size()));
}
BENCHMARK(BM_Base64Decode)->Unit(benchmark::kMillisecond);

Result<Checksum> ChecksumOf(const Picture& picture, ChecksumKind kind) {
  auto builder = ChecksumBuilder::Create(kind);
  if (!builder) return Fail(builder.error());
  builder->Add(picture);
  return builder->Finish();
}

void BM_Checksum(benchmark::State& state, ChecksumKind kind) {
  const auto& picture = PictureNamed("demo");
  if (!picture) return state.SkipWithError(picture.error().message().c_str());
  Picture changed = *picture;
  changed.back() ^= std::byte{1};
  const auto checksum = ChecksumOf(*picture, kind);
  const auto other = ChecksumOf(changed, kind);
  if (!checksum || !other || checksum->kind != kind || *checksum == *other) {
    return state.SkipWithError("the checksum does not tell pixels apart");
  }
  for (auto _ : state) benchmark::DoNotOptimize(ChecksumOf(*picture, kind));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(picture->size()));
}
BENCHMARK_CAPTURE(BM_Checksum, sha256, ChecksumKind::kSha256)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Checksum, xxh3, ChecksumKind::kXxh3)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace goxel
