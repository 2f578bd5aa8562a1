// Sends the log, and whatever else this process writes to standard error, to a
// file.

#ifndef DAEMON_LOG_FILE_H_
#define DAEMON_LOG_FILE_H_

#include <string>

#include "ipc/status.h"

namespace goxel {

// Makes standard error the file at `path`, appending to it; it is made, with
// mode 0640, when it is not there. Called again after the file was renamed, it
// begins the next one, and no line is lost in between. On error, standard error
// stays what it was.
//
// A link of another user is not followed: in a directory like /tmp it could
// lead anywhere.
Status LogToFile(const std::string& path);

}  // namespace goxel

#endif  // DAEMON_LOG_FILE_H_
