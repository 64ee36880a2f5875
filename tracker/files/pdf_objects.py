"""Clean every object of a PDF, wherever it is: metadata streams, actions, attached files, and data inside of images."""

from collections.abc import Iterator
from typing import Any

from tracker.files import findings
from tracker.files.embedded_images import strip_jpeg, strip_jpeg2000
from tracker.files.findings import FoundItems

MAX_PROFILE = 5_000_000
"""Bytes of a colour profile, unpacked. Those of printing presses have up to three million."""
_DROPPED_KEYS = {
    "/Metadata": findings.XMP,
    "/PieceInfo": findings.HIDDEN_DATA,
    "/AA": findings.ACTIONS,
    "/JS": findings.SCRIPTS,
    "/AF": findings.ATTACHED_FILES,
    "/EF": findings.ATTACHED_FILES,
    "/Thumb": findings.THUMBNAIL,
    "/OpenAction": findings.ACTIONS,
    "/LastModified": "",
    "/XFA": findings.HIDDEN_DATA,
    "/OPI": findings.EXTERNAL_LINKS,
    "/Measure": "",
    "/PtData": findings.GPS,
    "/LGIDict": findings.GPS,
    "/CreatorInfo": "",
    "/User": "",
}
"""Keys that no kept object may have → what is reported, or "" for nothing."""
_LINK_STARTS = ("http://", "https://", "mailto:")
_INSIDE = {"/GoTo", "/Named"}


def is_harmless_action(action: Any) -> bool:
    """Return whether an action only goes to a page of this document, or to an address that a browser opens on a click."""
    kind = str(action.get("/S", ""))
    if "/Next" in action:
        return False
    if kind == "/URI":
        return str(action.get("/URI", "")).strip().lower().startswith(_LINK_STARTS)
    return kind in _INSIDE


def clean_objects(pdf: Any, found: FoundItems) -> None:
    """Remove from every object what it must not have, and count it in `found`. Raises errors of pikepdf."""
    from pikepdf import Dictionary, Stream

    for value in _all_dictionaries(pdf):
        is_stream = isinstance(value, Stream)
        for key, message in _DROPPED_KEYS.items():
            if key in value:
                del value[key]
                if message:
                    found.add(message)
        action = value.get("/A")
        if isinstance(action, Dictionary) and "/S" in action and not is_harmless_action(action):
            found.add(findings.ACTIONS)
            del value["/A"]
        if is_stream:
            for key in ("/F", "/FFilter", "/FDecodeParms"):  # the data would be in another file
                if key in value:
                    del value[key]
            _clean_stream(pdf, value, found)


def _all_dictionaries(pdf: Any) -> Iterator[Any]:
    """Yield every dictionary and stream of the file, and those inside of others, without recursion."""
    from pikepdf import Array, Dictionary, Stream

    for top in pdf.objects:
        waiting = [top]
        while waiting:
            value = waiting.pop()
            if isinstance(value, Stream | Dictionary):
                yield value
                children = [value[key] for key in list(value.keys())]
            elif isinstance(value, Array):
                children = list(value)
            else:
                continue
            waiting += [child for child in children if isinstance(child, Dictionary | Array) and not child.is_indirect]


def _clean_stream(pdf: Any, stream: Any, found: FoundItems) -> None:
    from pikepdf import Array, Name

    filters = stream.get("/Filter")
    names = (
        [str(name) for name in filters] if isinstance(filters, Array) else [str(filters)] if filters is not None else []
    )
    if names and names[-1] in ("/DCTDecode", "/DCT", "/JPXDecode"):
        raw = _encoded_image(pdf, stream, names)
        clean = strip_jpeg2000(raw) if names[-1] == "/JPXDecode" else strip_jpeg(raw)
        parameters = stream.get("/DecodeParms")
        last = parameters[-1] if isinstance(parameters, Array) and len(parameters) else parameters
        stream.write(clean or b"", filter=Name(names[-1]), decode_parms=None if isinstance(last, Array) else last)
        found.add(findings.IMAGE_METADATA, int(clean != raw))
    elif "/N" in stream and "/Type" not in stream and "/FunctionType" not in stream:
        _replace_profile(stream, found)


def _encoded_image(pdf: Any, stream: Any, names: list[str]) -> bytes:
    """Return the bytes of the image file. If they are packed once more, they are unpacked."""
    if len(names) == 1:
        return bytes(stream.read_raw_bytes())
    from pikepdf import Array, Name, Stream

    outer = Stream(pdf, stream.read_raw_bytes())
    outer["/Filter"] = Array([Name(name) for name in names[:-1]])
    return bytes(outer.read_bytes())


def _replace_profile(stream: Any, found: FoundItems) -> None:
    """Replace a colour profile for three colours by sRGB: that of a screen may name its owner."""
    from PIL import ImageCms

    content = bytes(stream.read_bytes())[:MAX_PROFILE]
    if content[36:40] != b"acsp" or int(stream["/N"]) != 3:
        return
    made_now = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    standard = made_now[:24] + bytes(12) + made_now[36:]  # without the time at which it was made
    if content != standard:
        stream.write(standard)
        found.add(findings.COLOUR_PROFILE)
