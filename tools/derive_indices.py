"""Write the index tables of the face mesh: faceproof/imaging/topology.json and
faceproof/imaging/nets/attention.json.

Run again only when MANIFEST.toml pins another wheel: `python tools/derive_indices.py WHEEL`. Both files
hold facts about the net, nothing else, and a run on the same wheel gives the same bytes:

- attention.json: where the attention mesh is cut (see nets/graph.py), and for each of its three refined
  regions the parameters of the operations between the halves, which the net carries as options of those
  operations.
- topology.json: the outlines of the face and the triangles between its points, from the edge lists in the
  wheel's face_mesh_connections.py, which is read as text.

Needs ai-edge-litert and flatbuffers (both are dependencies of the product).
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NET = "mediapipe/modules/face_landmark/face_landmark_with_attention.tflite"
EDGES = "mediapipe/python/solutions/face_mesh_connections.py"
ATTENTION = ROOT / "faceproof" / "imaging" / "nets" / "attention.json"
TOPOLOGY = ROOT / "faceproof" / "imaging" / "topology.json"

Edge = tuple[int, int]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Derive the index tables of the face mesh from the pinned wheel."
    )
    parser.add_argument("wheel", type=Path)
    wheel = zipfile.ZipFile(parser.parse_args(argv).wheel)
    write(ATTENTION, attention(wheel.read(NET)))
    write(TOPOLOGY, topology(wheel.read(EDGES).decode()))
    return 0


def write(path: Path, tables: dict[str, Any]) -> None:
    """One line a table, so that a diff shows which one changed."""
    lines = [f'"{name}": {json.dumps(table)}' for name, table in tables.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {', '.join(tables)}")


# --- the net
# ---------------------------------------------------------------------------------------------------


class Graph:
    """The operators of the net, who feeds whom, and the names of tensors."""

    def __init__(self, content: bytes) -> None:
        from ai_edge_litert import schema_py_generated as schema

        model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(content, 0))
        codes = model.operatorCodes
        graph = model.subgraphs[0]
        self.operators = graph.operators
        self.inputs = [int(tensor) for tensor in graph.inputs]
        self.outputs = [int(tensor) for tensor in graph.outputs]
        self.names = [tensor.name.decode() for tensor in graph.tensors]
        self.custom = {
            number: codes[operator.opcodeIndex].customCode.decode()
            for number, operator in enumerate(graph.operators)
            if codes[operator.opcodeIndex].customCode
        }
        dequantize = schema.BuiltinOperator.DEQUANTIZE
        self.weights = {  # tensor of half-precision weights, widened by this operator
            self.gives(number)[0]: number
            for number, operator in enumerate(graph.operators)
            if max(codes[operator.opcodeIndex].builtinCode, codes[operator.opcodeIndex].deprecatedBuiltinCode)
            == dequantize
        }

    def takes(self, number: int) -> list[int]:
        return [int(tensor) for tensor in self.operators[number].inputs if tensor >= 0]

    def gives(self, number: int) -> list[int]:
        return [int(tensor) for tensor in self.operators[number].outputs]

    def of(self, code: str) -> list[int]:
        return [number for number, name in self.custom.items() if name == code]

    def options(self, number: int) -> dict[str, Any]:
        from flatbuffers import flexbuffers

        options: dict[str, Any] = flexbuffers.Loads(bytes(self.operators[number].customOptions))
        return options


def attention(content: bytes) -> dict[str, Any]:
    """Where to cut, and what to compute between the halves."""
    graph = Graph(content)
    crops = graph.of("Landmarks2TransformMatrix") + graph.of("TransformTensorBilinear")
    between = {tensor for number in crops for tensor in graph.gives(number)}
    behind = {tensor for number in graph.of("TransformLandmarks") for tensor in graph.gives(number)}
    mesh, refine = [], []
    for number in range(len(graph.operators)):
        if number in graph.custom or number in graph.weights.values():
            continue
        takes = set(graph.takes(number))
        if takes & behind:
            behind.update(graph.gives(number))  # only reshapes: the product reads what goes into them
        elif takes & between:
            between.update(graph.gives(number))
            refine.append(number)
        else:
            mesh.append(number)
    return {
        "mesh": half(graph, mesh, graph.inputs),
        "refine": half(graph, refine, sorted(t for number in crops for t in graph.gives(number))),
        "regions": [region(graph, number) for number in graph.of("Landmarks2TransformMatrix")],
    }


def half(graph: Graph, operators: list[int], inputs: list[int]) -> dict[str, list[int]]:
    """The operators of one half with the weights they need, and the tensors that the other side asks it
    for."""
    takes = {tensor for number in operators for tensor in graph.takes(number)}
    gives = {tensor for number in operators for tensor in graph.gives(number)}
    asked = {tensor for number in graph.custom for tensor in graph.takes(number)} | set(graph.outputs)
    weights = [number for tensor, number in graph.weights.items() if tensor in takes]
    return {"operators": sorted(operators + weights), "inputs": inputs, "outputs": sorted(gives & asked)}


def region(graph: Graph, number: int) -> dict[str, Any]:
    """One refined region: how it is cropped out of the feature map, and where its results lie."""
    options = graph.options(number)
    (matrix,) = graph.gives(number)
    (crop,) = [other for other in graph.of("TransformTensorBilinear") if matrix in graph.takes(other)]
    features = next(tensor for tensor in graph.takes(crop) if tensor != matrix)
    size, scale = options["output_width"], options["scale_x"]
    plain = options["target_rotation_radians"] == 0.0
    if not plain or options["output_height"] != size or options["scale_y"] != scale:
        raise SystemExit("this net crops in another way than imaging/mesh.py does")
    # The refined points are named by the last reshape behind them: output_lips, output_left_eye,
    # output_left_iris. A region belongs to the points whose matrix was computed from its own.
    return {
        "landmarks": graph.names[graph.takes(number)[0]],
        "matrix": graph.names[matrix],
        "features": graph.names[features],
        "crop": graph.names[graph.gives(crop)[0]],
        "size": size,
        "scale": scale,
        "axis": [options["left_rotation_idx"], options["right_rotation_idx"]],
        "points": options["subset_idxs"],
        "results": [
            [graph.names[tensor] for tensor in graph.takes(other)]
            for other in graph.of("TransformLandmarks")
            if matrix in ancestors(graph, graph.takes(other)[1])
        ],
    }


def ancestors(graph: Graph, tensor: int) -> set[int]:
    """Every tensor that `tensor` is computed from."""
    makers = {given: number for number in range(len(graph.operators)) for given in graph.gives(number)}
    found: set[int] = set()
    todo = [tensor]
    while todo:
        current = todo.pop()
        if current in makers and current not in found:
            todo += graph.takes(makers[current])
        found.add(current)
    return found


# --- the outlines
# ----------------------------------------------------------------------------------------------


def topology(source: str) -> dict[str, Any]:
    """Outlines as closed loops of point numbers, and triangles. L and R are the picture's left and right."""
    lines = {name: chains(edges) for name, edges in edge_lists(source).items()}
    outer_lower, outer_upper, inner_lower, inner_upper = lines["FACEMESH_LIPS"]
    _ridge, ring = lines["FACEMESH_NOSE"]
    # Their names say the person's left and right, ours the picture's.
    return {
        "oval": loop(lines["FACEMESH_FACE_OVAL"][0], []),
        "eye_l": loop(*lines["FACEMESH_RIGHT_EYE"]),
        "eye_r": loop(*lines["FACEMESH_LEFT_EYE"]),
        "brow_l": loop(*lines["FACEMESH_RIGHT_EYEBROW"]),
        "brow_r": loop(*lines["FACEMESH_LEFT_EYEBROW"]),
        "lips": loop(outer_lower, outer_upper),
        "mouth": loop(inner_lower, inner_upper),
        "nose": loop(ring, []),
        "triangles": triangles(edge_lists(source)["FACEMESH_TESSELATION"]),
    }


