# What the scripts below this folder share; it is sourced, not run.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
  echo "$1" >&2
  exit 1
}

# Prints so many ports of 127.0.0.1 that nobody listens on.
free_ports() {
  python3 - "$1" <<'PY'
import socket, sys

sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for each in sockets:
    each.bind(("127.0.0.1", 0))
print(*(each.getsockname()[1] for each in sockets))
PY
}

# Calls the script's `start` or `stop` with the folder of a server in $dir, as `start|stop DIR` on the command line says.
start_or_stop() {
  case "$#:${1:-}" in
    2:start | 2:stop)
      dir=$(realpath -m "$2")
      "$1"
      ;;
    *)
      echo "usage: $0 start|stop DIR" >&2
      exit 2
      ;;
  esac
}
