"""The one way a file comes in: into memory, bounded, never into a temporary file (R-035)."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

FIELD = "photo"
PATIENCE = 8  # times the limit: so much too long a body is still read and dropped, to answer with a sentence


class InMemoryOnly(FileUploadHandler):
    """Holds the field ``photo`` in memory; a longer file, or a file of another name, is not taken in.

    A view sees a file that is too long as ``request.too_many_bytes``: the rest of it was read and dropped.
    Only the first ``photo`` of a request counts, or a hundred of them would be a hundred times the limit.
    """

    taken = False

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, *more: Any, **named: Any
    ) -> None:
        if content_length > PATIENCE * settings.FACEPROOF_MAX_UPLOAD:
            raise RequestDataTooBig("a body far above the limit is not read at all")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.buffer = io.BytesIO()
        self.wanted = self.field_name == FIELD and not self.taken
        self.taken = self.taken or self.wanted

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if not self.wanted:
            return
        if start + len(raw_data) > settings.FACEPROOF_MAX_UPLOAD:
            self.buffer = io.BytesIO()
            if self.request is not None:
                self.request.too_many_bytes = True  # type: ignore[attr-defined]
            raise StopUpload(connection_reset=False)
        self.buffer.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        if not self.wanted:
            return None
        self.buffer.seek(0)
        return InMemoryUploadedFile(
            file=self.buffer,
            field_name=self.field_name,
            name="photo",  # the name a person gave their file is nobody's business
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
        )
