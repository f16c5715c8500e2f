"""Text made comparable: what a person means by "the same word"."""

import unicodedata


def folded(text: str) -> str:
    """Lower case, without accents, runs of blanks as one: ``" MUÑOZ  Gómez"`` → ``"munoz gomez"``."""
    apart = unicodedata.normalize("NFKD", text)
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).casefold().split())
