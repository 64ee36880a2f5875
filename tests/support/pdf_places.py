"""Places in a PDF where a value can be that no page shows, or that links the file to its drafts."""

import io
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.support.canary_documents import VISIBLE, C, annotation, pdf_with_text, saved
from tests.support.canary_images import CANARY, canary_jpeg, named_profile

MARK = Name(f"/{CANARY}")
COMMENT = f"% {CANARY}\n".encode()
FUNCTION = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 0, 0, 1], N=1, Note=C)


def put(holder, **entries):
    """Set entries of a PDF dictionary. Their names are without the slash."""
    for key, value in entries.items():
        holder[f"/{key}"] = value


def form(pdf, contents=b"0 0 5 5 re f", **more):
    return pdf.make_stream(contents, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 400, 300], **more)


def image(pdf, contents=b"\0\0\0", **more):
    entries = {"Width": 1, "Height": 1, "BitsPerComponent": 8, "ColorSpace": Name.DeviceRGB} | more
    return pdf.make_stream(contents, Type=Name.XObject, Subtype=Name.Image, **entries)


def draw(pdf, page, contents):
    """Add drawing operators to a page."""
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + b"\n" + contents)


def use(pdf, page, category, value, contents):
    """Add a resource to a page and drawing operators that use it. Their name for the resource is /X."""
    page.Resources[f"/{category}"] = Dictionary(X=value)
    draw(pdf, page, contents)


def drawn(pdf, page, value):
    use(pdf, page, "XObject", value, b"/X Do")


def shown_in(pdf, page, space):
    use(pdf, page, "ColorSpace", space, b"/X cs 1 scn 0 0 5 5 re f")


def layered(pdf, page, *, contents=b"0 0 5 5 re f", layer=None, **default):
    one = pdf.make_indirect(layer or Dictionary(Type=Name.OCG, Name=String("Map")))
    default = {
        key: Array([one]) if value is layered else value for key, value in default.items()
    }  # the function stands for the layer itself
    pdf.Root.OCProperties = Dictionary(OCGs=[one], D=Dictionary(**default))
    use(pdf, page, "Properties", one, b"/OC /X BDC " + contents + b" EMC")


def structured(pdf, page, *, root=None, **entries):
    element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Figure, Pg=page, K=0, **entries))
    pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=element, **(root or {})))
    element.P = pdf.Root.StructTreeRoot
    draw(pdf, page, b"/Figure <</MCID 0>> BDC 0 0 5 5 re f EMC")


def annotated(pdf, page, kind="/Text", **entries):
    page.Annots = Array([pdf.make_indirect(annotation(kind, **entries))])


def outlined(pdf, page, title="Part one", **entries):
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(title, 0))
    put(pdf.Root.Outlines.First, **entries)


def with_font(pdf, page, **entries):
    put(page.Resources.Font.F1, **entries)


def glyph_font(pdf, page, glyph, **more):
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 9, 9], FontMatrix=[0.1, 0, 0, 0.1, 0, 0], FirstChar=65,
        LastChar=65, Widths=[9], Encoding=Dictionary(Differences=[65, Name.a]), CharProcs=Dictionary(a=glyph), **more,
    )  # fmt: skip
    page.Resources.Font.T3 = pdf.make_indirect(font)
    draw(pdf, page, b"BT /T3 12 Tf 10 10 Td (A) Tj ET")


def unlisted_page(pdf, page):
    pdf.add_blank_page()
    other = pdf.pages[1].obj
    other.Contents = pdf.make_stream(f"BT /F1 9 Tf ({CANARY}) Tj ET".encode())
    other.Resources = page.Resources
    del pdf.pages[1]
    outlined(pdf, page, Dest=Array([other, Name.Fit]))


def in_parent_resources(pdf, page):
    pdf.Root.Pages.Resources = Dictionary(XObject=Dictionary(X=form(pdf, COMMENT)), **page.Resources)
    del page.Resources


def after_end(pdf, page):
    packed = pdf.make_stream(b"")
    packed.write(zlib.compress(b"\0\0\0") + CANARY.encode(), filter=Name.FlateDecode)
    for key, value in image(pdf).items():
        if key not in ("/Length", "/Filter"):
            packed[key] = value
    drawn(pdf, page, packed)


