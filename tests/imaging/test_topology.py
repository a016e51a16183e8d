from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from faceproof.imaging import nets
from faceproof.imaging import topology as at

ROOT = Path(nets.FOLDER).parents[2]
LOOPS = {
    name: getattr(at, name)
    for name in ["OVAL", "EYE_L", "EYE_R", "BROW_L", "BROW_R", "LIPS", "MOUTH", "NOSE"]
}


def edges(loop: at.Indices) -> set[frozenset[int]]:
    return {frozenset((int(a), int(b))) for a, b in zip(loop, np.roll(loop, -1), strict=True)}


MESH_EDGES = set().union(*(edges(triangle) for triangle in at.TRIANGLES))


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_visits_each_point_once_along_edges_of_the_mesh(name: str) -> None:
    loop = LOOPS[name]
    assert len(set(loop.tolist())) == len(loop)
    strays = edges(loop) - MESH_EDGES
    # The short ends of the brows join two lines and are no edges of the mesh.
    assert len(strays) <= (2 if name.startswith("BROW") else 0)


def test_the_triangles_cover_the_face_once_and_leave_the_eyes_and_the_mouth_open() -> None:
    directed = Counter((int(t[i]), int(t[(i + 1) % 3])) for t in at.TRIANGLES for i in range(3))
    assert set(directed.values()) == {1}, "two triangles overlap or are wound against each other"
    border = {frozenset(edge) for edge in directed if edge[::-1] not in directed}
    rims = [at.OVAL, at.EYE_L, at.EYE_R, at.MOUTH]
    assert border == set().union(*(edges(rim) for rim in rims))
    assert set(at.TRIANGLES.ravel().tolist()) == set(range(at.SKIN_POINTS))
    # Euler's formula for a disc with three holes.
    assert at.SKIN_POINTS - len(MESH_EDGES) + len(at.TRIANGLES) == 1 - 3


def test_tables_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        at.OVAL[0] = 1


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("derive_indices", ROOT / "tools" / "derive_indices.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_plan_of_the_attention_net_is_what_the_tool_derives(tool: ModuleType) -> None:
    derived = tool.attention(nets.read("face_landmark_with_attention"))
    assert json.loads((nets.FOLDER / "attention.json").read_text()) == derived


def test_lines_are_joined_into_loops(tool: ModuleType) -> None:
    lines = tool.chains([(1, 2), (2, 3), (1, 4), (4, 3)])
    assert lines == [[1, 2, 3], [1, 4, 3]]
    assert tool.loop(*lines) == [1, 2, 3, 4]
    assert tool.loop([5, 6, 7, 5], []) == [5, 6, 7]


def test_triangles_are_read_three_edges_at_a_time(tool: ModuleType) -> None:
    assert tool.triangles([(1, 2), (2, 3), (3, 1)]) == [[1, 2, 3]]
    with pytest.raises(SystemExit):
        tool.triangles([(1, 2), (2, 3), (3, 4)])


def test_edge_lists_are_read_from_source_without_running_it(tool: ModuleType) -> None:
    source = "A = frozenset([(1, 2), (2, 1)])\nB = frozenset().union(*[A])\nC = open('/nowhere', 'x')\n"
    assert tool.edge_lists(source) == {"A": [(1, 2), (2, 1)]}
