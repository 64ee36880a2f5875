"""Clean a PDF: keep the pages, their links and the outline; remove what names people, programs and devices, and what acts.

Every object keeps the entries that its kind may have, and what they do not lead to is gone: pdf_names.yaml has the list. A
string stays only where the list says "text". Contents of pages are written anew, and only the resources that they use stay
(see `pdf_contents`).
"""

import io
import re
from pathlib import Path
from typing import Any

import pikepdf
import yaml
from pikepdf import Array, Dictionary, Name, Object, ObjectType, Stream

from tracker.files import findings
from tracker.files.cleaners import pdf_contents
from tracker.files.cleaners.pdf_contents import is_dictionary
from tracker.files.findings import FoundItems
from tracker.files.kept_file import CleaningChoices
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.sandbox.kinds import refuse_damaged
from tracker.sandbox.limits import DAMAGED, PROTECTED, TOO_LARGE_UNPACKED, FileLimits

MAX_OBJECTS = 400_000
"""A report of 500 pages has about 20,000."""
_COMMENTS = {
    *("/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline"),
    *("/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Redact"),
}
_MULTIMEDIA = ("/Sound", "/Movie", "/Screen", "/RichMedia", "/3D", "/Projection")
_REMOVED = {"/FileAttachment": findings.ATTACHED_FILES, **dict.fromkeys(_MULTIMEDIA, findings.MULTIMEDIA)}
_NOT_SHOWN = 2 | 32
"""The flags of an annotation that is hidden, or only printed."""
_NAMES: Any = yaml.load(Path(__file__).with_name("pdf_names.yaml").read_text("utf-8"), Loader=yaml.CBaseLoader)
COLOUR_SPACES = {f"/{name}": tuple(kinds.split()) for name, kinds in _NAMES["colour_spaces"].items()}
_MOST_LEVELS = 100
"""Levels of the tree of pages, and steps from a tag to the standard tag that it stands for."""
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
"""Keys that no object may have → what is reported. Others go without a word."""
_NO_NUMBER = (0, 0)
_LINK_STARTS = ("http://", "https://", "mailto:")


