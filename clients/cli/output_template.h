// Names of output files with fields to fill in: {scene}_{azimuth:03}.png.
//
// Thread safety: const methods may run concurrently.

#ifndef CLIENTS_CLI_OUTPUT_TEMPLATE_H_
#define CLIENTS_CLI_OUTPUT_TEMPLATE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ipc/status.h"

namespace goxel {

// A value of a field; numbers can be padded with zeros: {index:04}.
struct TemplateField {
  std::string_view name;
  std::variant<std::string, std::int64_t> value;
};

class OutputTemplate {
 public:
  // {{ and }} stand for brackets. kInvalidArgument, with the fields that there
  // are, for any other: `fields` has one of each with a value of its type.
  static Result<OutputTemplate> Parse(std::string_view text,
                                      std::span<const TemplateField> fields);

  // REQUIRES: the fields that Parse() was given, in the same order. A slash in
  // a value becomes an underscore, as does a space.
  std::string Fill(std::span<const TemplateField> fields) const;

 private:
  // Text, and the field behind it.
  struct Piece {
    std::string text{};
    std::optional<std::size_t> field{};  // None behind the last text.
    std::size_t width = 0;
  };

  // nullopt for what is no field, or cannot be padded.
  static std::optional<Piece> ReadField(std::string_view inside,
                                        std::span<const TemplateField> fields);

  std::vector<Piece> pieces_;
};

}  // namespace goxel

#endif  // CLIENTS_CLI_OUTPUT_TEMPLATE_H_
