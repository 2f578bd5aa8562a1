#include "clients/cli/completion_script.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

namespace goxel {
namespace {

// `text` with a backslash before each of `special`.
std::string Escaped(std::string_view text, std::string_view special) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// Within single quotes of bash and zsh, where nothing can be escaped.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += R"('\'')";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::vector<std::string> CommandNames(
    std::span<const CommandOutline> outlines) {
  std::vector<std::string> names;
  for (const CommandOutline& outline : outlines.subspan(1)) {
    names.push_back(outline.name);
  }
  return names;
}

std::vector<std::string> FlagNames(const CommandOutline& outline) {
  std::vector<std::string> names;
  for (const FlagOutline& flag : outline.flags) {
    names.insert(names.end(), flag.names.begin(), flag.names.end());
  }
  return names;
}

std::string BashChoices(const CommandOutline& outline) {
  std::string cases;
  for (const FlagOutline& flag : outline.flags) {
    if (flag.choices.empty()) continue;
    for (const std::string& name : flag.names) {
      cases += fmt::format("    '{} {}') words='{}' ;;\n", outline.name, name,
                           fmt::join(flag.choices, " "));
    }
  }
  return cases;
}

std::string ZshFlag(const FlagOutline& flag) {
  std::string value;
  if (!flag.choices.empty()) {
    value = fmt::format(":value:({})", fmt::join(flag.choices, " "));
  } else if (flag.takes_value) {
    value = ":value:_files";
  }
  std::string specs;
  for (const std::string& name : flag.names) {
    specs +=
        " " + Quoted(fmt::format("{}[{}]{}", name,
                                 Escaped(flag.description, R"([]:\)"), value));
  }
  return specs;
}

std::string FishFlag(const FlagOutline& flag) {
  std::string line;
  for (const std::string& name : flag.names) {
    line += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2))
                                   : fmt::format(" -s {}", name.substr(1));
  }
  if (!flag.choices.empty()) {
    line += fmt::format(" -x -a '{}'", fmt::join(flag.choices, " "));
  } else if (flag.takes_value) {
    line += " -r";
  }
  return fmt::format("{} -d '{}'", line, Escaped(flag.description, R"('\)"));
}

}  // namespace

std::string BashCompletion(std::span<const CommandOutline> outlines) {
  std::string choices;
  std::string words;
  const auto shared = FlagNames(outlines.front());
  for (const CommandOutline& outline : outlines.subspan(1)) {
    choices += BashChoices(outline);
    auto own = FlagNames(outline);
    std::ranges::copy_if(shared, std::back_inserter(own),
                         [&](const std::string& name) {
                           return std::ranges::find(own, name) == own.end();
                         });
    words += fmt::format(
        "      {}) words='{}' ;;\n", outline.name,
        fmt::join(outline.arguments.empty() ? own : outline.arguments, " "));
  }
  const auto names = CommandNames(outlines);
  return fmt::format(
      R"(# bash completion for goxelctl
_goxelctl() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
  local command= word words=
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case $word in {}) command=$word; break ;; esac
  done
  case "$command $before" in
{}    *)
    case $command in
{}      *) words='{} {}' ;;
    esac
    [[ $current == -* || -z $command || $words != -* ]] || return ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _goxelctl goxelctl
)",
      fmt::join(names, "|"), choices, words, fmt::join(names, " "),
      fmt::join(shared, " "));
}

std::string ZshCompletion(std::span<const CommandOutline> outlines) {
  std::string commands;
  std::string cases;
  std::string shared;
  for (const FlagOutline& flag : outlines.front().flags)
    shared += ZshFlag(flag);
  for (const CommandOutline& outline : outlines.subspan(1)) {
    commands += " " + Quoted(outline.name + ":" + outline.description);
    std::string flags;
    for (const FlagOutline& flag : outline.flags) flags += ZshFlag(flag);
    const std::string arguments =
        outline.arguments.empty()
            ? "_files"
            : fmt::format("({})", fmt::join(outline.arguments, " "));
    cases += fmt::format("    {}) _arguments{}{} '*:argument:{}' ;;\n",
                         outline.name, flags, shared, arguments);
  }
  return fmt::format(
      R"(#compdef goxelctl
_goxelctl() {{
  local -a commands=({})
  local command=${{words[(r)({})]}}
  case $command in
{}    *) _arguments{} '*: :{{_describe command commands}}' ;;
  esac
}}
if [[ ${{funcstack[1]}} == _goxelctl ]]; then
  _goxelctl "$@"
else
  compdef _goxelctl goxelctl
fi
)",
      commands, fmt::join(CommandNames(outlines), "|"), cases, shared);
}

std::string FishCompletion(std::span<const CommandOutline> outlines) {
  std::string script = "# fish completion for goxelctl\n";
  for (const FlagOutline& flag : outlines.front().flags) {
    script += fmt::format("complete -c goxelctl{}\n", FishFlag(flag));
  }
  for (const CommandOutline& outline : outlines.subspan(1)) {
    script += fmt::format(
        "complete -c goxelctl -n __fish_use_subcommand -f -a {} -d '{}'\n",
        outline.name, Escaped(outline.description, R"('\)"));
    const std::string within =
        fmt::format("complete -c goxelctl -n '__fish_seen_subcommand_from {}'",
                    outline.name);
    if (!outline.arguments.empty()) {
      script += fmt::format("{} -f -a '{}'\n", within,
                            fmt::join(outline.arguments, " "));
    }
    for (const FlagOutline& flag : outline.flags) {
      script += within + FishFlag(flag) + "\n";
    }
  }
  return script;
}

}  // namespace goxel
