#include "renderer/formats/qb_format.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <string>
#include <utility>

#include "renderer/formats/byte_reader.h"
#include "renderer/formats/qb_words.h"
#include "renderer/formats/read_budget.h"

namespace goxel {
namespace {

struct Header {
  std::uint32_t version;
  std::uint32_t bgra;
  std::uint32_t right_handed;
  std::uint32_t compressed;
  std::uint32_t visibility_mask;
  std::uint32_t matrix_count;
};

// Bytes of the smallest matrix: an empty name, size and position.
constexpr std::size_t kMinMatrixBytes = 25;

bool IsPlausible(const Header& header) {
  return header.bgra <= 1 && header.right_handed <= 1 &&
         header.compressed <= 1 && header.visibility_mask <= 1;
}

// Reads the matrices of one file, one after the other.
class MatrixReader {
 public:
  MatrixReader(const Header& header, ByteReader& reader, ReadBudget& budget)
      : header_(header), reader_(reader), budget_(budget) {}

  Result<Layer> Next() {
    Layer layer;
    layer.name = ReadName();
    size_ = reader_.Read<std::array<std::uint32_t, 3>>();
    position_ = reader_.Read<std::array<std::int32_t, 3>>();
    if (Status valid = CheckPlace(layer.name); !valid.ok()) return Fail(valid);
    Status filled = header_.compressed != 0 ? ReadRuns(layer.volume)
                                            : ReadRaw(layer.volume);
    if (filled.ok()) filled = budget_.KeepTiles(layer.volume);
    if (!filled.ok()) return Fail(filled);
    return layer;
  }

 private:
  std::string ReadName() {
    const auto bytes = reader_.Take(reader_.Read<std::uint8_t>());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  // Everything that follows may then compute in 32 bits.
  Status CheckPlace(const std::string& name) const {
    if (!reader_.ok()) return reader_.Failure("a matrix header");
    constexpr std::int64_t kFarthest = std::numeric_limits<std::int32_t>::max();
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (std::int64_t{position_[axis]} + size_[axis] > kFarthest + 1) {
        return {StatusCode::kDataLoss,
                fmt::format("matrix \"{}\" of size {} at {} on axis {} reaches "
                            "beyond 32-bit coordinates",
                            name, size_[axis], position_[axis], axis)};
      }
    }
    return {};
  }

  Status ReadRaw(Volume& volume) {
    for (std::uint32_t z = 0; z < size_[2]; ++z) {
      const std::uint64_t area = std::uint64_t{size_[0]} * size_[1];
      // An empty slice takes no bytes, so that nothing bounds their number.
      if (area == 0) return {};
      if (!reader_.Fits(area, sizeof(std::uint32_t))) {
        return {StatusCode::kDataLoss,
                fmt::format("slice {} needs {} voxels of 4 bytes at offset {}, "
                            "but only {} bytes are left",
                            z, area, reader_.offset(), reader_.remaining())};
      }
      for (std::uint64_t i = 0; i < area; ++i) {
        const auto color = reader_.Read<std::uint32_t>();
        if (Status put = Put(volume, z, i, 1, color); !put.ok()) return put;
      }
    }
    return {};
  }

  Status ReadRuns(Volume& volume) {
    for (std::uint32_t z = 0; z < size_[2]; ++z) {
      if (Status slice = ReadSlice(volume, z); !slice.ok()) return slice;
    }
    return {};
  }

  Status ReadSlice(Volume& volume, std::uint32_t z) {
    const std::uint64_t area = std::uint64_t{size_[0]} * size_[1];
    for (std::uint64_t next = 0;;) {
      std::uint32_t count = 1;
      auto color = reader_.Read<std::uint32_t>();
      if (color == kQbEndOfSlice) return {};
      if (color == kQbRun) {
        count = reader_.Read<std::uint32_t>();
        color = reader_.Read<std::uint32_t>();
      }
      if (!reader_.ok()) return reader_.Failure(fmt::format("slice {}", z));
      if (count > area - next) {
        return {
            StatusCode::kDataLoss,
            fmt::format("slice {} holds {} voxels at offset {}, but its "
                        "matrix is {} x {}",
                        z, next + count, reader_.offset(), size_[0], size_[1])};
      }
      if (Status put = Put(volume, z, next, count, color); !put.ok()) {
        return put;
      }
      next += count;
    }
  }

  // Writes `count` voxels of slice `z` from the one with number `first` on.
  Status Put(Volume& volume, std::uint32_t z, std::uint64_t first,
             std::uint32_t count, std::uint32_t word) {
    const Color color = Decode(word);
    if (color.a == 0) return {};
    if (Status taken = budget_.TakeVoxels(count); !taken.ok()) return taken;
    for (std::uint64_t i = first; i < first + count; ++i) {
      volume.Set(CellOf(static_cast<std::uint32_t>(i % size_[0]),
                        static_cast<std::uint32_t>(i / size_[0]), z),
                 color);
      if (Status room = budget_.CheckTiles(volume.CountTiles()); !room.ok())
        return room;
    }
    return {};
  }

  Color Decode(std::uint32_t word) const {
    const auto byte = [word](int index) {
      return static_cast<std::uint8_t>(word >> (8 * index) & 0xFF);
    };
    if (byte(3) == 0) return {};
    if (header_.bgra != 0) return {byte(2), byte(1), byte(0), 255};
    return {byte(0), byte(1), byte(2), 255};
  }

  Cell CellOf(std::uint32_t x, std::uint32_t y, std::uint32_t z) const {
    const auto place = [this](std::size_t axis, std::uint32_t offset) {
      return static_cast<std::int32_t>(position_[axis] + std::int64_t{offset});
    };
    const std::int32_t depth = place(2, z);
    return {place(0, x), header_.right_handed != 0 ? depth : -1 - depth,
            place(1, y)};
  }

  const Header header_;
  ByteReader& reader_;
  ReadBudget& budget_;
  std::array<std::uint32_t, 3> size_{};
  std::array<std::int32_t, 3> position_{};
};

}  // namespace

bool LooksLikeQb(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  const auto header = reader.Read<Header>();
  return reader.ok() && IsPlausible(header) &&
         reader.Fits(header.matrix_count, kMinMatrixBytes);
}

Result<Scene> ReadQb(std::span<const std::byte> bytes,
                     const ReadLimits& limits) {
  if (!LooksLikeQb(bytes)) {
    return Fail(StatusCode::kDataLoss,
                "no Qubicle header: expected a version, four words of 0 or 1 "
                "and a number of matrices that the file has room for");
  }
  ByteReader reader(bytes);
  const auto header = reader.Read<Header>();
  ReadBudget budget(limits);
  MatrixReader matrices(header, reader, budget);
  Scene scene;
  for (std::uint32_t i = 0; i < header.matrix_count; ++i) {
    Result<Layer> layer = matrices.Next();
    if (!layer) return Fail(std::move(layer.error()));
    layer->id = static_cast<std::int32_t>(i + 1);
    scene.layers.push_back(std::move(*layer));
  }
  if (scene.layers.empty()) return NewScene();
  scene.active_layer = scene.layers.back().id;
  return scene;
}

}  // namespace goxel
