"""Mark texts that are translated later."""


def N_(message: str) -> str:
    """Return `message` unchanged. A call of N_ marks the message as a text to translate.

    The pages that show it translate it.
    """
    return message
