// Where the daemon writes files for its clients.

#ifndef DAEMON_EXPORT_RULES_H_
#define DAEMON_EXPORT_RULES_H_

#include "daemon/options.h"
#include "transfer/export_file.h"
#include "transfer/render_store.h"

namespace goxel {

inline ExportRules MakeExportRules(const Options& options,
                                   const RenderStore& store) {
  ExportRules rules;
  rules.allowed_roots = {options.allowed_output_roots.begin(),
                         options.allowed_output_roots.end()};
  rules.render_directory = store.directory();
  return rules;
}

}  // namespace goxel

#endif  // DAEMON_EXPORT_RULES_H_
