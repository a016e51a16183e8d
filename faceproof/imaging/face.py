"""Faces in pixels: find them (detect), measure them (mesh), tell the person from the rest (segment).

Every function is pure and may be called from any thread; the nets are loaded on first use, once per process.
"""

from faceproof.imaging.detect import Detection, detect
from faceproof.imaging.landmarks import Face
from faceproof.imaging.mesh import follow, mesh
from faceproof.imaging.segment import segment
from faceproof.imaging.topology import (
    BROW_L,
    BROW_R,
    EYE_L,
    EYE_R,
    IRIS_L,
    IRIS_R,
    LIPS,
    MOUTH,
    NOSE,
    OVAL,
    TRIANGLES,
)
from faceproof.imaging.upright import detect_upright

__all__ = [
    "BROW_L",
    "BROW_R",
    "EYE_L",
    "EYE_R",
    "IRIS_L",
    "IRIS_R",
    "LIPS",
    "MOUTH",
    "NOSE",
    "OVAL",
    "TRIANGLES",
    "Detection",
    "Face",
    "detect",
    "detect_upright",
    "follow",
    "mesh",
    "segment",
]
