"""The words of the standards: IPTC source types, C2PA actions, and the sentences that go with them.

IPTC Digital Source Type NewsCodes, state of 2024-10-23: http://cv.iptc.org/newscodes/digitalsourcetype/
C2PA Technical Specification 2.2, actions: https://spec.c2pa.org/specifications/specifications/2.2/
Why which picture gets which term: docs/decisions/0001-digital-source-type.md
"""

from types import MappingProxyType

SCHEME = "http://cv.iptc.org/newscodes/digitalsourcetype/"

# What a picture that leaves this product may truthfully say of itself. "digitalCapture" is missing on
# purpose: nobody here saw the capture. "humanEdits" is said of finished pictures alone, cut by hand.
DISCLOSURES = MappingProxyType(
    {
        "algorithmicallyEnhanced": (
            "A photograph edited by an AI system. Analysis networks found the face; conventional image "
            "processing corrected and retouched the photograph. Nothing was drawn by generative AI.",
            "Une photographie retouchée par un système d’IA. Des réseaux d’analyse ont repéré le visage ; "
            "un traitement d’image classique a corrigé et retouché la photographie. Rien n’a été dessiné "
            "par une IA générative.",
        ),
        "composite": (
            "A photograph edited by an AI system and set on a new backdrop. Analysis networks found the "
            "face and the outline; conventional image processing did the rest. Nothing was drawn by "
            "generative AI.",
            "Une photographie retouchée par un système d’IA et placée sur un nouveau fond. Des réseaux "
            "d’analyse ont repéré le visage et le contour ; un traitement d’image classique a fait le "
            "reste. Rien n’a été dessiné par une IA générative.",
        ),
        "compositeCapture": (
            "A photograph edited by an AI system and combined with another photograph. Nothing was drawn by "
            "generative AI.",
            "Une photographie retouchée par un système d’IA et assemblée avec une autre photographie. Rien "
            "n’a été dessiné par une IA générative.",
        ),
        "compositeSynthetic": (
            "A photograph combined with parts made by generative AI.",
            "Une photographie assemblée avec des éléments produits par une IA générative.",
        ),
        "compositeWithTrainedAlgorithmicMedia": (
            "A photograph edited with generative AI.",
            "Une photographie modifiée par une IA générative.",
        ),
        "trainedAlgorithmicMedia": (
            "A picture made by generative AI. It is not a photograph.",
            "Une image produite par une IA générative. Ce n’est pas une photographie.",
        ),
        "humanEdits": (
            "A finished picture, supplied by the person and cut by hand. Nothing in it was edited with AI or "
            "looked for here; what was done to it before is not known here.",
            "Une image déjà terminée, fournie par la personne et recadrée à la main. Rien n’y a été modifié "
            "par une IA ni recherché ici ; ce qui a été fait auparavant n’est pas connu ici.",
        ),
        "algorithmicMedia": (
            "A picture drawn by software without any photograph. It shows nobody.",
            "Une image dessinée par un logiciel, sans photographie. Elle ne montre personne.",
        ),
    }
)

SOURCE_TYPES = MappingProxyType({term: SCHEME + term for term in DISCLOSURES})

GENERATIVE = frozenset(
    {"compositeSynthetic", "compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia"}
)

# These begin with nothing: their first action is "created"; all others open a photograph.
FROM_NOTHING = frozenset({"trainedAlgorithmicMedia", "algorithmicMedia"})

# Said of what was finished elsewhere, and of nothing that an engine made.
SUPPLIED = "humanEdits"

# Older or looser names, and what the specification calls the same thing. A "placed" or "removed" must name an
# ingredient (else the manifest is invalid); a backdrop computed here is none.
ALIASES = MappingProxyType(
    {
        "c2pa.color_adjustments": "c2pa.adjustedColor",
        "c2pa.placed": "c2pa.edited",
        "c2pa.removed": "c2pa.edited",
    }
)

# Actions that change what the picture shows carry the picture's own source type.
EDITORIAL = frozenset({"c2pa.edited", "c2pa.deleted", "c2pa.drawing", "c2pa.addedText"})
# Actions that alter it without changing what it shows are algorithmic enhancement.
ENHANCING = frozenset(
    {"c2pa.adjustedColor", "c2pa.cropped", "c2pa.enhanced", "c2pa.filtered", "c2pa.orientation"}
)
# Actions that say nothing about the origin of what is shown.
NEUTRAL = frozenset(
    {
        "c2pa.converted",
        "c2pa.edited.metadata",
        "c2pa.resized",
        "c2pa.resized.proportional",
        "c2pa.transcoded",
    }
)
FIRST = frozenset({"c2pa.created", "c2pa.opened"})
ACTIONS = EDITORIAL | ENHANCING | NEUTRAL | FIRST


def term_of(uri: str) -> str:
    """The bare term of an IPTC address; anything else comes back as it is."""
    for scheme in (SCHEME, SCHEME.replace("http:", "https:")):
        if uri.startswith(scheme):
            return uri.removeprefix(scheme)
    return uri