def clean_pdf(data: bytes, choices: CleaningChoices, limits: FileLimits, *, found: FoundItems) -> bytes:
    """Return the PDF without metadata and without anything that acts, and count in `found` what was removed.

    Form fields become part of the page, and earlier versions inside of the file are gone. Raises UnusableFile.
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
            _clean_catalog(pdf, found)
            for page in pdf.pages:
                if (annotations := page.obj.get("/Annots")) is not None:
                    page.obj["/Annots"] = Array([one for one in annotations if _keep_annotation(one, choices, found)])
            _remove_information(pdf, found)
            _Cleaner(pdf, limits, found).clean()
            target = io.BytesIO()
            mode = pikepdf.ObjectStreamMode.generate
            pdf.save(target, deterministic_id=True, object_stream_mode=mode, encryption=False)
    except pikepdf.PasswordError:
        raise UnusableFile(PROTECTED) from None
    return target.getvalue()


def _remove_information(pdf: Any, found: FoundItems) -> None:
    information = pdf.trailer.get("/Info")
    if isinstance(information, Dictionary | Stream) and set(information.keys()) - {"/Producer", "/Trapped"}:
        found.add(findings.DOCUMENT_PROPERTIES)
    for key in set(pdf.trailer.keys()) - {"/Root", "/Size", "/Prev", "/Encrypt"}:
        del pdf.trailer[key]
    if "/Size" not in pdf.trailer:  # a damaged file; qpdf writes the right number, but only if there is one
        pdf.trailer["/Size"] = len(pdf.objects) + 1


def _clean_catalog(pdf: Any, found: FoundItems) -> None:
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
    """Draw the form fields as part of their page, and remove them. Other annotations stay as they are."""
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
    """Return the type of a form field, which may be that of the field above it."""
    field = widget
    for _ in range(10):
        if not isinstance(field, Dictionary | Stream) or "/FT" in field:
            break
        field = field.get("/Parent")
    return str(field.get("/FT", "")) if isinstance(field, Dictionary | Stream) else ""


def _keep_annotation(annotation: Any, choices: CleaningChoices, found: FoundItems) -> bool:
    """Clean an annotation, and return whether it stays."""
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


def _entries(listed: str) -> dict[str, str]:
    whole = re.sub("<([a-z]+)>", lambda found: _NAMES["shared"][found[1]], listed)
    return {f"/{key}": spec or "plain" for key, _, spec in (entry.partition(":") for entry in whole.split())}


ALLOWED_ENTRIES = {kind: _entries(listed) for kind, listed in _NAMES["entries"].items()}
STREAM_KINDS = {kind for kind, entries in ALLOWED_ENTRIES.items() if "/Filter" in entries}
STANDARD_TAGS = _as_names(_NAMES["tags"])
KNOWN_NAMES = (
    STANDARD_TAGS | _as_names(_NAMES["names"]) | {key for entries in ALLOWED_ENTRIES.values() for key in entries}
)
"""The names that say nothing about a file."""


def is_harmless_action(action: Any) -> bool:
    """Return whether an action only goes to a page of this document, or to an address that a browser opens on a click."""
    if not is_dictionary(action) or "/Next" in action:
        return False
    kind = str(action.get("/S", ""))
    if kind == "/URI":
        return str(action.get("/URI", "")).strip().lower().startswith(_LINK_STARTS)
    return kind in ("/GoTo", "/Named")


class _Cleaner:
    """Keeps what `ALLOWED_ENTRIES` allows, writes contents anew, and counts in `found` what was removed."""

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
            _take_over(page.obj)
        self._waiting.append((self._pdf.Root, "catalog"))
        while self._waiting:
            value, kind = self._waiting.pop()
            if value.is_indirect:
                if (value.objgen, kind) in self._seen:
                    continue
                self._seen.add((value.objgen, kind))
            self._clean_one(value, kind)
        kept = {objgen for objgen, _ in self._seen}
        for holder, key in self._references:
            if key in holder and _number_of(holder[key]) not in kept:
                del holder[key]
        self._found.add(findings.HIDDEN_TEXT, self._hidden_layers())

    def _clean_one(self, value: Any, kind: str) -> None:
        match kind:
            case "page" | "form" | "tiling":
                self._clean_contents(value, kind)
            case "font" if is_dictionary(value.get("/CharProcs")):
                self._clean_glyphs(value)
            case "annotation":
                _keep_shown_appearance(value)
            case "kid" if "/S" in value:
                value["/S"] = Name(self._role_of(str(value["/S"]), "/NonStruct"))
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
            elif key != "/Length" and not self._keep(value[key], allowed[key]):
                del value[key]

    def _keep(self, value: Any, spec: str) -> bool:
        """Return whether a value may stay. What is in it is cleaned later."""
        code = value._type_code if isinstance(value, Object) else ObjectType.integer
        kinds = spec.removeprefix("pairs/").lstrip("[{").split("|")
        if code == ObjectType.array:
            return self._keep_array(value, spec, kinds)
        if code not in (ObjectType.dictionary, ObjectType.stream):
            # a name or a number does no harm where an object should be; a string may say anything
            return code != ObjectType.string or "text" in kinds or "dest" in kinds
        if spec.startswith("{"):
            if code != ObjectType.dictionary:
                return False
            for name in sorted(value.keys()):
                if not self._keep(value[name], spec[1:]):
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

    def _keep_array(self, array: Any, spec: str, kinds: list[str]) -> bool:
        if array.is_indirect:
            if (array.objgen, spec) in self._seen:
                return True
            self._seen.add((array.objgen, spec))
        if kinds == ["colour"]:
            return self._keep_space(array)
        if kinds == ["dest"] and not spec.startswith("pairs/"):
            leads_to_page = len(array) > 0 and (isinstance(array[0], int) or _number_of(array[0]) in self._pages)
            return leads_to_page and all(self._keep(array[place], "plain") for place in range(1, len(array)))
        if not spec.startswith(("[", "pairs/")) and not {"plain", "text"} & set(kinds):
            return False
        inner = spec.removeprefix("pairs/")
        for place, item in enumerate(list(array)):
            is_key = inner != spec and place % 2 == 0
            if item is not None and not self._keep(item, "text" if is_key else inner):
                array[place] = None  # what follows keeps its place
        return True

    def _keep_space(self, space: Any) -> bool:
        """Return whether a colour space may stay."""
        parts = COLOUR_SPACES.get(str(space[0]), ()) if len(space) else ()
        while len(space) > 1 + len(parts):
            del space[len(space) - 1]
        return all(self._keep(space[place], parts[place - 1]) for place in range(1, len(space)))

    def _clean_contents(self, holder: Any, kind: str) -> None:
        """Write the contents of a page, a form or a pattern anew, with the resources that they use."""
        resources = holder.get("/Resources")
        streams = [holder]
        if kind == "page":
            contents = holder.get("/Contents")
            streams = [one for one in _listed(contents) or [contents] if isinstance(one, Stream)]
            holder["/Contents"] = Array(streams)
        key = tuple(one.objgen for one in streams), _number_of(resources)
        known = self._contents.get(key) if key[1] != _NO_NUMBER else None
        if known is None:
            used = pdf_contents.UsedResources(resources, lambda tag: self._role_of(tag, "/Span"))
            written = self._rewritten(streams, pikepdf.Page(holder) if kind == "page" else holder, used)
            if kind == "page":
                known = self._pdf.make_stream(written), self._made(used)
                self._contents[key] = known
            else:
                holder.write(written)
                known = None, self._made(used)
        if kind == "page":
            holder["/Contents"] = known[0]
        holder["/Resources"] = known[1]

    def _rewritten(self, streams: list[Any], contents: Any, used: pdf_contents.UsedResources) -> bytes:
        for stream in streams:
            self._bytes_left -= len(stream.read_bytes())
            if self._bytes_left < 0:
                raise UnusableFile(TOO_LARGE_UNPACKED)
        return pdf_contents.rewrite_contents(contents, used, self._pdf)

    def _made(self, used: pdf_contents.UsedResources) -> Any:
        """Return the used resources. Those that have none of their own take theirs from where they are drawn."""
        made = used.made()
        for category, inside in (("/XObject", "/BBox"), ("/Font", "/CharProcs")):
            for one in made.get(category, {}).values():
                is_object = isinstance(one, Stream) or is_dictionary(one)
                if is_object and inside in one and "/Resources" not in one and used.before is not None:
                    one["/Resources"] = used.before
        return self._pdf.make_indirect(made)

    def _clean_glyphs(self, font: Any) -> None:
        """Write the drawings of the glyphs of a font anew."""
        used = pdf_contents.UsedResources(font.get("/Resources"), lambda tag: "/Span")
        glyphs = {name: one for name, one in font.CharProcs.items() if isinstance(one, Stream)}
        written = {name: self._rewritten([one], one, used) for name, one in glyphs.items()}
        font["/CharProcs"] = Dictionary({name: self._pdf.make_stream(raw) for name, raw in written.items()})
        font["/Resources"] = self._made(used)

    def _role_of(self, tag: str, otherwise: str) -> str:
        """Return the standard tag that a tag stands for."""
        for _ in range(_MOST_LEVELS):
            if tag in STANDARD_TAGS or tag not in self._roles:
                break
            tag = self._roles[tag]
        return tag if tag in STANDARD_TAGS else otherwise

    def _clean_stream(self, stream: Any, kind: str) -> None:
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
            if (kept := pdf_contents.without_end(raw)) != raw:
                stream.write(kept, filter=stream["/Filter"], decode_parms=stream.get("/DecodeParms"))

    def _clean_image(self, stream: Any, names: list[str]) -> None:
        raw = pdf_contents.encoded_image(self._pdf, stream, names)
        clean = pdf_contents.strip_jpeg2000(raw) if names[-1] == "/JPXDecode" else pdf_contents.strip_jpeg(raw)
        parameters = stream.get("/DecodeParms")
        last = parameters[-1] if isinstance(parameters, Array) and len(parameters) else parameters
        stream.write(clean or b"", filter=Name(names[-1]), decode_parms=None if isinstance(last, Array) else last)
        self._found.add(findings.IMAGE_METADATA, int(clean != raw))

    def _hidden_layers(self) -> int:
        """Return the number of layers that a reader may not see: switched off, or shown under conditions."""
        layers = self._pdf.Root.get("/OCProperties")
        shown = layers.get("/D") if is_dictionary(layers) else None
        shown = shown if is_dictionary(shown) else Dictionary()
        on, off = ({_number_of(one) for one in _listed(shown.get(key))} for key in ("/ON", "/OFF"))
        off_first = shown.get("/BaseState", "/ON") != "/ON"
        return sum(
            layer.get("/P", "/AnyOn") not in ("/AnyOn", "/AllOn")
            or "/VE" in layer
            or _number_of(layer) in off
            or (off_first and layer.get("/Type") != "/OCMD" and _number_of(layer) not in on)
            # not shown on screens, or not in print
            or any(value == "/OFF" for state in _values_of(layer.get("/Usage")) for value in _values_of(state))
            for layer in self._layers
        )


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Array) else []


def _values_of(dictionary: Any) -> list[Any]:
    return list(dictionary.values()) if is_dictionary(dictionary) else []


def _number_of(value: Any) -> tuple[int, int]:
    """Return the number of an object in the file, or `_NO_NUMBER`."""
    return value.objgen if isinstance(value, Object) else _NO_NUMBER


def _take_over(page: Any) -> None:
    """Give a page what it has from the nodes above it."""
    node = page
    for _ in range(_MOST_LEVELS):
        node = node.get("/Parent")
        if not is_dictionary(node):
            return
        for key in ("/Resources", "/MediaBox", "/CropBox", "/Rotate"):
            if key in node and key not in page:
                page[key] = node[key]


def _kind_of(value: Any, kinds: list[str]) -> str:
    """Return which of the possible kinds a dictionary or stream is; "" for none."""
    match kinds:
        case ["page", "pages"]:
            return "pages" if "/Kids" in value else "page"
        case ["property", "layer"]:
            return "layer" if value.get("/Type") in ("/OCG", "/OCMD") else "property"
        case ["form", "image"]:
            return {"/Form": "form", "/Image": "image"}.get(str(value.get("/Subtype")), "")
    return kinds[0] if kinds else ""


def _keep_shown_appearance(annotation: Any) -> None:
    """Keep the one drawing that a reader sees of an annotation."""
    drawings = annotation.get("/AP")
    shown = drawings.get("/N") if is_dictionary(drawings) else None
    if is_dictionary(shown):
        shown = shown.get(str(annotation.get("/AS", "/Off")))
    if "/AP" in annotation:
        del annotation["/AP"]
    if isinstance(shown, Stream):
        annotation["/AP"] = Dictionary(N=shown)
