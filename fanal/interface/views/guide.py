"""The style guide: each component on invented data, to look at and to test. In the demonstration only."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fanal.interface import cartes, images
from fanal.interface.accueil import Tache
from fanal.interface.images import Barre, Empilee, Serie
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, Valeur, rendre

# INSEE code, name, retained gains, objective (euros): invented.
REGIONS: list[tuple[str, str, int | None, int | None]] = [
    ("84", "Auvergne-Rhône-Alpes", 61_200_000, 58_000_000),
    ("27", "Bourgogne-Franche-Comté", 19_800_000, 21_000_000),
    ("53", "Bretagne", 21_400_000, 16_000_000),
    ("24", "Centre-Val de Loire", 13_100_000, 13_000_000),
    ("94", "Corse", 0, 1_100_000),
    ("44", "Grand Est", 44_000_000, 48_500_000),
    ("01", "Guadeloupe", 1_450_000, 1_200_000),
    ("03", "Guyane", None, 900_000),
    ("32", "Hauts-de-France", 52_300_000, 47_000_000),
    ("11", "Île-de-France", 74_100_000, 96_000_000),
    ("04", "La Réunion", 6_100_000, 6_000_000),
    ("02", "Martinique", 640_000, 1_500_000),
    ("06", "Mayotte", 210_000, None),
    ("28", "Normandie", 20_500_000, 20_000_000),
    ("75", "Nouvelle-Aquitaine", 45_800_000, 42_000_000),
    ("76", "Occitanie", 41_000_000, 43_000_000),
    ("52", "Pays de la Loire", 26_700_000, 22_000_000),
    ("93", "Provence-Alpes-Côte d'Azur", 30_900_000, 39_000_000),
]
ETATS = {
    "retenu": ("Retenu", "decide"),
    "controle": ("En contrôle", "attente"),
    "retire": ("Non retenu", "refus"),
    "brouillon": ("Brouillon", "neutre"),
}


class ExempleForm(forms.Form):
    """One field of each kind."""

    intitule = forms.CharField(label="Intitulé de l'action", help_text="Tel qu'il figure au marché.")
    montant = forms.DecimalField(label="Montant de référence TTC (€)", localize=True)
    famille = forms.ChoiceField(label="Famille", choices=[("a", "Énergie"), ("b", "Médicaments")])
    commentaire = forms.CharField(label="Commentaire", required=False, widget=forms.Textarea({"rows": 2}))
    accord = forms.BooleanField(label="Je confirme ces montants", required=False)


def guide(request: HttpRequest) -> HttpResponse:
    """Each component on sample data."""
    _seulement_en_demonstration()
    formulaire = ExempleForm({"intitule": "Gants", "montant": "douze mille", "famille": "a"})
    contexte = {
        "titre": "Guide de style",
        "phrase": "En 2021, les groupements de cette page ont retenu 459,2 M€ de gains : tout y est inventé.",
        "fil": [("Aide", reverse("interface:aide"))],
        "tableau": _actions(),
        "regions": _tableau_regions(),
        "carte": _carte(),
        "objectifs": _objectifs(),
        "classement": _classement(),
        "origines": _origines(),
        "historique": _historique(),
        "formulaire": formulaire,
        "taches": {
            "En retard": [
                Tache("Répondre à deux observations", "L'ARS attend.", "#", date(2022, 3, 14), "en_retard")
            ]
        },
        "absences": [Decimal("0"), None, Absence.NON_RENSEIGNE, Absence.SANS_OBJET],
    }
    return rendre(request, "interface/guide.html", contexte)


def detail(request: HttpRequest, code: str) -> HttpResponse:
    """A row opened in place."""
    _seulement_en_demonstration()
    contexte = {"titre": f"Action {code}", "phrase": "Le détail d'une ligne, ouvert sous elle.", "code": code}
    return render(request, "interface/guide_detail.html", contexte)


def _seulement_en_demonstration() -> None:
    if settings.MODE != "demonstration":
        raise Http404("Cette page n'existe que dans la démonstration.")


def _actions() -> Tableau:
    lignes: list[dict[str, Any]] = [
        {
            "code": f"A{rang:03}",
            "intitule": ("Gants d'examen", "Électricité", "Génériques", "Maintenance")[rang % 4],
            "famille": ("Hôtellerie", "Énergie", "Médicaments", "Biomédical")[rang % 4],
            "gain": None if rang % 17 == 0 else Decimal(rang * 12_345) / 4 - 90_000,
            "taux": None if rang % 17 == 0 else Decimal(rang % 40) / 100,
            "date": None if rang % 13 == 0 else date(2021, 1 + rang % 12, 1 + rang % 28),
            "etat": list(ETATS)[rang % 4],
        }
        for rang in range(1, 138)
    ]
    lignes[2]["gain"] = Valeur(
        Decimal("215128.00"), marque="Corrigé le 14/03/2022 par la DGOS : la référence était au nouveau prix."
    )
    lignes[3]["taux"] = Absence.SANS_OBJET
    lignes[4]["intitule"] = '=HYPERLINK("x")'
    colonnes = [
        Colonne("code", "Action", lien=lambda ligne: reverse("interface:guide_detail", args=[ligne["code"]])),
        Colonne("intitule", "Intitulé"),
        Colonne("famille", "Famille", choix=True),
        Colonne(
            "gain",
            "Gain annuel",
            "montant",
            total="somme",
            aide="Gain sur douze mois, toutes taxes comprises.",
        ),
        Colonne("taux", "Performance", "taux"),
        Colonne("date", "Première commande", "date"),
        Colonne("etat", "État", "etat", etats=ETATS, choix=True),
    ]
    return Tableau(
        "actions",
        colonnes,
        lignes,
        titre="Actions du plan",
        tri="-gain",
        detail=lambda ligne: reverse("interface:guide_detail", args=[ligne["code"]]),
        cle_ligne=lambda ligne: ligne["code"],
        selection="actions",
    )


def _tableau_regions() -> Tableau:
    lignes = [
        {"nom": nom, "gains": _d(gains), "objectif": _d(cible), "atteinte": _part(gains, cible)}
        for _, nom, gains, cible in REGIONS
    ]
    colonnes = [
        Colonne("nom", "Région"),
        Colonne("gains", "Gains retenus", "millions", total="somme"),
        Colonne("objectif", "Objectif", "millions", total="somme", absence=Absence.NON_RENSEIGNE),
        Colonne("atteinte", "Atteinte", "taux"),
    ]
    return Tableau("regions", colonnes, lignes, titre="Par région", tri="nom")


def _carte() -> cartes.Carte:
    valeurs = [
        cartes.ValeurRegion(code, nom, _part(gains, cible), f"?region={code}")
        for code, nom, gains, cible in REGIONS
    ]
    return cartes.carte("Neuf régions atteignent leur objectif", valeurs, "atteinte")


def _objectifs() -> images.Image:
    barres = [Barre(nom, _d(gains), _d(cible)) for _, nom, gains, cible in REGIONS]
    barres.sort(key=lambda barre: -(barre.valeur or 0))
    return images.objectifs(
        "L'Île-de-France reste à 77 % de son objectif, la Bretagne le dépasse d'un tiers", barres
    )


def _classement() -> images.Image:
    noms = (
        "Médicaments, Dispositifs médicaux, Énergie, Hôtellerie, Travaux, Informatique, Linge, Déchets, Eau"
    )
    barres = [Barre(nom, Decimal(90_000_000 // rang)) for rang, nom in enumerate(noms.split(", "), 1)]
    return images.classement("Les médicaments font le tiers des gains", barres)


def _origines() -> images.Image:
    empilees = [
        Empilee("GHT", (("Actions nouvelles", Decimal(188_000_000)), ("Effet report", Decimal(61_000_000)))),
        Empilee(
            "Opérateurs", (("Actions nouvelles", Decimal(121_000_000)), ("Effet report", Decimal(36_000_000)))
        ),
    ]
    return images.origines("Les actions nouvelles font les trois quarts des gains", empilees)


def _historique() -> images.Image:
    series = [
        Serie(
            nom,
            tuple(
                (2017 + rang, None if (rang, nom[0]) == (2, "C") else _d(base * (4 + rang)))
                for rang in range(5)
            ),
        )
        for nom, base in (
            ("Bretagne", 2_600_000),
            ("Corse", 40_000),
            ("Grand Est", 5_400_000),
            ("Normandie", 2_500_000),
        )
    ]
    return images.historique("Les gains progressent chaque année", series)


def _d(valeur: int | None) -> Decimal | None:
    return None if valeur is None else Decimal(valeur)


def _part(gains: int | None, cible: int | None) -> Decimal | None:
    return Decimal(gains) / Decimal(cible) if gains is not None and cible else None
