"""YAML files to records and back: read, patch, write atomically, lock, timestamps, schemas. Start with `dataset_reader`."""
