#!/usr/bin/env bash
# Checks a model of docs/model/ in every state that it can be in.
#
#   protocol_model.sh MODEL.pml holds [-DNAME...]   spin finds no error
#   protocol_model.sh MODEL.pml fails [-DNAME...]   spin finds one
set -euo pipefail
model=$(realpath "$1")
expected=$2
shift 2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
spin "$@" -a "$model"
cc -O2 -DSAFETY -DCOLLAPSE -o pan pan.c
./pan -m100000 >report
if grep -q 'errors: 0' report && ! grep -q 'max search depth too small' report; then
  found=holds
else
  found=fails
fi
grep -E '^pan:|errors:|states, stored' report
[ "$found" = "$expected" ] || {
  echo "expected that the model $expected with '$*', and it $found"
  exit 1
}
