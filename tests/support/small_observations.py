"""A small file of concluding observations, for the pages and the command that bring documents in."""

import io

from docx import Document

SMALL_OBSERVATIONS = """E/C.12/KGZ/CO/5
Committee on Economic, Social and Cultural Rights
Concluding observations on the fifth periodic report of Kyrgyzstan
1. The Committee considered the fifth periodic report of Kyrgyzstan on 3 and 4 March 2026 and adopted the present concluding observations on 20 March 2026.
C. Principal subjects of concern and recommendations
Drug policy
2. The Committee is concerned about the punishment of people who use drugs.
3. The Committee recommends that the State party:
(a) Decriminalize the possession of drugs for personal use;
(b) Provide opioid agonist therapy in all places of detention.
Right to housing
4. The Committee urges the State party to end forced evictions.
5. The Committee requests the State party to provide, within 24 months, information on the implementation of the recommendations contained in paragraph 3 (a) above.
"""


def small_docx(text: str = SMALL_OBSERVATIONS) -> bytes:
    """The file as Word writes it: one paragraph a line."""
    file, target = Document(), io.BytesIO()
    for line in text.splitlines():
        file.add_paragraph(line)
    file.save(target)
    return target.getvalue()
