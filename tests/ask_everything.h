// Every question that a reader of the render index answers, for segments that
// no writer of ours made: the sanitizers judge the answers.

#ifndef TESTS_ASK_EVERYTHING_H_
#define TESTS_ASK_EVERYTHING_H_

#include <chrono>

#include "ipc/render_index_reader.h"

namespace goxel {

inline void AskEverything(const RenderIndexReader& reader) {
  constexpr std::chrono::milliseconds kNoTime{0};
  for (RenderId id = 0; id < 32; ++id) {
    const ContentKey key{.high = id, .low = 9};
    static_cast<void>(reader.Find(id));
    static_cast<void>(reader.Progress(id));
    static_cast<void>(reader.FindByKey(key));
    static_cast<void>(reader.WaitUntilReady(id, kNoTime));
    static_cast<void>(reader.WaitUntilReady(key, kNoTime));
  }
  for (const RenderInfo& render : reader.List()) {
    static_cast<void>(RenderFileName(render));
  }
  for (const Histogram& histogram : reader.Histograms()) {
    static_cast<void>(histogram.Percentile(99));
    static_cast<void>(histogram.Mean());
  }
  static_cast<void>(reader.Counters());
  static_cast<void>(reader.scene());
  static_cast<void>(reader.build_hash());
  static_cast<void>(reader.Superseded());
  static_cast<void>(reader.WriterAlive());
  static_cast<void>(reader.WaitForEvent(reader.event_sequence(), kNoTime));
}

}  // namespace goxel

#endif  // TESTS_ASK_EVERYTHING_H_
