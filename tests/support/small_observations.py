"""A short document with concluding observations, for the pages and the command that import documents."""

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
RUSSIAN_OBSERVATIONS = """E/C.12/KGZ/CO/5
Комитет по экономическим, социальным и культурным правам
Заключительные замечания по пятому периодическому докладу Кыргызстана
1. Комитет рассмотрел пятый периодический доклад Кыргызстана 3 и 4 марта 2026 года и принял настоящие заключительные замечания 20 марта 2026 года.
C. Основные вопросы, вызывающие обеспокоенность, и рекомендации
Наркополитика
2. Комитет обеспокоен наказанием людей, употребляющих наркотики.
3. Комитет рекомендует государству-участнику:
a) декриминализовать хранение наркотиков для личного употребления;
b) обеспечить опиоидную агонистную терапию во всех местах лишения свободы.
Право на жилище
4. Комитет настоятельно призывает государство-участник прекратить принудительные выселения.
"""


def small_docx(text: str = SMALL_OBSERVATIONS) -> bytes:
    """Return a .docx file with a paragraph for each line of the text."""
    file, target = Document(), io.BytesIO()
    for line in text.splitlines():
        file.add_paragraph(line)
    file.save(target)
    return target.getvalue()
