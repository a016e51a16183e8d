"""Cut a subgraph out of a .tflite file without changing a weight.

The attention mesh contains three operations that only MediaPipe's own runtime knows. Everything before and
after them is plain TensorFlow Lite, so each half runs as a net of its own once the file says "these
operators, these inputs, these outputs". A .tflite file is a FlatBuffer: tables hold offsets, an offset is
relative to where it is stored (https://flatbuffers.dev/internals/; field numbers: schema.fbs of TensorFlow
Lite, version 3).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_MODEL_SUBGRAPHS = 2
_SUBGRAPH_INPUTS, _SUBGRAPH_OUTPUTS, _SUBGRAPH_OPERATORS = 1, 2, 3


def cut(content: bytes, *, operators: Sequence[int], inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
    """The same file with only `operators` (ascending numbers) left, reading tensors `inputs`, giving
    `outputs`.

    The weights of the operators that are left out stay in the bytes, unread.
    """
    graph = bytearray(content)
    subgraph = _first(graph, _follow(graph, _field(graph, _follow(graph, 0), _MODEL_SUBGRAPHS)))
    for number, tensors in ((_SUBGRAPH_INPUTS, inputs), (_SUBGRAPH_OUTPUTS, outputs)):
        graph += bytes(-len(graph) % 4)
        _point(graph, _field(graph, subgraph, number), len(graph))
        graph += struct.pack(f"<I{len(tensors)}i", len(tensors), *tensors)
    vector = _follow(graph, _field(graph, subgraph, _SUBGRAPH_OPERATORS))
    tables = [_follow(graph, vector + 4 + 4 * number) for number in operators]
    struct.pack_into("<I", graph, vector, len(tables))
    for place, table in enumerate(tables):
        _point(graph, vector + 4 + 4 * place, table)
    return bytes(graph)


def _field(graph: bytearray, table: int, number: int) -> int:
    """Where field `number` of `table` is stored; every field asked for here is present in every net."""
    vtable = table - int(struct.unpack_from("<i", graph, table)[0])
    return table + int(struct.unpack_from("<H", graph, vtable + 4 + 2 * number)[0])


def _follow(graph: bytearray, place: int) -> int:
    return place + int(struct.unpack_from("<I", graph, place)[0])


def _first(graph: bytearray, vector: int) -> int:
    return _follow(graph, vector + 4)


def _point(graph: bytearray, place: int, target: int) -> None:
    # Offsets are unsigned: a target must lie behind the place. Operators only move towards the front of their
    # vector and new vectors go to the end of the file, so this always holds.
    struct.pack_into("<I", graph, place, target - place)
