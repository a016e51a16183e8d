"""The decoder: one photo in by standard input, one picture out by standard output, then it ends.

Forked by the fork server, which has run `warm_up` before. No numpy and no nets: what is not here cannot be
misused.
"""

from __future__ import annotations

import io
import os
import resource

from faceproof.imaging.codec import decode
from faceproof.intake.sandbox import jail, wire


def warm_up(heif: bool) -> None:
    """Decode one tiny picture of each kind: what is imported lazily is imported while files can open."""
    from PIL import Image, ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for kind, mode in (("jpeg", "CMYK"), ("jpeg", "RGB"), ("png", "RGBA"), ("png", "P"), ("webp", "RGB")):
        made = io.BytesIO()
        Image.new(mode, (16, 16)).save(made, kind)
        decode.decode(kind, made.getvalue(), icc=profile, orientation=6, max_side=4)
    if heif:
        import pillow_heif  # noqa: F401  (large, and most photos are not HEIC: only where one was asked for)


def work(held: set[str], heif: bool) -> None:
    """Give up what rights are left, then read a request and answer it. `held`: layers that hold already."""
    memory_notes = os.open("/proc/self/status", os.O_RDONLY) if jail.LINUX else -1
    request = wire.unpack_request(bytes(_read(wire.REQUEST_SIZE)))
    started = _processor_time()
    held = held | jail.before_work(
        request.cpu_seconds,
        request.wall_milliseconds / 1000,
        request.memory,
        threads=heif,
    )
    icc, data = bytes(_read(request.icc_length)), bytes(_read(request.data_length))
    status, picture = "ok", None
    try:
        picture = decode.decode(
            request.kind,
            data,
            icc=decode.inflated(icc) if request.icc_deflated else icc,
            orientation=request.orientation,
            max_side=request.max_side,
            max_output=request.max_output,
            max_pixels=request.max_pixels,
        )
    except MemoryError:
        status = "too_complex"
    except decode.DecodeError as error:
        status = error.code
    except Exception:  # whatever a decoder throws at a damaged file, the file is damaged
        status = "corrupt"
    answer = wire.Response(
        status,
        layers=sum(1 << bit for bit, layer in enumerate(jail.LAYERS) if layer in held),
        peak_kib=_peak_kib(memory_notes),
        cpu_milliseconds=int(1000 * (_processor_time() - started)),
    )
    if picture is not None:
        answer = answer._replace(
            width=picture.width,
            height=picture.height,
            original_width=picture.original[0],
            original_height=picture.original[1],
            focal_35mm=picture.focal_35mm or 0.0,
        )
    _write(answer.pack(), picture.rgb if picture else b"")


def _read(count: int) -> bytearray:
    """Exactly `count` bytes of standard input; ends the process quietly when there are no more."""
    data = bytearray(count)
    view, at = memoryview(data), 0
    while at < count:
        got = os.readv(0, [view[at:]])
        if got == 0:
            os._exit(0)
        at += got
    return data


def _write(*parts: bytes) -> None:
    for part in parts:
        view = memoryview(part)
        while view:
            view = view[os.write(1, view[: 1 << 20]) :]


def _processor_time() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _peak_kib(notes: int) -> int:
    """VmHWM. Not `ru_maxrss`, which a child inherits from the process that started it."""
    if notes < 0:
        return 0
    for line in os.read(notes, 8192).splitlines():
        if line.startswith(b"VmHWM:"):
            return int(line.split()[1])
    return 0
