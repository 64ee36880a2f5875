"""Read YAML files into records, and write records back: parse, patch, lock and replace files.

Start with `dataset_reader`.
"""
