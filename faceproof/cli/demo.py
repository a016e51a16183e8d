"""``faceproof demo``: the whole platform once, used as a person with a browser uses it.

It starts `faceproof serve` (database, worker, web over TLS 1.3) on a free port and speaks HTTPS to it: sign
up, read the notice, agree, hand in photos, choose, download. Nothing here calls into the flow: if a page
breaks, this breaks.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click

from faceproof import faults
from faceproof.cli import choices, folder, served
from faceproof.cli.browser import Browser, Page, PageError
from faceproof.cli.sheet import contact_sheet
from faceproof.cli.words import speak
from faceproof.launcher import config

DEVELOP_LIMIT = 120.0


@dataclass
class Sample:
    """One photo of the demonstration; no looks are all looks."""

    name: str
    data: bytes
    kind: str  # content type
    custody: str
    looks: tuple[str, ...]


def samples() -> list[Sample]:
    """The two public-domain portraits that ship inside matplotlib and scikit-image (the ``demo`` extra)."""
    try:
        import matplotlib
        import skimage
    except ImportError:
        raise click.ClickException(
            "The sample photos ship in the demo extra: run “make demo”, or give your own with --photo."
        ) from None
    hopper = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    astronaut = Path(skimage.__file__).parent / "data" / "astronaut.png"
    return [
        Sample("hopper", hopper.read_bytes(), "image/jpeg", "transit", ()),
        Sample("astronaut", astronaut.read_bytes(), "image/png", "sealed", ()),
    ]


@click.command()
@click.option("--photo", type=choices.Photo(), help="Use this photo instead of the samples.")
@click.option("--style", "looks", multiple=True, metavar="NAME", help="Only this look; may be repeated.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Folder for the pictures; those of an earlier demonstration are replaced.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the receipts as one JSON object.")
def demo(photo: Path | None, looks: tuple[str, ...], output: Path, as_json: bool) -> None:
    """Run the whole platform once and write marked headshots and a contact sheet to out/.

    It signs up a demonstration person, agrees, hands in the photos, chooses and downloads, as you would
    with a browser, and prints a receipt for each photo. Exit code 65: the photo was refused.
    """
    speak()
    looks = choices.looks(looks)
    if photo:
        kind = {".png": "image/png", ".webp": "image/webp"}.get(photo.suffix.lower(), "image/jpeg")
        shots = [Sample(photo.stem, photo.read_bytes(), kind, "transit", looks)]
    else:
        shots = samples()
        for shot in shots:
            shot.looks = looks
    folder.ready(output)
    say = _silent if as_json else _say
    started = time.monotonic()
    say("starting database, worker and web server")
    try:
        with served.serving(config.home()) as (port, certificate), Browser(port, certificate) as browser:
            _sign_in(browser, say)
            receipts = [_develop(browser, shot, output, say) for shot in shots]
    except PageError as error:
        raise click.ClickException(
            f"a page did not answer as it should; please report this: {error}"
        ) from None
    except OSError as error:
        raise click.ClickException(f"{error}; make room, or choose another folder with -o") from None
    sheet = contact_sheet(
        [(shot.data, receipt) for shot, receipt in zip(shots, receipts, strict=True)], output
    )
    if as_json:
        click.echo(json.dumps({"receipts": receipts, "sheet": str(sheet)}, indent=1, ensure_ascii=False))
        return
    for receipt in receipts:
        _print_receipt(receipt)
    click.echo(
        f"\nPictures: {output.resolve()}   before and after: {sheet}   ({time.monotonic() - started:.1f} s)"
    )
    click.echo("Run “make serve” to use it in a browser.")


def _say(text: str) -> None:
    click.secho(f"• {text}", err=True)


def _silent(text: str) -> None:
    pass


def _sign_in(browser: Browser, say: Any) -> None:
    """Sign up a demonstration person (or sign the known one in), read the notice, agree."""
    path = config.home() / "demo-person.json"
    if path.exists():
        person = json.loads(path.read_text())
        page = browser.submit("/accounts/login/", {"login": person["email"], "password": person["password"]})
        if page.path != "/accounts/login/":
            say("signed in as the demonstration person")
            _agree(browser, say)
            return
    person = {"email": f"demo-{secrets.token_hex(4)}@example.org", "password": secrets.token_urlsafe(16)}
    say("signing up a demonstration person")
    page = browser.submit(
        "/accounts/signup/",
        {
            "email": person["email"],
            "password1": person["password"],
            "password2": person["password"],
            "adult": "on",
        },
    )
    if page.path == "/accounts/signup/":
        raise click.ClickException(
            "sign-up was refused; is it closed on this installation? Use FACEPROOF_HOME=/tmp/demo"
        )
    path.touch(mode=0o600)
    path.write_text(json.dumps(person))
    _agree(browser, say)


def _agree(browser: Browser, say: Any) -> None:
    say("reading the five sentences, agreeing")
    browser.submit("/before/", {"headshot": "on", "adult": "on"})


def _develop(browser: Browser, shot: Sample, folder: Path, say: Any) -> dict[str, Any]:
    say(f"{shot.name}: handing in the photo ({shot.custody} custody)")
    fields = {"custody": shot.custody} | ({"keep_days": "1"} if shot.custody == "sealed" else {})
    page = browser.submit("/photo/", fields, photo=(shot.data, shot.kind))
    if not page.path.startswith("/sittings/"):
        _turned_away(shot, page)
    receipt = _receipt(browser, page.path, say, shot)
    if receipt["state"] != "ready":
        click.secho(f"{shot.name}: {receipt['why']}", err=True, fg="red")
        sys.exit(faults.REFUSED if receipt["state"] in ("refused", "asking") else faults.FAILED)
    wanted = [proof for proof in receipt["proofs"] if not shot.looks or proof["style"] in shot.looks]
    files = []
    for proof in wanted:
        chosen = browser.submit(f"{page.path}", {"proof": proof["id"]}, to=f"{page.path}choose/")
        for name in ("web-original", "linkedin") if proof is wanted[0] else ("web-original",):
            files.append(_download(browser, chosen.path, name, folder, f"{shot.name}-{proof['style']}", say))
    return _receipt(browser, page.path, say, shot) | {
        "files": [file for file in files if file],
        "photo": shot.name,
    }


def _turned_away(shot: Sample, page: Page) -> NoReturn:
    """The door did not take the photo in: too large, or the studio is full, or a defect of ours."""
    code = {413: "too_many_bytes", 503: "studio_busy"}.get(page.status)
    if code is None:
        raise click.ClickException(f"{shot.name}: the photo was not taken in: {page.text()[:300]}")
    click.secho(f"{shot.name}: {faults.fault(code).told()}", err=True, fg="red")
    sys.exit(faults.fault(code).exit_code)


def _receipt(browser: Browser, path: str, say: Any, shot: Sample) -> dict[str, Any]:
    end = time.monotonic() + DEVELOP_LIMIT
    told = False
    while True:
        receipt: dict[str, Any] = json.loads(browser.get(f"{path}receipt.json").body)
        # A question to the person is an answer here: there is nobody to ask.
        if receipt["state"] not in ("waiting", "developing") or time.monotonic() > end:
            return receipt
        if not told and receipt["state"] == "waiting":
            say(f"{shot.name}: sealed and queued; the worker is developing it")
            told = True
        time.sleep(0.2)


def _download(
    browser: Browser, path: str, name: str, folder: Path, stem: str, say: Any
) -> dict[str, Any] | None:
    page = browser.get(f"{path}download/{name}/", allow=(422,))
    if page.status != 200:
        say(f"{stem}: {name} is not possible: {page.text()[:160]}")
        return None
    ending = {"image/jpeg": "jpg", "image/png": "png"}[page.type]
    target = folder / f"{stem}-{name}.{ending}"
    target.write_bytes(page.body)
    return {"path": str(target), "format": name, "style": stem.partition("-")[2]}


def _print_receipt(receipt: dict[str, Any]) -> None:
    click.secho(f"\nWhat happened to “{receipt['photo']}”", bold=True)
    rows = [("custody", receipt["custody_sentence"]), ("engine", receipt["engine_sentence"])]
    rows += [("sizes", receipt["sizes_sentence"])] if receipt["sizes_sentence"] else []
    rows += [("sealed", f"{klass} under key {key}") for klass, key in receipt["keys"].items()]
    rows += [("marks", receipt["marks_sentence"])]
    rows += [("clocks", "; ".join(_together(receipt["clocks"])))]
    entries = receipt["entries"]
    rows += [("audit", f"{len(entries)} entries, {entries[0]['id']} … {entries[-1]['id']}")]
    rows += [("files", file["path"]) for file in receipt["files"]]
    for label, text in rows:
        click.echo(f"  {label:<9}{text}")


def _together(clocks: list[str]) -> list[str]:
    """Clocks as they are, but several headshots of one day in one line."""
    shots = [clock for clock in clocks if clock.startswith("headshot")]
    rest = [clock for clock in clocks if clock not in shots]
    if len(shots) > 1:
        shots = [f"{len(shots)} headshots until {shots[0].rpartition(' until ')[2]}"]
    return rest + shots
