// Checksums of render files: SHA-256 by OpenSSL, XXH3-128 by libxxhash.

#ifndef TRANSFER_CHECKSUM_H_
#define TRANSFER_CHECKSUM_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "ipc/render_record.h"
#include "ipc/status.h"

namespace goxel {

// Computes a checksum over bytes given in pieces. One thread at a time.
class ChecksumBuilder {
 public:
  static Result<ChecksumBuilder> Create(ChecksumKind kind);
  ~ChecksumBuilder();
  ChecksumBuilder(ChecksumBuilder&&) noexcept;
  ChecksumBuilder& operator=(ChecksumBuilder&&) noexcept;

  void Add(std::span<const std::byte> bytes);

  // The checksum of all bytes added, or an empty one (kNone) in the unlikely
  // case that the library failed on the way: never a wrong one.
  // REQUIRES: not called before on this object.
  Checksum Finish();

 private:
  struct State;
  explicit ChecksumBuilder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// kInvalidArgument, listing "sha256", "xxh3" and "none", when unknown.
Result<ChecksumKind> ParseChecksumKind(std::string_view name);

}  // namespace goxel

#endif  // TRANSFER_CHECKSUM_H_
