#!/usr/bin/env bash
# What package_smoke.sh does with the packages, in its copy of the system.
#
#   try_packages.sh DIRECTORY_OF_PACKAGES
set -euo pipefail

packages=$1
# Where the system's Node is too old, the one that the tests have fetched.
newer_node=$(cd "$(dirname "$0")/../.." && pwd)/build/node/node_modules/node/bin
[[ ! -d $newer_node ]] || export PATH=$newer_node:$PATH
unset GOXEL_SOCKET GOXEL_RENDER_DIR XDG_RUNTIME_DIR
export LC_ALL=C.UTF-8

fail() {
  echo "package_smoke: $*" >&2
  exit 1
}

quietly() { "$@" >/tmp/said 2>&1 || { cat /tmp/said; fail "failed: $*"; }; }

as_goxel() { setpriv --reuid goxel --regid goxel --init-groups "$@"; }

quietly dpkg -i "$packages"/{goxel-daemon,libgoxel0,libgoxel-dev,python3-goxel-client}_*.deb
# Node may come from elsewhere than its package; all else must be there.
quietly dpkg --ignore-depends=nodejs -i "$packages"/goxel-mcp_*.deb
getent passwd goxel >/dev/null || fail "the package has made no user goxel"

units=/usr/lib/systemd/system
if command -v systemd-analyze >/dev/null; then
  quietly systemd-analyze --man=no verify $units/goxel-daemon.{socket,service}
  mkdir -m 0700 /run/user
  XDG_RUNTIME_DIR=/run/user quietly systemd-analyze --user --man=no verify \
    /usr/lib/systemd/user/goxel-daemon.{socket,service}
fi

# What systemd would do: the directories, the socket, then the command line and
# the environment of the unit.
setting() { sed -n "s/^$2=//p" "$units/goxel-daemon.$1" | sed 's,%t,/run,; s,%S,/var/lib,'; }
install -d -o goxel -g goxel /run/goxel "$(setting service WorkingDirectory)"
cat >/tmp/activate.py <<'PYTHON'
import os, pwd, socket, sys

path, variable, *command = sys.argv[1:]
user = pwd.getpwnam("goxel")
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
os.chmod(path, 0o600)
os.chown(path, user.pw_uid, user.pw_gid)
listener.listen()
os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)  # Also where it was 3 already.
os.initgroups("goxel", user.pw_gid)
os.setgid(user.pw_gid)
os.setuid(user.pw_uid)
os.environ.update([variable.split("=", 1)], LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execvp(command[0], command)
PYTHON
socket=$(setting socket ListenStream)
# shellcheck disable=SC2046  # The command line is words.
(cd "$(setting service WorkingDirectory)" &&
  exec /usr/bin/python3 /tmp/activate.py "$socket" "$(setting service Environment)" \
    $(setting service ExecStart)) &
daemon=$!
until as_goxel goxelctl ping >/dev/null 2>&1; do
  kill -0 $daemon || fail "the daemon ended"
  sleep 0.02
done

quietly as_goxel goxelctl render builtin:demo --size 320x200 -o /run/goxel/picture.png
file /run/goxel/picture.png | grep -q '320 x 200' || fail "goxelctl wrote no picture"
quietly as_goxel /usr/bin/python3 -c '
import goxel_client as goxel
with goxel.connect() as gx, gx.render(64, 48) as image:
    assert (image.width, image.height) == (64, 48)
'
quietly as_goxel /usr/bin/python3 -c '
import ctypes
library = ctypes.CDLL("libgoxel.so.0")
client = ctypes.c_void_p()
assert library.goxel_connect(None, ctypes.byref(client), None) == 0
'
version=$(goxel-mcp --version 2>&1 || true)
[[ $version == *"$(dpkg-query -W -f '${Version}' goxel-mcp)"* ]] ||
  fail "goxel-mcp --version says $version"
quietly as_goxel goxel-daemon --reload --socket "$socket"
kill $daemon
wait $daemon || fail "the daemon did not end in order"
[[ -S $socket ]] || fail "the daemon has removed the socket that it was given"

# What an administrator has written outlives the removal, not the purge.
sed -i 's/^;ttl_seconds = .*/ttl_seconds = 60/' /etc/goxel/daemon.conf
quietly dpkg --remove goxel-mcp goxel-daemon
grep -q '^ttl_seconds = 60' /etc/goxel/daemon.conf || fail "the configuration is gone"
quietly dpkg --purge goxel-daemon goxel-mcp python3-goxel-client libgoxel-dev libgoxel0
left=$(find /etc /usr /var/lib -path /var/lib/dpkg -prune -o -name '*goxel*' -newer /tmp/activate.py -print)
[[ -z $left ]] || fail "the packages leave behind: $left"
[[ ! -e /usr/bin/goxelctl && ! -e /etc/goxel ]] || fail "the packages leave files behind"
