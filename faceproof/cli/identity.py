"""Who signs what the command line makes: this user on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import click

from faceproof import faults
from faceproof.marking import Signer, authority


def signer() -> Signer:
    """The signing key of this user on this machine, made at first use."""
    home = os.environ.get("FACEPROOF_HOME")
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "faceproof"
    base = Path(home) if home else data
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority.create_authority(base / "pki" / "local", "Faceproof on this computer")
        return authority.load_signer(base / "pki" / "local")
    except OSError as error:
        raise click.ClickException(
            f"The key that signs the pictures cannot be kept in {click.format_filename(base)} "
            f"({error.strerror}). Set FACEPROOF_HOME to a folder of yours."
        ) from None
    except authority.AuthorityError as error:
        raise click.ClickException(f"{base}: {faults.of(error).told()}") from None
