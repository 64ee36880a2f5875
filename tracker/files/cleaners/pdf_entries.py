"""List the entries that each kind of object of a PDF may have: what is not here is not kept."""

_FONT = (
    "Type Subtype BaseFont FirstChar LastChar Widths FontDescriptor:descriptor Encoding:encoding|map|plain "
    "ToUnicode:map|plain"
)
_SHADING = (
    "ShadingType ColorSpace:colour Background BBox AntiAlias Function:[function|program Domain Matrix Coords Extend"
)
_FILTERS = "Length Filter DecodeParms:[parameters|plain"
_ENTRIES = {
    "catalog": "Type Version Pages:pages PageLabels:labels PageLayout PageMode Lang:text ViewerPreferences:viewer "
    "Names:names Dests:{dest Outlines:outline OCProperties:layers MarkInfo:marked StructTreeRoot:structure",
    "pages": "Type Parent:ref Kids:[page|pages Count",
    "page": "Type Parent:ref Resources:resources Contents:data Annots:[annotation Group:group StructParents Tabs MediaBox "
    "CropBox BleedBox TrimBox ArtBox Rotate UserUnit",
    "labels": "Kids:[labels Nums:pairs/label Limits",
    "label": "Type S P:text St",
    "viewer": "HideToolbar HideMenubar HideWindowUI FitWindow CenterWindow NonFullScreenPageMode Direction PrintScaling "
    "Duplex",
    "names": "Dests:dests",
    "dests": "Kids:[dests Names:pairs/dest Limits:text",
    "dest": "D:dest",
    "outline": "Type First:outline Last:ref Next:outline Prev:ref Parent:ref Count Title:text Dest:dest A:action C F",
    "action": "Type S D:dest URI:text N",
    "annotation": "Type Subtype Rect Contents:text P:ref F AP:appearance Border BS:border BE:border C IC CA H Dest:dest "
    "A:action QuadPoints StructParent OC:layer Open Name DA:text Q L LE Vertices InkList RD CL Sy",
    "border": "Type W S D I",
    "appearance": "N:form",
    "layers": "OCGs:[layer D:layering",
    "layering": "BaseState ON:[layer OFF:[layer Intent AS:[usages Order:[layer|text ListMode RBGroups:[layer Locked:[layer",
    "usages": "Event Category OCGs:[layer",
    "layer": "Type Name:text Intent Usage:usage OCGs:[layer P VE:[layer|plain",
    "usage": "View:state Print:state Export:state Zoom:state",
    "state": "ViewState PrintState ExportState Subtype min max",
    "property": "MCID Alt:text ActualText:text E:text Lang:text",
    "marked": "Marked",
    "structure": "Type K:[kid ParentTree:parents ParentTreeNextKey",
    "parents": "Kids:[parents Nums:pairs/[kid Limits",
    "kid": "Type S P:ref K:[kid|plain Pg:ref Obj:ref Stm:ref MCID Alt:text ActualText:text E:text Lang:text "
    "A:[attributes|plain",
    "attributes": "O Placement WritingMode BBox Width Height RowSpan ColSpan Scope ListNumbering",
    "resources": "ExtGState:{graphics ColorSpace:{colour Pattern:{tiling|shaded Shading:{shading|mesh XObject:{form|image "
    "Font:{font Properties:{property|layer",
    "graphics": "Type LW LC LJ ML D RI OP op OPM Font:[font|plain TR:[function|program|plain TR2:[function|program|plain "
    "FL SM SA BM SMask:mask|plain CA ca AIS TK UseBlackPtComp",
    "mask": "Type S G:form BC TR:function|program|plain",
    "group": "Type S CS:colour I K",
    "form": f"{_FILTERS} Type Subtype FormType BBox Matrix Resources:resources Group:group StructParents StructParent "
    "OC:layer",
    "image": f"{_FILTERS} Type Subtype Width Height ColorSpace:colour BitsPerComponent Intent ImageMask Mask:image|plain "
    "Decode Interpolate SMask:image SMaskInData Matte StructParent OC:layer",
    "parameters": "Predictor Colors BitsPerComponent Columns EarlyChange K EndOfLine EncodedByteAlign Rows EndOfBlock "
    "BlackIs1 DamagedRowsBeforeError ColorTransform JBIG2Globals:data",
    "tiling": f"{_FILTERS} Type PatternType PaintType TilingType BBox XStep YStep Resources:resources Matrix",
    "shaded": "Type PatternType Shading:shading|mesh Matrix ExtGState:graphics",
    "shading": _SHADING,
    "mesh": f"{_FILTERS} {_SHADING} BitsPerCoordinate BitsPerComponent BitsPerFlag Decode VerticesPerRow",
    "function": "FunctionType Domain Range Functions:[function|program Bounds Encode C0 C1 N",
    "program": f"{_FILTERS} FunctionType Domain Range Size BitsPerSample Order Encode Decode",
    "profile": f"{_FILTERS} N Alternate:colour Range",
    "calibrated": "WhitePoint BlackPoint Gamma Matrix Range",
    "data": _FILTERS,
    "font": f"{_FONT} DescendantFonts:[font CIDSystemInfo:system DW W DW2 W2 CIDToGIDMap:data|plain FontBBox FontMatrix "
    "CharProcs:{data Resources:resources",
    "descriptor": "Type FontName FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight "
    "StemV StemH AvgWidth MaxWidth MissingWidth FontFile:fontfile FontFile2:fontfile FontFile3:fontfile",
    "fontfile": f"{_FILTERS} Subtype Length1 Length2 Length3",
    "encoding": "Type BaseEncoding Differences",
    "map": f"{_FILTERS} Type CMapName CIDSystemInfo:system WMode UseCMap:map|plain",
    "system": "Registry:text Ordering:text Supplement",
}
"""Kind of object → its entries, each with the kinds that its value may have. Without a kind it has no strings.

"[" is an array of the kind, or one of it. "{" is a dictionary of names. "pairs/" is an array of keys and values. "ref" leads to
an object that must be kept by another entry.
"""
ALLOWED_ENTRIES = {
    kind: {f"/{key}": spec or "plain" for key, _, spec in (entry.partition(":") for entry in entries.split())}
    for kind, entries in _ENTRIES.items()
}
STREAM_KINDS = {kind for kind, entries in ALLOWED_ENTRIES.items() if "/Filter" in entries}
_TAG_WORDS = (
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR "
    "TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP Figure Formula "
    "Form"
)
STANDARD_TAGS = {f"/{tag}" for tag in _TAG_WORDS.split()}
"""The standard tags: others are names that a person or a program gave."""
COLOUR_SPACES = {
    "/ICCBased": ("profile",),
    "/CalGray": ("calibrated",),
    "/CalRGB": ("calibrated",),
    "/Lab": ("calibrated",),
    "/Indexed": ("colour", "plain", "data|text"),
    "/I": ("colour", "plain", "data|text"),
    "/Separation": ("plain", "colour", "function|program"),
    "/DeviceN": ("plain", "colour", "function|program"),
    "/Pattern": ("colour",),
}
"""Colour space → the kinds of what follows its name."""
STANDARD_NAMES = STANDARD_TAGS | {key for entries in ALLOWED_ENTRIES.values() for key in entries}
"""The names of entries and tags, which say nothing about a file."""
