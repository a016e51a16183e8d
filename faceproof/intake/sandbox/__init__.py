"""Decoding in a child process that can do nothing else.

`nursery` (parent) keeps one started child ready and gives it one photo; `child` is the program it runs;
`jail` takes its rights away; `wire` is the fixed binary format between the two.
"""
