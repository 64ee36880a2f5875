"""Clean a PDF: keep the pages, their links and the outline; remove what names people, programs and devices, and what acts."""

import io
import re
from typing import Any

from tracker.files import findings
from tracker.files.cleaners.pdf_objects import clean_objects, is_harmless_action
from tracker.files.findings import FoundItems
from tracker.files.kept_file import CleaningChoices
from tracker.model.errors import UnusableFile
from tracker.sandbox.limits import FileLimits
from tracker.sandbox.sentences import DAMAGED, PROTECTED, TOO_LARGE_UNPACKED

MAX_OBJECTS = 400_000
"""A report of 500 pages has about 20,000."""
_COMMENTS = {
    *("/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline"),
    *("/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Redact"),
}
_MULTIMEDIA = {"/Sound", "/Movie", "/Screen", "/RichMedia", "/3D", "/Projection"}
_NOT_SHOWN = 2 | 32
"""The flags of an annotation that is hidden, or only printed."""
_NOT_OUR_PROPERTIES = {"/Producer", "/Trapped"}


def clean_pdf(data: bytes, choices: CleaningChoices, limits: FileLimits, *, found: FoundItems) -> bytes:
    """Return the PDF without metadata and without anything that acts, and count in `found` what was removed.

    Form fields become part of the page. It is saved anew, so that earlier versions inside of the file are gone. Raises
    UnusableFile if the PDF is damaged, needs a password, or is too large inside.
    """
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) == 0:
                raise UnusableFile(DAMAGED)
            if len(pdf.objects) > MAX_OBJECTS or len(pdf.pages) > limits.pages:
                raise UnusableFile(TOO_LARGE_UNPACKED)
            _count_versions(data, found)
            _flatten_form(pdf, found)
            _clean_catalog(pdf, found)
            for page in pdf.pages:
                _clean_page(page.obj, choices, found)
            _remove_information(pdf, found)
            clean_objects(pdf, limits, found)
            target = io.BytesIO()
            pdf.save(
                target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, encryption=False
            )
    except pikepdf.PasswordError:
        raise UnusableFile(PROTECTED) from None
    except (UnusableFile, MemoryError):
        raise
    except Exception:  # damaged PDFs raise errors of nearly every class
        raise UnusableFile(DAMAGED) from None
    return target.getvalue()


def _count_versions(data: bytes, found: FoundItems) -> None:
    # a file that is prepared for fast web view has two of them in its only version
    versions = len(re.findall(rb"startxref\s+\d+\s+%%EOF", data)) - (b"/Linearized" in data[:2048])
    found.add(findings.EARLIER_VERSIONS, max(0, versions - 1))


def _remove_information(pdf: Any, found: FoundItems) -> None:
    information = pdf.trailer.get("/Info")
    if _is_dictionary(information) and set(information.keys()) - _NOT_OUR_PROPERTIES:
        found.add(findings.DOCUMENT_PROPERTIES)
    for key in set(pdf.trailer.keys()) - {"/Root", "/Size", "/Prev", "/Encrypt"}:
        del pdf.trailer[key]
    if "/Size" not in pdf.trailer:  # a damaged file; qpdf writes the right number, but only if there is one
        pdf.trailer["/Size"] = len(pdf.objects) + 1


def _clean_catalog(pdf: Any, found: FoundItems) -> None:
    root = pdf.Root
    names = root.get("/Names")
    if names is not None:
        found.add(findings.ATTACHED_FILES, _count_names(names, "/EmbeddedFiles"))
        found.add(findings.SCRIPTS, _count_names(names, "/JavaScript"))
    opening = root.get("/OpenAction")
    if opening is not None and _is_dictionary(opening):
        found.add(findings.SCRIPTS if opening.get("/S") == "/JavaScript" else findings.ACTIONS)
    if "/Collection" in root:
        found.add(findings.ATTACHED_FILES)


