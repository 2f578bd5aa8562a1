// The variables that a client looks at.

#ifndef CLIENTS_CPP_ENVIRONMENT_H_
#define CLIENTS_CPP_ENVIRONMENT_H_

#include <cstdlib>
#include <string_view>

namespace goxel {

// The value of a variable; empty when it is not set. Valid until it is changed.
inline std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace goxel

#endif  // CLIENTS_CPP_ENVIRONMENT_H_
