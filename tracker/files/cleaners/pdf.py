"""Clean a PDF: keep pages, links and outline. Remove active content, and what identifies people, programs and devices.

pdf_names.yaml lists the entries that an object of each kind may have. All other entries are removed, and with them
what only they lead to. A string stays only where the list says "text" or "dest". Contents of pages are written anew,
and only the resources that they use stay (see `pdf_contents`).
"""

import io
import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import pikepdf
import yaml
from pikepdf import Array, Dictionary, Name, Object, ObjectType, Stream

from tracker.files import findings
from tracker.files.cleaners import pdf_contents
from tracker.files.cleaners.image import JPEG_QUALITY, WRONG_RECTANGLE, draw_page, pixels_of_part
from tracker.files.cleaners.pdf_contents import is_dictionary
from tracker.files.findings import FoundItems
from tracker.files.kept_file import CleaningChoices, Rectangle
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.sandbox.kinds import refuse_damaged
from tracker.sandbox.limits import DAMAGED, PROTECTED, TOO_LARGE_UNPACKED, FileLimits

MAX_OBJECTS = 400_000
"""The largest number of objects. A report of 500 pages has about 20,000."""
BLACKENED_PAGE = (2000, 2600)
"""The largest width and height in pixels of a page that becomes a picture. An A4 page has 220 pixels an inch then."""
_COMMENTS = {
    *("/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline"),
    *("/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Redact"),
}
_MULTIMEDIA = ("/Sound", "/Movie", "/Screen", "/RichMedia", "/3D", "/Projection")
_REMOVED = {"/FileAttachment": findings.ATTACHED_FILES, **dict.fromkeys(_MULTIMEDIA, findings.MULTIMEDIA)}
_NOT_SHOWN = 2 | 32
"""The flags of an annotation that is hidden, or that is printed but not shown."""
_NAMES: Any = yaml.load(Path(__file__).with_name("pdf_names.yaml").read_text("utf-8"), Loader=yaml.CBaseLoader)
COLOUR_SPACES = {f"/{name}": tuple(kinds.split()) for name, kinds in _NAMES["colour_spaces"].items()}
_MOST_LEVELS = 100
"""The largest number of levels in the tree of pages, and of steps from a tag to a standard tag."""
_REPORTED = {
    "/Metadata": findings.XMP,
    "/PieceInfo": findings.HIDDEN_DATA,
    "/AA": findings.ACTIONS,
    "/JS": findings.SCRIPTS,
    "/AF": findings.ATTACHED_FILES,
    "/EF": findings.ATTACHED_FILES,
    "/Thumb": findings.THUMBNAIL,
    "/XFA": findings.HIDDEN_DATA,
    "/OPI": findings.EXTERNAL_LINKS,
    "/PtData": findings.GPS,
    "/LGIDict": findings.GPS,
}
"""Keys that no object may have → the message that is counted. Other keys are removed without a message."""
_NO_NUMBER = (0, 0)
_LINK_STARTS = ("http://", "https://", "mailto:")


def clean_pdf(data: bytes, choices: CleaningChoices, limits: FileLimits, *, found: FoundItems) -> bytes:
    """Return the PDF without metadata and without active content. Raises UnusableFile.

    Form fields become part of the page. `found` counts what was removed (also earlier versions) or must be checked.
    """
    try:
        with refuse_damaged(pikepdf.PasswordError), pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) == 0:
                raise UnusableFile(DAMAGED)
            if len(pdf.objects) > MAX_OBJECTS or len(pdf.pages) > limits.pages:
                raise UnusableFile(TOO_LARGE_UNPACKED)
            # a file that is prepared for fast web view has two of them in its only version
            versions = len(re.findall(rb"startxref\s+\d+\s+%%EOF", data)) - (b"/Linearized" in data[:2048])
            found.add(findings.EARLIER_VERSIONS, max(0, versions - 1))
            _flatten_form(pdf, found)
            _count_in_catalog(pdf, found)
            for page in pdf.pages:
                if (annotations := page.obj.get("/Annots")) is not None:
                    kept = [one for one in annotations if _is_kept_annotation(one, choices, found)]
                    page.obj["/Annots"] = Array(kept)
            information = pdf.trailer.get("/Info")
            if isinstance(information, Dictionary | Stream) and set(information.keys()) - {"/Producer", "/Trapped"}:
                found.add(findings.DOCUMENT_PROPERTIES)
            for key in set(pdf.trailer.keys()) - {"/Root", "/Size", "/Prev", "/Encrypt"}:
                del pdf.trailer[key]
            if "/Size" not in pdf.trailer:  # a damaged file; qpdf writes the right number, but only if there is one
                pdf.trailer["/Size"] = len(pdf.objects) + 1
            _Cleaner(pdf, limits, found).clean()
            return _saved(pdf)
    except pikepdf.PasswordError:
        raise UnusableFile(PROTECTED) from None


