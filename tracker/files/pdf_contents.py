"""Write the contents of a page anew: only the operators of the standard, with the operands that they take, and no comments."""

import re
import warnings
from collections.abc import Callable
from typing import Any

_OPERATORS = {
    **dict.fromkeys("q Q h S s f F f* B B* b b* n W W* BT ET T* EMC BX EX".split(), ""),
    **dict.fromkeys("w J j M i Tc Tw Tz TL Tr Ts G g".split(), "n"),
    **dict.fromkeys("m l Td TD d0".split(), "nn"),
    **dict.fromkeys("RG rg".split(), "nnn"),
    **dict.fromkeys("v y re K k".split(), "nnnn"),
    **dict.fromkeys("cm c Tm d1".split(), "nnnnnn"),
    **dict.fromkeys("SC sc".split(), "n" * 32),
    **dict.fromkeys("SCN scn".split(), "n" * 32 + "/"),
    **dict.fromkeys("CS cs gs sh Do ri".split(), "/"),
    **dict.fromkeys("Tj '".split(), "s"),
    **{"d": "an", "Tf": "/n", "TJ": "t", '"': "nns", "BMC": "/", "BDC": "//p"},
}
"""Operator → the operands that it takes: number, name, string, array of numbers, text with numbers, properties."""
_CATEGORIES = {"CS": "/ColorSpace", "cs": "/ColorSpace", "gs": "/ExtGState", "sh": "/Shading", "Do": "/XObject"} | {
    "Tf": "/Font",
    "SCN": "/Pattern",
    "scn": "/Pattern",
}
"""Operator → the resources that its name is in."""
_BUILT_IN = {"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern"}
_DEFAULTS = ("/DefaultGray", "/DefaultRGB", "/DefaultCMYK")
_INTENTS = {"/AbsoluteColorimetric", "/RelativeColorimetric", "/Saturation", "/Perceptual"}
_INLINE_KEYS = {
    *("/Width", "/Height", "/BitsPerComponent", "/ColorSpace", "/Filter", "/DecodeParms", "/ImageMask", "/Decode"),
    "/Interpolate",
}
_CMAP_PART = re.compile(rb"begin(codespacerange|(?:bf|cid|notdef)(?:char|range))(.*?)end\1", re.S)
_CMAP_START = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
_CMAP_END = b"endcmap CMapName currentdict /CMap defineresource pop end end\n"


class UsedResources:
    """The resources that contents use, under new names: those of the file may say who made it."""

    def __init__(self, resources: Any, roles: Callable[[str], str]) -> None:
        """Take the resources before, and what returns the standard tag of a tag."""
        self.before = resources
        self._names: dict[tuple[str, str], str] = {}
        self.role_of = roles

    def use(self, category: str, name: str) -> str:
        """Return the new name of a resource, or "" if there is no such resource."""
        known = self.before.get(category) if self.before is not None else None
        if (category, name) not in self._names and (not is_dictionary(known) or name not in known):
            return ""
        return self._names.setdefault((category, name), f"/{category[1]}{len(self._names)}")

    def made(self) -> Any:
        """Return the new dictionary of resources."""
        import pikepdf

        made: dict[str, dict[str, Any]] = {}
        for (category, old), new in self._names.items():
            made.setdefault(category, {})[new] = self.before[category][old]
        spaces = self.before.get("/ColorSpace") if self.before is not None else None
        if is_dictionary(spaces):
            made.setdefault("/ColorSpace", {}).update((name, spaces[name]) for name in _DEFAULTS if name in spaces)
        return pikepdf.Dictionary({category: pikepdf.Dictionary(names) for category, names in made.items()})


def rewrite_contents(contents: Any, used: UsedResources, clean_image: Callable[[bytes], bytes]) -> bytes:
    """Return the contents of a page, form, pattern or glyph written anew. Its names are noted in `used`.

    `clean_image` cleans a JPEG file. Raises errors of pikepdf.
    """
    import pikepdf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        instructions = pikepdf.parse_content_stream(contents)
    pieces: list[bytes] = []
    written: list[Any] = []
    for instruction in instructions:
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            pieces += [pikepdf.unparse_content_stream(written), _inline_image(instruction.iimage, used, clean_image)]
            written = []
            continue
        operator = bytes(instruction.operator).decode("latin-1")
        form = _OPERATORS.get(operator)
        if form is None:
            continue
        operands = _operands(instruction.operands, form)
        if "/" in form:
            operator, operands = _named(operator, operands, used)
        if operator:
            written.append(pikepdf.ContentStreamInstruction(operands, pikepdf.Operator(operator)))
    return b"\n".join([*pieces, pikepdf.unparse_content_stream(written), b""])