def _count_names(names: Any, key: str) -> int:
    """Return the number of entries in a name tree; 1 if it is not a simple one."""
    tree = names.get(key)
    if tree is None:
        return 0
    entries = tree.get("/Names")
    return max(1, len(entries) // 2) if entries is not None else 1


def _flatten_form(pdf: Any, found: FoundItems) -> None:
    """Draw the form fields as part of their page, and remove them. Other annotations stay as they are."""
    form = pdf.Root.get("/AcroForm")
    others: list[tuple[Any, list[Any]]] = []
    fields = signatures = 0
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        if annotations is None:
            continue
        widgets: list[Any] = []
        rest: list[Any] = []
        for annotation in list(annotations):
            is_widget = _is_dictionary(annotation) and annotation.get("/Subtype") == "/Widget"
            (widgets if is_widget else rest).append(annotation)
        signatures += sum(_field_type(widget) == "/Sig" for widget in widgets)
        fields += sum(_field_type(widget) != "/Sig" for widget in widgets)
        if widgets:
            others.append((page.obj, rest))
            page.obj["/Annots"] = _array(widgets)
    found.add(findings.FORM_FIELDS, fields)
    found.add(findings.SIGNATURES, signatures)
    if form is None:
        for page, rest in others:
            page["/Annots"] = _array(rest)
        return
    if not others and "/XFA" in form:
        found.add(findings.HIDDEN_DATA)
    if others:
        kept = [(page.obj, list(page.obj.get("/Annots", []))) for page in pdf.pages]
        touched = {page.objgen for page, _ in others}
        for page, _ in kept:
            if page.objgen not in touched and "/Annots" in page:
                del page["/Annots"]
        if any("/AP" not in widget for page, _ in others for widget in page["/Annots"]):
            form["/NeedAppearances"] = True  # otherwise qpdf draws nothing for a field that was never drawn
            pdf.generate_appearance_streams()
        pdf.flatten_annotations("screen")
        for page, annotations in kept:
            if page.objgen not in touched and annotations:
                page["/Annots"] = _array(annotations)
        for page, rest in others:
            page["/Annots"] = _array(rest)


def _field_type(widget: Any) -> str:
    """Return the type of a form field, which may be that of the field above it."""
    field = widget
    for _ in range(10):
        if "/FT" in field:
            return str(field["/FT"])
        field = field.get("/Parent")
        if not _is_dictionary(field):
            break
    return ""


def _clean_page(page: Any, choices: CleaningChoices, found: FoundItems) -> None:
    annotations = page.get("/Annots")
    if annotations is None:
        return
    kept = [annotation for annotation in annotations if _keep_annotation(annotation, choices, found)]
    page["/Annots"] = _array(kept)


def _keep_annotation(annotation: Any, choices: CleaningChoices, found: FoundItems) -> bool:
    """Clean an annotation, and return whether it stays."""
    if not _is_dictionary(annotation):
        return False
    kind = str(annotation.get("/Subtype", ""))
    if kind == "/FileAttachment":
        found.add(findings.ATTACHED_FILES)
        return False
    if kind in _MULTIMEDIA:
        found.add(findings.MULTIMEDIA)
        return False
    if kind == "/Link":
        if "/A" in annotation and not is_harmless_action(annotation["/A"]):
            found.add(findings.ACTIONS)
            return False
    elif kind in _COMMENTS:
        if choices.remove_comments:
            found.add(findings.COMMENTS)
            return False
        found.add(findings.HAS_COMMENTS)
        found.add(findings.COMMENT_AUTHORS, int(any(key in annotation for key in ("/T", "/M", "/CreationDate"))))
    else:
        return False  # windows of comments, marks of printers, and what no standard knows
    found.add(findings.HIDDEN_TEXT, int(int(annotation.get("/F", 0)) & _NOT_SHOWN != 0))
    return True


def _is_dictionary(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Object) and value._type_code in (
        pikepdf.ObjectType.dictionary,
        pikepdf.ObjectType.stream,
    )


def _array(values: list[Any]) -> Any:
    import pikepdf

    return pikepdf.Array(values)
