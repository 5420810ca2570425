#!/usr/bin/env bash
# Runs a command inside a D-Bus session of its own with an unlocked gnome-keyring and an empty home folder.
#   scripts/with-keyring.sh npx vitest run --project keyring
# Needs the packages dbus, gnome-keyring, libsecret-1-0 (and libglib2.0-bin for gdbus, which the tests lock with).
set -euo pipefail
if [ "$#" -eq 0 ]; then
  echo "usage: $0 COMMAND [ARGUMENT...]" >&2
  exit 2
fi
for program in dbus-run-session gnome-keyring-daemon gdbus; do
  command -v "$program" >/dev/null || { echo "$0: $program is missing (apt-get install dbus gnome-keyring libsecret-1-0 libglib2.0-bin)" >&2; exit 1; }
done

home=$(mktemp -d)
cleanup() { rm -rf "$home"; }
trap cleanup EXIT
mkdir -m 700 "$home/run"
unset DBUS_SESSION_BUS_ADDRESS GNOME_KEYRING_CONTROL WAYLAND_DISPLAY XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
# Without a display a locked keyring answers at once; KEEP_DISPLAY=1 keeps it, for tests of the prompt.
[ "${KEEP_DISPLAY:-}" = 1 ] || unset DISPLAY

# The bus and what it starts are noisy (no prompter without a display); only the command's own errors are shown.
HOME=$home XDG_RUNTIME_DIR=$home/run npm_config_update_notifier=false \
  timeout --foreground -k 5 "${KEYRING_LIMIT_S:-900}" dbus-run-session -- bash -c '
    gnome-keyring-daemon --foreground --unlock --components=secrets <<<"" >/dev/null &
    keyring=$!
    trap "kill $keyring" EXIT
    gdbus wait --session --timeout 10 org.freedesktop.secrets
    "$@" 2>&3
  ' with-keyring "$@" 3>&2 2>/dev/null
