"""Write the contents of a page anew: only the operators of the standard, with their operands, and no comments.

Other streams are cleaned, too: JPEG and JPEG 2000 images (without decoding them), colour profiles and character maps.
What follows the end of packed data is removed.
"""

import re
import warnings
import zlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeGuard

import pikepdf
from pikepdf import Array, Name, ObjectType, Stream

from tracker.files import findings
from tracker.files.findings import FoundItems

_OPERATORS_BY_OPERANDS = {
    "": "q Q h S s f F f* B B* b b* n W W* BT ET T* EMC BX EX",
    "n": "w J j M i Tc Tw Tz TL Tr Ts G g",
    "nn": "m l Td TD d0",
    "nnn": "RG rg",
    "nnnn": "v y re K k",
    "nnnnnn": "cm c Tm d1",
    "n" * 32: "SC sc",
    "n" * 32 + "/": "SCN scn",
    "/": "CS cs gs sh Do ri BMC",
    "/n": "Tf",
    "//p": "BDC",
    "an": "d",
    "s": "Tj '",
    "nns": '"',
    "t": "TJ",
}
"""Operands → the operators that take them.

n is a number, / a name, s a string, a an array of numbers, t one of strings and numbers, p a dictionary.
"""
_OPERATORS = {one: operands for operands, operators in _OPERATORS_BY_OPERANDS.items() for one in operators.split()}
_CATEGORIES = {"gs": "/ExtGState", "sh": "/Shading", "Do": "/XObject", "Tf": "/Font"}
_CATEGORIES |= dict.fromkeys(("CS", "cs"), "/ColorSpace") | dict.fromkeys(("SCN", "scn"), "/Pattern")
"""Operator → the category of resources in which its name is looked up."""
_BUILT_IN = {"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern"}
_DEFAULTS = ("/DefaultGray", "/DefaultRGB", "/DefaultCMYK")
_INTENTS = {"/AbsoluteColorimetric", "/RelativeColorimetric", "/Saturation", "/Perceptual"}
_INLINE_KEYS = {
    *("/Width", "/Height", "/BitsPerComponent", "/ColorSpace", "/Filter", "/DecodeParms", "/ImageMask", "/Decode"),
    "/Interpolate",
}
_PROPERTIES = {"/Alt": "s", "/ActualText": "s", "/E": "s", "/Lang": "s", "/MCID": "n"}
"""Property of marked contents that is kept → the letter of its values (see `_letter`)."""
_NUMBERS: tuple[type, ...] = (int, Decimal)
_LETTERS = {ObjectType.name_: "/", ObjectType.string: "s", ObjectType.dictionary: "p"}
_TEXT = re.compile(rb"\[(?:[\s\d.+-]|\((?:[^()\\]|\\.)*+\)|<[0-9A-Fa-f]*>)*+\]", re.S)
"""An array of strings and numbers, as pikepdf writes it. It is matched as a whole, because a page has thousands."""
_CMAP_PART = re.compile(rb"begin(codespacerange|(?:bf|cid|notdef)(?:char|range))(.*?)end\1", re.S)
_CMAP_START = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
_CMAP_END = b"endcmap CMapName currentdict /CMap defineresource pop end end\n"

_JPEG_START = b"\xff\xd8"
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_MARKER = re.compile(rb"\xff+([^\xff])", re.S)
_MARKER_AFTER_SCAN = re.compile(rb"\xff[^\x00\x01\xd0-\xd7]", re.S)
_KEPT_APPLICATION = 0xEE
"""The marker APP14, of Adobe. Without it, a decoder does not know how the colours are stored."""
_JP2_DROPPED = {b"xml ", b"uuid", b"uinf", b"jp2i", b"free", b"skip"}
MAX_PROFILE = 5_000_000
"""The largest number of bytes of an unpacked colour profile. Those of printing presses have up to three million."""
_COLOUR_TAGS = set(
    b"wtpt bkpt chad gamt lumi A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 kTRC rTRC gTRC bTRC rXYZ gXYZ bXYZ pre0 pre1 pre2".split()
)


