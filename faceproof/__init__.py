"""Faceproof: a self-hosted headshot studio that can prove what happened to every photo."""

__version__ = "0.1.0"
