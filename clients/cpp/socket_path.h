// Where a client looks for the daemon's socket.

#ifndef CLIENTS_CPP_SOCKET_PATH_H_
#define CLIENTS_CPP_SOCKET_PATH_H_

#include <filesystem>

namespace goxel {

// GOXEL_SOCKET when it is set, else the first that exists of
// $XDG_RUNTIME_DIR/goxel/goxel.sock, /run/goxel/goxel.sock and
// kDefaultSocketPath, else the last of them.
std::filesystem::path FindSocketPath();

}  // namespace goxel

#endif  // CLIENTS_CPP_SOCKET_PATH_H_
