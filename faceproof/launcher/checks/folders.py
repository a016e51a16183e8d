"""The data folder: private, writable, with room; keys where they must be; the certificate."""

from __future__ import annotations

import secrets
import shutil
import stat
import tempfile
from pathlib import Path

from faceproof.launcher import tls
from faceproof.launcher.checks.verdict import Here, Verdict, bad, good, note, warn

FULL, TIGHT = 1 * 2**30, 5 * 2**30  # bytes


def private(here: Here) -> Verdict:
    """Nobody else may enter the data folder or read a secret in it."""
    if not here.home.is_dir():
        return bad(f"there is no data folder {here.home}", "start once with `faceproof serve`")
    secrets_ = [here.home / "secret.key", here.home / "faceproof.env", tls.own(here.home).key]
    open_ones = [path for path in secrets_ if path.exists() and _others(path)]
    if open_ones:
        names = " ".join(str(path) for path in open_ones)
        return bad(f"other users can read {names}", f"chmod go= {names}")
    if _others(here.home):
        return warn(f"other users can look into {here.home}", f"chmod go= {here.home}")
    return good(f"the data folder {here.home} is private")


def key_store(here: Here) -> Verdict:
    """The key store's folder, its master keyset, and that there is one when there are keys."""
    from faceproof.archive import keyring
    from faceproof.vault import keyfile

    folder, master = keyring.folder(), keyring.master_path()
    if not folder.exists():
        return note(f"the key store {folder} does not exist yet; the first sealed photo makes it")
    try:
        keyfile.check_folder(folder)
        keyfile.read(master)
    except keyfile.UnsafeFile as error:
        return bad(f"the key store is not safe: {error}", "only the user of this service may reach it")
    except FileNotFoundError:
        if any(folder.glob("org-*/*.key")):
            return bad(
                f"the master keyset {master} is missing, and there are keys that need it",
                "bring it back from its backup: without it no photo can be opened",
            )
        return note(f"the master keyset {master} does not exist yet; the first sealed photo makes it")
    return good(f"the key store {folder} is private and has its master keyset")


def blobs(here: Here) -> Verdict:
    """Write, read back and remove a few random bytes."""
    from faceproof.archive import blobs as store

    name, data = f"doctor/{secrets.token_hex(8)}", secrets.token_bytes(64)
    try:
        store.put(name, data)
        same = store.get(name) == data
        store.delete(name)
    except Exception as error:  # obstore's errors have no common base
        return bad(
            f"sealed photos cannot be stored: {str(error)[:200]}",
            "check FACEPROOF_BLOBS, its rights and its disk",
        )
    folder = store.local_folder()
    if folder is not None:
        shutil.rmtree(folder / "doctor", ignore_errors=True)
    if not same:
        return bad("what was stored came back changed", "check the disk or the bucket of FACEPROOF_BLOBS")
    return good("sealed photos can be stored, read and removed")


def disk(here: Here) -> Verdict:
    free = shutil.disk_usage(here.home).free
    words = f"{free / 2**30:.1f} GiB free below {here.home}"
    if free < FULL:
        return bad(f"only {words}", "make room: a full disk stops the database")
    if free < TIGHT:
        return warn(f"only {words}", "make room, or move FACEPROOF_HOME to a larger disk")
    return good(words)


def temporary(here: Here) -> Verdict:
    """No photo may be spooled into the temporary folder: neither the setting nor a leftover says so."""
    from django.conf import settings

    if any("Temporary" in handler for handler in settings.FILE_UPLOAD_HANDLERS):
        return bad("uploads are spooled into temporary files", "remove the handler from FILE_UPLOAD_HANDLERS")
    folder = Path(tempfile.gettempdir())
    spooled = [path.name for path in folder.glob("tmp*.upload*")]  # the name that Django gives them
    if spooled:
        return bad(
            f"{folder} holds {len(spooled)} spooled uploads: {', '.join(spooled[:3])}",
            "they are photos in the clear: remove them and find out which program made them",
        )
    kind = _file_system(here, folder)
    where = "in memory" if kind == "tmpfs" else "on disk" if kind else "somewhere"
    return good(f"no upload is spooled (the temporary folder {folder} lies {where})")


def certificate(here: Here) -> Verdict:
    """The certificate that `serve` uses."""
    given = here.env.text("FACEPROOF_TLS_CERTIFICATE", "")
    pair = (
        tls.Pair(Path(given), Path(here.env.text("FACEPROOF_TLS_KEY", ""))) if given else tls.own(here.home)
    )
    if not given and not pair.certificate.exists():
        return note("there is no certificate yet; `faceproof serve` makes a self-signed one")
    try:
        found, matching = tls.read(pair.certificate), tls.matches(pair)
    except (OSError, ValueError) as error:
        return bad(
            f"the TLS certificate or key cannot be read: {error}", "check FACEPROOF_TLS_CERTIFICATE and _KEY"
        )
    if not matching:
        return bad("the TLS key does not belong to the certificate", "install the two that belong together")
    if _others(pair.key):
        return bad(f"other users can read the TLS key {pair.key}", f"chmod 600 {pair.key}")
    left = (found.not_valid_after_utc - here.now).days
    if left < 0 or here.now < found.not_valid_before_utc:
        return bad(
            "the TLS certificate is not valid today", "renew it, or restart `serve` for a self-signed one"
        )
    if left < tls.RENEW_BEFORE.days and given:
        return warn(f"the TLS certificate ends in {left} days", "renew it")
    if not given:
        return note(
            "the TLS certificate is self-signed", "for others, set FACEPROOF_TLS_CERTIFICATE and _KEY"
        )
    return good(f"the TLS certificate is valid for {left} more days")


def _others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _file_system(here: Here, folder: Path) -> str:
    """Type of the file system of `folder` from /proc/mounts; empty elsewhere than on Linux."""
    try:
        mounts = [line.split() for line in (here.proc / "mounts").read_text().splitlines()]
    except OSError:
        return ""
    above = [words for words in mounts if folder.resolve().is_relative_to(words[1])]
    return max(above, key=lambda words: len(words[1]))[2] if above else ""
