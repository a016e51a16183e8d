"""What a test does in a process that is about to die: ``python -m tests.kill.act <what> <org> <member>``."""

from __future__ import annotations

import os
import sys
import uuid
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceproof.settings")


def main() -> None:
    django.setup()
    from django.conf import settings

    from faceproof import guard, tenancy
    from faceproof.privacy import erase
    from faceproof.sittings import flow, studio
    from faceproof.sittings.models import Sitting

    settings.FACEPROOF_ENGINE = "fake:"
    what, org_id, subject_id, *rest = sys.argv[1:]
    member = guard.worker_acts_for(int(org_id), int(subject_id))
    if what in ("transit", "sealed"):
        flow.receive(member, flow.Upload(Path(rest[0]).read_bytes(), "image/jpeg"), custody=what)
    elif what == "develop":
        flow.develop(member, uuid.UUID(rest[0]))
    elif what == "delete":
        with tenancy.scope(org_id=member.org_id, subject_id=member.id):
            erase.sitting(member, Sitting.objects.get(id=rest[0]))
    studio.close()


if __name__ == "__main__":
    main()
