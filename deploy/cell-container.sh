#!/bin/sh
# Containers of apps on the cell this runs in. A container here is a network namespace with its place on the overlay.
#
#   cell-container run <app> <index> [command …]   makes sure that it is there, then runs the command in it
#   cell-container rm <app> <index>                takes it off the overlay and removes it
#   cell-container ls                              what the agent holds, as JSON
set -eu

agent() {
  curl -sS --fail-with-body --unix-socket /run/heddle/agent.sock "$@"
}

usage() {
  sed -n '4,6s/^#  *//p' "$0" >&2
  exit 2
}

verb=${1-}
[ "$verb" = ls ] && { agent http://agent/v1/containers; echo; exit; }
[ $# -ge 3 ] || usage
app=$2 index=$3
shift 3

# Both become part of JSON, of a path and of the name of a namespace.
case $app in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*)
  echo "'$app' cannot name an app here: use letters, digits, '.', '_', '-'" >&2
  exit 2 ;;
esac
case $index in '' | *[!0-9]* | 0?*)
  echo "'$index' is not an index: use a whole number from 0" >&2
  exit 2 ;;
esac
namespace=heddle-$app-$index

case $verb in
  run)
    if [ ! -e "/run/netns/$namespace" ]; then
      ip netns add "$namespace"
      ip -n "$namespace" link set lo up
    fi
    # The agent answers the same again for a container that is there.
    agent -o /dev/null --json "{\"handle\":\"$app-$index\",\"app\":\"$app\",\"index\":$index,\"netns\":\"/run/netns/$namespace\"}" \
      http://agent/v1/containers
    [ $# -eq 0 ] || exec nsenter "--net=/run/netns/$namespace" -- "$@"
    ;;
  rm)
    agent -o /dev/null -X DELETE "http://agent/v1/containers/$app-$index"
    [ -e "/run/netns/$namespace" ] || exit 0
    ip netns pids "$namespace" | xargs -r kill
    ip netns del "$namespace"
    ;;
  *) usage ;;
esac
