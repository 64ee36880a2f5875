"""Write the contents of a page anew: only the operators of the standard, with the operands that they take, and no comments."""

import re
import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeGuard

import pikepdf
from pikepdf import ObjectType

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
"""The operands that operators take: numbers, names, strings, arrays of numbers, texts with numbers, properties."""
_OPERATORS = {one: operands for operands, operators in _OPERATORS_BY_OPERANDS.items() for one in operators.split()}
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
_NUMBERS: tuple[type, ...] = (int, Decimal)
_LETTERS = {ObjectType.name_: "/", ObjectType.string: "s", ObjectType.dictionary: "p"}
_TEXT = re.compile(rb"\[(?:[\s\d.+-]|\((?:[^()\\]|\\.)*+\)|<[0-9A-Fa-f]*>)*+\]", re.S)
"""Strings and numbers in brackets, as pikepdf writes them: checked as a whole, because a page has thousands."""
_CMAP_PART = re.compile(rb"begin(codespacerange|(?:bf|cid|notdef)(?:char|range))(.*?)end\1", re.S)
_CMAP_START = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
_CMAP_END = b"endcmap CMapName currentdict /CMap defineresource pop end end\n"

CleanData = Callable[[bytes, list[str]], tuple[bytes, list[str]]]
"""Takes the data of an image and its filters; returns them without what is no part of the image."""


class UsedResources:
    """The resources that contents use, under new names: those of the file may say who made it."""

    def __init__(self, resources: Any, roles: Callable[[str], str]) -> None:
        """Take the resources before, and what returns the standard tag of a tag."""
        self.before: Any = resources if is_dictionary(resources) else None
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
        made: dict[str, dict[str, Any]] = {}
        for (category, old), new in self._names.items():
            made.setdefault(category, {})[new] = self.before[category][old]
        spaces = self.before.get("/ColorSpace") if self.before is not None else None
        if is_dictionary(spaces):
            made.setdefault("/ColorSpace", {}).update((name, spaces[name]) for name in _DEFAULTS if name in spaces)
        return pikepdf.Dictionary({category: pikepdf.Dictionary(names) for category, names in made.items()})


def rewrite_contents(contents: Any, used: UsedResources, clean_data: CleanData) -> bytes:
    """Return the contents of a page, form, pattern or glyph written anew. Its names are noted in `used`.

    Raises errors of pikepdf.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        instructions = pikepdf.parse_content_stream(contents)
    pieces: list[bytes] = []
    written: list[Any] = []
    for instruction in instructions:
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            pieces += [pikepdf.unparse_content_stream(written), _inline_image(instruction.iimage, used, clean_data)]
            written = []
            continue
        operator = bytes(instruction.operator).decode("latin-1")
        form = _OPERATORS.get(operator)
        if form is None:
            continue
        operands: Any = instruction.operands
        if len(operands) > len(form) or not all(type(one) in _NUMBERS for one in operands) or "/" in form:
            operands = _operands(operands, form)
            if "/" in form:
                operator, operands = _named(operator, operands, used)
            if not operator:
                continue
            instruction = pikepdf.ContentStreamInstruction(operands, pikepdf.Operator(operator))
        written.append(instruction)
    return b"\n".join([*pieces, pikepdf.unparse_content_stream(written), b""])


def _operands(given: Any, form: str) -> list[Any]:
    """Return the last operands that an operator takes, of the kinds that it takes. Readers ignore those before."""
    if not form:
        return []
    kept = [one for one in given if _letter(one, form) in form]
    return kept[-len(form) :]


def _letter(operand: Any, form: str) -> str:
    """Return the letter of an operand in `_OPERATORS`, or "-"."""
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


def _named(operator: str, operands: list[Any], used: UsedResources) -> tuple[str, list[Any]]:
    """Return the operator and operands with the new name of the resource; "" as operator if there is no such resource."""
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


def _inline_image(image: Any, used: UsedResources, clean_data: CleanData) -> bytes:
    kept = {key: value for key, value in image.obj.items() if key in _INLINE_KEYS and _letter(value, "") != "s"}
    if "/DecodeParms" in kept:
        kept["/DecodeParms"] = _only_numbers(kept["/DecodeParms"])
    space = kept.get("/ColorSpace")
    if _letter(space, "") == "/" and str(space) not in _BUILT_IN:
        kept["/ColorSpace"] = pikepdf.Name(used.use("/ColorSpace", str(space)) or "/DeviceGray")
    filters = list(image.filters)
    data, kept_filters = clean_data(image.read_raw_bytes(), filters)
    if kept_filters != filters:
        kept["/Filter"] = pikepdf.Array([pikepdf.Name(one) for one in kept_filters])
        kept.pop("/DecodeParms", None)
    start = pikepdf.Dictionary(kept).unparse().removeprefix(b"<<").removesuffix(b">>")
    return b"BI" + start + b"\nID " + data + (b"EI" if data[-1:].isspace() else b"\nEI")


def _only_numbers(parameters: Any) -> Any:
    if is_dictionary(parameters):
        kept = {key: value for key, value in parameters.items() if not isinstance(value, pikepdf.Object)}
        return pikepdf.Dictionary(kept)
    return pikepdf.Array([_only_numbers(one) for one in parameters]) if isinstance(parameters, pikepdf.Array) else None


def rewrite_character_map(content: bytes, writing_mode: int) -> bytes:
    """Return a map from codes to characters with its ranges only, without comments and names."""
    base = re.search(rb"/(Adobe-[\w-]+|[\w-]+-[HV])\s+usecmap", content)
    mode = re.search(rb"/WMode\s+([01])", content)
    parts = [_CMAP_START, b"/%s usecmap\n" % base[1] if base else b""]
    parts.append(b"/CMapName /A def /CMapType 2 def /WMode %d def\n" % (int(mode[1]) if mode else writing_mode))
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


def is_dictionary(value: Any) -> TypeGuard[Any]:
    """Return whether this is a dictionary of a PDF and no stream."""
    return isinstance(value, pikepdf.Object) and value._type_code == pikepdf.ObjectType.dictionary
