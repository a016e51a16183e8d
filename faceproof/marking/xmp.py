"""The XMP packet: built from facts, and read back from any picture.

IPTC Photo Metadata Standard 2023.1 and later (Iptc4xmpExt:DigitalSourceType, plus:DataMining); XMP, ISO
16684-1.
"""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import UTC
from xml.sax.saxutils import escape, quoteattr

from faceproof import __version__
from faceproof.marking.terms import DISCLOSURES, GENERATIVE, SOURCE_TYPES
from faceproof.marking.values import Facts, MarkError

SPACES: Mapping[str, str] = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SOURCE_TYPE = "Iptc4xmpExt:DigitalSourceType"
# PLUS vocabulary: no data mining of any kind, the widest of its refusals.
NO_MINING = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"
MAX_PACKET = 65_000  # one JPEG APP1 segment; a longer packet is none that we wrote


def build(facts: Facts, mime: str, organisation: str) -> bytes:
    """The packet for these facts: only what is true and nothing that names a person."""
    made = facts.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    tool = f"Faceproof {__version__}"
    simple = {
        "dc:format": mime,
        "xmp:CreatorTool": tool,
        "xmp:CreateDate": made,
        "xmp:ModifyDate": made,
        "xmp:MetadataDate": made,
        "photoshop:Credit": f"{organisation}, with Faceproof",
        "photoshop:ColorMode": "3",
        "photoshop:ICCProfile": "sRGB",
        SOURCE_TYPE: SOURCE_TYPES[facts.source_type],
        "plus:DataMining": NO_MINING,
    }
    if facts.source_type in GENERATIVE and not facts.supplied:
        # Defined as the system that *generated* the image: untrue on a photograph, and untrue of us on a
        # picture that another one generated.
        simple |= {"Iptc4xmpExt:AISystemUsed": tool, "Iptc4xmpExt:AISystemVersionUsed": facts.engine}
    english, french = (f"{text} Faceproof, {facts.engine}." for text in DISCLOSURES[facts.source_type])
    disclosure = {"x-default": english, "en": english, "fr": french}
    spaces = " ".join(f"xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in SPACES.items())
    attributes = " ".join(f"{name}={quoteattr(value)}" for name, value in simple.items())
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">'
        f'<rdf:Description rdf:about="" {spaces} {attributes}>'
        f"<dc:title>{_alternatives({'x-default': facts.title})}</dc:title>"
        f"<dc:description>{_alternatives(disclosure)}</dc:description>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="r"?>'
    )
    return packet.encode("utf-8")


def _alternatives(texts: Mapping[str, str]) -> str:
    items = "".join(f'<rdf:li xml:lang="{lang}">{escape(text)}</rdf:li>' for lang, text in texts.items())
    return f"<rdf:Alt>{items}</rdf:Alt>"


def read(packet: bytes) -> dict[str, str]:
    """Simple properties and default texts of a packet by prefixed name, for the name spaces of `SPACES`.

    Also meets packets that others wrote, so entities are refused before the parser sees them (no expansion).
    """
    if len(packet) > MAX_PACKET or b"<!" in packet:
        raise MarkError("tampered", "the XMP packet is too long or declares entities")
    try:
        # As text, or a packet in UTF-16 would hide its declarations from the line above.
        text = packet.decode("utf-8").strip("\0 \r\n\t\ufeff")
        root = ET.fromstring(text)  # nosec B314 - no declarations left
    except (ET.ParseError, ValueError) as error:
        raise MarkError("tampered", f"the XMP packet is not XML: {error}") from error
    prefixes = {uri: prefix for prefix, uri in SPACES.items()}
    found: dict[str, str] = {}
    for description in root.iter(f"{{{RDF}}}Description"):
        for tag, text in _properties(description):
            uri, _, name = tag.removeprefix("{").partition("}")
            if uri in prefixes and text:
                found.setdefault(f"{prefixes[uri]}:{name}", text)
    return found


def _properties(description: ET.Element) -> list[tuple[str, str]]:
    pairs = list(description.attrib.items())
    for child in description:
        first = child.find(f".//{{{RDF}}}li")
        text = child.get(f"{{{RDF}}}resource") or (child.text if first is None else first.text)
        pairs.append((child.tag, (text or "").strip()))
    return pairs
