#!/usr/bin/env bash
# The browser tests drive Chromium. On Debian as root it is installed; anywhere else one sentence says what is missing.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
[ -d "/Applications/Google Chrome.app" ] && exit 0
if [ -e /etc/debian_version ] && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium for the browser tests …"
  export DEBIAN_FRONTEND=noninteractive
  if apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; then exit 0; fi
fi
echo "faceproof: the browser tests are skipped, because Chromium is missing; install it with: apt install chromium" >&2
[ "${CHROMIUM:-}" != required ]
