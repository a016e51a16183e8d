"""Settings that are fine on a developer's desk and not in front of people."""

from __future__ import annotations

from faceproof.launcher.checks.verdict import Here, Verdict, bad, good, warn


def debug(here: Here) -> Verdict:
    if here.env.flag("FACEPROOF_DEBUG", False):
        return bad("error pages show settings and data to whoever visits", "unset FACEPROOF_DEBUG")
    return good("error pages show nothing of the inside")


def hosts(here: Here) -> Verdict:
    """A wildcard lets anybody's domain name point here and ask for links in its name."""
    loose = [host for host in here.env.words("FACEPROOF_HOSTS", "localhost") if host.startswith(("*", "."))]
    if loose:
        return warn(f"any host name is accepted ({' '.join(loose)})", "list the names in FACEPROOF_HOSTS")
    return good("only listed host names are answered")