UNUSED = Dictionary(FunctionType=2, Domain=[0, 1], N=1)
GONE = {
    "comment in the contents of a page": lambda pdf, page: draw(pdf, page, COMMENT),
    "comment in a form": lambda pdf, page: drawn(pdf, page, form(pdf, COMMENT)),
    "comment in a pattern": lambda pdf, page: use(pdf, page, "Pattern", pdf.make_stream(COMMENT, PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 9, 9], XStep=9, YStep=9, Resources=Dictionary()), b"/Pattern cs /X scn 0 0 5 5 re f"),
    "comment in a glyph": lambda pdf, page: glyph_font(pdf, page, pdf.make_stream(b"9 0 d0 " + COMMENT)),
    "comment in a drawing of a comment": lambda pdf, page: annotated(pdf, page, AP=Dictionary(N=form(pdf, COMMENT))),
    "comment in a map of characters": lambda pdf, page: with_font(pdf, page, ToUnicode=pdf.make_stream(COMMENT + b"1 beginbfchar <41> <0041> endbfchar")),
    "comment in a function": lambda pdf, page: shown_in(pdf, page, Array([Name.Separation, Name.Black, Name.DeviceCMYK, pdf.make_stream(b"{0 0 0 4 3 roll " + COMMENT + b"}", FunctionType=4, Domain=[0, 1], Range=[0, 1] * 4)])),
    "operator that nobody knows": lambda pdf, page: draw(pdf, page, f"({CANARY}) XX".encode()),
    "operand too many": lambda pdf, page: draw(pdf, page, f"({CANARY}) /{CANARY} 1 w".encode()),
    "marked point": lambda pdf, page: draw(pdf, page, f"/{CANARY} <</A ({CANARY})>> DP /{CANARY} MP".encode()),
    "tag in the contents": lambda pdf, page: draw(pdf, page, f"/{CANARY} BMC EMC".encode()),
    "property in the contents": lambda pdf, page: draw(pdf, page, f"/P <</Creator ({CANARY})>> BDC EMC".encode()),
    "inline image": lambda pdf, page: draw(pdf, page, f"BI /W 1 /H 1 /BPC 8 /CS /G /A ({CANARY}) ID x EI".encode()),
    "inline photo": lambda pdf, page: draw(pdf, page, b"q 9 0 0 9 0 0 cm BI /W 96 /H 64 /BPC 8 /CS /RGB /F /DCT ID " + canary_jpeg(0) + b" EI Q"),
    "inline photo that is packed twice": lambda pdf, page: draw(pdf, page, b"q 9 0 0 9 0 0 cm BI /W 96 /H 64 /BPC 8 /CS /RGB /F [/AHx /DCT] ID " + canary_jpeg(0).hex().encode() + b"> EI Q"),
    "name of a resource": lambda pdf, page: (put(page.Resources, XObject=Dictionary({f"/{CANARY}": form(pdf)})), draw(pdf, page, f"/{CANARY} Do".encode())),
    "image that is not drawn": lambda pdf, page: put(page.Resources, XObject=Dictionary(X=image(pdf, CANARY.encode()))),
    "form that is not drawn": lambda pdf, page: put(page.Resources, XObject=Dictionary(X=form(pdf, f"({CANARY}) Tj".encode()))),
    "form that a form does not draw": lambda pdf, page: drawn(pdf, page, form(pdf, Resources=Dictionary(XObject=Dictionary(Y=form(pdf, f"({CANARY}) Tj".encode()))))),
    "resources of the tree of pages": in_parent_resources,
    "properties that nobody uses": lambda pdf, page: put(page.Resources, Properties=Dictionary(X=Dictionary(Alt=C))),
    "properties with other entries": lambda pdf, page: use(pdf, page, "Properties", Dictionary(Creator=C), b"/P /X BDC EMC"),
    "creator of a layer": lambda pdf, page: layered(pdf, page, layer=Dictionary(Type=Name.OCG, Name=String("Map"), Usage=Dictionary(CreatorInfo=Dictionary(Creator=C, Subtype=MARK), User=Dictionary(Name=C), PageElement=Dictionary(Subtype=MARK), Language=Dictionary(Lang=C)))),
    "creator of the layers": lambda pdf, page: layered(pdf, page, Creator=C, Name=C),
    "other choices of layers": lambda pdf, page: (layered(pdf, page), put(pdf.Root.OCProperties, Configs=Array([Dictionary(Creator=C)]))),
    "title in the structure": lambda pdf, page: structured(pdf, page, T=C, ID=C, R=C, NS=C, C=MARK),
    "attributes in the structure": lambda pdf, page: structured(pdf, page, A=Dictionary(O=Name.UserProperties, P=[Dictionary(N=C, V=C)])),
    "role of the structure": lambda pdf, page: structured(pdf, page, root={"RoleMap": Dictionary({f"/{CANARY}": Name.P}), "ClassMap": Dictionary({f"/{CANARY}": Dictionary()}), "IDTree": Dictionary(Names=[C, C])}),
    "entry of the viewer": lambda pdf, page: put(pdf.Root, ViewerPreferences=Dictionary(Note=C, DisplayDocTitle=C)),
    "entry of the catalog": lambda pdf, page: put(pdf.Root, URI=Dictionary(Base=C), Threads=[Dictionary(I=Dictionary(Title=C))], Extensions=Dictionary(X=C), MarkInfo=Dictionary(Note=C)),
    "names of pages and forms": lambda pdf, page: put(pdf.Root, Names=Dictionary(Pages=Dictionary(Names=[C, C]), IDS=Dictionary(Names=[C, C]), Renditions=Dictionary(Names=[C, C]))),
    "entry of the tree of pages": lambda pdf, page: put(pdf.Root.Pages, Note=C),
    "entry of a page": lambda pdf, page: put(page, ID=C, SeparationInfo=Dictionary(A=C), B=[C], Trans=Dictionary(A=C), Group=Dictionary(S=Name.Transparency, Note=C)),
    "entry of the outline": lambda pdf, page: outlined(pdf, page, SE=C, Note=C),
    "entry of an annotation": lambda pdf, page: annotated(pdf, page, BS=Dictionary(W=1, Note=C), Lang=C, IRT=C, ExData=Dictionary(A=C)),
    "drawing that is not shown": lambda pdf, page: annotated(pdf, page, AP=Dictionary(N=form(pdf), D=form(pdf, Note=C), R=form(pdf, f"({CANARY}) Tj".encode()))),
    "entry of a form": lambda pdf, page: drawn(pdf, page, form(pdf, Name=MARK, Ref=Dictionary(F=C), Note=C)),
    "entry of an image": lambda pdf, page: drawn(pdf, page, image(pdf, Name=MARK, Alternates=[Dictionary(Image=image(pdf, Note=C))], ID=C, DecodeParms=Dictionary(Note=C))),
    "data after the end of an image": after_end,
    "entry of a font": lambda pdf, page: with_font(pdf, page, Name=MARK, Note=C, FontDescriptor=Dictionary(Type=Name.FontDescriptor, FontName=Name.Helvetica, FontFamily=C, CharSet=C, Style=Dictionary(Panose=C))),
    "entry of a state": lambda pdf, page: use(pdf, page, "ExtGState", Dictionary(LW=1, Note=C, HT=Dictionary(HalftoneName=C), BG=UNUSED), b"/X gs"),
    "entry of a shading": lambda pdf, page: use(pdf, page, "Shading", Dictionary(ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[0, 0, 9, 9], Function=FUNCTION, Note=C), b"/X sh"),
    "entry of a colour space": lambda pdf, page: shown_in(pdf, page, Array([Name.DeviceN, [Name.Black], Name.DeviceCMYK, FUNCTION, Dictionary(Note=C)])),
    "profile of grey": lambda pdf, page: shown_in(pdf, page, Array([Name.ICCBased, pdf.make_stream(named_profile()[:16] + b"GRAY" + named_profile()[20:], N=1, Note=C)])),
    "page that is not in the list": unlisted_page,
}  # fmt: skip
"""Where a value is removed. Each function plants CANARY in a PDF with one page."""
ADDRESS = String(f"https://undocs.org/{CANARY}")
READ = {
    "title of the outline": lambda pdf, page: outlined(pdf, page, title=CANARY),
    "address of the outline": lambda pdf, page: outlined(pdf, page, A=Dictionary(S=Name.URI, URI=ADDRESS)),
    "address of a link": lambda pdf, page: annotated(pdf, page, "/Link", A=Dictionary(S=Name.URI, URI=ADDRESS)),
    "words of a link": lambda pdf, page: annotated(pdf, page, "/Link", Contents=C, Dest=String("a")),
    "goal of a link": lambda pdf, page: annotated(pdf, page, "/Link", Dest=C),
    "goal of a link as a name": lambda pdf, page: annotated(pdf, page, "/Link", A=Dictionary(S=Name.GoTo, D=MARK)),
    "words of a comment": lambda pdf, page: annotated(pdf, page, Contents=C),
    "font of a comment": lambda pdf, page: annotated(pdf, page, "/FreeText", DA=String(f"/Helv 9 Tf % {CANARY}")),
    "symbol of a comment": lambda pdf, page: annotated(pdf, page, Name=MARK),
    "drawing of a comment": lambda pdf, page: annotated(pdf, page, "/Stamp", AP=Dictionary(N=form(pdf, f"BT /F1 9 Tf 9 9 Td ({CANARY}) Tj ET".encode(), Resources=page.Resources))),
    "pattern": lambda pdf, page: use(pdf, page, "Pattern", pdf.make_stream(f"BT /F1 9 Tf 9 9 Td ({CANARY}) Tj ET".encode(), PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 99, 99], XStep=99, YStep=99, Resources=Dictionary(Font=page.Resources.Font)), b"/Pattern cs /X scn 0 0 5 5 re f"),
    "soft mask": lambda pdf, page: use(pdf, page, "ExtGState", Dictionary(SMask=Dictionary(S=Name.Luminosity, G=form(pdf, f"BT /F1 9 Tf 9 9 Td ({CANARY}) Tj ET".encode(), Resources=Dictionary(Font=page.Resources.Font), Group=Dictionary(S=Name.Transparency, CS=Name.DeviceGray)))), b"/X gs"),
    "alternative text": lambda pdf, page: structured(pdf, page, Alt=C),
    "text for what is drawn": lambda pdf, page: structured(pdf, page, ActualText=C),
    "long form": lambda pdf, page: structured(pdf, page, E=C),
    "alternative text in the contents": lambda pdf, page: draw(pdf, page, f"/Figure <</Alt ({CANARY})>> BDC EMC".encode()),
    "alternative text in a form": lambda pdf, page: drawn(pdf, page, form(pdf, f"/Figure <</E ({CANARY})>> BDC EMC".encode())),
    "alternative text in UTF-16": lambda pdf, page: structured(pdf, page, Alt=String("Ж" + CANARY)),
    "properties": lambda pdf, page: use(pdf, page, "Properties", Dictionary(Alt=C), b"/Figure /X BDC EMC"),
    "label of a page": lambda pdf, page: put(pdf.Root, PageLabels=Dictionary(Nums=[0, Dictionary(S=Name.D, P=C)])),
    "name of a layer": lambda pdf, page: layered(pdf, page, layer=Dictionary(Type=Name.OCG, Name=C)),
    "heading of layers": lambda pdf, page: layered(pdf, page, Order=Array([C])),
    "name of a place": lambda pdf, page: put(pdf.Root, Names=Dictionary(Dests=Dictionary(Names=[C, [page, Name.Fit]]))),
    "name of a place in a tree": lambda pdf, page: put(pdf.Root, Names=Dictionary(Dests=Dictionary(Kids=[pdf.make_indirect(Dictionary(Limits=[C, C], Names=[C, [page, Name.Fit]]))]))),
    "name of a place in a list": lambda pdf, page: put(pdf.Root, Dests=Dictionary({f"/{CANARY}": Array([page, Name.Fit])})),
    "language": lambda pdf, page: put(pdf.Root, Lang=C),
    "colour": lambda pdf, page: shown_in(pdf, page, Array([Name.Separation, Name("/Kyrgyz Blue " + CANARY), Name.DeviceCMYK, FUNCTION])),
    "word of the standard": lambda pdf, page: put(page, Tabs=MARK),
}  # fmt: skip
"""Where a value stays, because a reader needs it: the texts that are checked have it."""


def pdf_with_canary(plant):
    pdf = pdf_with_text(VISIBLE)
    plant(pdf, pdf.pages[0].obj)
    return saved(pdf)


def with_identifier(data, identifier):
    """Return a PDF with both halves of its /ID set to `identifier`."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.trailer["/ID"] = Array([String(identifier), String(identifier)])
        target = io.BytesIO()
        pdf.save(target)
    return target.getvalue()
