"""The machine below: its clock, its swap, its core dumps."""

from __future__ import annotations

import datetime
import os
import re

from faceproof.launcher.checks.verdict import Here, Verdict, bad, good, note, warn

# When this version was made; a clock before it is wrong. Set anew with each release.
BUILT = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)

# python -m faceproof…, bin/faceproof, the pages under granian, the embedded database
OURS = re.compile(rb"\0faceproof(\.|\0)|/bin/faceproof\0|cluster_name=faceproof")


def clock(here: Here) -> Verdict:
    """Photos are deleted, and marks are dated, by this clock."""
    if here.now < BUILT:
        return bad(
            f"the clock says {here.now:%Y-%m-%d}, before this program was made ({BUILT:%Y-%m-%d})",
            "set the clock (systemd-timesyncd, chrony): nothing would be deleted in time",
        )
    return good("the clock is not behind this program")


def swap(here: Here) -> Verdict:
    """A photo in memory may be written to swap, and stay there."""
    try:
        lines = (here.proc / "swaps").read_text().splitlines()[1:]
    except OSError:
        return note(
            "this system does not say whether it swaps", "use full-disk encryption (FileVault on macOS)"
        )
    clear = [name for line in lines if (name := line.split()[0]) and not _sealed(here, name)]
    if clear:
        return warn(
            f"memory may be written to disk in the clear: {', '.join(clear)}",
            "turn swap off (swapoff -a), or encrypt it (cryptsetup, or zram)",
        )
    return good("memory is not written to disk in the clear")


def _sealed(here: Here, device: str) -> bool:
    """Whether a swap device is in memory (zram) or on dm-crypt."""
    name = os.path.basename(os.path.realpath(device))
    if name.startswith("zram"):
        return True
    try:
        return (here.sys / "block" / name / "dm/uuid").read_text().startswith("CRYPT-")
    except OSError:
        return False


def core_dumps(here: Here) -> Verdict:
    """Every process of ours that runs now has its core dumps switched off."""
    if not (here.proc / "self").exists():
        return note("this system does not show the limits of running processes; the launcher sets them")
    loose, seen = [], 0
    for folder in here.proc.glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            limits = (folder / "limits").read_text()
        except OSError:
            continue
        if not OURS.search(command) or b"\0doctor\0" in command:
            continue
        seen += 1
        core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
        if core.split()[4] != "0":
            loose.append(folder.name)
    if loose:
        return bad(
            f"the processes {', '.join(loose)} may write core dumps, which hold photos in the clear",
            "start them with `faceproof serve`, or set LimitCORE=0 in their unit",
        )
    if not seen:
        return good("nothing is running that could leave a core dump")
    return good(f"core dumps are off in {seen} running processes")
