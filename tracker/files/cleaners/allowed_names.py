"""The elements and attributes that are kept in the parts of office files. Everything else is removed.

The names are those of the standards (ECMA-376, ODF 1.2), without what names a person, a device, a program or a session, what
guards a file with a password, what acts, and what extends the standards: nobody knows what a new extension writes down.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that are allowed in some namespaces. `namespaces` is prefix → namespaces, `elements` and `attributes` are local names.

    The prefixes are written in a file instead of those that it had.
    """

    namespaces: dict[str, tuple[str, ...]]
    elements: frozenset[str]
    attributes: frozenset[str]


def _vocabulary(namespaces: dict[str, tuple[str, ...]], elements: str, attributes: str) -> Vocabulary:
    return Vocabulary(namespaces, frozenset(elements.split()), frozenset(attributes.split()))


WORD = _vocabulary(
    {
        "w": (
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        ),
        "w14": ("http://schemas.microsoft.com/office/word/2010/wordml",),
        "m": (
            "http://schemas.openxmlformats.org/officeDocument/2006/math",
            "http://purl.oclc.org/ooxml/officeDocument/math",
        ),
    },
    """
abstractNum abstractNumId acc accPr adjustRightInd aln alnScr alpha altName annotationRef argPr argSz autoHyphenation
autoRedefine autoSpaceDE autoSpaceDN b bCs background bar barPr baseJc basedOn bdo bdr begChr between bevel bevelB
bevelT bidi bidiVisual body bookFoldPrinting bookmarkEnd bookmarkStart borderBox borderBoxPr bottom box boxPr br brk
brkBin brkBinSub cGp cGpRule cSp calendar camera cantSplit caps cellDel cellIns characterSpacingControl charset
checkbox checked checkedState chr clrSchemeMapping cnfStyle cntxtAlts col color cols comboBox comment commentRangeEnd
commentRangeStart commentReference comments compat compatSetting consecutiveHyphenLimit contextualSpacing
continuationSeparator contourClr count cr cs ctrlPr d dPr date dateFormat dayLong dayShort decimalSymbol defJc default
defaultTabStop deg degHide del delInstrText delText den diff dir dispDef doNotHyphenateCaps docDefaults docGrid
document drawing dropDownList dstrike e eastAsianLayout effect em emboss enabled end endChr endnote endnotePr
endnoteRef endnoteReference endnotes eqArr eqArrPr equation evenAndOddHeaders extrusionClr f fName fPr family
fillToRect fitText fldChar fldSimple font fonts footerReference footnote footnotePr footnoteRef footnoteReference
footnotes formProt format framePr ftr func funcPr glow gradFill gridAfter gridBefore gridCol gridSpan group groupChr
groupChrPr grow gs gsLst gutterAtTop hMerge hdr header headerReference headers hidden hideBot hideLeft hideMark
hideRight hideTop highlight hps hpsBaseText hpsRaise hueMod hyperlink hyphenationZone i iCs ilvl imprint ind ins
insideH insideV instrText intLim interSp intraSp isLgl jc keepLines keepNext kern kinsoku lMargin label lang
lastRenderedPageBreak left legacy ligatures lightRig lim limLoc limLow limLowPr limUpp limUppPr lin link listEntry
listItem listSeparator lit lnNumType lock locked lum lumMod lumOff lvl lvlJc lvlOverride lvlPicBulletId lvlRestart
lvlText m mPr mathFont mathPr maxDist mc mcJc mcPr mcs mirrorIndents mirrorMargins miter monthLong monthShort moveFrom
moveTo mr multiLevelType name nary naryLim naryPr next noBreak noBreakHyphen noEndnote noFill noProof noWrap nor
notTrueType num numFmt numForm numId numIdMacAtCleanup numPicBullet numPr numRestart numSpacing numStart numStyleLink
numbering oMath oMathPara oMathParaPr objDist opEmu outline outlineLvl overflowPunct p pBdr pPr pPrChange pPrDefault
pStyle pageBreakBefore panose1 paperSrc path pgBorders pgMar pgNum pgNumType pgSz phant phantPr pict picture pitch
plcHide pos position postSp preSp props3d prstDash ptab qFormat r rFonts rMargin rPr rPrChange rPrDefault rSp rSpRule
rStyle rad radPr reflection result richText right rot round rt rtl rtlGutter ruby rubyAlign rubyBase rubyPr sPre
sPrePr sSub sSubPr sSubSup sSubSupPr sSup sSupPr sat satMod satOff scene3d schemeClr scr sdt sdtContent sdtEndPr sdtPr
sectPr sectPrChange semiHidden sepChr separator settings shade shadow shd show showingPlcHdr shp sig size sizeAuto
smallCaps smallFrac smartTag_x snapToGrid softHyphen solidFill spacing specVanish srgbClr start startOverride
storeMappedDataAs strike strikeBLTR strikeH strikeTLBR strikeV sty style styleLink styleSet styles stylisticSets sub
subHide suff sup supHide suppressAutoHyphens suppressLineNumbers suppressOverlap sym sz szCs t tab tabIndex tabs tbl
tblBorders tblCaption tblCellMar tblCellSpacing tblDescription tblGrid tblGridChange tblHeader tblInd tblLayout
tblLook tblOverlap tblPr tblPrChange tblPrEx tblPrExChange tblStyle tblStyleColBandSize tblStylePr tblStyleRowBandSize
tblW tblpPr tc tcBorders tcFitText tcMar tcPr tcPrChange tcW temporary text textAlignment textDirection textFill
textOutline textboxTightWrap themeFontLang tint titlePg tl2br top topLinePunct tr tr2bl trHeight trPr trPrChange
transp txbxContent type u uiPriority uncheckedState unhideWhenUsed vAlign vMerge vanish vertAlign vertJc w wAfter
wBefore webHidden widowControl wordWrap wrapIndent wrapRight yearLong yearShort zeroAsc zeroDesc zeroWid
""",
    """
abstractNumId accent1 accent2 accent3 accent4 accent5 accent6 after afterAutospacing afterLines algn alignment alnAt
anchor ang ascii asciiTheme author b before beforeAutospacing beforeLines bg1 bg2 bidi blurRad bottom bottomFromText
cap chapSep chapStyle char charSpace characterSet clear cmpd code colFirst colLast color combine combineBrackets
conformance contourW countBy cs csb0 csb1 cstheme customMarkFollows customStyle dir display displayText dist distance
dropCap eastAsia eastAsiaTheme end endA endChars endPos equalWidth evenHBand evenVBand extrusionH fadeDir fill first
firstColumn firstLine firstLineChars firstRow firstRowFirstColumn firstRowLastColumn fldCharType fldLock fmt
followedHyperlink font footer format frame fullDate gutter h hAnchor hAnsi hAnsiTheme hRule hSpace hanging
hangingChars header hint horzAnchor hyperlink id ilvl instr kx ky l lastColumn lastRow lastRowFirstColumn
lastRowLastColumn lat leader left leftChars leftFromText legacy legacyIndent legacySpace lim line linePitch lineRule
lines lon multiLine name noHBand noVBand null num numId numPicBulletId oddHBand oddVBand offsetFrom orient original
other path pos prst prstMaterial r rad relativeTo restart rev rig right rightChars rightFromText scaled sep shadow
space stA stPos start startChars styleId sx sy sz t t1 t2 tblpX tblpXSpec tblpY tblpYSpec tentative themeColor
themeFill themeFillShade themeFillTint themeShade themeTint top topFromText type uri usb0 usb1 usb2 usb3 vAnchor
vSpace val value vert vertAnchor vertCompress w wrap x xAlign y yAlign zOrder
""",
)
"""For the text, styles, lists and settings of a Word document, its equations, and the controls and effects of Word 2010."""