def edge_lists(source: str) -> dict[str, list[Edge]]:
    """Every NAME = frozenset([(a, b), ...]) of a Python source, in the order written."""
    found = {}
    for node in ast.parse(source).body:
        match node:
            case ast.Assign([ast.Name(name)], ast.Call(ast.Name("frozenset"), [ast.List() as edges])):
                found[name] = ast.literal_eval(edges)
    return found


def chains(edges: list[Edge]) -> list[list[int]]:
    """The lines that the edges draw, in the order written: an edge that starts where the last one ended
    goes on."""
    lines: list[list[int]] = []
    for a, b in edges:
        if lines and lines[-1][-1] == a:
            lines[-1].append(b)
        else:
            lines.append([a, b])
    return lines


def loop(lower: list[int], upper: list[int]) -> list[int]:
    """There along one line and back along the other, every point once."""
    return list(dict.fromkeys(lower + upper[::-1]))


def triangles(edges: list[Edge]) -> list[list[int]]:
    """The tesselation is written as one triangle after another, three edges each."""
    found = []
    for place in range(0, len(edges), 3):
        (a, b), (b2, c), (c2, a2) = edges[place : place + 3]
        if (b, c, a) != (b2, c2, a2):
            raise SystemExit("the tesselation is not written as triangles")
        found.append([a, b, c])
    return found


if __name__ == "__main__":
    sys.exit(main())
