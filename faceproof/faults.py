"""Error codes → what a person reads. Rooms raise codes; pages, jobs and terminal take the words from here.

A fault has three texts for three readers: ``sentence`` and ``next_step`` for the person, the code for
support, and the detail of the exception for the operator's log only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext

# Exit codes of the command line, after BSD's sysexits where one fits; 130 is the shell's for Ctrl-C.
OK, FAILED, USAGE, REFUSED, UNAVAILABLE, STOPPED = 0, 1, 2, 65, 75, 130


@dataclass(frozen=True, slots=True)
class Fault:
    """``status`` is the HTTP status, ``exit_code`` the command line's; ``retry``: the same again may work."""

    code: str
    sentence: str
    next_step: str
    status: int = 422
    exit_code: int = REFUSED
    retry: bool = False
    values: Mapping[str, int] = field(default_factory=dict)

    def told(self) -> str:
        """Sentence and next step in the reader's language."""
        text = f"{gettext(self.sentence)} {gettext(self.next_step)}".strip()
        return text % self.values if self.values else text


def _(text: str) -> str:
    """Marks a text for translation. Django's own marker would need its settings, which the terminal lacks."""
    return text


def _fault(
    code: str, sentence: str, next_step: str, status: int = 422, exit_code: int = REFUSED, retry: bool = False
) -> tuple[str, Fault]:
    return code, Fault(code, sentence, next_step, status, exit_code, retry)


