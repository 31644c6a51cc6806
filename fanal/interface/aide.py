"""The help pages: their addresses, titles and sentences; the text of each is a template."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageAide:
    code: str
    titre: str
    phrase: str


PAGES = {
    page.code: page
    for page in (
        PageAide(
            "premiers-pas", "Premiers pas", "Se connecter, se repérer, chercher, changer de territoire."
        ),
        PageAide(
            "deposer", "Déposer une trame", "Du modèle vide au fichier reçu, et ce que devient chaque ligne."
        ),
        PageAide(
            "corriger", "Corriger et répondre", "Lire les anomalies, corriger, répondre aux observations."
        ),
        PageAide("controler", "Contrôler et décider", "L'avis de l'ARS, la file de contrôle, les décisions."),
        PageAide("lire", "Lire les chiffres", "Ce que veulent dire les gains, l'effet report et les taux."),
        PageAide("clavier", "Clavier et accessibilité", "Parcourir les tableaux et les images sans souris."),
    )
}
