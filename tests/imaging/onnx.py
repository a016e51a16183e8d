"""The smallest ONNX files, written byte by byte (protobuf, onnx.proto of opset 13): no writer is needed."""

from __future__ import annotations

import struct


def _number(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def _whole(tag: int, value: int) -> bytes:
    return _number(tag << 3) + _number(value)


def _part(tag: int, data: bytes | str) -> bytes:
    data = data.encode() if isinstance(data, str) else data
    return _number(tag << 3 | 2) + _number(len(data)) + data


def _about(name: str, shape: tuple[int, ...]) -> bytes:
    dims = b"".join(_part(1, _whole(1, side)) for side in shape)
    return _part(1, name) + _part(2, _part(1, _whole(1, 1) + _part(2, dims)))


def _node(kind: str, takes: list[str], gives: str) -> bytes:
    return b"".join(_part(1, name) for name in takes) + _part(2, gives) + _part(4, kind)


def _floats(name: str, shape: tuple[int, ...], values: list[float]) -> bytes:
    dims = b"".join(_whole(1, side) for side in shape)
    return dims + _whole(2, 1) + _part(8, name) + _part(9, struct.pack(f"<{len(values)}f", *values))


def model(side: int, weights: list[float], bias: float, *, sigmoid: bool = False, planes: int = 1) -> bytes:
    """A net that sees (1, 3, side, side) and answers (1, planes, side, side): each plane the weighted sum of
    the colours plus `bias`, through the logistic function if asked."""
    nodes = [_node("Conv", ["picture", "weights", "bias"], "sum" if sigmoid else "mask")]
    nodes += [_node("Sigmoid", ["sum"], "mask")] if sigmoid else []
    graph = b"".join(_part(1, node) for node in nodes)
    graph += _part(2, "mask")
    graph += _part(5, _floats("weights", (planes, 3, 1, 1), weights * planes))
    graph += _part(5, _floats("bias", (planes,), [bias] * planes))
    graph += _part(11, _about("picture", (1, 3, side, side)))
    graph += _part(12, _about("mask", (1, planes, side, side)))
    return _whole(1, 8) + _part(7, graph) + _part(8, _part(1, "") + _whole(2, 13))
