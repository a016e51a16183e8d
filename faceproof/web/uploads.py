"""The one way photos come in: into memory, bounded one by one and together, never into a file (R-035)."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from faceproof.intake import LIMITS

FIELD = "photo"
TOGETHER = 2  # times the limit of one: what the photos of one request may hold; eight of a phone's 6 MB fit
PATIENCE = 8  # times the limit: so much too long a body is still read and dropped, to answer with a sentence


class InMemoryOnly(FileUploadHandler):
    """Holds the field ``photo`` in memory, several times; a file of another name is not taken in.

    Whatever goes beyond a limit is read and dropped, and what was held until then is emptied: the view finds
    the code of the fault as ``request.upload_fault``. A hundred photos, or eight of the longest, are no way
    to a hundred times the memory.
    """

    taken = 0
    held = 0
    buffers: tuple[io.BytesIO, ...] = ()

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, *more: Any, **named: Any
    ) -> None:
        if content_length > PATIENCE * settings.FACEPROOF_MAX_UPLOAD:
            raise RequestDataTooBig("a body far above the limit is not read at all")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.buffer = io.BytesIO()
        self.buffers += (self.buffer,)
        self.wanted = self.field_name == FIELD
        self.taken += self.wanted
        if self.taken > LIMITS.max_photos:
            self._too_much("too_many_photos")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if not self.wanted:
            return
        self.held += len(raw_data)
        if start + len(raw_data) > settings.FACEPROOF_MAX_UPLOAD:
            self._too_much("too_many_bytes")
        if self.held > TOGETHER * settings.FACEPROOF_MAX_UPLOAD:
            self._too_much("too_many_bytes_together")
        self.buffer.write(raw_data)

    def _too_much(self, code: str) -> None:
        for buffer in self.buffers:
            buffer.seek(0)
            buffer.truncate()
        if self.request is not None:
            self.request.upload_fault = code  # type: ignore[attr-defined]
        raise StopUpload(connection_reset=False)

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
