"""The neural nets: found beside this file, checked against MANIFEST.toml, run on one thread.

`make models` (tools/fetch_models.py) puts them here. The runtime is imported when the first net is run.
"""

from __future__ import annotations

import hashlib
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.nets.hush import unheard

FOLDER = Path(__file__).parent

Tensors = dict[str, NDArray[np.float32]]


class NetError(Exception):
    """A net cannot be run; nothing about the picture is wrong, and trying again does not help."""

    code = "net_error"


class NetMissing(NetError):
    code = "net_missing"


class NetCorrupt(NetError):
    code = "net_corrupt"


class RuntimeMissing(NetError):
    code = "net_runtime_missing"


@dataclass(frozen=True, slots=True)
class Entry:
    """One [[net]] of the manifest."""

    name: str
    member: str
    sha256: str
    bytes: int
    what: str


@cache
def manifest() -> Mapping[str, Entry]:
    """The nets of MANIFEST.toml by name."""
    entries = tomllib.loads((FOLDER / "MANIFEST.toml").read_text(encoding="utf-8"))["net"]
    return {entry["name"]: Entry(**entry) for entry in entries}


def read(name: str, folder: Path = FOLDER) -> bytes:
    """The checked bytes of a net. Raises NetMissing or NetCorrupt."""
    entry = manifest()[name]
    path = folder / f"{name}.tflite"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise NetMissing(f"{path} is not there: run `make models`") from None
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise NetCorrupt(f"{path} is not the file MANIFEST.toml names: delete it and run `make models`")
    return content


def problems(folder: Path = FOLDER) -> list[NetError]:
    """What is wrong with the installed nets; an empty list when all are there and whole."""
    found: list[NetError] = []
    for name in manifest():
        try:
            read(name, folder)
        except NetError as error:
            found.append(error)
    return found


class Net:
    """A graph ready to run. One interpreter, one thread, one caller at a time."""

    def __init__(self, content: bytes) -> None:
        self._interpreter = _interpreter(content)
        self._inputs: dict[str, int] = _places(self._interpreter.get_input_details())
        self._outputs: dict[str, int] = _places(self._interpreter.get_output_details())
        self._busy = threading.Lock()

    def __call__(self, inputs: NDArray[np.float32] | Mapping[str, NDArray[np.float32]]) -> Tensors:
        """Run once. `inputs`: the only input, or all of them by name, with their batch axis. Outputs by
        name."""
        if not isinstance(inputs, Mapping):
            (only,) = self._inputs
            inputs = {only: inputs}
        with self._busy:
            for name, place in self._inputs.items():
                self._interpreter.set_tensor(place, np.ascontiguousarray(inputs[name], np.float32))
            self._interpreter.invoke()
            return {name: self._interpreter.get_tensor(place) for name, place in self._outputs.items()}


@cache
def net(name: str) -> Net:
    """The net of that name, loaded once per process."""
    return Net(read(name))


def _interpreter(content: bytes) -> Any:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise RuntimeMissing(f"ai-edge-litert cannot be imported ({error}): run `make install`") from error
    with unheard(b"Created TensorFlow Lite XNNPACK delegate"):
        interpreter = Interpreter(model_content=content, num_threads=1)
        interpreter.allocate_tensors()
    return interpreter


def _places(details: list[dict[str, Any]]) -> dict[str, int]:
    return {detail["name"]: int(detail["index"]) for detail in details}
