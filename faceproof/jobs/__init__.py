"""What runs in the worker: tasks of one line each, their schedule, and the reaper for killed workers."""
