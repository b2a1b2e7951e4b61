"""What a single word means that somebody texts back, in every language we write: STOP, HELP and START. Pure.

English words are those carriers ask for (CTIA Messaging Principles §5.1.3, 47 CFR 64.1200(a)(10)).
"""

import re
from enum import StrEnum

from aftercare.commerce.customers.policy import folded


class Keyword(StrEnum):
    """Sends nothing more, asks who we are, or allows it again."""

    STOP = "stop"
    HELP = "help"
    START = "start"


_WORDS = {
    Keyword.STOP: (
        "stop", "stopall", "stop all", "end", "quit", "cancel", "revoke", "opt out", "optout", "unsubscribe",
        "stopp", "abmelden", "abbestellen", "arret", "arreter", "desabonner", "alto", "baja", "parar", "cancelar",
        "sair", "remover", "إيقاف", "توقف", "إلغاء",
    ),
    Keyword.HELP: ("help", "info", "hilfe", "aide", "ayuda", "ajuda", "مساعدة"),
    Keyword.START: (
        "start", "unstop", "anmelden", "reprendre", "demarrer", "alta", "empezar", "comecar", "iniciar", "ابدأ", "اشتراك",
    ),
}  # fmt: skip
_BY_WORD = {folded(word): keyword for keyword, words in _WORDS.items() for word in words}
_AROUND = re.compile(r"[^\w]+")
_LONGEST = 40


def keyword_of(text: str) -> Keyword | None:
    """What the whole text means; a word within a sentence means what the sentence says, which a person reads."""
    if len(text) > _LONGEST:
        return None
    return _BY_WORD.get(_AROUND.sub(" ", folded(text)).strip())
