"""Searches as people type them, each with the records of the shipped data that it has to find.

UNSEEN was written before the search, and the search was not tuned with it. DEVELOPMENT was used for tuning.
"""

Examples = dict[str, set[str]]
REVIEWS = {"ghes-2024-oat-barriers", "ghes-2024-oat-progress"}
SITES = {"alternative-report-2024-ost-clients", "ehra-country-baseline"}

UNSEEN: Examples = {
    # English
    "methadone programme": {*REVIEWS},
    "opioid substitution treatment": {*REVIEWS, *SITES},
    "OAT barriers": {"ghes-2024-oat-barriers"},
    "take home methadone": {"ghes-2024-oat-progress"},
    "buprenorfine": {"ghes-2024-oat-progress"},
    "needle exchange sites": {"ehra-country-baseline"},
    "NSP": {"ehra-country-baseline"},
    "syringe": {"ehra-country-baseline"},
    "police abuse": {"alternative-report-2024-violations"},
    "police training human rights": {"ngo-2024-r9"},
    "cops": {"alternative-report-2024-violations"},
    "HIV criminalization": {"cedaw-2021-44"},
    "personal use": {"ngo-2024-r1"},
    "simple posession": {"ngo-2024-r1"},
    "decriminalize drug possession": {"cedaw-2021-possession"},
    "drug register": {"ececacd-2023-visit"},
    "compulsory treatment": {"ececacd-2023-visit"},
    "foreign agents law": {"cpj-2024-foreign-representatives-law"},
    "human rights defenders": {"cescr-2024-11", "ccpr-2014-24"},
    "torture in detention": {"cat-2021-custody"},
    "national preventive mechanism": {"cat-2021-13"},
    "child custody": {"cedaw-2021-custody"},
    "CEDAW 2021": {"cedaw-c-kgz-co-5"},
    "concluding observations 2024": {"e-c12-kgz-co-4"},
    "E/C.12/KGZ/CO/4": {"e-c12-kgz-co-4"},
    "cat/c/kgz/co/3": {"cat-c-kgz-co-3"},
    "CCPR C KGZ CO 3": {"ccpr-c-kgz-co-3"},
    "shadow report": {"inpud-2022-cedaw-shadow-report", "ngo-2024"},
    # Russian
    "метадон": {*REVIEWS, *SITES},
    "ЗТМ": {*REVIEWS, *SITES},
    "ПТМ": {*REVIEWS},
    "заместительная терапия": {*REVIEWS, *SITES},
    "ПЗТ": {*REVIEWS},
    "обмен шприцев": {"ehra-country-baseline"},
    "хранение без цели сбыта": {"cedaw-2021-possession"},
    "хранение наркотиков": {"cedaw-2021-possession"},
    "милиция пытки": {"cat-2021-custody"},
    "полиция": {"alternative-report-2024-violations"},
    "обучение милиции": {"ngo-2024-r9"},
    "декрименализация": {"cedaw-2021-possession", "ngo-2024-r1"},
    "финансирование снижения вреда": {"ngo-2024-r7"},
    "бюджет на снижение вреда": {"ngo-2024-r7"},
    "стигма": {"ngo-2024-r8"},
    "дискриминация врачи": {"cedaw-2021-36c"},
    "наркоучет": {"ececacd-2023-visit"},
    "закон об иноагентах": {"cpj-2024-foreign-representatives-law"},
    "лишение родительских прав": {"cedaw-2021-custody"},
    "передача вич": {"cedaw-2021-44"},
    "правозащитники": {"cescr-2024-11", "ccpr-2014-24"},
    "КЛДЖ": {"cedaw-c-kgz-co-5"},
    "заключительные замечания 2021": {"cedaw-c-kgz-co-5", "cat-c-kgz-co-3"},
    "ghjuhfvvs cyb;tybz dhtlf": {"ngo-2024-r7"},
    "альтернативный доклад": {"ngo-2024"},
    # Kyrgyz
    "метадонду": {*REVIEWS},
    "шприц алмаштыруу": {"ehra-country-baseline"},
    "зыянды азайтуу": {"ngo-2024-r7"},
    "АИВ": {"cedaw-2021-44"},
    "милициянын кысымы": {"alternative-report-2024-ost-clients"},
    "баңгизат сактоо": {"cedaw-2021-possession"},
    "кыйноо": {"cat-2021-13"},
}

DEVELOPMENT: Examples = {
    # English
    "methadone": {*REVIEWS, *SITES, "ungeneva-2024-cescr-dialogue"},
    "buprenorphine guidelines": {"ghes-2024-oat-progress"},
    "extortion by police": {"alternative-report-2024-ost-clients"},
    "decriminalisaton of posession": {"ngo-2024-r1"},
    "state funding harm reduction": {"ngo-2024-r7"},
    "antidiscrimination law": {"ccpr-2022-12"},
    "planting of drugs": {"kaktus-2023-officers-held"},
    "how many HIV cases": {"24kg-2025-hiv-registered"},
    "e c.12/kgz/q/4": {"e-c12-kgz-q-4"},
    "alternative report 2024": {"ngo-2024"},
    # Russian
    "мтеадон": {*REVIEWS, *SITES},
    "давление милиции": {"alternative-report-2024-ost-clients"},
    "пробация": {"ngo-2024-r6"},
    "прнудительное лечение": {"ececacd-2023-visit"},
    "опека над ребёнком": {"cedaw-2021-custody"},
    "snizhenie vreda": {"ngo-2024-r7"},
    "подброс наркотиков": {"kaktus-2023-officers-held"},
    "подкинули наркотики": {"kaktus-2023-officers-held"},
    # Kyrgyz
}
