#!/usr/bin/env bash
# Resolve requirements/*.in again into hashed locks (`make lock`; UPGRADE=1 takes newer versions).
# The largest lock is resolved first and constrains the others: one package has one version in all of them.
set -euo pipefail
cd "$(dirname "$0")/.."
resolver=build/lock
if [ ! -x "$resolver/bin/uv" ]; then
  "${PYTHON:-python3}" -m venv --clear "$resolver"
  "$resolver/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/lock.txt
fi

lock() { # name, constraints
  "$resolver/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --annotation-style line \
    --no-emit-index-url --no-emit-find-links ${UPGRADE:+--upgrade} \
    --constraint "$2" --output-file "requirements/$1.txt" "requirements/$1.in"
  # The note "also named by the constraints" on every package says nothing to a reader.
  sed -i.orig 's#, -c requirements/[a-z]*.txt##; s#-c requirements/[a-z]*.txt, ##' "requirements/$1.txt"
  rm "requirements/$1.txt.orig"
}

lock dev requirements/constraints.txt
for name in demo base heic matte bench lock; do lock "$name" requirements/dev.txt; done
