"""Tools for maintainers: benchmarks, screenshots, translations, generated data.

Run one with `python -m scripts.NAME`.
"""
