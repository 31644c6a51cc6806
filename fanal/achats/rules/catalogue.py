"""The controls of the domain, with the words the DGOS uses for them.

Source of the comments: DGOS results of 2021, "Commentaires DGOS revenant le plus souvent lors de l'analyse
des trames". A code without one is a control of Fanal's own.
"""

from dataclasses import dataclass

CONTROLE, INFORMATION = "controle", "information"


@dataclass(frozen=True)
class ReglePaat:
    """A control: its stable code, its usual gravity, what it looks at, and the DGOS comment if there is one.

    `bloquant` means that the line cannot be retained as it is without a reasoned decision.
    """

    code: str
    titre: str
    gravite: str = CONTROLE
    bloquant: bool = False
    commentaire_dgos: str | None = None


_LISTE = (
    ReglePaat(
        "reference_absente",
        "Le montant de référence est connu",
        CONTROLE,
        True,
        "Pas de montant de référence",
    ),
    ReglePaat("perimetre_absent", "Le périmètre traité est connu", CONTROLE, False, "Pas de périmètre"),
    ReglePaat("gain_absent", "Le gain annuel est renseigné", CONTROLE, True, "Pas de performance"),
    ReglePaat("date_absente", "La date de première commande est renseignée", CONTROLE, True),
    ReglePaat("date_hors_fenetre", "Les douze mois du gain touchent l'année de la campagne"),
    ReglePaat(
        "performance_sup_borne",
        "La performance reste sous les bornes de contrôle",
        commentaire_dgos="Performance supérieure aux bornes de contrôle",
    ),
    ReglePaat(
        "performance_sup_100",
        "La performance est inférieure à 100 % du montant de référence",
        CONTROLE,
        True,
        "Performance supérieure ou égale à 100% - Calcul erroné",
    ),
    ReglePaat(
        "non_atteignable",
        "Le gain et le montant de référence ne dépassent pas ce que l'établissement achète",
        commentaire_dgos="Performance non atteignable",
    ),
    ReglePaat("gain_different_prix_quantite", "Un gain de prix est égal à (P0 − P1) × Q"),
    ReglePaat("famille_inconnue", "La famille figure dans la nomenclature"),
    ReglePaat("finess_hors_ght", "L'établissement appartient au GHT"),
    ReglePaat("operateur_inconnu", "L'opérateur est nommé et connu"),
    ReglePaat("action_en_double", "L'action n'est déclarée qu'une fois"),
    ReglePaat("gain_declare_deux_fois", "Le gain n'est pas aussi déclaré par un opérateur"),
    ReglePaat("deja_reporte", "L'action n'est pas déjà comptée dans la campagne précédente"),
    ReglePaat("type_effet_inconnu", "Le type d'effet budgétaire est connu", INFORMATION),
    ReglePaat("statut_incoherent", "Le statut de l'action permet un gain"),
    ReglePaat("cause_prix_non_acheteur", "La baisse de prix vient de l'acheteur", INFORMATION),
)

REGLES: dict[str, ReglePaat] = {r.code: r for r in _LISTE}


def commentaire_borne(*, explique: bool) -> str:
    """The DGOS comment above the bounds says whether the line explains itself."""
    suffixe = "avec explication précise" if explique else "sans explication précise"
    return f"{REGLES['performance_sup_borne'].commentaire_dgos} ({suffixe})"
