"""Why a file was not admitted."""

from __future__ import annotations

CODES = (
    "empty_file",
    "not_an_image",
    "unsupported_type",
    "too_many_bytes",
    "too_many_pixels",
    "too_small",
    "odd_shape",
    "corrupt",
    "too_complex",
    "decoder_busy",
)
RETRY = frozenset({"decoder_busy"})


class IntakeError(Exception):
    """`code` is one of CODES; `detail` is for the operator and never quotes the photo or its metadata."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    @property
    def retry(self) -> bool:
        """Whether the same file may be admitted a moment later."""
        return self.code in RETRY
