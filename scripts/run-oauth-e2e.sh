#!/usr/bin/env bash
# The main job, end to end, on what `npm run build` built and on a real gnome-keyring of its own.
#   scripts/run-oauth-e2e.sh [--token-ttl 30s]
set -euo pipefail
cd "$(dirname "$0")/.."
[ -f dist/main/cli.js ] || { echo "Nothing is built. Run \"npm run build\" first." >&2; exit 1; }
exec bash scripts/with-keyring.sh npx tsx scripts/oauth-e2e.ts "$@"
