// Text as the inside of a JSON string (RFC 8259).

#ifndef RENDERER_FORMATS_JSON_STRING_H_
#define RENDERER_FORMATS_JSON_STRING_H_

#include <string>
#include <string_view>

namespace goxel {

// Escapes what JSON does not allow within quotes. Names in voxel files may be
// any bytes: where they are no UTF-8, every byte that is not ASCII becomes '?'.
std::string EscapeJson(std::string_view text);

}  // namespace goxel

#endif  // RENDERER_FORMATS_JSON_STRING_H_
