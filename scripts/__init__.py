"""Tools for maintainers: benchmarks, screenshots, translations, generated data. Run them as `python -m scripts.NAME`."""
