"""Read YAML files into records and write records back: parse, patch, replace atomically, lock. Start with `dataset_reader`."""
