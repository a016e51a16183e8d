"""Starts and watches embedded PostgreSQL, web and worker, and checks the installation (`doctor`).

Read `postgres.py` first (what other code calls), then `keeper.py` (the process that owns the server).
"""
