"""Write build/sbom.json: a CycloneDX 1.6 bill of the product's packages, its nets and its own version.

Every package of requirements/base.txt with its hashes and licence, every net with its SHA-256. The same tree
gives the same bytes: the serial number is derived from the contents and no time is written.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

import faceproof
from tools import licences, lockfile

TARGET = lockfile.ROOT / "build" / "sbom.json"


def package(pin: lockfile.Pin) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": pin.purl,
        "name": pin.name,
        "version": pin.version,
        "purl": pin.purl,
        "licenses": [{"expression": licences.licence_of(pin.name)}],
        # One published file each: an installation holds one of them.
        "externalReferences": [
            {
                "type": "distribution",
                "url": pin.purl,
                "hashes": [{"alg": "SHA-256", "content": digest} for digest in pin.hashes],
            }
        ],
    }
    if pin.marker:
        component["properties"] = [{"name": "faceproof:only-when", "value": pin.marker}]
    return component


def net(entry: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    origin = f"{source['wheel']} sha256:{source['sha256']}"
    return {
        "type": "machine-learning-model",
        "bom-ref": f"net:{entry['name']}",
        "name": entry["name"],
        "version": entry["sha256"][:12],
        "description": entry["what"],
        "hashes": [{"alg": "SHA-256", "content": entry["sha256"]}],
        "licenses": [{"expression": source["licence"]}],
        "properties": [{"name": "faceproof:taken-from", "value": origin}],
    }


def bill() -> dict[str, Any]:
    manifest = tomllib.loads(licences.NETS.read_text(encoding="utf-8"))
    packages = [package(pin) for pin in lockfile.read("base")]
    nets = [net(entry, manifest["source"]) for entry in manifest["net"]]
    root = f"pkg:pypi/faceproof@{faceproof.__version__}"
    product = {
        "type": "application",
        "bom-ref": root,
        "name": "faceproof",
        "version": faceproof.__version__,
        "licenses": [{"expression": "Apache-2.0"}],
    }
    components = packages + nets
    digest = hashlib.sha256(json.dumps(components, sort_keys=True).encode()).hexdigest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(digest[:32], version=4)}",
        "version": 1,
        "metadata": {"component": product},
        "components": components,
        "dependencies": [{"ref": root, "dependsOn": [part["bom-ref"] for part in components]}],
    }


def faults_of(text: str) -> list[str]:
    """What the CycloneDX schema says against the bill; empty when it is valid."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    return [str(fault)] if fault else []


def write(target: Path = TARGET) -> list[str]:
    """Write the bill; returns what is wrong with it."""
    text = json.dumps(bill(), indent=1) + "\n"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return faults_of(text)


if __name__ == "__main__":
    sys.exit("\n".join(write()))
