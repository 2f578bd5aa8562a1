// A picture as base64 text that is made while it is sent: a reply of 44 MB
// needs no more memory than its buffer.

#ifndef DAEMON_BASE64_SOURCE_H_
#define DAEMON_BASE64_SOURCE_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "daemon/delivery.h"
#include "daemon/rpc.h"
#include "transfer/base64.h"

namespace goxel {

class Base64Source : public TextSource {
 public:
  explicit Base64Source(std::shared_ptr<const InlineBytes> bytes)
      : bytes_(std::move(bytes)), rest_(bytes_->bytes()) {}

  // REQUIRES: buffer.size() >= 4, one group of base64.
  Result<std::size_t> Read(std::span<char> buffer) override {
    // All pieces but the last are whole groups, so that no padding stands
    // inside the text.
    const std::size_t bytes = std::min(rest_.size(), buffer.size() / 4 * 3);
    const std::size_t length = Base64Length(bytes);
    EncodeBase64(rest_.first(bytes), buffer.first(length));
    rest_ = rest_.subspan(bytes);
    return length;
  }

 private:
  const std::shared_ptr<const InlineBytes> bytes_;
  std::span<const std::byte> rest_;
};

}  // namespace goxel

#endif  // DAEMON_BASE64_SOURCE_H_
