#!/usr/bin/env bash
# Prove the README's two commands where nothing was prepared: a new minimal Debian holding git, make and Python with
# venv, a clone of what is committed here, first as a normal user, then as root (`make fresh`, root only).
#
#   AS="user root"  TARGETS="demo demo test"  SUITE=bookworm    are the defaults; each may be set
#
# Packages come from wherever this machine's own apt and pip are configured to take them. Mounts and processes live
# in namespaces of their own and end with this script; the folder is removed whatever happens.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
suite=${SUITE:-bookworm}

say() { printf '\n== %s\n' "$*"; }
fail() { echo "faceproof: $*" >&2; exit 1; }

copy_settings() { # of apt and pip, into the new system
  local name
  rm -f "$root/etc/apt/sources.list" # debootstrap's own line would name the same packages twice
  for name in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/apt/auth.conf.d \
    /etc/apt/trusted.gpg.d /etc/apt/keyrings /etc/pip.conf /etc/hosts /etc/resolv.conf \
    /etc/ssl/certs/ca-certificates.crt /root/.config/pip /home/ann/.config/pip; do
    local from=${name/#\/home\/ann/$HOME} # both people use the pip settings of the one who runs this
    from=${from/#\/root/$HOME}
    [ -e "$from" ] || continue
    mkdir -p "$root$(dirname "$name")"
    rm -rf "${root:?}$name"
    cp -rL "$from" "$root$name"
  done
}

share_indexes() { # folders that pip is told to look in, read-only
  local path
  { env | grep '^PIP_' || true; cat /etc/pip.conf "$HOME/.config/pip/pip.conf" 2>/dev/null || true; } |
    grep -oE '(file://)?/[^ "'"'"',]+' | sed -E 's#^file://##; s#/simple/?$##' | sort -u | while read -r path; do
    [ -d "$path" ] || continue
    mkdir -p "$root$path"
    mount --bind -o ro "$path" "$root$path"
  done
}

settings_of_network() { env -0 | grep -zE '^(PIP_[A-Z_]+|[A-Za-z]+_(proxy|PROXY)|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE)=' || true; }

inside() { # person, command line
  local home=/root
  [ "$1" = root ] || home=/home/$1
  local -a network
  mapfile -d '' network < <(settings_of_network)
  env -i HOME="$home" USER="$1" LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    "${network[@]}" chroot --userspec="$1:$1" "$root" /bin/bash -ec "cd; $2"
}

prove() { # person
  local target started home=/root
  [ "$1" = root ] || home=/home/$1
  git clone -q "$here" "$root$home/faceproof"
  chown -R --reference="$root$home" "$root$home/faceproof"
  for target in ${TARGETS:-demo demo test}; do
    started=$SECONDS
    inside "$1" "cd faceproof && make $target ${ARGUMENTS:-}" || fail "make $target failed as $1"
    verdicts+=("$(printf 'make %-5s as %-5s %4d s' "$target" "$1" $((SECONDS - started)))")
    say "${verdicts[-1]}"
  done
}

in_namespace() {
  local mirror person
  local -a verdicts=()
  mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' | awk -v s="$suite" '$1==s{print $2; exit}')
  say "A minimal Debian ($suite) in $root"
  debootstrap --variant=minbase --include=ca-certificates,git,make,python3,python3-venv "$suite" "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 ||
    { tail -5 "$root.log"; fail "debootstrap failed"; }
  chroot "$root" useradd --create-home --shell /bin/bash ann
  copy_settings
  chown -R --reference="$root/home/ann" "$root/home/ann"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  share_indexes
  for person in ${AS:-user root}; do prove "${person/user/ann}"; done
  say "Proved in a new minimal Debian:"
  printf '   %s\n' "${verdicts[@]}"
}

if [ "${1:-}" = --in-namespace ]; then
  root=$2
  in_namespace
  exit
fi
[ "$(id -u)" = 0 ] || fail "make fresh makes a whole system in a folder, which only root may: sudo make fresh"
command -v debootstrap >/dev/null || fail "make fresh needs debootstrap: apt install debootstrap"
root=$(mktemp -d /var/tmp/faceproof-fresh.XXXXXX)
chmod 755 "$root"
trap 'rm -rf --one-file-system "$root" "$root.log"' EXIT
unshare --mount --pid --fork --kill-child --propagation private "$0" --in-namespace "$root"
