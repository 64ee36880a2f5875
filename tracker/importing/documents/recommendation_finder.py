"""Find the paragraphs that are recommendations, by the words of each committee. Find where the recommendation begins.

`find_paragraph_references` finds references to paragraphs in a text, such as "paras. 12–14 and 19 (a)".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from tracker.importing.documents.imported_document import ImportedParagraph, ImportedPart, ParagraphKind
from tracker.importing.documents.phrases import Phrases, split_sentences
from tracker.importing.documents.structure import ListLetters, NumberedParagraph, ParagraphLine
from tracker.storage.yaml.defaults import known_mechanisms

_TOPIC = re.compile(r"\s*\([^()]*(?:\([^()]*\)[^()]*)*\)")
_LETTERS = re.compile(
    r"(?i)\s*\(?(?P<first>[a-zа-яё])\)(?:\s*(?:-|–|—|to|по|до)\s*\(?(?P<last>[a-zа-яё])\))?(?:\s*\((?:i|v|x)+\))?"
    rf"(?:{_TOPIC.pattern})?"
)
_NUMBER = re.compile(r"\s*(?P<first>\d{1,3})(?![\d/])(?:\s*(?:-|–|—)\s*(?P<last>\d{1,3})(?!\d))?")
_NO_LISTS = ListLetters()
MAX_RANGE = 60
"""The maximum difference between the two ends of a range such as 12–14. A longer one is not taken for a range."""
_Letters = tuple[str, str]
"""The first and the last letter of a range, in small letters. For a single letter, both are the same."""
MAX_SENTENCE = 6_000
"""At most this many characters of a sentence are searched. A real sentence is shorter."""
MAX_SHOWN_WORDS = 80
"""The review shows at most this many characters of the words that recommend."""


def find_paragraph_references(text: str, phrases: Phrases, letters_in: ListLetters = _NO_LISTS) -> Iterator[str]:
    """Yield the paragraphs that `text` names, in order: "12", or "19 (a)" with a Latin letter. Ranges are written out.

    Paragraphs of rules, articles and resolutions are left out. `letters_in` has the letters of the document's lists.
    """
    words = phrases.patterns["paragraph_words"]
    joints = phrases.patterns["list_words"].pattern
    separator = re.compile(rf"(?i)\s*(?:[,;]\s*(?:(?:{joints})\s+)*|(?:{joints})\s+)")
    at = 0
    while word := words.search(text, at):
        at = word.end()
        if word.start() and (text[word.start() - 1].isalnum()):
            continue
        paragraphs, end = list[str](), at
        before_number, position = _letters_before_number(text, at, separator, words=words)
        while number := _NUMBER.match(text, position):
            position = number.end()
            first, last = int(number["first"]), int(number["last"] or number["first"])
            if not 0 <= last - first <= MAX_RANGE:
                last = first
            letters, position = _letters(text, position, separator)
            if named := _latin_letters(letters or before_number, str(first), letters_in):
                paragraphs += [f"{first} ({letter})" for letter in named]
            else:
                paragraphs += [str(each) for each in range(first, last + 1)]
            end = position
            if not (joint := separator.match(text, position)):
                break
            position = joint.end()
            before_number = []
            if repeated := words.match(text, position):
                before_number, position = _letters_before_number(text, repeated.end(), separator, words=words)
        before = text[max(0, word.start() - 40) : word.start()]
        if not phrases.has("rule_after", text[end : end + 40]) and not phrases.has("rule_before", before):
            yield from dict.fromkeys(paragraphs)
        at = max(at, end)


def _letters_before_number(
    text: str, position: int, separator: re.Pattern[str], *, words: re.Pattern[str]
) -> tuple[list[_Letters], int]:
    """Return (letters, place where the number begins) in a text such as "subparagraphs (a) and (b) of paragraph 12"."""
    letters, end = _letters(text, position, separator)
    of = re.match(rf"\s*(?:(?:of|du|de|del) )?(?:{words.pattern})", text[end : end + 60], re.I) if letters else None
    return (letters, end + of.end()) if of else ([], position)


def _letters(text: str, position: int, separator: re.Pattern[str]) -> tuple[list[_Letters], int]:
    """Return (letters, place where they end) for letters at `position`: "(a) (legal aid) and (c)" or "(a)–(c)"."""
    letters: list[_Letters] = []
    while found := _LETTERS.match(text, position):
        letters.append((found["first"].lower(), (found["last"] or found["first"]).lower()))
        position = found.end()
        joint = separator.match(text, position)
        if not joint or not _LETTERS.match(text, joint.end()):
            break
        position = joint.end()
    topic = _TOPIC.match(text, position)
    return letters, topic.end() if topic and not letters else position


def _latin_letters(letters: Sequence[_Letters], number: str, letters_in: ListLetters) -> list[str]:
    """Return `letters` of paragraph `number` as Latin letters, every letter of a range. Leave out those not in `letters_in`."""
    found = []
    for ends in letters:
        first, last = (letters_in.to_latin(letter, number) for letter in ends)
        if first and last:
            found += [chr(code) for code in range(ord(first), max(ord(first), ord(last)) + 1)]
    return found


def find_recommending_words(sentence: str, phrases: Phrases, body: str | None) -> tuple[str, str] | None:
    """Return (name of the pattern, words) if the committee itself recommends to the State party, otherwise None."""
    text = sentence[:MAX_SENTENCE].strip()
    if name := phrases.committee_names.get(body or "", ""):
        # "Committee" for the full name of this committee, so that other committees can be told apart
        short = next((word for word in name.split() if word.lower() in ("committee", "комитет", "comité")), name)
        text = re.sub(rf"\b{re.escape(name)}", short, text, flags=re.I)
    for form, pattern in phrases.recommends.items():
        for found in pattern.finditer(text):
            before, words = text[: found.start()], found[0]
            # where a quotation is open, somebody else speaks
            pairs = any(before.rfind(left) > before.rfind(right) for left, right in ("“”", "«»"))
            is_quoted = pairs or before.count('"') % 2 == 1
            is_reported = form not in ("verb", "coordinated") and any(p.search(before) for p in phrases.reported)
            if is_quoted or is_reported or (form == "coordinated" and _has_other_subject(words, phrases)):
                continue
            other = phrases.find("other_addressee", text[found.start() :])
            if not other or other.start() >= len(words):
                end = f"… {words[-MAX_SHOWN_WORDS:].partition(' ')[2]}"
                return form, words if len(words) <= MAX_SHOWN_WORDS else end
    return None


def _has_other_subject(clause: str, phrases: Phrases) -> bool:
    """Return whether the last verb in `clause` may have another subject: "notes that the SPT … and recommends"."""
    other = list(phrases.patterns["other_source"].finditer(clause))
    # a comma before "and" ends the clause of the other subject
    return bool(other) and not re.search(r"[,;)]\s*(?:and|but|и|но|а)\b", clause[other[-1].end() :])


def classify_paragraphs(
    paragraphs: Sequence[NumberedParagraph], phrases: Phrases, body: str | None
) -> tuple[ImportedParagraph, ...]:
    """Return the paragraphs in order, with kinds. In a recommendation, the concern is separated from the text."""
    found = [_classify_one(paragraph, phrases, body) for paragraph in paragraphs]
    for index, source in enumerate(paragraphs):
        if _only_recalls(found[index], source, phrases, body=body):
            # the next recommendation under the same heading answers the concern, if it has none of its own
            same = (other for other in found[index + 1 :] if other.headings == source.headings)
            following = next((other for other in same if other.is_recommendation), None)
            if following and not following.concern:
                found[index] = _with_texts(_without_recommendation(source, phrases), source.lines)
    return tuple(found)


def _only_recalls(
    paragraph: ImportedParagraph, source: NumberedParagraph, phrases: Phrases, *, body: str | None
) -> bool:
    """Return whether `paragraph` voices a concern, recalls an earlier recommendation, and recommends nothing else."""
    if not paragraph.is_recommendation or not phrases.has("concern", source.text):
        return False
    text = " ".join([paragraph.text, *(part.text for part in paragraph.parts), paragraph.tail])
    sentences = [sentence.strip() for sentence in split_sentences(text, phrases)]
    asking = [sentence for sentence in sentences if find_recommending_words(sentence, phrases, body)]
    return bool(asking) and all(phrases.has("recalled", sentence) for sentence in asking)


def _without_recommendation(paragraph: NumberedParagraph, phrases: Phrases) -> ImportedParagraph:
    """Return a paragraph as if it recommended nothing: with its kind and the words that show this kind, but without texts."""
    kind, phrase = _kind_of_section(paragraph.heading, phrases), paragraph.heading
    if not kind:
        chapeau = paragraph.lines[0].text if paragraph.lines else ""
        of_headings = next(filter(None, (_kind_of_section(heading, phrases) for heading in paragraph.headings)), None)
        if found := phrases.find("concern", paragraph.text):
            kind, phrase = ParagraphKind.CONCERN, found[0]
        elif found := phrases.find("positive", chapeau):
            kind, phrase = ParagraphKind.POSITIVE, found[0]
        else:
            kind, phrase = of_headings or ParagraphKind.OTHER, paragraph.heading if of_headings else ""
    return ImportedParagraph(paragraph.number, paragraph.headings, kind, text="", phrase=phrase)


def _classify_one(paragraph: NumberedParagraph, phrases: Phrases, body: str | None) -> ImportedParagraph:
    """Return a paragraph with its kind and its texts, without a look at the paragraphs around it."""
    lines = paragraph.lines
    start = _find_start(lines, phrases, body)
    plain = _without_recommendation(paragraph, phrases)
    if start is None:
        return _with_texts(plain, lines)
    index, offset, (form, words) = start
    if other_kind := _kind_despite_words(paragraph, lines[index].text[offset:], phrases):
        return _with_texts(replace(plain, kind=other_kind, phrase=words), lines)

    def only_notes(line: ParagraphLine) -> bool:
        is_asking = any(find_recommending_words(s, phrases, body) for s in split_sentences(line.text, phrases))
        return not line.letter and phrases.has("notes", line.text) and not is_asking

    # the text at the end may only note facts: the committee goes on to another matter. Nothing before it is left out
    after = [*takewhile(only_notes, reversed(lines[index + 1 :]))][::-1]
    usual = mechanism.usual_wording if (mechanism := known_mechanisms().get(body or "")) else ()
    is_usual = not usual or form.replace("coordinated", "verb") in usual
    found = replace(plain, kind=ParagraphKind.RECOMMENDATION, phrase=words, is_usual=is_usual)
    whole = _with_texts(found, lines[: len(lines) - len(after)], index, offset=offset)
    return replace(whole, concern="\n".join(filter(None, (whole.concern, *(line.text for line in after)))))


def _with_texts(
    paragraph: ImportedParagraph, lines: Sequence[ParagraphLine], index: int = 0, *, offset: int = 0
) -> ImportedParagraph:
    """Return the paragraph with its texts from `lines`. The recommendation begins at place `offset` of line `index`."""
    if not lines:
        return paragraph
    before = [f"{line.label} {line.text}".strip() for line in lines[:index]]
    before.append(lines[index].text[:offset].strip())
    chapeau: list[str] = []
    tail: list[str] = []
    parts: list[ImportedPart] = []
    for line in [replace(lines[index], text=lines[index].text[offset:]), *lines[index + 1 :]]:
        text = line.text.strip()
        if not line.letter:
            (tail if parts else chapeau).append(text)
        elif tail or line.letter in {part.id for part in parts}:
            tail.append(f"{line.label} {text}")  # a second list, in the text after the first
        else:
            parts.append(ImportedPart(line.letter, text))
    text, below, concern = ("\n".join(filter(None, texts)) for texts in (chapeau, tail, before))
    return replace(paragraph, text=text, parts=tuple(parts), tail=below, concern=concern)


def _find_start(
    lines: Sequence[ParagraphLine], phrases: Phrases, body: str | None
) -> tuple[int, int, tuple[str, str]] | None:
    """Return (index of the line, place in its text, (form, words)) where the recommendation starts, or None."""
    for index, line in enumerate(lines):
        start = offset = 0
        for sentence in split_sentences(line.text, phrases) if not line.letter else ():
            if words := find_recommending_words(sentence, phrases, body):
                return index, start, words
            offset += len(sentence)
            plain = sentence.strip()
            only_notes = phrases.has("notes", plain) and not phrases.has("reason", plain)
            if only_notes or phrases.has_any(("concern", "articles_at_end", "others_recommended"), plain):
                start = offset
    # the parts may recommend: "The Committee: (a) Recommends …; (b) Urges …"
    for index, (line, following) in enumerate(pairwise(lines)):
        if line.letter or not following.letter:
            continue
        chapeau = (split_sentences(line.text, phrases) or [""])[-1]
        joined = f"{chapeau.rstrip(' :')} {following.text[:1].lower()}{following.text[1:]}"
        asking = joined if len(chapeau.split()) <= 3 else following.text
        if words := find_recommending_words(asking, phrases, body):
            return index, len(line.text) - len(chapeau), words
    return None


def _kind_of_section(heading: str, phrases: Phrases) -> ParagraphKind | None:
    """Return POSITIVE or PROCEDURE if a section with this heading recommends nothing, otherwise None."""
    if phrases.has("positive_heading", heading):
        return ParagraphKind.POSITIVE
    return ParagraphKind.PROCEDURE if phrases.has("introduction_heading", heading) else None


def _kind_despite_words(paragraph: NumberedParagraph, text: str, phrases: Phrases) -> ParagraphKind | None:
    """Return the kind of a paragraph that has recommending words but is no recommendation; None if it is one."""
    nearest = paragraph.heading
    has_parts = sum(bool(line.letter) for line in paragraph.lines) > 1
    # only the nearest heading: a section must not cover the rest of a document whose next section is not recognized
    if kind := _kind_of_section(nearest, phrases):
        return kind
    if phrases.has("dissemination_heading", nearest) and phrases.has("dissemination_words", text):
        return ParagraphKind.DISSEMINATION
    whole = " ".join([text, *(line.text for line in paragraph.lines if line.letter)])
    # the follow-up may list its topics with letters: "relating to: (a) …, as contained in paragraphs 8 and 9"
    is_listed = phrases.has("follow_up_marks", text) and is_about_follow_up(whole, phrases)
    if is_listed or is_about_procedure(text, phrases) or phrases.has("procedure_heading", nearest):
        return ParagraphKind.PROCEDURE
    if phrases.has("dissemination_heading", nearest) or (phrases.has("dissemination", text) and not has_parts):
        return ParagraphKind.DISSEMINATION
    return None


def is_about_procedure(text: str, phrases: Phrases) -> bool:
    """Return whether a text that recommends is about the procedure: follow-up, next report or core document."""
    first = next(iter(split_sentences(text, phrases)), "")
    asks_for_answers = all(phrases.has(name, first) for name in ("answers_in_report", "information_in_report"))
    is_of_report = is_about_follow_up(text, phrases) or is_about_next_report(text, phrases)
    return is_of_report or asks_for_answers or phrases.has("core_document", text)


def is_about_follow_up(text: str, phrases: Phrases) -> bool:
    """Return whether the text asks for information on paragraphs by a date, within a period, or as follow-up."""
    names = ("follow_up", "follow_up_marks", "recommendation_words", "paragraph_words")
    return all(phrases.has(name, text) for name in names)


def is_about_next_report(text: str, phrases: Phrases) -> bool:
    """Return whether a sentence of the text says when the next periodic report is due, not what it should contain."""
    return any(
        phrases.has("next_report_subject", sentence)
        and phrases.has("next_report", sentence)
        and not phrases.has("information_in_report", sentence)
        for sentence in split_sentences(text, phrases)
    )
