"""Mark texts that are translated later."""


def N_(message: str) -> str:
    """Return `message` unchanged. It is marked as a text to translate, which is done where it is shown."""
    return message
