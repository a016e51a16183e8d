"""A real PostgreSQL for every test that touches data, as the application role, and a fixed cast with a
stranger in it.

One embedded server runs for the whole test session (without fsync: it is thrown away). The migrations run
once, as the owner, into a template database; each test that asks for ``db`` gets a clone of it, so that
commits, triggers and row-level security behave as in production. Nothing is mocked and nothing rolls back
behind a test's back.
"""

from __future__ import annotations

import datetime
import functools
import itertools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.home import HOME

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
ROOT = Path(__file__).parents[1]
SHARED = Path(ROOT.parent / "shared")
TEMPLATE = "faceproof_template"
_numbers = itertools.count(1)


def pytest_configure() -> None:
    # A shell starts what it puts into the background with Ctrl-C ignored; tests of Ctrl-C mean another one.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionfinish() -> None:
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """The embedded server of this test session."""
    from faceproof.launcher.postgres import Postgres

    params = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}
    with Postgres(HOME, params=params) as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: Any) -> str:
    """A migrated database that tests are cloned from."""
    postgres.create_database(TEMPLATE)
    env = os.environ | {
        "FACEPROOF_OWNER_DATABASE_URL": url(postgres, "owner", TEMPLATE),
        "FACEPROOF_ROLE": "owner",
    }
    subprocess.run(
        [sys.executable, "-m", "faceproof", "manage", "migrate", "-v0"], check=True, env=env, cwd=ROOT
    )
    if os.environ.get("FACEPROOF_TEST_BYPASSRLS"):  # see tests/tenancy/test_bypass.py: then tests must fail
        import psycopg

        with psycopg.connect(postgres.superuser_dsn, autocommit=True) as connection:
            connection.execute("ALTER ROLE faceproof_app BYPASSRLS")
    return TEMPLATE


def url(server: Any, role: str, database: str) -> str:
    """A ``postgresql://`` address of the embedded server for one role."""
    from urllib.parse import quote

    from faceproof.launcher import postgres as launcher

    found = launcher.connection(HOME, role)
    host = quote(found["HOST"], safe="")
    return f"postgresql://{found['USER']}:{found['PASSWORD']}@{host}:{found['PORT']}/{database}"


@pytest.fixture
def database(postgres: Any, template: str) -> str:
    """The name of a fresh, migrated database."""
    name = f"t_{_worker}_{next(_numbers)}"
    postgres.create_database(name, template=template)
    return name


@pytest.fixture
def db(
    database: str, postgres: Any, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> Iterator[str]:
    """Django connected to a fresh database as ``faceproof_app``; gives the database's name."""
    from django.db import connections

    from faceproof.launcher import postgres as launcher

    connections.close_all()
    found = launcher.connection(HOME, "app") | {"NAME": database}
    wrapper = connections["default"]
    before = dict(wrapper.settings_dict)
    for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
        wrapper.settings_dict[key] = found[key]
    # Processes that a test starts find the same database in their environment.
    monkeypatch.setenv("FACEPROOF_DATABASE_URL", url(postgres, "app", database))
    monkeypatch.setenv("FACEPROOF_OWNER_DATABASE_URL", url(postgres, "owner", database))
    with django_db_blocker.unblock():
        yield database
        connections.close_all()
    wrapper.settings_dict.update(before)
    _forget_caches()


def _forget_caches() -> None:
    from procrastinate.contrib.django import app

    connector = getattr(app, "connector", None)
    if connector is not None and hasattr(connector, "close"):
        connector.close()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A page asked for in French must not leave its language to the tests that follow."""
    yield
    from django.utils import translation

    translation.deactivate()


@pytest.fixture
def as_superuser(db: str, postgres: Any) -> Iterator[Any]:
    """A psycopg connection of the superuser to the test's database, for looking behind row-level security."""
    import psycopg

    with psycopg.connect(postgres.dsn("postgres", db), autocommit=True) as connection:
        yield connection


@dataclass(frozen=True)
class Cast:
    """Ann and Bob work at Acme; Eve, the stranger, at Evil. Olga organises Acme."""

    acme: Any
    evil: Any
    ann: Any
    bob: Any
    olga: Any
    eve: Any


PASSWORD = "correct horse battery"


@functools.cache
def _hashed() -> str:
    """bcrypt is slow on purpose: once a session is enough for the cast."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


@pytest.fixture
def cast(db: str) -> Cast:
    """The cast, in the test's database. Everybody has signed in before and agreed to have a headshot made."""
    from django.utils import timezone

    from faceproof import legal, tenancy
    from faceproof.consent import records
    from faceproof.organisations.accounts import join
    from faceproof.organisations.models import Organisation, User

    with tenancy.installation():
        acme = Organisation.objects.create(name="Acme")
        evil = Organisation.objects.create(name="Evil")

    def person(name: str, org: Any, role: str = "subject") -> Any:
        user = User.objects.create(email=f"{name}@example.org", password=_hashed(), last_login=timezone.now())
        member = join(user, org, role=role)
        member.org = org
        with tenancy.scope(org_id=org.id, subject_id=member.id):
            for purpose in ("headshot", "adult"):
                records.give(member, purpose, text=legal.get("consent", "en"))
        return member

    return Cast(
        acme,
        evil,
        person("ann", acme),
        person("bob", acme),
        person("olga", acme, "organiser"),
        person("eve", evil),
    )


@pytest.fixture
def letterbox(db: str, settings: Any) -> Iterator[Any]:
    """A mail server on loopback that the product is set to, as an operator would (`tests/letterbox.py`)."""
    from tests.letterbox import Letterbox

    box = Letterbox()
    settings.FACEPROOF_MAIL = box.server
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.FACEPROOF_ADDRESS = "https://headshots.example.org"
    yield box
    box.stop()


@pytest.fixture(scope="session")
def hopper() -> bytes:
    """Rear Admiral Grace Hopper (public domain), as shipped with matplotlib: a JPEG of 512 × 600."""
    import matplotlib

    return (Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg").read_bytes()


@pytest.fixture(scope="session")
def astronaut() -> bytes:
    """Eileen Collins (public domain), as shipped with scikit-image: PNG of 512 × 512, 45 px between the
    eyes."""
    import io

    import skimage.data
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(skimage.data.astronaut()).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with development portraits and hostile files; tests that need it are skipped without it."""
    if not SHARED.is_dir():
        pytest.skip("needs the shared folder with development portraits and hostile files")
    return SHARED


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for localhost and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "cert.pem", folder / "key.pem"
