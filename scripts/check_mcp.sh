#!/usr/bin/env bash
# Builds clients/mcp and passes its tests against a daemon:
#
#   GOXEL_DAEMON=build/release/daemon/goxel-daemon scripts/check_mcp.sh
#   scripts/check_mcp.sh --bundle      builds alone, and needs no daemon
#
# Needs Node 20.15 or later. Where there is none, npm fetches one into build/.
set -euo pipefail
cd "$(dirname "$0")/.."

is_recent() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
           process.exit(a > 20 || (a === 20 && b >= 15) ? 0 : 1)' 2>/dev/null
}

install_npm() {
  local sudo=()
  [[ $(id -u) -eq 0 ]] || sudo=(sudo)
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq \
    --no-install-recommends nodejs npm >/dev/null
}

command -v npm >/dev/null || install_npm
if ! is_recent; then
  [[ -x build/node/node_modules/node/bin/node ]] ||
    npm install --silent --prefix build/node node@20.19 >/dev/null
  PATH="$PWD/build/node/node_modules/node/bin:$PATH"
fi
cd clients/mcp
npm ci --silent
if [[ ${1:-} == --bundle ]]; then
  npm run --silent bundle
else
  npm run --silent check
fi
