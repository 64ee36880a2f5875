"""The recommendation tracker without its pages: words, files, rules, store, questions, answers for the web.

Reading order: words, dates, texts, model; files, build, dataset, check; rules; store; view, query; html, web.
"""
