// A value, or the errno that says why there is none: what wrappers of single
// system calls return. Whoever called them knows the operand and makes a Status
// of it (ipc/status.h).

#ifndef IPC_SYS_RESULT_H_
#define IPC_SYS_RESULT_H_

#include <tl/expected.hpp>

namespace goxel {

template <typename T>
using SysResult = tl::expected<T, int>;

}  // namespace goxel

#endif  // IPC_SYS_RESULT_H_
