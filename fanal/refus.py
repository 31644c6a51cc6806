"""The one way a rule says no: a French sentence saying what, why and what to do next."""


class Refus(Exception):
    """A refusal, shown as is beside a button, in the API's error and in the terminal.

    By itself it means that the data or the state forbid it: exit code 1, HTTP 409.
    """

    code_sortie = 1
    statut_http = 409

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase

    def __str__(self) -> str:
        return self.phrase


class Inutilisable(Refus):
    """The call or the file cannot be used at all: exit code 2, HTTP 422."""

    code_sortie = 2
    statut_http = 422


class Introuvable(Refus):
    """What is named does not exist, or not for this account: exit code 2, HTTP 404."""

    code_sortie = 2
    statut_http = 404


class Interdit(Refus):
    """The account may see it but not do this: exit code 1, HTTP 403."""

    statut_http = 403
