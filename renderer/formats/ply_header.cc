#include "renderer/formats/ply_header.h"

#include <algorithm>

namespace goxel {
namespace {

constexpr std::size_t kMaxElements = 64;

PlyProperty ReadProperty(std::string_view words) {
  PlyProperty property;
  std::string_view type = TakeWord(words);
  property.is_list = type == "list";
  if (property.is_list) {
    TakeWord(words);  // The type of the length.
    type = TakeWord(words);
  }
  property.is_fraction = type == "float" || type == "double" ||
                         type == "float32" || type == "float64";
  property.name = TakeWord(words);
  return property;
}

// Whether the line "format ..." names the one encoding that is read.
Status CheckEncoding(const NumberedLines& lines, std::string_view words) {
  if (TakeWord(words) == "ascii") return {};
  return lines.Unexpected(
      StatusCode::kInvalidArgument,
      "\"format ascii 1.0\": only text .ply files are read");
}

class HeaderReader {
 public:
  explicit HeaderReader(NumberedLines& lines) : lines_(lines) {}

  Result<std::vector<PlyElement>> Read() {
    if (!lines_.Next() || Trim(lines_.line()) != "ply") {
      return Fail(StatusCode::kInvalidArgument,
                  "no .ply header: expected \"ply\" in line 1");
    }
    while (lines_.Next()) {
      std::string_view words = lines_.line();
      const std::string_view keyword = TakeWord(words);
      if (keyword == "end_header") return std::move(elements_);
      if (Status read = ReadLine(keyword, words); !read.ok()) return Fail(read);
    }
    return Fail(StatusCode::kDataLoss, "the header has no \"end_header\"");
  }

 private:
  Status ReadLine(std::string_view keyword, std::string_view words) {
    if (keyword == "format") return CheckEncoding(lines_, words);
    if (keyword == "element") return AddElement(words);
    if (keyword == "property") return AddProperty(words);
    return {};  // comment, obj_info
  }

  Status AddElement(std::string_view words) {
    PlyElement element;
    element.name = TakeWord(words);
    const bool valid = elements_.size() < kMaxElements &&
                       ParseInteger(TakeWord(words), 10, element.count);
    if (!valid) {
      return lines_.Unexpected(StatusCode::kDataLoss,
                               "\"element NAME COUNT\", at most 64 times");
    }
    elements_.push_back(std::move(element));
    return {};
  }

  Status AddProperty(std::string_view words) {
    const bool valid = !elements_.empty() &&
                       elements_.back().properties.size() < kMaxPlyProperties;
    if (!valid) {
      return lines_.Unexpected(
          StatusCode::kDataLoss,
          "a property behind its element, at most 64 of them");
    }
    elements_.back().properties.push_back(ReadProperty(words));
    return {};
  }

  NumberedLines& lines_;
  std::vector<PlyElement> elements_;
};

}  // namespace

std::optional<std::size_t> PlyElement::Find(std::string_view property) const {
  const auto found =
      std::ranges::find(properties, property, &PlyProperty::name);
  if (found == properties.end()) return std::nullopt;
  return static_cast<std::size_t>(found - properties.begin());
}

Result<std::vector<PlyElement>> ReadPlyHeader(NumberedLines& lines) {
  return HeaderReader(lines).Read();
}

}  // namespace goxel
