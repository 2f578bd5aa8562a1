// Where a daemon's socket and renders are, when nobody has said it.

#ifndef CLIENTS_CPP_DAEMON_PLACES_H_
#define CLIENTS_CPP_DAEMON_PLACES_H_

#include <filesystem>
#include <string_view>
#include <vector>

namespace goxel {

// The best place first, never empty: what the variable says alone when it is
// set, else `name` of the user's service ($XDG_RUNTIME_DIR/goxel/NAME), of the
// system's (/run/goxel/NAME), and what a daemon without a service has.
std::vector<std::filesystem::path> DaemonPlaces(
    const char* variable, std::string_view name,
    std::string_view without_service);

}  // namespace goxel

#endif  // CLIENTS_CPP_DAEMON_PLACES_H_