class UsedResources:
    """The resources that contents use, under new names. The old names may say who made the file."""

    def __init__(self, resources: Any, roles: Callable[[str], str]) -> None:
        """Take the resources of the page, and a function `roles` that returns the standard tag for a tag."""
        self.before: Any = resources if is_dictionary(resources) else None
        self._names: dict[tuple[str, str], str] = {}
        self.role_of = roles

    def use(self, category: str, name: str) -> str:
        """Note that a resource is used, and return its new name, such as "/F0", or "" if there is no such resource."""
        known = self.before.get(category) if self.before is not None else None
        if (category, name) not in self._names and (not is_dictionary(known) or name not in known):
            return ""
        return self._names.setdefault((category, name), f"/{category[1]}{len(self._names)}")

    def new_dictionary(self) -> Any:
        """Return a new dictionary with only the used resources, and the default colour spaces."""
        made: dict[str, dict[str, Any]] = {}
        for (category, old), new in self._names.items():
            made.setdefault(category, {})[new] = self.before[category][old]
        spaces = self.before.get("/ColorSpace") if self.before is not None else None
        if is_dictionary(spaces):
            made.setdefault("/ColorSpace", {}).update((name, spaces[name]) for name in _DEFAULTS if name in spaces)
        return pikepdf.Dictionary({category: pikepdf.Dictionary(names) for category, names in made.items()})