def _operands(given: Any, form: str) -> list[Any]:
    """Return the last operands that an operator takes, of the kinds that it takes. Readers ignore those before."""
    if not form:
        return []
    kept = [one for one in given if _letter(one, form) in form]
    return kept[-len(form) :]


def _letter(operand: Any, form: str) -> str:
    import pikepdf

    if isinstance(operand, pikepdf.Object):
        match operand._type_code:
            case pikepdf.ObjectType.name_:
                return "/"
            case pikepdf.ObjectType.string:
                return "s"
            case pikepdf.ObjectType.dictionary:
                return "p"
            case pikepdf.ObjectType.array:
                inner = {_letter(one, "") for one in operand}
                letter = "a" if inner <= {"n"} else "t" if inner <= {"n", "s"} else "-"
                return "t" if "t" in form and letter == "a" else letter
        return "-"
    return "n" if operand is not None and not isinstance(operand, bool) else "-"


def _named(operator: str, operands: list[Any], used: UsedResources) -> tuple[str, list[Any]]:
    """Return the operator and operands with the new name of the resource; "" as operator if there is no such resource."""
    import pikepdf

    if operator in ("BMC", "BDC"):
        return _marked(operands, used)
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


def _marked(operands: list[Any], used: UsedResources) -> tuple[str, list[Any]]:
    """Return the start of marked contents with its tag, and with its properties if they say something to a reader."""
    import pikepdf

    if not operands or _letter(operands[0], "") != "/":
        return "BMC", [pikepdf.Name.Span]
    tag = str(operands[0])
    mark = pikepdf.Name(tag if tag in ("/OC", "/Artifact") else used.role_of(tag))
    properties = operands[1] if len(operands) > 1 else None
    if is_dictionary(properties):
        kept = {key: properties[key] for key in ("/Alt", "/ActualText", "/E", "/Lang") if _is(properties, key, "s")}
        kept |= {key: properties[key] for key in ("/MCID",) if _is(properties, key, "n")}
        return ("BDC", [mark, pikepdf.Dictionary(kept)]) if kept else ("BMC", [mark])
    new = used.use("/Properties", str(properties)) if properties is not None else ""
    return ("BDC", [mark, pikepdf.Name(new)]) if new else ("BMC", [mark])


def _is(dictionary: Any, key: str, letter: str) -> bool:
    return key in dictionary and _letter(dictionary[key], "") == letter


def _inline_image(image: Any, used: UsedResources, clean_image: Callable[[bytes], bytes]) -> bytes:
    import pikepdf

    kept = {key: value for key, value in image.obj.items() if key in _INLINE_KEYS}
    space = kept.get("/ColorSpace")
    if _letter(space, "") == "/" and str(space) not in _BUILT_IN:
        kept["/ColorSpace"] = pikepdf.Name(used.use("/ColorSpace", str(space)) or "/DeviceGray")
    data = image.read_raw_bytes()
    if image.filters == ["/DCTDecode"]:
        data = clean_image(data)
    start = pikepdf.Dictionary(kept).unparse().removeprefix(b"<<").removesuffix(b">>")
    return b"BI" + start + b"\nID " + data + (b"EI" if data[-1:].isspace() else b"\nEI")


def rewrite_character_map(content: bytes, writing_mode: int) -> bytes:
    """Return a map from codes to characters with its ranges only, without comments and names."""
    base = re.search(rb"/(Adobe-[\w-]+|Identity-[HV]|[\w]+-[HV])\s+usecmap", content)
    parts = [_CMAP_START, b"/%s usecmap\n" % base[1] if base else b""]
    parts.append(b"/CMapName /A def /CMapType 2 def /WMode %d def\n" % writing_mode)
    for part in _CMAP_PART.finditer(re.sub(rb"%[^\r\n]*", b"", content)):
        values = re.findall(rb"<[0-9A-Fa-f\s]*>|\[|\]|\d+", part[2])
        width = 2 if part[1] == b"codespacerange" or part[1].endswith(b"char") else 3
        parts.append(b"%d begin%s\n%s\nend%s\n" % (_entries(values, width), part[1], b" ".join(values), part[1]))
    return b"".join([*parts, _CMAP_END])


def _entries(values: list[bytes], width: int) -> int:
    """Return the number of entries in a range; a list in brackets is one value."""
    count = depth = 0
    for value in values:
        depth -= value == b"]"
        count += depth == 0 and value != b"["
        depth += value == b"["
    return count // width


def rewrite_function(content: bytes) -> bytes:
    """Return a function in PostScript without its comments."""
    return b" ".join(re.findall(rb"[{}]|[^\s{}]+", re.sub(rb"%[^\r\n]*", b"", content)))


def is_dictionary(value: Any) -> bool:
    """Return whether this is a dictionary of a PDF and no stream."""
    import pikepdf

    return isinstance(value, pikepdf.Object) and value._type_code == pikepdf.ObjectType.dictionary
