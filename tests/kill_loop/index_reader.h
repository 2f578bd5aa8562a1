// A client of a kill loop that finds renders by itself: through the index and
// in the directory, leases and maps them, and compares every pixel.

#ifndef TESTS_KILL_LOOP_INDEX_READER_H_
#define TESTS_KILL_LOOP_INDEX_READER_H_

#include <filesystem>
#include <memory>
#include <random>
#include <vector>

#include "clients/cpp/render_catalog.h"
#include "ipc/unique_fd.h"
#include "tests/kill_loop/ledger.h"

namespace goxel {

class IndexReader {
 public:
  IndexReader(std::filesystem::path directory, unsigned seed, Ledger& ledger);

  // Does one thing, chosen at random.
  void Step();

  // Less than `limit`, at random.
  unsigned Below(unsigned limit) {
    return static_cast<unsigned>(random_()) % limit;
  }

  // Compares the image, and at times keeps it mapped for a while.
  void Check(RenderId id, MappedImage image);

 private:
  struct Held {
    RenderId id;
    MappedImage image;
  };

  bool Attach();
  void Map();
  void OpenByName();
  void LookUpOften();
  void FindByKey();
  void Wait();
  void LetGo();
  std::vector<RenderInfo> List();

  // A row of the index says what one render is, and nothing of another.
  void CheckRow(const RenderInfo& info);
  // A reader that asks for the lease of an open file again and again.
  bool TakeLease(int fd);
  void CheckLeasedFile(int fd, const std::string& name, RenderId id);

  const std::filesystem::path directory_;
  UniqueFd directory_fd_;
  std::minstd_rand random_;
  Ledger& ledger_;
  std::unique_ptr<RenderCatalog> catalog_;
  std::vector<Held> held_;
};

}  // namespace goxel

#endif  // TESTS_KILL_LOOP_INDEX_READER_H_