DRAWING = _vocabulary(
    {
        "wp": (
            "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
            "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
        ),
        "a": (
            "http://schemas.openxmlformats.org/drawingml/2006/main",
            "http://purl.oclc.org/ooxml/drawingml/main",
        ),
        "pic": (
            "http://schemas.openxmlformats.org/drawingml/2006/picture",
            "http://purl.oclc.org/ooxml/drawingml/picture",
        ),
        "c": (
            "http://schemas.openxmlformats.org/drawingml/2006/chart",
            "http://purl.oclc.org/ooxml/drawingml/chart",
        ),
        "dgm": (
            "http://schemas.openxmlformats.org/drawingml/2006/diagram",
            "http://purl.oclc.org/ooxml/drawingml/diagram",
        ),
        "xdr": (
            "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
            "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing",
        ),
        "cdr": (
            "http://schemas.openxmlformats.org/drawingml/2006/chartDrawing",
            "http://purl.oclc.org/ooxml/drawingml/chartDrawing",
        ),
        "wps": ("http://schemas.microsoft.com/office/word/2010/wordprocessingShape",),
        "wpg": ("http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",),
        "wpc": ("http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas",),
        "wp14": ("http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing",),
        "dsp": ("http://schemas.microsoft.com/office/drawing/2008/diagram",),
        "r": (
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    },
    """
absSizeAnchor absoluteAnchor accent1 accent2 accent3 accent4 accent5 accent6 adj adjLst ahLst ahPolar ahXY alg align
alpha alphaBiLevel alphaCeiling alphaFloor alphaInv alphaMod alphaModFix alphaOff alphaOutset alphaRepl anchor animLvl
animOne applyToEnd applyToFront applyToSides arcTo area3DChart areaChart auto autoTitleDeleted avLst axId axPos
backWall backdrop backward band1H band1V band2H band2V bandFmt bandFmts bar3DChart barChart barDir baseTimeUnit bevel
bevelB bevelT bg bgClr bgFillStyleLst biLevel blend blip blipFill blue blueMod blueOff blur bodyPr bottom br buAutoNum
buBlip buChar buClr buClrTx buFont buFontTx buNone buSzPct buSzPts buSzTx bubble3D bubbleChart bubbleScale bubbleSize
builtInUnit bulletEnabled cNvCnPr cNvCxnSpPr cNvFrPr cNvGraphicFramePr cNvGrpSpPr cNvPicPr cNvPr cNvSpPr camera cat
catAx catLst cell3D chExt chMax chOff chPref chart chartObject chartSpace choose clientData close clrChange clrData
clrFrom clrMap clrMapOvr clrRepl clrScheme clrTo col colOff colorsDef comp constr constrLst cont contourClr crossAx
crossBetween crosses crossesAt cs cubicBezTo custClr custClrLst custDash custGeom custSplit custUnit cxn cxnLst cxnSp
cxnSpLocks dLbl dLblPos dLbls dPt dTable data dataModel date1904 dateAx defPPr defRPr delete depthPercent desc dir
dispBlanksAs dispEq dispRSqr dispUnits dispUnitsLbl dk1 dk2 docPr doughnutChart downBars drawing dropLines ds duotone
ea effect effectClrLst effectDag effectExtent effectLst effectRef effectStyle effectStyleLst else endCxn endParaRPr
errBarType errBars errDir errValType explosion ext extent extraClrScheme extraClrSchemeLst extrusionClr f fgClr fill
fillClrLst fillOverlay fillRect fillRef fillStyleLst fillToRect firstCol firstRow firstSliceAng flatTx fld floor
fmtScheme folHlink font fontRef fontScheme forEach formatCode formatting forward from gamma gapDepth gapWidth gd gdLst
glow gradFill graphic graphicData graphicFrame graphicFrameLocks gray grayscl green greenMod greenOff gridCol grouping
grpFill grpSp grpSpLocks grpSpPr gs gsLst h hMode hPercent headEnd header headers hiLowLines hierBranch highlight
hlink hlinkClick hlinkHover holeSize hsl hslClr hue hueMod hueOff idx if inline innerShdw insideH insideV intercept
inv invGamma invertIfNegative lang lastCol lastRow latin layout layoutDef layoutNode layoutTarget lblAlgn lblOffset
leaderLines left legend legendEntry legendPos lightRig lin linClrLst line3DChart lineChart lineTo linkedTxbx ln lnB
lnBlToTr lnDef lnL lnR lnRef lnSpc lnStyleLst lnT lnTlToBr lnTo logBase lstStyle lt1 lt2 lum lumMod lumOff lvl lvl1pPr
lvl2pPr lvl3pPr lvl4pPr lvl5pPr lvl6pPr lvl7pPr lvl8pPr lvl9pPr majorFont majorGridlines majorTickMark majorTimeUnit
majorUnit manualLayout marker max min minorFont minorGridlines minorTickMark minorTimeUnit minorUnit minus miter
moveTo multiLvlStrCache multiLvlStrRef name neCell noAutofit noEndCap noFill noMultiLvlLbl norm normAutofit numCache
numFmt numLit numRef nvCxnSpPr nvGraphicFramePr nvGrpSpPr nvPicPr nvSpPr nwCell objectDefaults ofPieChart ofPieType
off oneCellAnchor order orgChart orientation outerShdw overlap overlay p pPr param path pathLst pattFill pctHeight
pctWidth period perspective pic picLocks pictureFormat pictureOptions pictureStackUnit pie3DChart pieChart plotArea
plotVisOnly plus pos posOffset positionH positionV prSet presLayoutVars presOf protection prstClr prstDash prstGeom
prstShdw prstTxWarp pt ptCount ptLst quadBezTo r rAngAx rPr radarChart radarStyle rect red redMod redOff reflection
relIds relOff relSizeAnchor resizeHandles rich right rot rotX rotY round roundedCorners row rowOff rtl rule ruleLst
sat satMod satOff scaling scatterChart scatterStyle scene3d schemeClr scrgbClr seCell secondPiePt secondPieSize
selection separator ser serAx serLines shade shape showBubbleSize showCatName showDLblsOverMax showHorzBorder showKeys
showLeaderLines showLegendKey showNegBubbles showOutline showPercent showSerName showVal showVertBorder sideWall
simplePos size sizeRelH sizeRelV sizeRepresents smooth snd softEdge solidFill sp sp3d spAutoFit spDef spLocks spPr
spTree spcAft spcBef spcPct spcPts splitPos splitType srcRect srgbClr stCxn start stockChart strCache strLit strRef
stretch style styleData styleDef styleLbl surface3DChart surfaceChart swCell sym symbol sysClr t tab tabLst tableStyle
tableStyleId tailEnd tbl tblBg tblGrid tblPr tc tcBdr tcPr tcStyle tcTxStyle theme themeElements thickness tickLblPos
tickLblSkip tickMarkSkip tile tileRect tint title tl2br to top tr tr2bl trendline trendlineLbl trendlineType
twoCellAnchor tx txBody txDef txEffectClrLst txFillClrLst txLinClrLst txPr txXfrm txbx uFill uFillTx uLn uLnTx up
upBars upDownBars v val valAx varLst varyColors view3D w wMode wgp whole wholeTbl wireframe wpc wrapNone wrapPolygon
wrapSquare wrapThrough wrapTight wrapTopAndBottom wsDr wsp x xMode xVal xfrm y yMode yVal
""",
    """
a accent1 accent2 accent3 accent4 accent5 accent6 algn allowOverlap altLang amt anchor anchorCtr ang arg axis b bIns
bandCol bandRow baseline behindDoc bg1 bg2 blend blip blipPhldr blurRad bright bwMode cap chOrder char charset cmpd
cnt coherent3DOff compatLnSpc contourW contrast cs csCatId csTypeId custAng custFlipHor custFlipVert
custLinFactNeighborX custLinFactNeighborY custLinFactX custLinFactY custRadScaleInc custRadScaleRad custScaleX
custScaleY custSzX custSzY custT cx cxnId cy d defStyle defTabSz descr destId destOrd dir dist distB distL distR distT
dm dpi dx dy dz eaLnBrk editAs embed endA endPos extrusionH extrusionOk fLocksText fLocksWithSheet fPrintsWithSheet
fact fadeDir fill firstCol firstRow flip flipH flipV fmla folHlink fontAlgn fontScale for forName forceAA formatCode
fov fromWordArt func g gdRefAng gdRefR gdRefX gdRefY gridSpan grow h hMerge hR hangingPunct hidden hideGeom
hideLastTrans hlink horzOverflow hue hueDir i id idx indent kern kumimoji kx ky l lIns lang lastClr lastCol lastRow
lat latinLnBrk layoutInCell len lim link lkTxEntry lnSpcReduction lo loCatId loTypeId locked lon lum lvl marB marL
marR marT max maxAng maxR maxX maxY meth minAng minR minVer minX minY modelId moveWith name noAdjustHandles
noChangeArrowheads noChangeAspect noChangeShapeType noCrop noDrilldown noEditPoints noGrp noMove noProof noResize
noRot noSelect noTextEdit noUngrp normalEastAsianFlow normalizeH numCol op panose parTransId path phldr phldrT
pitchFamily pos preferRelativeResize presAssocID presId presName presStyleCnt presStyleIdx presStyleLbl pri prst
prstMaterial ptType qs qsCatId qsTypeId r rIns rad ref refFor refForName refPtType refType relativeFrom relativeHeight
rev rig rot rotWithShape rowSpan rtl rtlCol sat scaled script seq sibTransId simplePos sourceLinked sp spc spcCol
spcFirstLastPara srcId srcOrd st stA stAng stPos startAt step strike stroke styleId styleLbl styleName swAng sx sy sz
t tIns thresh title tx tx1 tx2 txBox ty type typeface u uniqueId upright uri useA useBgFill useDef vMerge val vert
vertOverflow w wR wrap wrapText x y z zOrderOff zoom
""",
)
"""For pictures, shapes, charts, diagrams and themes."""

SHEET = _vocabulary(
    {
        "": (
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
    },
    """
alignment author authors autoFilter b bgColor bookViews border borders bottom brk c calcPr calculatedColumnFormula
cellStyle cellStyleXfs cellStyles cellXfs cfRule cfvo charset chartsheet col colBreaks color colorFilter colorScale
colors cols comment commentList comments condense conditionalFormatting customFilter customFilters dataBar
dataValidation dataValidations dateGroupItem definedName definedNames diagonal dimension drawing dxf dxfs
dynamicFilter end evenFooter evenHeader extend f family fgColor fill fills filter filterColumn filters firstFooter
firstHeader font fonts formula formula1 formula2 gradientFill headerFooter horizontal hyperlink hyperlinks i
iconFilter iconSet ignoredError ignoredErrors indexedColors is left mergeCell mergeCells name numFmt numFmts oddFooter
oddHeader outline outlinePr pageMargins pageSetUpPr pageSetup pane patternFill phoneticPr printOptions protection r
rFont rPh rPr rgbColor right row rowBreaks scheme shadow sheet sheetData sheetFormatPr sheetPr sheetProtection
sheetView sheetViews sheets si sortCondition sortState sst start stop strike styleSheet sz t tabColor table
tableColumn tableColumns tablePart tableParts tableStyle tableStyleElement tableStyleInfo tableStyles text top top10
totalsRowFormula u v vertAlign vertical workbook workbookPr workbookView worksheet xf
""",
    """
aboveAverage aca activePane activeTab alignWithMargins alignment allowBlank and applyAlignment applyBorder applyFill
applyFont applyNumberFormat applyProtection applyStyles array authorId auto autoFilter autoFilterDateGrouping
autoPageBreaks baseColWidth bestFit blackAndWhite blank borderId bottom builtinId bx ca calcMode calcOnSave
calculatedColumn calendarType caseSensitive cellColor cellComments colId collapsed colorId columnSort content count
customBuiltin customFormat customHeight customList customWidth dataCellStyle dataDxfId date1904 dateTimeGrouping day
defaultColWidth defaultGridColor defaultPivotStyle defaultRowHeight defaultTableStyle degree del1 del2 deleteColumns
deleteRows descending diagonalDown diagonalUp differentFirst differentOddEven disablePrompts displayName draft dt2D
dtr dxfId eb emptyCellReference enableFormatConditionsCalculation equalAverage error errorStyle errorTitle errors
evalError fillId filterVal firstPageNumber firstSheet fitToHeight fitToPage fitToWidth fontId footer forceFullCalc
formatCells formatCode formatColumns formatRows formula formulaRange fullCalcOnLoad fullPrecision gridLines
gridLinesSet gte header headerRowBorderDxfId headerRowCellStyle headerRowCount headerRowDxfId headings hidden
hiddenButton horizontal horizontalCentered hour ht iLevel iconId iconSet id imeMode indent indexed insertColumns
insertHyperlinks insertRow insertRowShift insertRows iterate iterateCount iterateDelta justifyLastLine left
listDataValidation localSheetId location locked man manualBreakCount max maxLength maxVal maxValIso min minLength
minimized minute month name numFmtId numberStoredAsText objects operator orientation outline outlineLevel
outlineLevelCol outlineLevelRow pageOrder paperHeight paperSize paperWidth patternType percent ph phonetic pivot
pivotButton pivotTables position priority prompt promptTitle pt quotePrefix r r1 r2 rank readingOrder ref refMode
relativeIndent reverse rgb right rightToLeft s sb scale scaleWithDoc scenarios second selectLockedCells
selectUnlockedCells sheet sheetId showButton showColumnStripes showDropDown showErrorMessage showFirstColumn
showFormulas showGridLines showHorizontalScroll showInputMessage showLastColumn showOutlineSymbols showRowColHeaders
showRowStripes showRuler showSheetTabs showValue showVerticalScroll showWhiteSpace showZeros shrinkToFit si size sort
sortBy sortMethod spans sqref state stdDev stopIfTrue style summaryBelow summaryRight syncHorizontal syncRef
syncVertical t tabSelected table tableBorderDxfId tableType text textRotation theme thickBot thickBottom thickTop
timePeriod tint top topLeftCell totalsRowBorderDxfId totalsRowCellStyle totalsRowCount totalsRowDxfId
totalsRowFunction totalsRowLabel totalsRowShown transitionEntry transitionEvaluation twoDigitTextYear type uniqueCount
unlockedFormula useFirstPageNumber val valIso vertical verticalCentered view visibility width workbookViewId wrapText
xSplit xfId ySplit year zeroHeight zoomScale zoomScaleNormal zoomScalePageLayoutView zoomScaleSheetLayoutView
zoomToFit
""",
)
"""For workbooks, sheets, styles, tables and comments."""

VML = _vocabulary(
    {
        "v": ("urn:schemas-microsoft-com:vml",),
        "o": ("urn:schemas-microsoft-com:office:office",),
        "w10": ("urn:schemas-microsoft-com:office:word",),
    },
    """
anchorlock arc background curve f fill formulas group h handles imagedata line lock oval path polyline rect roundrect
shadow shape shapetype stroke textbox textpath wrap
""",
    """
adj allowincell allowoverlap anchorx anchory angle arcsize aspectratio bilevel blacklevel bwmode chromakey color
color2 connectangles connectlocs connecttype coordorigin coordsize cropbottom cropleft cropright croptop dashstyle
endarrow endarrowlength endarrowwidth endcap eqn extrusionok fillcolor filled fillok fitpath fitshape focus
focusposition focussize from gain gradientshapeok grayscale hr hralign hrnoshade hrpct hrstd id inset insetmode invx
invy joinstyle limo linestyle method miterlimit obscured offset offset2 on opacity opacity2 path points polar position
preferrelative radiusrange recolor rotate shadowok side spt startarrow startarrowlength startarrowwidth string
strokecolor stroked strokeok strokeweight style switch textboxrect textpathok to trim type wrapcoords xrange xscale
yrange
""",
)
"""For shapes and pictures as older versions of Word draw them."""

OPEN_DOCUMENT = _vocabulary(
    {
        "office": ("urn:oasis:names:tc:opendocument:xmlns:office:1.0",),
        "style": ("urn:oasis:names:tc:opendocument:xmlns:style:1.0",),
        "text": ("urn:oasis:names:tc:opendocument:xmlns:text:1.0",),
        "table": ("urn:oasis:names:tc:opendocument:xmlns:table:1.0",),
        "draw": ("urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",),
        "fo": ("urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",),
        "svg": ("urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",),
        "number": ("urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",),
        "xlink": ("http://www.w3.org/1999/xlink",),
        "dc": ("http://purl.org/dc/elements/1.1/",),
    },
    """
a alphabetical-index alphabetical-index-entry-template alphabetical-index-mark alphabetical-index-mark-end
alphabetical-index-mark-start alphabetical-index-source am-pm annotation annotation-end automatic-styles background
background-image bibliography bibliography-configuration bibliography-entry-template bibliography-mark
bibliography-source body bookmark bookmark-end bookmark-ref bookmark-start boolean boolean-style caption cell-address
change change-end change-info change-start changed-region chapter character-count chart-properties circle column
column-sep columns conditional-text connector contour-path contour-polygon covered-table-cell creator currency-style
currency-symbol custom-shape date date-style day day-of-week default-page-layout default-style deletion deletions desc
document-content document-styles drawing-page-properties drop-cap ellipse embedded-text enhanced-geometry equation era
even-columns even-rows expression fill-image first-column first-row font-face font-face-decls footer footer-left
footer-style footnote-sep format-change fraction frame g gradient graphic-properties h handle hatch header
header-footer-properties header-left header-style hidden-paragraph hidden-text hours illustration-index
illustration-index-entry-template illustration-index-source image image-count index-body index-entry-bibliography
index-entry-chapter index-entry-link-end index-entry-link-start index-entry-page-number index-entry-span
index-entry-tab-stop index-entry-text index-source-style index-source-styles index-title index-title-template
insertion last-column last-row line line-break linearGradient linenumbering-configuration linenumbering-separator list
list-header list-item list-level-label-alignment list-level-properties list-level-style-bullet list-level-style-image
list-level-style-number list-style map marker master-page master-styles measure minutes month note note-body
note-citation note-continuation-notice-backward note-continuation-notice-forward note-ref notes-configuration number
number-style numbered-paragraph object-count object-index object-index-entry-template object-index-source odd-columns
odd-rows opacity outline-level-style outline-style p page page-continuation page-count page-layout
page-layout-properties page-number page-sequence page-variable-get page-variable-set paragraph-count
paragraph-properties path percentage-style placeholder polygon polyline quarter radialGradient rect reference-mark
reference-mark-end reference-mark-start reference-ref region-center region-left region-right regular-polygon ruby
ruby-base ruby-properties ruby-text s scientific-number seconds section section-properties sequence sequence-decl
sequence-decls sequence-ref shapes soft-page-break sort-key source-range-address span stop stroke-dash style styles
tab tab-stop tab-stops table table-cell table-cell-properties table-column table-column-group table-column-properties
table-columns table-count table-formula table-header-columns table-header-rows table-index table-index-entry-template
table-index-source table-of-content table-of-content-entry-template table-of-content-source table-properties table-row
table-row-group table-row-properties table-rows table-template target-range-address text text-box text-content
text-input text-properties text-style time time-style title toc-mark toc-mark-end toc-mark-start tracked-changes
user-field-decl user-field-decls user-field-get user-field-input user-index user-index-entry-template user-index-mark
user-index-mark-end user-index-mark-start user-index-source variable-decl variable-decls variable-get variable-input
variable-set week-of-year word-count year
""",
    """
accent-height acceptance-state active actuate address adjustment align alphabetic alphabetical-separators
anchor-page-number anchor-type angle animation animation-delay animation-direction animation-repeat
animation-start-inside animation-steps animation-stop-inside annote apply-style-name ascent author auto-grow-height
auto-grow-width auto-text-indent auto-update automatic-order background-color background-size background-transparency
base-cell-address bbox bibliography-data-field bibliography-type blue booktitle boolean-value border border-bottom
border-left border-line-width border-line-width-bottom border-line-width-left border-line-width-right
border-line-width-top border-model border-right border-top break-after break-before bullet-char bullet-relative-size c
calendar cap-height capitalize-entries caption-angle caption-angle-type caption-escape caption-escape-direction
caption-fit-line-length caption-gap caption-id caption-line-length caption-point-x caption-point-y
caption-sequence-format caption-sequence-name caption-type cell-protect chain-next-name change-id chapter char
citation-body-style-name citation-style-name class clip color color-inversion color-mode column column-count
column-gap column-width combine-entries combine-entries-with-dash combine-entries-with-pp comma-separated concave
concentric-gradient-fill-allowed cond-style-name condition consecutive-numbering content-validation-name continue-list
continue-numbering contrast copy-outline-levels corner-radius corners count count-empty-lines count-in-text-boxes
country country-asian country-complex currency current-value custom1 custom2 custom3 custom4 custom5 cx cy d data
data-style-name date-adjust date-value decimal-places decimal-replacement default-cell-style-name
default-outline-level default-style-name denominator-value descent description diagonal-bl-tr diagonal-bl-tr-widths
diagonal-tl-br diagonal-tl-br-widths direction display display-factor display-levels display-name
display-outline-level distance distance-after-sep distance-before-sep dont-balance-text-columns dots1 dots1-length
dots2 dots2-length draw-aspect dynamic-spacing editable edition editor end end-angle end-cell-address end-color
end-column end-glue-point end-guide end-indent end-intensity end-line-spacing-horizontal end-line-spacing-vertical
end-row end-shape end-table end-x end-y engine enhanced-path family fill fill-color fill-gradient-name fill-hatch-name
fill-hatch-solid fill-image-height fill-image-name fill-image-ref-point fill-image-ref-point-x fill-image-ref-point-y
fill-image-width fill-rule first-page-number first-row-end-column first-row-start-column fit-to-contour fit-to-size
fixed flow-with-text font-adornments font-charset font-charset-asian font-charset-complex font-family
font-family-asian font-family-complex font-family-generic font-family-generic-asian font-family-generic-complex
font-independent-line-spacing font-name font-name-asian font-name-complex font-pitch font-pitch-asian
font-pitch-complex font-relief font-size font-size-asian font-size-complex font-size-rel font-size-rel-asian
font-size-rel-complex font-stretch font-style font-style-asian font-style-complex font-style-name
font-style-name-asian font-style-name-complex font-variant font-weight font-weight-asian font-weight-complex
footnote-max-height footnotes-position format-source formula frame-display-border frame-display-scrollbar
frame-margin-horizontal frame-margin-vertical fx fy gamma global glue-point-leaving-directions glue-point-type
glue-points glyph-orientation-vertical gradient-step-count gradientTransform gradientUnits green grouping
guide-distance guide-overhang handle-mirror-horizontal handle-mirror-vertical handle-polar handle-position
handle-radius-range-maximum handle-radius-range-minimum handle-range-x-maximum handle-range-x-minimum
handle-range-y-maximum handle-range-y-minimum handle-switched hanging height horizontal-pos horizontal-rel
howpublished href hyphenate hyphenation-keep hyphenation-ladder-count hyphenation-push-char-count
hyphenation-remain-char-count id identifier ideographic ignore-case image-opacity increment index-name index-scope
institution is-hidden is-list-header is-sub-table isbn issn join-border journal justify-single-word keep-together
keep-with-next key key1 key1-phonetic key2 key2-phonetic kind label label-followed-by language language-asian
language-complex last-row-end-column last-row-start-column layer layout-grid-base-height layout-grid-base-width
layout-grid-color layout-grid-display layout-grid-lines layout-grid-mode layout-grid-print layout-grid-ruby-below
layout-grid-ruby-height layout-grid-snap-to layout-grid-standard-mode leader-char leader-color leader-style
leader-text leader-text-style leader-type leader-width length letter-kerning letter-spacing level line-break
line-distance line-height line-height-at-least line-number line-skew line-spacing line-style lines list-id list-level
list-level-position-and-space-mode list-style-name list-tab-stop-position luminance main-entry main-entry-style-name
margin margin-bottom margin-left margin-right margin-top marker-end marker-end-center marker-end-width marker-start
marker-start-center marker-start-width master-page-name mathematical max-height max-width may-break-between-rows
measure-align measure-vertical-align min-denominator-digits min-exponent-digits min-height min-integer-digits
min-label-distance min-label-width min-numerator-digits min-row-height min-width mirror mirror-horizontal
mirror-vertical modifiers month multi-deletion-spanned name nav-order next-style-name note note-class num-format
num-letter-sync num-prefix num-suffix number number-columns-repeated number-columns-spanned number-lines
number-matrix-columns-spanned number-matrix-rows-spanned number-position number-rows-repeated number-rows-spanned
number-wrapped-paragraphs numbered-entries offset ole-draw-aspect opacity opacity-name organizations orphans
outline-level overflow-behavior overline-position overline-thickness padding padding-bottom padding-left padding-right
padding-top page-adjust page-height page-layout-name page-number page-usage page-width pages panose-1
paragraph-style-name parallel parent-style-name path-stretchpoint-x path-stretchpoint-y percentage-data-style-name
placeholder-type placing points position possessive-form prefix print print-content print-orientation print-page-order
protect protected publisher punctuation-wrap r recreate-on-edit red ref-name reference-format register-true
register-truth-ref-style-name rejecting-change-id rel-column-width rel-height rel-width relative-tab-stop-position
repeat repeat-content report-type restart-numbering restart-on-page rfc-language-tag rfc-language-tag-asian
rfc-language-tag-complex rotation rotation-align rotation-angle row row-height ruby-align ruby-position run-through rx
ry scale-to scale-to-pages school script script-asian script-complex script-type secondary-fill-color select-page
separation-character series shadow shadow-color shadow-offset-x shadow-offset-y shadow-opacity sharpness show
show-unit shrink-to-fit slope snap-to-layout-grid sort-algorithm sort-ascending sort-by-position space-after
space-before spreadMethod start start-angle start-color start-column start-glue-point start-guide start-indent
start-intensity start-line-spacing-horizontal start-line-spacing-vertical start-numbering-at start-row start-shape
start-table start-value stemh stemv stop-color stop-opacity strikethrough-position strikethrough-thickness
string-value string-value-if-false string-value-if-true string-value-phonetic stroke stroke-color stroke-dash
stroke-dash-names stroke-linecap stroke-linejoin stroke-opacity stroke-width style style-name style-override suffix
symbol-color tab-ref tab-stop-distance table table-background table-centering template-name text-align text-align-last
text-align-source text-areas text-autospace text-blinking text-combine text-combine-end-char text-combine-start-char
text-emphasize text-indent text-line-through-color text-line-through-mode text-line-through-style
text-line-through-text text-line-through-text-style text-line-through-type text-line-through-width text-outline
text-overline-color text-overline-mode text-overline-style text-overline-type text-overline-width text-path
text-path-allowed text-path-mode text-path-same-letter-heights text-path-scale text-position text-rotate-angle
text-rotation-angle text-rotation-scale text-scale text-shadow text-style-name text-transform text-underline-color
text-underline-mode text-underline-style text-underline-type text-underline-width textarea-horizontal-align
textarea-vertical-align textual tile-repeat-offset time-adjust time-value track-changes transform
transliteration-country transliteration-format transliteration-language transliteration-style truncate-on-overflow
type underline-position underline-thickness unicode-range unit units-per-em url use-banding-columns-styles
use-banding-rows-styles use-caption use-chart-objects use-draw-objects use-first-column-styles use-first-row-styles
use-floating-frames use-graphics use-index-marks use-index-source-styles use-keys-as-entries use-last-column-styles
use-last-row-styles use-math-objects use-objects use-optimal-column-width use-optimal-row-height use-other-objects
use-outline-level use-soft-page-breaks use-spreadsheet-objects use-tables use-window-font-color v-alphabetic v-hanging
v-ideographic v-mathematical value value-type version vertical-align vertical-pos vertical-rel viewBox visibility
visible-area-height visible-area-left visible-area-top visible-area-width visited-style-name volatile volume widows
width widths wrap wrap-contour wrap-contour-mode wrap-dynamic-threshold wrap-influence-on-position wrap-option
writing-mode writing-mode-automatic x x-height x1 x2 y y1 y2 year z-index
""",
)
"""For an OpenDocument text."""
