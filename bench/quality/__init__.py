"""What `bench/studio_quality.py` measures pictures with. Every module works alone, on arrays.

Read `scenes.py` first: it makes the photos whose truth is known.
"""
