"""Mark texts that are translated later."""


def N_(message: str) -> str:
    """Return `message` unchanged. The call marks it as a text to translate. Translate it where it is shown."""
    return message
