"""Examples that are texts: documents, sentences and what has to be read from them, in a YAML file beside their test module."""

from pathlib import Path
from typing import Any

import yaml


def examples(module: str) -> Any:
    """Return the examples of a test module, given its `__file__`."""
    return yaml.load(Path(module).with_suffix(".yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
