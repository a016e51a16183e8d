"""A QR code as an SVG of one path: no inline style, dark on white in both themes, quiet zone included."""

from __future__ import annotations

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET = 4  # modules of white around, as ISO/IEC 18004 asks


def svg(text: str, label: str) -> SafeString:
    """``label`` is what a screen reader says; it should name what the code leads to, not the code."""
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    matrix = code.get_matrix()
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path fill="#000" d="{2}"/></svg>',
        len(matrix),
        label,
        "".join(_runs(row, y) for y, row in enumerate(matrix)),
    )


def _runs(row: list[bool], y: int) -> str:
    """The dark stretches of one row: one rectangle each, so that no hairlines show between modules."""
    made, start = "", None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            made, start = f"{made}M{start} {y}h{x - start}v1h-{x - start}z", None
    return made
