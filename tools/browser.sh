#!/usr/bin/env bash
# The browser tests drive Chromium through Playwright, whose own program needs libatomic. On Debian as root both are
# installed; anywhere else one sentence says what is missing.
set -euo pipefail
missing=()

browser() {
  for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then return 0; fi
  done
  [ -d "/Applications/Google Chrome.app" ]
}

browser || missing+=(chromium)
if [ -e /etc/debian_version ] && ! ls /usr/lib/*/libatomic.so.1 >/dev/null 2>&1; then missing+=(libatomic1); fi
[ ${#missing[@]} -eq 0 ] && exit 0

if [ -e /etc/debian_version ] && [ "$(id -u)" = 0 ]; then
  echo "Installing ${missing[*]} for the browser tests …"
  export DEBIAN_FRONTEND=noninteractive
  if apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; then exit 0; fi
fi
echo "faceproof: the browser tests are skipped, because something is missing; install it with: apt install ${missing[*]}" >&2
[ "${CHROMIUM:-}" != required ]