FAULTS: dict[str, Fault] = dict(
    [
        # --- the file
        _fault(
            "empty_file",
            _("The file is empty."),
            _("Choose the photo again; perhaps it was still being copied."),
        ),
        _fault("not_an_image", _("This file is not a picture."), _("Choose a photo as JPEG, PNG or WebP.")),
        _fault(
            "unsupported_type",
            _("This kind of picture is not accepted here."),
            _(
                "Save it as JPEG, PNG or WebP and try again. On an iPhone, choose “Most Compatible” under"
                " Settings › Camera › Formats."
            ),
        ),
        _fault(
            "type_mismatch",
            _("The file is not what its name says."),
            _("Save the photo again as JPEG, PNG or WebP."),
        ),
        _fault("too_many_bytes", _("The file is too large."), _("Send a photo of at most 25 MB."), 413),
        _fault(
            "too_many_bytes_together",
            _("These photos are too large together."),
            _("Send fewer of them: two or three are enough."),
            413,
        ),
        _fault(
            "too_many_photos",
            _("These are too many photos at a time."),
            _("Send only the best of them."),
            413,
        ),
        _fault(
            "too_many_pixels", _("The picture has too many pixels."), _("Send it at 64 megapixels or less.")
        ),
        _fault(
            "too_small",
            _("The picture is too small for a portrait."),
            _("Send the original photo, not a thumbnail of it."),
        ),
        _fault(
            "odd_shape",
            _("The picture is extremely narrow."),
            _("Send an ordinary portrait or landscape photo."),
        ),
        _fault(
            "corrupt",
            _("The picture is damaged and cannot be read to the end."),
            _("Open it on your device, save it again, and send the new file."),
        ),
        _fault(
            "too_complex",
            _("The picture takes too long to decode."),
            _("Save it again as an ordinary JPEG and send that."),
        ),
        _fault(
            "decoder_busy",
            _("The studio cannot read pictures at this moment."),
            _("Try again in a few seconds."),
            503,
            UNAVAILABLE,
            True,
        ),
        # --- the photo
        _fault(
            "no_face",
            _("No face was found in this photo."),
            _("Look into the camera, with light on your face and nothing in front of it."),
        ),
        _fault(
            "several_faces",
            _("There is more than one face in this photo."),
            _("Take one with nobody else in it, or crop the others away."),
        ),
        _fault(
            "face_too_small",
            _("Your face is too small in this photo."),
            _("Come closer: your head should fill a third of the picture."),
        ),
        _fault(
            "few_pixels",
            _("Your face is small in this photo: only small sizes come out sharp."),
            _("Come closer, or send the original photo, if you need larger ones."),
        ),
        _fault(
            "looks_missing",
            _("Not every look could be made."),
            _("Choose among these, or send the photo again for the others."),
        ),
        _fault(
            "blurred",
            _("The photo is blurred."),
            _("Hold the camera still, tap your face to focus, and use more light."),
        ),
        _fault("too_dark", _("The photo is too dark."), _("Turn towards a window or a lamp.")),
        _fault(
            "too_bright",
            _("Parts of your face are washed out by light."),
            _("Step out of direct sun or away from the lamp."),
        ),
        _fault(
            "turned_away",
            _("Your head is turned too far to the side."),
            _("Turn your face towards the camera."),
        ),
        _fault(
            "eyes_closed",
            _("Your eyes seem to be closed."),
            _("If they are open, never mind; else take one more, just after a blink."),
        ),
        _fault(
            "dark_glasses",
            _("Your eyes cannot be seen through your glasses."),
            _("If you can, take dark glasses off for the photo."),
        ),
        _fault(
            "face_covered",
            _("Something seems to cover your mouth."),
            _("If you can, take it away for the photo: the program cannot draw what it does not see."),
        ),
        _fault(
            "screenshot",
            _("There are plain bars at the edge, as in a screenshot."),
            _("Send the photo itself instead of a picture of the screen."),
        ),
        _fault(
            "of_a_screen",
            _("There is a pattern of dots on your face, as in a photo of a screen."),
            _("Send the photo itself, or take one of you."),
        ),
        _fault("rotated", _("The photo lay on its side; it was turned upright."), ""),
        _fault(
            "not_a_person",
            _("This does not look like a photo of a person."),
            _("Send a photo of yourself with nothing in front of your face, not of a picture or an animal."),
        ),
        _fault(
            "head_cut_off",
            _("Part of your head is outside the picture."),
            _("Leave some space above your hair and below your chin."),
        ),
        # --- the work
        _fault(
            "export_running",
            _("A file is being packed at this moment."),
            _("Try again in a minute."),
            503,
            UNAVAILABLE,
            True,
        ),
        _fault(
            "studio_busy",
            _("The studio is full at this moment. Your photo was not kept, so nothing is lost."),
            _("Try again in a few seconds."),
            503,
            UNAVAILABLE,
            True,
        ),
        _fault(
            "interrupted",
            _("The studio was interrupted. Your photo was not kept."),
            _("Please send it again."),
            503,
            UNAVAILABLE,
            True,
        ),
        _fault(
            "edges_unsure",
            _("In this photo hair and background cannot be told apart well enough for a drawn background."),
            _(
                "Your own background, softened, still works. For the other looks send a photo in front of a"
                " plain wall, with some distance to it."
            ),
        ),
        _fault(
            "edges_lost",
            _("In this photo you and the background cannot be told apart."),
            _("Send a photo in front of a plain wall, in even light and with nobody close to you."),
        ),
        _fault(
            "engine_died",
            _("The studio stopped twice on this photo."),
            _("Try another photo; the operator can see this in the log."),
            500,
            FAILED,
        ),
        _fault(
            "engine_failed",
            _("The studio could not finish this photo."),
            _("Try another photo; the operator can see this in the log."),
            500,
            FAILED,
        ),
        _fault(
            "mask_not_usable",
            _("The studio's mask model cannot be used here."),
            _("The operator can see why in the log and with “faceproof doctor”."),
            500,
            FAILED,
        ),
        _fault(
            "too_slow",
            _("The studio took too long, and your photo was dropped."),
            _("Try again when there is less going on."),
            503,
            UNAVAILABLE,
            True,
        ),
        _fault(
            "unknown_engine",
            _("This engine does not exist here."),
            _("Ask the operator which engines are installed."),
            500,
            USAGE,
        ),
        _fault(
            "engine_missing",
            _("This engine is not installed here."),
            _("Ask the operator to install what it needs."),
            500,
            FAILED,
        ),
        _fault(
            "net_missing",
            _("The face analysis is not installed."),
            _("Run “make models” on the server."),
            500,
            FAILED,
        ),
        _fault(
            "net_corrupt",
            _("A file of the face analysis is damaged."),
            _("Run “make models” on the server."),
            500,
            FAILED,
        ),
        _fault(
            "net_runtime_missing",
            _("The library that runs the face analysis is not installed."),
            _("Install the locked requirements again."),
            500,
            FAILED,
        ),
        # --- the picture
        _fault(
            "unmarked",
            _("This picture carries no content credentials."),
            _("It was not made here, or they were removed on the way."),
        ),
        _fault(
            "tampered",
            _("This picture was changed after it was signed."),
            _("Download it again from your gallery."),
        ),
        _fault(
            "unreadable",
            _("The marks of this picture cannot be read."),
            _("Check that the file is complete."),
        ),
        _fault(
            "not_ticked",
            _("Two agreements are needed first."),
            _("Read them and tick them, or leave it: both are fine."),
        ),
        _fault(
            "tried_enough",
            _("Enough tries from here for now."),
            _("Come back in an hour, or make an account."),
            429,
            UNAVAILABLE,
        ),
        _fault(
            "bad_cut",
            _("This part of the picture cannot be cut out."),
            _("Choose a square inside the picture."),
        ),
        _fault(
            "initials_count",
            _("A card takes one to three letters."),
            _("Type your initials, such as JD."),
        ),
        _fault(
            "initials_unknown",
            _("The card cannot draw one of these signs."),
            _("Type letters only; if one of them is missing, take the nearest one."),
        ),
        _fault(
            "larger_than_held",
            _(
                "Your photo does not hold enough pixels for this size:"
                " %(width)d × %(height)d is its largest true size."
            ),
            _(
                "Choose a format up to that size, or send the original photo or one taken closer;"
                " nothing is invented."
            ),
        ),
        _fault(
            "too_few_pixels",
            _("Your photo does not hold enough pixels for this size."),
            _("Choose a smaller size; nothing is invented."),
        ),
        _fault(
            "does_not_fit",
            _("This format cannot be cropped from your photo."),
            _("Choose another format, or send a photo with more room around your head."),
        ),
        _fault(
            "cannot_fit_bytes",
            _("This picture cannot be made as small a file as the format demands."),
            _("Choose another format."),
        ),
        _fault(
            "authority_missing",
            _("The key that signs pictures is missing."),
            _("Restore the pki folder from a backup: a new key would disown older pictures."),
            500,
            FAILED,
        ),
        _fault(
            "authority_exposed",
            _("The key that signs pictures can be read by others."),
            _("Set its folder to 0700 and its files to 0600, then start again."),
            500,
            FAILED,
        ),
        _fault(
            "authority_damaged",
            _("The key that signs pictures and its certificate do not belong together."),
            _("Restore the pki folder from a backup."),
            500,
            FAILED,
        ),
        _fault(
            "authority_expired",
            _("The certificate that signs pictures has ended."),
            _("Start the service again to renew it, and check the clock."),
            500,
            FAILED,
        ),
        _fault(
            "gone",
            _("This picture is not there any more."),
            _("Look in your gallery for what is there."),
            404,
        ),
        _fault(
            "unmarked_proof",
            _("The picture could not be marked, so it was not kept."),
            _("Try again; if it stays, tell the operator."),
            500,
            FAILED,
        ),
        _fault(
            "subject_erased",
            _("Everything of this person was erased."),
            _("Sign up again to start anew."),
            410,
        ),
        _fault(
            "key_gone",
            _("The key of this picture is not there."),
            _("Tell the operator: the key store may need restoring."),
            500,
            FAILED,
        ),
        _fault(
            "blob_missing",
            _("The sealed file of this picture is not there."),
            _("Tell the operator: the storage may need restoring."),
            500,
            FAILED,
        ),
        _fault(
            "keystore_unsafe",
            _("The key store can be read by others."),
            _("Set its folder to 0700 and its files to 0600, then start again."),
            500,
            FAILED,
        ),
        _fault(
            "master_missing",
            _("The master key is missing although keys exist."),
            _("Restore it: without it nothing that was sealed can be opened."),
            500,
            FAILED,
        ),
        _fault(
            "wrong_key", _("This picture was sealed under another key."), _("Tell the operator."), 500, FAILED
        ),
        _fault(
            "truncated",
            _("The sealed file of this picture is incomplete."),
            _("Tell the operator: the storage may need restoring."),
            500,
            FAILED,
        ),
        _fault(
            "unknown_version",
            _("This picture was sealed by a newer version."),
            _("Upgrade Faceproof, then try again."),
            500,
            FAILED,
        ),
        # --- the command line
        _fault(
            "not_read",
            _("The photo could not be read."),
            _("Check that it is still there and that you may read it."),
        ),
        _fault(
            "not_written",
            _("The picture could not be written."),
            _("Make room on the disk, or choose another folder with -o."),
            500,
            FAILED,
        ),
        _fault(
            "stopped",
            _("You stopped it."),
            _("Run it again for what is missing."),
            exit_code=STOPPED,
        ),
        # --- the house
        _fault(
            "custody_not_allowed",
            _("Your organisation does not offer this way of keeping photos."),
            _("Choose another one."),
            403,
            USAGE,
        ),
        _fault(
            "not_agreed",
            _("You have not agreed to have a headshot made."),
            _("Read the five sentences and agree, or use your own picture."),
            403,
            USAGE,
        ),
        _fault("unknown_style", _("There is no such look."), _("See the list of looks."), 404, USAGE),
        _fault("unknown_format", _("There is no such format."), _("See the list of formats."), 404, USAGE),
        _fault(
            "unexpected",
            _("Something went wrong on our side."),
            _("Try again; if it stays, tell the operator the time."),
            500,
            FAILED,
        ),
    ]
)

# Defects of ours, never of a photo or a person: they read as ``unexpected``, and the log has the code.
INTERNAL = frozenset(
    {
        "bad_pixels",
        "master_damaged",
        "master_not_written",
        "master_version",
        "no_style",
        "signing_failed",
        "unknown_action",
        "unknown_source_type",
    }
)


def fault(code: str) -> Fault:
    """The fault of a code; an unknown code is our own defect and reads as ``unexpected``."""
    return FAULTS.get(code) or FAULTS["unexpected"]


def of(error: Exception) -> Fault:
    """The fault of an exception that carries a ``code``, else ``unexpected``; its ``values`` fill the
    sentence."""
    found, values = fault(str(getattr(error, "code", "unexpected"))), getattr(error, "values", {})
    if found.code == "larger_than_held" and not values:  # it came through a pipe, which carries codes only
        return fault("too_few_pixels")
    return replace(found, values=values) if "%(" in found.sentence else found
