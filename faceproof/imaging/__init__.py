"""Pictures as values: frames, bytes in and out of memory, faces, mattes, colour. No files, no network."""
