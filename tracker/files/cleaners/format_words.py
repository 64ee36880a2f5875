"""Words that the formats of office files use themselves. Where only they stand, nobody wrote anything."""

FORMAT_WORDS = frozenset(
    str.split("""
aa abjad above absolute acc accent accounting acct action active ad add address adj administrators aes af aft after
air aiueo align alignment all allow almond along alpha alternate always anchor ancst and ang angle angles
angsana anim ansi antiqua antique ants any app apples application aptos aqua aquamarine ar arab arabic arc arch arched
area arial armn around arr array arrow arrows art as ascending ascii asia asst at auto autofit avenir average avg axis
azure baby back background backward baht baiti bal balanced balloon balloons band banner bar base based baseline basic
batang bats bb bef before beg begin beginning begins beige below bend beneath beng bent beside best between bevel bg
bi bib bibliography bidi billions birds bisque bitmap bk bkgd bkpt bl black blanched blank blanks blink block blocks
blue blush body bold boli bolt book bookman bopo boran border bot both bottle bottom bounding box br brace bracket
braid branch break brick bright brown bt btn bug bugi bul bulb bullet bullseye burly butterfly button cabins cadet
cake caladea calculated calibri call callout cambria can candara candy cans canvas caps caption card cardinal carlito
cascade cat catalog category ccw cell celtic center centered century certificate ch chain champagne changes chapter
char character chars chart chartreuse charts check checked checkered cher cherokee chevron chicago chiffon child
chilly chinese chocolate chord chosung christmas chs cht circle circles circular cjk classic classical clean clear
clip clips clocks closing cloud clr clustered cnt cnv col collapsing collate colon color colorful colors cols column
com comic comm comma comment comments compass compatibility compatible composite compress computed con cone cones
confetti conn connector consolas console consolidation consonants constantia cont contains content contents contextual
continuation continue continuous contrast contrasting contributors control conversion convert convex cool coral corbel
cordia corn corner cornflower cornsilk count counting coupon courier cover crazy cream creatures crimson cross crossed
ctr cube cup curly currency current curve curved cust custom cutout cw cyan cycle cylinder daisies dark darken dash
dashed dashes data database date daun day days db dbl dd dec decagon decimal decision deco decorative deep def default
deflate deg degrees deja dejavu delay delete dengxian depth des descending dev deva devanagari devp diag diagram
diagrams diam diamond diamonds diff difference digital dim dingbats dir dirty disabled discretional disk display
displayed dist distribute distributed divide divot dk dmnd dmy dn do doc docs document dodecagon dodger dok dollar
donut dos dot dots dotted dotum double down drab drawing drawingml drawings drill drop drum dst duplicate dvaspect dxa
dym dynamic ea each earth east ebrima eclipsing edessa edge edit editors eggs el elbow elem ellipse ellipsis em email
embed emboss emd emphasis en enable enabled enclosed end endnote endnotes ends english engrave envelope envelopes eq
equ equal err error errors estrangelo ethi euphemia even everyone exact exp expression external extra extract extreme
face facing factor fade fallback false fancy fans favor fax features fg field figure fill filled film filter fira
firebrick firecrackers first fish fit fixed flags flat fld flight flip flood floral flow flowers fol folded follow
followed font footer footnote footnotes for forest form formatting forms formula forward fr fraktur frame freesans
freezing french from front frozen ftrs fuchsia full fullstop fullwidth functions funky funnel gainsboro ganada gap
garamond gautami gear gems general geor ghost gingerbread glass glow go gold goldenrod gothic gr gradient gram
grand grande graphic graphics grav gray grays grayscale greater green greeting gregorian grey grid group gt gte gujr
gulim guru hair hairline half halfwidth handles handmade hang hanging hangul hans hant hard harsh hash hats having hdr
hdrs header headerand headers heading heart hearts heavy hebr hebrew heebie hei help helvetica heptagon heroic hex
hexagon hidden hide hier high highlight hijri himalaya hindi hint hiragana historical hk hlink holly home honeydew
horizontal horz hot hour hours house hqprint html http hundred hundreds hybrid hyperlink hyphen hyphenation hypnotic
ice icon id ideograph ignore illusions illustration image img impact in inactive ind indent indents index indian
indicator indigo inf inflate info information init inline inner input insects insert inset inside integrated intense
internal inv inverse inverted iroha irregular is iskoola isometric isosceles italic ivory japan japanese javanese
jeebies jheng jp jpan jpeg jpg jpn junction just justification justify kalinga kana kartika kashida katakana khaki
khmr knda knotwork kor korea korean kr label labels lace lady landscape laoo large largest last latha lavender lawn
layout lc le leaf least leelawadee left legacy legal legend lemon length less letter letters level lg liberation light
lighten lightning lights lime limit lin line linear linen lines lining link linotype list listtab lisu ln load locked
log lohit long low lower lr lt lte ltr lucida lue lvl mac macro magenta magnetic mailing main major malgun man mangal
manifest manual map maple mapping mar marg margin margins marker maroon marquee master match math matte max maze mdp
mdy me med media medium meiryo menu merge meta metal mfr microsoft mid middle midline midnight millions mimetype min
mincho mingliu minor mint minus minute minutes mirror misty miter mlym mm moccasin mode moderately modern mong
mongolian mono monospace month months mool moon moons morning mosaic most movie moving mpm ms muffins mult
multidocument multilevel multiply multirow music myanmar myd mymr na name nar narrow native natural navajo navy nd ne
neq never new newer next nil nirmala nkoo no node nodes non none norm normal northwest not notched note notes nothing
notice noto null num number numbering numbers nums nw nyala oasis oblique octagon odd of off office officeart
officedocument offline offpage olap olck old older oleupdate olive on oncall once one online only open opendocument
opensymbol openxmlformats operation or orange orchid ordinal org orgchart origin orthographic orya osma other out
outer outline output outset outside oval ovals over overflow overlap override overwrite ovr owners pacifier package
packages pad page pages pair palatino pale palms pansy papaya paper papyrus par paragraph parallel parallelogram paren
parts party path pattern pct peach pencils penh pentagon people percent percentage percentile period perspective peru
pg ph phag phagspa picture pictures pie pin pink pins pivot place placeholder placeholders plaid plain plantagenet
plaque plastic plate plc plum plus pmingliu png poinsettias poly portrait pos postage pota pour powder power preced
predefined pref preparation pres preserve prev preview previous prim print printer priority pro process product prompt
properties proportional pt pts puff pumpkin punched punctuation purple push pyra pyramid pyramids quad quadrants
quarter quarters query quick quickstyle quote raavi radial range rating ratio rattle read reader real rect rectangles
red ref reference regular rel relationship relationships relaxed rels repeat resize rest restart return rev reverse
ribbon riblet rid right ring rings rl rnd roboto roman room root rot round rout row rows royal rsa rt
rtf rtl run russian saddle safari saka salmon salutation same sans sawtooth sc scale scallops scared scenario
schemas schoolbook screen script scroll sdt se sea seal seattle sec second seconds sect section segments segoe
selection self separate separator series serif set settings shading shadow shadowed shape shapes shared sharks shdw
sheet shell shimmer shingle shorebird short shp shruti sib sides sienna sigma signature signs silver simhei simple
simplified simsun single sinh size skip skw sky skyrocket slant slate slice slope sm small smiley smoke smoking smooth
snake snap sng snip snow snowflake snowflakes soft softmetal solid sombrero sora sort sound source southwest sp space
spacing span sparkle spell speller sphere split spreadsheetml spring sq square squares src st stack stacked stamp
standard star stars starsymbol start std stealth steel stem step stitch stop storage stored str stra straight
streamers stretch strict strike string strings stripe striped strips stroke stroked strong struck sty style styles sub
subheading subscript subtitle subtle subtotal sum summing sun sunrise sunset sup superscript sw swirligig swiss swoosh
sylfaen symbol symbols syrc syre syrj syrn sys system sz tab table tables tabs tabular tags tahoma tai taiwan
taiwanese tale talu taml tan tape tb tbl tbls tc teacup teal teardrop teeth telu ten terminator text tfng thaa thai
than theme then thick thin third this thistle thousand thousands three through tibt tight tile time times tiny title
titles tl to toc today tomato tomorrow toolbar toothed top torn total tr track tracked tracks traditional traffic
trans transitional translucent transparent trapezoid trebuchet tree trees trellis tri triangle triangles trillions
triple true tunga turquoise twisted two tx txt type typeface types uc uigh uighur und under underlined underscore
undrawn unicode unique unknown unlocked unscaled up upper upr urn us use user utf uturn val value values var variable
varp venn verdana vert vertical very viet vietnamese view vine visible vnd vowels vrinda vu warm warning
watermarks wave waveline waving wavy wd weave weaving web webdings wedge week wheat whip white whole wide width win
window windows wingdings wire wireframe with wood woodwork word wordprocessingml words workbook worksheet worksheets
workspace wrap wrapping ww xlit xlnm xml xy ydm year years yellow yes yesterday yi yiii yin ymd yu yyyy yz zag zany
zapf zero zig zodiac zx ゴシック 宋体 新細明體 明朝 游ゴシック 游明朝 等线 고딕 맑은 ｍｓ ｐゴシック
""")
)
"""The words of the enumerations in the standards, of built-in styles, and of the fonts that programs choose themselves, in lower case."""
