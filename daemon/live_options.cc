#include "daemon/live_options.h"

#include <fmt/format.h>

#include <utility>

#include "daemon/option_table.h"

namespace goxel {

LiveOptions::LiveOptions(Options options)
    : options_(std::make_shared<const Options>(std::move(options))) {}

std::shared_ptr<const Options> LiveOptions::Get() const {
  const std::lock_guard lock(mutex_);
  return options_;
}

ReloadOutcome LiveOptions::Adopt(const Options& wanted) {
  ReloadOutcome outcome;
  const std::lock_guard lock(mutex_);
  Options next = *options_;
  for (const OptionRow& row : OptionTable()) {
    const std::string value = OptionText(row, wanted);
    if (value == OptionText(row, next)) continue;
    const bool live = row.takes_effect == TakesEffect::kOnReload &&
                      SetOption(row, value, &next).ok();
    (live ? outcome.changed : outcome.needs_restart)
        .push_back(fmt::format("[{}] {}", row.section, row.key));
  }
  options_ = std::make_shared<const Options>(std::move(next));
  return outcome;
}

}  // namespace goxel
