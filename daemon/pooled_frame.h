// A frame of the pool, given back when the last who needs its pixels is done.

#ifndef DAEMON_POOLED_FRAME_H_
#define DAEMON_POOLED_FRAME_H_

#include <cstddef>
#include <memory>
#include <utility>

#include "ipc/status.h"
#include "transfer/frame.h"

namespace goxel {

class PooledFrame {
 public:
  // A frame with room for `pixel_bytes`. `pool` must outlive it.
  static Result<std::shared_ptr<PooledFrame>> Acquire(FramePool* pool,
                                                      std::size_t pixel_bytes) {
    auto frame = pool->Acquire(pixel_bytes);
    if (!frame) return Fail(std::move(frame.error()));
    return std::make_shared<PooledFrame>(pool, *std::move(frame));
  }

  PooledFrame(FramePool* pool, Frame frame)
      : pool_(pool), frame_(std::move(frame)) {}
  ~PooledFrame() { pool_->Return(std::move(frame_)); }
  PooledFrame(const PooledFrame&) = delete;
  PooledFrame& operator=(const PooledFrame&) = delete;

  Frame& frame() { return frame_; }

 private:
  FramePool* const pool_;
  Frame frame_;
};

}  // namespace goxel

#endif  // DAEMON_POOLED_FRAME_H_
