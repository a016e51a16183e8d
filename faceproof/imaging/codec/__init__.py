"""Bytes to pixels and pixels to bytes, in memory only.

`decode` runs inside the intake's sandboxed child and therefore imports nothing but Pillow; `encode` is for
pixels of our own; `exif` reads the two numbers that survive. Import the submodule you need: this page stays
empty so that the child does not pay for numpy.
"""
