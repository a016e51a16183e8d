"""``python -m faceproof`` is the ``faceproof`` command."""

from faceproof.cli import main

if __name__ == "__main__":
    main()
