"""Consents wait for their turn with everything else that changes one person's things."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from faceproof import legal, tenancy
from faceproof.consent import records


def test_the_persons_lock_comes_before_any_row(cast: Any) -> None:
    """Erasing the account takes the lock and then the consents; the other way round, both would wait."""
    text = legal.get("marketing", "en")
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        for act in (
            lambda: records.give(cast.ann, "marketing", text=text),
            lambda: records.withdraw(cast.ann, "marketing"),
        ):
            with CaptureQueriesContext(
                connection,
            ) as seen:
                act()
            assert "pg_advisory_xact_lock" in seen.captured_queries[0]["sql"]
