"""Retention, erasure, and the map of where personal data lies."""