def rewrite_contents(contents: Any, used: UsedResources, pdf: Any) -> bytes:
    """Return new contents of a page, form or glyph, with the new names of `used`. Raises pikepdf's errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        instructions = pikepdf.parse_content_stream(contents)
    pieces: list[bytes] = []
    written: list[Any] = []
    for instruction in instructions:
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            pieces += [pikepdf.unparse_content_stream(written), _rewrite_inline_image(instruction.iimage, used, pdf)]
            written = []
            continue
        operator = bytes(instruction.operator).decode("latin-1")
        form = _OPERATORS.get(operator)
        if form is None:
            continue
        operands: Any = instruction.operands
        if len(operands) > len(form) or not all(type(one) in _NUMBERS for one in operands) or "/" in form:
            # readers ignore operands before the last ones
            operands = [one for one in operands if _letter(one, form) in form][-len(form) :] if form else []
            if "/" in form:
                operator, operands = _with_new_name(operator, operands, used)
            if not operator:
                continue
            instruction = pikepdf.ContentStreamInstruction(operands, pikepdf.Operator(operator))
        written.append(instruction)
    return b"\n".join([*pieces, pikepdf.unparse_content_stream(written), b""])


def _letter(operand: Any, form: str) -> str:
    """Return the letter of an operand (see _OPERATORS_BY_OPERANDS), "-" if unknown. `form` has the letters that are expected."""
    if type(operand) in _NUMBERS:
        return "n"
    if not isinstance(operand, pikepdf.Object):
        return "-"
    code = operand._type_code
    if code == ObjectType.array:
        if "t" in form:
            return "t" if _TEXT.fullmatch(operand.unparse()) else "-"
        inner = {_letter(one, "") for one in operand}
        return "a" if inner <= {"n"} else "-"
    return _LETTERS.get(code, "-")


def _with_new_name(operator: str, operands: list[Any], used: UsedResources) -> tuple[str, list[Any]]:
    """Return an operator and its operands, with the new name of the resource that they use; ("", []) to omit them."""
    if operator in ("BMC", "BDC"):
        return _start_of_marked_contents(operands, used)
    names = [place for place, one in enumerate(operands) if _letter(one, "") == "/"]
    if not names:
        return (operator, operands) if operator in ("SCN", "scn") else ("", [])
    name = str(operands[names[-1]])
    if operator == "ri":
        return (operator, operands) if name in _INTENTS else ("", [])
    if operator in ("CS", "cs") and name in _BUILT_IN:
        return operator, operands
    new = used.use(_CATEGORIES[operator], name)
    if not new and operator != "Tf":
        return "", []
    new = new or "/F"  # readers take their own font for one that is missing
    return operator, [
        pikepdf.Name(new) if place == names[-1] else one
        for place, one in enumerate(operands)
        if place == names[-1] or place not in names
    ]


def _start_of_marked_contents(operands: list[Any], used: UsedResources) -> tuple[str, list[Any]]:
    """Return the operator and operands that begin marked contents: a standard tag, and properties that are kept."""
    if not operands or _letter(operands[0], "") != "/":
        return "BMC", [pikepdf.Name.Span]
    tag = str(operands[0])
    mark = pikepdf.Name(tag if tag in ("/OC", "/Artifact") else used.role_of(tag))
    properties = operands[1] if len(operands) > 1 else None
    if is_dictionary(properties):
        known = ((key, properties.get(key), letter) for key, letter in _PROPERTIES.items())
        kept = {key: value for key, value, letter in known if _letter(value, "") == letter}
        return ("BDC", [mark, pikepdf.Dictionary(kept)]) if kept else ("BMC", [mark])
    new = used.use("/Properties", str(properties)) if properties is not None else ""
    return ("BDC", [mark, pikepdf.Name(new)]) if new else ("BMC", [mark])


def _rewrite_inline_image(image: Any, used: UsedResources, pdf: Any) -> bytes:
    """Return the bytes of an inline image, with known entries only and without metadata."""
    kept = {key: value for key, value in image.obj.items() if key in _INLINE_KEYS and _letter(value, "") != "s"}
    if "/DecodeParms" in kept:
        kept["/DecodeParms"] = _only_plain_values(kept["/DecodeParms"])
    space = kept.get("/ColorSpace")
    if _letter(space, "") == "/" and str(space) not in _BUILT_IN:
        kept["/ColorSpace"] = pikepdf.Name(used.use("/ColorSpace", str(space)) or "/DeviceGray")
    filters: list[str] = list(image.filters)
    data: bytes = image.read_raw_bytes()
    if filters[-1:] == ["/DCTDecode"]:
        data = strip_jpeg(encoded_image(pdf, Stream(pdf, data), filters)) or b""
        if len(filters) > 1:
            kept["/Filter"] = pikepdf.Array([pikepdf.Name("/DCTDecode")])
            kept.pop("/DecodeParms", None)
    elif filters == ["/FlateDecode"]:
        data = without_trailing_data(data)
    start = pikepdf.Dictionary(kept).unparse().removeprefix(b"<<").removesuffix(b">>")
    return b"BI" + start + b"\nID " + data + (b"EI" if data[-1:].isspace() else b"\nEI")


def _only_plain_values(parameters: Any) -> Any:
    """Return the parameters of filters with numbers and booleans only; None if they are no parameters."""
    if is_dictionary(parameters):
        kept = {key: value for key, value in parameters.items() if not isinstance(value, pikepdf.Object)}
        return pikepdf.Dictionary(kept)
    return Array([_only_plain_values(one) for one in parameters]) if isinstance(parameters, Array) else None


def rewrite_character_map(content: bytes, writing_mode: int) -> bytes:
    """Return a character map with its ranges only. `writing_mode`, 0 or 1, is written if the map does not state one."""
    base = re.search(rb"/(Adobe-[\w-]+|[\w-]+-[HV])\s+usecmap", content)
    mode = re.search(rb"/WMode\s+([01])", content)
    parts = [_CMAP_START, b"/%s usecmap\n" % base[1] if base else b""]
    parts.append(b"/CMapName /A def /CMapType 2 def /WMode %d def\n" % (int(mode[1]) if mode else writing_mode))
    for part in _CMAP_PART.finditer(re.sub(rb"%[^\r\n]*", b"", content)):
        values = re.findall(rb"<[0-9A-Fa-f\s]*>|\[|\]|\d+", part[2])
        width = 2 if part[1] == b"codespacerange" or part[1].endswith(b"char") else 3
        count = depth = 0  # a list in brackets is one value
        for value in values:
            depth -= value == b"]"
            count += depth == 0 and value != b"["
            depth += value == b"["
        parts.append(b"%d begin%s\n%s\nend%s\n" % (count // width, part[1], b" ".join(values), part[1]))
    return b"".join([*parts, _CMAP_END])


def is_dictionary(value: Any) -> TypeGuard[Any]:
    """Return whether a value is a dictionary of a PDF, but not a stream."""
    return isinstance(value, pikepdf.Object) and value._type_code == pikepdf.ObjectType.dictionary


def strip_jpeg(data: bytes) -> bytes | None:
    """Return a JPEG with only what decoders need, None if it is damaged. If it was cut off, it gets an end marker."""
    if not data.startswith(_JPEG_START):
        return None
    kept, place = [_JPEG_START], 2
    while marked := _MARKER.match(data, place):
        marker, start = marked[1][0], marked.end()
        if marker == 0xD9:
            return b"".join([*kept, b"\xff\xd9"])
        if marker in _STANDALONE:
            kept.append(b"\xff" + marked[1])
            place = start
            continue
        length = int.from_bytes(data[start : start + 2], "big")
        place = start + length
        if length < 2 or place > len(data):
            return None
        if marker == _KEPT_APPLICATION and data[start + 2 : start + 7] == b"Adobe" and length >= 14:
            kept.append(b"\xff\xee\x00\x0e" + data[start + 2 : start + 14])
        elif marker == 0xE0 and data[start + 2 : start + 7] == b"JFIF\0" and length >= 16:
            kept.append(b"\xff\xe0\x00\x10" + data[start + 2 : start + 14] + b"\x00\x00")  # without its thumbnail
        elif not 0xE0 <= marker <= 0xEF and marker != 0xFE:
            kept.append(b"\xff" + marked[1] + data[start:place])
        if marker == 0xDA:  # compressed data follows, up to the next marker
            following = _MARKER_AFTER_SCAN.search(data, place)
            end = following.start() if following else len(data)
            kept.append(data[place:end])
            place = end
    if len(data[place:].lstrip(b"\xff")) > 1:
        return None
    return b"".join([*kept, b"\xff\xd9"])  # cut off: a reader shows what is there


def strip_jpeg2000(data: bytes) -> bytes | None:
    """Return a JPEG 2000 file without boxes of metadata, None if it is damaged. A file that has no boxes stays as it is."""
    if data.startswith(b"\xff\x4f\xff\x51"):
        return data
    kept, place = [], 0
    while place + 8 <= len(data):
        length, name, header = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8], 8
        if length == 1:
            length, header = int.from_bytes(data[place + 8 : place + 16], "big"), 16
        if length == 0:
            length = len(data) - place
        if length < header or place + length > len(data):
            return None
        if name not in _JP2_DROPPED:
            kept.append(data[place : place + length])
        place += length
    return b"".join(kept) or None


def filters_of(stream: Any) -> list[str]:
    """Return the names of the filters of a stream, in the order in which a reader applies them."""
    filters = stream.get("/Filter")
    listed = filters if isinstance(filters, Array) else [filters]
    return [str(name) for name in listed if name is not None]


def encoded_image(pdf: Any, stream: Any, names: list[str]) -> bytes:
    """Return the bytes of an image file, such as a JPEG, in a stream. All filters in `names` except the last are applied."""
    if len(names) == 1:
        return bytes(stream.read_raw_bytes())
    outer = Stream(pdf, stream.read_raw_bytes())
    outer["/Filter"] = Array([Name(name) for name in names[:-1]])
    return bytes(outer.read_bytes())


def without_trailing_data(packed: bytes) -> bytes:
    """Return packed data without the bytes after its end, which no reader unpacks. Damaged data stays."""
    unpacker = zlib.decompressobj()
    left = packed
    try:
        while left and not unpacker.eof:
            unpacker.decompress(left, 1_000_000)
            left = unpacker.unconsumed_tail
    except zlib.error:
        return packed  # readers show what they can of it
    return packed[: len(packed) - len(unpacker.unused_data)]


def clean_profile(stream: Any, found: FoundItems) -> None:
    """Replace an RGB colour profile by sRGB. Keep only the colours of any other. Count a changed profile in `found`."""
    from PIL import ImageCms

    content = bytes(stream.read_bytes())[:MAX_PROFILE]
    if content[36:40] != b"acsp":
        return
    if int(stream.get("/N", 0)) == 3:
        made_now = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        clean = made_now[:24] + bytes(12) + made_now[36:]  # without the time at which it was made
    else:
        clean = _only_colours(content)
    if content != clean:
        stream.write(clean)
        found.add(findings.COLOUR_PROFILE)


def _only_colours(profile: bytes) -> bytes:
    """Return a colour profile with zeros in place of what is not about colours, such as names and times."""
    count = min(int.from_bytes(profile[128:132], "big"), 200)
    kept = [(0, 24), (36, 48), (56, 80), (128, 132 + 12 * count)]
    for place in range(132, 132 + 12 * count, 12):
        start, size = (int.from_bytes(profile[place + 4 + n : place + 8 + n], "big") for n in (0, 4))
        if profile[place : place + 4] in _COLOUR_TAGS:
            kept.append((start, start + size))
    clean = bytearray(len(profile))
    for start, end in kept:
        clean[start:end] = profile[start:end]
    return bytes(clean)
