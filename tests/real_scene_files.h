// The real voxel files that tests read; none where the folder is absent.

#ifndef TESTS_REAL_SCENE_FILES_H_
#define TESTS_REAL_SCENE_FILES_H_

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

namespace goxel {

inline std::vector<std::filesystem::path> RealSceneFiles() {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(GOXEL_DATA_DIR, error)) {
    const std::filesystem::path extension = entry.path().extension();
    const bool is_scene =
        extension == ".vox" || extension == ".gox" || extension == ".qb";
    // One of them only bears the name.
    if (is_scene && entry.path().stem() != "dotvox_not_a") {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace goxel

#endif  // TESTS_REAL_SCENE_FILES_H_
