"""What can go wrong with the embedded servers, worded for the person at the terminal."""


class EmbeddedError(Exception):
    """A server cannot be prepared, started or reached; the text says what to do about it."""
