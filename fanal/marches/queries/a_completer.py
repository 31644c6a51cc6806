"""What remains to complete: unknown ends, remarks by rule, fields that the publication will ask for."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from fanal.comptes.perimetre import Perimetre
from fanal.marches.lecture.phrases import DEFAUTS
from fanal.marches.models import AnomalieMarche, Marche, Titulaire
from fanal.refus import Introuvable

ECHEANCE, REGLE, CHAMP = "echeance", "regle", "champ"
# Required by the DECP schema 2.0.3, and the words a person knows each by.
REQUIS = {
    "acheteur_siret": "SIRET de l'acheteur",
    "objet": "Objet",
    "nature": "Nature",
    "code_cpv": "Code CPV",
    "procedure": "Procédure",
    "techniques": "Techniques d'achat",
    "modalites_execution": "Modalités d'exécution",
    "lieu_code": "Lieu d'exécution",
    "duree_mois": "Durée",
    "date_notification": "Date de notification",
    "date_publication": "Date de publication",
    "montant": "Montant",
    "types_prix": "Types de prix",
    "forme_prix": "Forme du prix",
    "offres_recues": "Offres reçues",
    "marche_innovant": "Marché innovant",
    "ccag": "CCAG",
    "attribution_avance": "Avance accordée",
    "type_groupement": "Groupement",
    "sous_traitance_declaree": "Sous-traitance déclarée",
    "considerations_sociales": "Considérations sociales",
    "considerations_environnementales": "Considérations environnementales",
    "titulaires": "Titulaire",
}
LISTES_JSON = frozenset(
    {
        "techniques",
        "modalites_execution",
        "types_prix",
        "considerations_sociales",
        "considerations_environnementales",
    }
)
TEXTES = frozenset(f.name for f in Marche._meta.fields if f.get_internal_type() in ("CharField", "TextField"))


@dataclass(frozen=True)
class Liste:
    """One worklist: its code in the address, what it is about, how many contracts it holds."""

    code: str
    titre: str
    genre: str
    nombre: int


@dataclass(frozen=True)
class Etat:
    """All the worklists that are not empty, and the contracts they are taken from."""

    listes: tuple[Liste, ...]
    marches: int
    sans_echeance: int
    remarques: int


def a_gerer(perimetre: Perimetre) -> QuerySet[Marche]:
    """The contracts that the account may complete: those of its nodes, once they bind."""
    return Marche.objects.filter(perimetre.dossiers_q()).exclude(etat=Marche.Etat.PREPARATION)


def etat(perimetre: Perimetre) -> Etat:
    """The worklists of a perimeter, in three queries."""
    marches = a_gerer(perimetre)
    comptes = marches.aggregate(
        total=Count("pk"),
        echeance=Count("pk", filter=sans_echeance()),
        **{f"champ_{c}": Count("pk", filter=manque(c)) for c in REQUIS},
    )
    ouvertes = AnomalieMarche.objects.filter(marche__in=marches, levee_le=None)
    par_regle = dict(
        ouvertes.order_by()
        .values("regle")
        .annotate(n=Count("marche", distinct=True))
        .values_list("regle", "n")
    )
    listes = [Liste(ECHEANCE, "Échéance inconnue", "Échéance", comptes["echeance"])]
    listes += [
        Liste(f"{REGLE}-{code}", DEFAUTS[code], "Remarque de l'import", par_regle[code])
        for code in DEFAUTS
        if code in par_regle
    ]
    listes += [
        Liste(f"{CHAMP}-{champ}", titre, "Manque pour publier", comptes[f"champ_{champ}"])
        for champ, titre in REQUIS.items()
    ]
    remarques = ouvertes.count()
    return Etat(
        tuple(liste for liste in listes if liste.nombre), comptes["total"], comptes["echeance"], remarques
    )


def sans_echeance() -> Q:
    """Contracts whose end nobody knows: no date of notification, or no duration."""
    return Q(date_fin_totale=None, fin_anticipee_le=None, solde_le=None)


def manque(champ: str) -> Q:
    """Contracts without a value for that field."""
    if champ == "titulaires":
        return Q(~Exists(Titulaire.objects.filter(marche=OuterRef("pk"))))
    if champ in TEXTES:
        return Q(**{champ: ""})
    if champ in LISTES_JSON:
        return Q(**{f"{champ}__isnull": True}) | Q(**{champ: []})
    return Q(**{f"{champ}__isnull": True})


def liste(code: str, perimetre: Perimetre) -> tuple[str, QuerySet[Marche]]:
    """The title and the contracts of a worklist. Raises `Introuvable`."""
    marches = a_gerer(perimetre)
    genre, _, nom = code.partition("-")
    if code == ECHEANCE:
        return "Échéance inconnue", marches.filter(sans_echeance())
    if genre == REGLE and nom in DEFAUTS:
        ouvertes = AnomalieMarche.objects.filter(marche=OuterRef("pk"), regle=nom, levee_le=None)
        return DEFAUTS[nom], marches.filter(Exists(ouvertes))
    if genre == CHAMP and nom in REQUIS:
        return f"{REQUIS[nom]} : à renseigner", marches.filter(manque(nom))
    raise Introuvable("Cette liste n'existe pas. Revenez aux marchés à compléter.")