def black_out_pages(data: bytes, parts: Iterable[Rectangle]) -> bytes:
    """Return a cleaned PDF in which each page with a part is a picture with black parts: its text and links are gone.

    Tags, bookmarks and names of places are removed, because they repeat texts of pages. Raises UnusableFile.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for number, found in groupby(sorted(parts, key=lambda part: part.page), lambda part: part.page):
            if not 1 <= number <= len(pdf.pages):
                raise UnusableFile(WRONG_RECTANGLE)
            page, picture, target = pdf.pages[number - 1], draw_page(data, number, BLACKENED_PAGE), io.BytesIO()
            for part in found:
                picture.paste("black", pixels_of_part(part, picture.size))
            picture.save(target, "JPEG", quality=JPEG_QUALITY)
            left, bottom, right, top = map(float, page.cropbox)
            height = (right - left if int(page.obj.get("/Rotate", 0)) % 180 else top - bottom) or 1.0
            width = height * picture.width / picture.height
            size = {
                "Width": picture.width,
                "Height": picture.height,
                "BitsPerComponent": 8,
                "ColorSpace": Name.DeviceRGB,
            }
            how = {"Type": Name.XObject, "Subtype": Name.Image, "Filter": Name.DCTDecode}
            image = pdf.make_stream(target.getvalue(), **size, **how)
            for key in set(page.obj.keys()) - {"/Type", "/Parent"}:
                del page.obj[key]
            page.obj["/MediaBox"] = Array([0, 0, width, height])
            page.obj["/Resources"] = Dictionary(XObject=Dictionary(A=image))
            page.obj["/Contents"] = pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /A Do Q".encode())
        for key in {"/StructTreeRoot", "/MarkInfo", "/Outlines", "/Names", "/Dests"} & set(pdf.Root.keys()):
            del pdf.Root[key]
        del pdf.trailer["/ID"]  # it was computed from the words
        return _saved(pdf)


def _saved(pdf: Any) -> bytes:
    target, mode = io.BytesIO(), pikepdf.ObjectStreamMode.generate
    pdf.save(target, deterministic_id=True, object_stream_mode=mode, encryption=False)
    return target.getvalue()


def _count_in_catalog(pdf: Any, found: FoundItems) -> None:
    """Count attached files, scripts and actions of the whole document."""
    root = pdf.Root
    for key, message in (("/EmbeddedFiles", findings.ATTACHED_FILES), ("/JavaScript", findings.SCRIPTS)):
        if (tree := root.get("/Names", Dictionary()).get(key)) is not None:
            # of a name tree of several levels, one is told
            found.add(message, max(1, len(tree.get("/Names", ())) // 2))
    opening = root.get("/OpenAction")
    if isinstance(opening, Dictionary | Stream):
        found.add(findings.SCRIPTS if opening.get("/S") == "/JavaScript" else findings.ACTIONS)
    if "/Collection" in root:
        found.add(findings.ATTACHED_FILES)


def _flatten_form(pdf: Any, found: FoundItems) -> None:
    """Draw the form fields as part of their pages, and remove the fields. Other annotations stay as they are."""
    form, others, all_widgets = pdf.Root.get("/AcroForm"), list[tuple[Any, list[Any]]](), list[Any]()
    for page in pdf.pages:
        if (annotations := page.obj.get("/Annots")) is not None:
            widgets, rest = list[Any](), list[Any]()
            for annotation in list(annotations):
                is_widget = isinstance(annotation, Dictionary | Stream) and annotation.get("/Subtype") == "/Widget"
                (widgets if is_widget else rest).append(annotation)
            others.append((page.obj, rest))
            page.obj["/Annots"] = Array(widgets)
            all_widgets += widgets
    signatures = sum(_field_type(widget) == "/Sig" for widget in all_widgets)
    found.add(N_("Form fields: {count}. Their text is now part of the page."), len(all_widgets) - signatures)
    found.add(findings.SIGNATURES, signatures)
    if form is not None and all_widgets:
        if any("/AP" not in widget for widget in all_widgets):
            form["/NeedAppearances"] = True  # otherwise qpdf draws nothing for a field that was never drawn
            pdf.generate_appearance_streams()
        pdf.flatten_annotations("screen")
    elif form is not None and "/XFA" in form:
        found.add(findings.HIDDEN_DATA)
    for page, rest in others:
        page["/Annots"] = Array(rest)


def _field_type(widget: Any) -> str:
    """Return the type of a form field, such as "/Sig", or "". The field may inherit it from its parent."""
    field = widget
    for _ in range(10):
        if not isinstance(field, Dictionary | Stream) or "/FT" in field:
            break
        field = field.get("/Parent")
    return str(field.get("/FT", "")) if isinstance(field, Dictionary | Stream) else ""


def _is_kept_annotation(annotation: Any, choices: CleaningChoices, found: FoundItems) -> bool:
    """Return whether an annotation is kept, and count in `found` what is removed or kept."""
    if not isinstance(annotation, Dictionary | Stream):
        return False
    kind = str(annotation.get("/Subtype", ""))
    acts = kind == "/Link" and "/A" in annotation and not is_harmless_action(annotation["/A"])
    removed = _REMOVED.get(kind) or (findings.ACTIONS if acts else "")
    if kind in _COMMENTS and choices.remove_comments:
        removed = findings.COMMENTS
    # the others are windows of comments, marks of printers, and what no standard knows
    if removed or kind not in {"/Link", *_COMMENTS}:
        found.add(removed)
        return False
    if kind in _COMMENTS:
        found.add(findings.HAS_COMMENTS)
        found.add(findings.COMMENT_AUTHORS, int(any(key in annotation for key in ("/T", "/M", "/CreationDate"))))
    found.add(findings.HIDDEN_TEXT, int(int(annotation.get("/F", 0)) & _NOT_SHOWN != 0))
    return True


def _as_names(words: str) -> set[str]:
    return {f"/{word}" for word in words.split()}


def _parse_entries(listed: str) -> dict[str, str]:
    """Return a mapping: key → what its value may be. `listed` is a list in pdf_names.yaml, such as "Title:text Prev"."""
    whole = re.sub("<([a-z]+)>", lambda found: _NAMES["shared"][found[1]], listed)
    return {f"/{key}": spec or "plain" for key, _, spec in (entry.partition(":") for entry in whole.split())}


ALLOWED_ENTRIES = {kind: _parse_entries(listed) for kind, listed in _NAMES["entries"].items()}
STREAM_KINDS = {kind for kind, entries in ALLOWED_ENTRIES.items() if "/Filter" in entries}
STANDARD_TAGS = _as_names(_NAMES["tags"])
KNOWN_NAMES = (
    STANDARD_TAGS | _as_names(_NAMES["names"]) | {key for entries in ALLOWED_ENTRIES.values() for key in entries}
)
"""The names of the standard, which say nothing about who made a file."""


def is_harmless_action(action: Any) -> bool:
    """Return whether an action only leads to a page, a web address or a mail address, and no other action follows."""
    if not is_dictionary(action) or "/Next" in action:
        return False
    kind = str(action.get("/S", ""))
    if kind == "/URI":
        return str(action.get("/URI", "")).strip().lower().startswith(_LINK_STARTS)
    return kind in ("/GoTo", "/Named")


class _Cleaner:
    """Keeps what `ALLOWED_ENTRIES` allows, writes contents anew, and counts in `found` what it removes."""

    def __init__(self, pdf: Any, limits: FileLimits, found: FoundItems) -> None:
        self._pdf, self._found = pdf, found
        self._bytes_left = limits.unpacked_bytes
        self._pages = {page.obj.objgen for page in pdf.pages}
        self._waiting: list[tuple[Any, str]] = []
        self._seen: set[tuple[tuple[int, int], str]] = set()
        self._references: list[tuple[Any, str]] = []
        self._layers: list[Any] = []
        structure = pdf.Root.get("/StructTreeRoot")
        roles = structure.get("/RoleMap") if is_dictionary(structure) else None
        self._roles = {key: str(value) for key, value in roles.items()} if is_dictionary(roles) else {}
        self._contents: dict[tuple[object, ...], tuple[Any, Any]] = {}

    def clean(self) -> None:
        for page in self._pdf.pages:
            _copy_inherited_entries(page.obj)
        self._waiting.append((self._pdf.Root, "catalog"))
        while self._waiting:
            value, kind = self._waiting.pop()
            if value.is_indirect:
                if (value.objgen, kind) in self._seen:
                    continue
                self._seen.add((value.objgen, kind))
            self._clean_object(value, kind)
        kept = {objgen for objgen, _ in self._seen}
        for holder, key in self._references:
            if key in holder and _object_number(holder[key]) not in kept:
                del holder[key]
        self._found.add(findings.HIDDEN_TEXT, self._count_hidden_layers())

    def _clean_object(self, value: Any, kind: str) -> None:
        """Clean an object of a kind in `ALLOWED_ENTRIES`. The objects in its entries wait to be cleaned."""
        match kind:
            case "page" | "form" | "tiling":
                self._clean_contents(value, kind)
            case "font" if is_dictionary(value.get("/CharProcs")):
                self._clean_glyphs(value)
            case "annotation":
                _drop_other_appearances(value)
            case "kid" if "/S" in value:
                value["/S"] = Name(self._standard_tag(str(value["/S"]), "/NonStruct"))
            case "layer":
                self._layers.append(value)
        if kind in STREAM_KINDS:
            self._clean_stream(value, kind)
        allowed = ALLOWED_ENTRIES[kind]
        for key in sorted(value.keys()):
            if key not in allowed:
                self._found.add(_REPORTED.get(key, ""))
                del value[key]
            elif allowed[key] == "ref":
                self._references.append((value, key))
            elif key != "/Length" and not self._clean_value(value[key], allowed[key]):
                del value[key]

    def _clean_value(self, value: Any, spec: str) -> bool:
        """Clean a value, and return whether it may stay. `spec` says what it may be, as in pdf_names.yaml."""
        code = value._type_code if isinstance(value, Object) else ObjectType.integer
        kinds = spec.removeprefix("pairs/").lstrip("[{").split("|")
        if code == ObjectType.array:
            return self._clean_array(value, spec, kinds)
        if code not in (ObjectType.dictionary, ObjectType.stream):
            # a name or a number does no harm where an object should be; a string may say anything
            return code != ObjectType.string or "text" in kinds or "dest" in kinds
        if spec.startswith("{"):
            if code != ObjectType.dictionary:
                return False
            for name in sorted(value.keys()):
                if not self._clean_value(value[name], spec[1:]):
                    del value[name]
            return True
        kind = _kind_of(value, [one for one in kinds if (one in STREAM_KINDS) == (code == ObjectType.stream)])
        if kind == "action" and not is_harmless_action(value):
            self._found.add(findings.ACTIONS)
            return False
        if kind not in ALLOWED_ENTRIES or (kind == "page" and value.objgen not in self._pages):
            return False
        self._waiting.append((value, kind))
        return True

    def _clean_array(self, array: Any, spec: str, kinds: list[str]) -> bool:
        """Clean an array, and return whether it may stay."""
        if array.is_indirect:
            if (array.objgen, spec) in self._seen:
                return True
            self._seen.add((array.objgen, spec))
        if kinds == ["colour"]:
            return self._clean_colour_space(array)
        if kinds == ["dest"] and not spec.startswith("pairs/"):
            leads_to_page = len(array) > 0 and (isinstance(array[0], int) or _object_number(array[0]) in self._pages)
            return leads_to_page and all(self._clean_value(array[place], "plain") for place in range(1, len(array)))
        if not spec.startswith(("[", "pairs/")) and not {"plain", "text"} & set(kinds):
            return False
        inner = spec.removeprefix("pairs/")
        for place, item in enumerate(list(array)):
            is_key = inner != spec and place % 2 == 0
            if item is not None and not self._clean_value(item, "text" if is_key else inner):
                array[place] = None  # what follows keeps its place
        return True

    def _clean_colour_space(self, space: Any) -> bool:
        """Clean a colour space, and return whether it may stay. Needless items at its end are removed."""
        parts = COLOUR_SPACES.get(str(space[0]), ()) if len(space) else ()
        while len(space) > 1 + len(parts):
            del space[len(space) - 1]
        return all(self._clean_value(space[place], parts[place - 1]) for place in range(1, len(space)))

    def _clean_contents(self, holder: Any, kind: str) -> None:
        """Write the contents of a page, a form or a pattern anew, and give it only the resources that they use."""
        resources = holder.get("/Resources")
        streams = [holder]
        if kind == "page":
            contents = holder.get("/Contents")
            streams = [one for one in _items_of(contents) or [contents] if isinstance(one, Stream)]
            holder["/Contents"] = Array(streams)
        key = tuple(one.objgen for one in streams), _object_number(resources)
        known = self._contents.get(key) if key[1] != _NO_NUMBER else None
        if known is None:
            used = pdf_contents.UsedResources(resources, lambda tag: self._standard_tag(tag, "/Span"))
            written = self._rewrite(streams, pikepdf.Page(holder) if kind == "page" else holder, used)
            if kind == "page":
                known = self._pdf.make_stream(written), self._new_resources(used)
                self._contents[key] = known
            else:
                holder.write(written)
                known = None, self._new_resources(used)
        if kind == "page":
            holder["/Contents"] = known[0]
        holder["/Resources"] = known[1]

    def _rewrite(self, streams: list[Any], contents: Any, used: pdf_contents.UsedResources) -> bytes:
        """Return new contents. Raises UnusableFile if all contents together are too large, unpacked."""
        for stream in streams:
            self._bytes_left -= len(stream.read_bytes())
            if self._bytes_left < 0:
                raise UnusableFile(TOO_LARGE_UNPACKED)
        return pdf_contents.rewrite_contents(contents, used, self._pdf)

    def _new_resources(self, used: pdf_contents.UsedResources) -> Any:
        """Return the used resources as an object of the PDF."""
        made = used.new_dictionary()
        for category, inside in (("/XObject", "/BBox"), ("/Font", "/CharProcs")):
            for one in made.get(category, {}).values():
                is_object = isinstance(one, Stream) or is_dictionary(one)
                if is_object and inside in one and "/Resources" not in one and used.before is not None:
                    one["/Resources"] = used.before
        return self._pdf.make_indirect(made)

    def _clean_glyphs(self, font: Any) -> None:
        """Write the contents of the glyphs of a font anew, and give the font only the resources that they use."""
        used = pdf_contents.UsedResources(font.get("/Resources"), lambda tag: "/Span")
        glyphs = {name: one for name, one in font.CharProcs.items() if isinstance(one, Stream)}
        written = {name: self._rewrite([one], one, used) for name, one in glyphs.items()}
        font["/CharProcs"] = Dictionary({name: self._pdf.make_stream(raw) for name, raw in written.items()})
        font["/Resources"] = self._new_resources(used)

    def _standard_tag(self, tag: str, otherwise: str) -> str:
        """Return the standard tag that a tag stands for, `otherwise` if it stands for none."""
        for _ in range(_MOST_LEVELS):
            if tag in STANDARD_TAGS or tag not in self._roles:
                break
            tag = self._roles[tag]
        return tag if tag in STANDARD_TAGS else otherwise

    def _clean_stream(self, stream: Any, kind: str) -> None:
        """Clean the data of a stream, such as an image, a colour profile, a character map or a function."""
        names = pdf_contents.filters_of(stream)
        if kind == "image" and names and names[-1] in ("/DCTDecode", "/DCT", "/JPXDecode"):
            self._clean_image(stream, names)
        elif kind == "profile":
            pdf_contents.clean_profile(stream, self._found)
        elif kind == "map":
            stream.write(pdf_contents.rewrite_character_map(stream.read_bytes(), int(stream.get("/WMode", 0))))
            stream["/CMapName"] = Name("/A")
        elif kind == "program" and stream.get("/FunctionType") == 4:
            # a function in PostScript, without its comments
            written = re.sub(rb"%[^\r\n]*", b"", stream.read_bytes())
            stream.write(b" ".join(re.findall(rb"[{}]|[^\s{}]+", written)))
        elif names == ["/FlateDecode"]:
            raw = bytes(stream.read_raw_bytes())
            if (kept := pdf_contents.without_trailing_data(raw)) != raw:
                stream.write(kept, filter=stream["/Filter"], decode_parms=stream.get("/DecodeParms"))

    def _clean_image(self, stream: Any, names: list[str]) -> None:
        raw = pdf_contents.encoded_image(self._pdf, stream, names)
        clean = pdf_contents.strip_jpeg2000(raw) if names[-1] == "/JPXDecode" else pdf_contents.strip_jpeg(raw)
        parameters = stream.get("/DecodeParms")
        last = parameters[-1] if isinstance(parameters, Array) and len(parameters) else parameters
        stream.write(clean or b"", filter=Name(names[-1]), decode_parms=None if isinstance(last, Array) else last)
        self._found.add(findings.IMAGE_METADATA, int(clean != raw))

    def _count_hidden_layers(self) -> int:
        """Return the number of layers that are switched off, or are shown only under conditions."""
        layers = self._pdf.Root.get("/OCProperties")
        shown = layers.get("/D") if is_dictionary(layers) else None
        shown = shown if is_dictionary(shown) else Dictionary()
        on, off = ({_object_number(one) for one in _items_of(shown.get(key))} for key in ("/ON", "/OFF"))
        off_first = shown.get("/BaseState", "/ON") != "/ON"
        return sum(
            layer.get("/P", "/AnyOn") not in ("/AnyOn", "/AllOn")
            or "/VE" in layer
            or _object_number(layer) in off
            or (off_first and layer.get("/Type") != "/OCMD" and _object_number(layer) not in on)
            # not shown on screens, or not in print
            or any(value == "/OFF" for state in _values_of(layer.get("/Usage")) for value in _values_of(state))
            for layer in self._layers
        )


def _items_of(value: Any) -> list[Any]:
    """Return the items of an array, [] for any other value."""
    return list(value) if isinstance(value, Array) else []


def _values_of(dictionary: Any) -> list[Any]:
    return list(dictionary.values()) if is_dictionary(dictionary) else []


def _object_number(value: Any) -> tuple[int, int]:
    """Return the number and generation of an object in the file, `_NO_NUMBER` for any other value."""
    return value.objgen if isinstance(value, Object) else _NO_NUMBER


def _copy_inherited_entries(page: Any) -> None:
    """Copy to a page the resources, sizes and rotation that it inherits from the nodes above it."""
    node = page
    for _ in range(_MOST_LEVELS):
        node = node.get("/Parent")
        if not is_dictionary(node):
            return
        for key in ("/Resources", "/MediaBox", "/CropBox", "/Rotate"):
            if key in node and key not in page:
                page[key] = node[key]


def _kind_of(value: Any, kinds: list[str]) -> str:
    """Return which of the possible kinds a dictionary or stream is, "" for none."""
    match kinds:
        case ["page", "pages"]:
            return "pages" if "/Kids" in value else "page"
        case ["property", "layer"]:
            return "layer" if value.get("/Type") in ("/OCG", "/OCMD") else "property"
        case ["form", "image"]:
            return {"/Form": "form", "/Image": "image"}.get(str(value.get("/Subtype")), "")
    return kinds[0] if kinds else ""


def _drop_other_appearances(annotation: Any) -> None:
    """Of the drawings of an annotation, keep only the one that a reader sees at first."""
    drawings = annotation.get("/AP")
    shown = drawings.get("/N") if is_dictionary(drawings) else None
    if is_dictionary(shown):
        shown = shown.get(str(annotation.get("/AS", "/Off")))
    if "/AP" in annotation:
        del annotation["/AP"]
    if isinstance(shown, Stream):
        annotation["/AP"] = Dictionary(N=shown)
