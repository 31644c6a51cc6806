"""The tables of the workbench."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from fanal.convergence.models import Proposition as Gardee
from fanal.convergence.rules.fiches import Fiche
from fanal.convergence.rules.segments import EcartProduit, Segment
from fanal.convergence.views.commun import Lieu, lien
from fanal.interface.nombres import Absence, ecrire_montant
from fanal.interface.tableaux import Colonne, Tableau
from fanal.moteurs.convergence import Acte, Marge, Option, Proposition, Resultat, dire_action

ETATS_ACTES: dict[str, tuple[str, str]] = {
    Acte.TERME: ("Au terme", "decide"),
    Acte.NON_RECONDUCTION: ("Non-reconduction", "attente"),
    Acte.ENTREE_DIFFEREE: ("Entrée différée", "information"),
    Acte.AVENANT: ("Avenant", "attente"),
    Acte.MARCHE_COURT: ("Marché court", "attention"),
    Acte.MARCHE_COURT_ADAPTE: ("Marché court adapté", "attention"),
    Acte.RESILIATION: ("Résiliation", "attention"),
    Acte.HORS: ("En dehors", "refus"),
}
STATUTS: dict[str, tuple[str, str]] = {
    Gardee.Statut.PROPOSEE: ("Proposée", "neutre"),
    Gardee.Statut.ACCEPTEE: ("Retenue", "decide"),
    Gardee.Statut.ECARTEE: ("Écartée", "refus"),
}
INCONNUE = Absence.NON_RENSEIGNE


def en_euros(cents: int) -> Decimal:
    return Decimal(cents) / 100


def nommer(etablissements: Sequence[str]) -> str:
    """The establishments of a contract; beyond two, the first and how many others."""
    if len(etablissements) <= 2:
        return ", ".join(etablissements)
    return f"{etablissements[0]} et {len(etablissements) - 1} autres"


@dataclass(frozen=True)
class Ligne:
    """A contract and what the proposition does with it."""

    fiche: Fiche
    option: Option
    phrase: str

    @property
    def preavis(self) -> date | None:
        """The next notice date still ahead."""
        sorties = self.fiche.contrat.sorties if self.fiche.contrat else ()
        return min((s.preavis_le for s in sorties if s.preavis_le is not None), default=None)


def consequences(place: Lieu, segment: Segment, proposition: Proposition) -> Tableau:
    """What happens to each contract for one start; a row opens on its costs, its needs and what is barred."""
    pairs = zip(segment.avec_echeance, proposition.options, strict=True)
    depart = proposition.depart
    rows = [Ligne(f, o, dire_action(o, f.contrat, depart)) for f, o in pairs if f.contrat is not None]

    def detail(row: Ligne) -> str:
        return lien("marche", place, segment, depart, marche=row.fiche.cle)

    return Tableau(
        nom="consequences",
        titre="Conséquences pour chaque marché",
        lignes=rows,
        tri="-cout",
        vide="Aucun marché de ce segment n'a d'échéance connue.",
        detail=detail,
        cle_ligne=lambda row: row.fiche.cle,
        filtres=[f"Segment : {segment.nom}", f"Départ commun le {depart:%d/%m/%Y}"],
        colonnes=[
            Colonne(
                "identifiant",
                "Marché",
                "lien",
                valeur=lambda row: row.fiche.connu.identifiant,
                lien=lambda row: reverse("marches:marche", args=[row.fiche.connu.pk]),
            ),
            Colonne("cout", "Coût", "montant", valeur=lambda row: en_euros(row.option.total), total="somme"),
            Colonne(
                "acte",
                "Acte",
                "etat",
                etats=ETATS_ACTES,
                valeur=lambda row: row.option.acte.value,
                choix=True,
            ),
            Colonne("phrase", "Ce qui est proposé"),
            Colonne(
                "etablissements",
                "Établissements",
                valeur=lambda row: nommer(row.fiche.connu.etablissements),
            ),
            Colonne("objet", "Objet", valeur=lambda row: row.fiche.connu.objet, visible=False),
            Colonne("titulaires", "Titulaire", valeur=lambda row: row.fiche.connu.titulaires, visible=False),
            Colonne("fin", "Fin totale", "date", valeur=lambda row: row.fiche.vie.fin_totale),
            Colonne(
                "preavis",
                "Préavis",
                "date",
                valeur=lambda row: row.preavis or Absence.SANS_OBJET,
                aide="Dernier jour pour refuser la prochaine reconduction",
            ),
            Colonne(
                "depense",
                "Dépense mensuelle HT",
                "montant_rond",
                valeur=lambda row: row.fiche.connu.depense.mensuelle,
                absence=INCONNUE,
                total="somme",
            ),
            Colonne(
                "marge",
                "Marge restante HT",
                "montant_rond",
                valeur=lambda row: marge_restante(row.fiche),
                absence=INCONNUE,
                aide="Ce qu'un avenant de faible montant (R2194-8) peut encore ajouter, borne exclue",
            ),
        ],
    )


def marge_restante(fiche: Fiche) -> Decimal | None:
    """The headroom of small modifications of a contract."""
    marges: Sequence[Marge] = fiche.contrat.marges if fiche.contrat else ()
    return next((m.montant for m in marges if m.motif == "R2194-8"), None)


def departs(place: Lieu, segment: Segment, resultat: Resultat) -> Tableau:
    """Every candidate start, with its cost part by part and its acts."""

    def compte(*actes: Acte) -> Any:
        return lambda p: sum(n for acte, n in Counter(o.acte for o in p.options).items() if acte in actes)

    def part(nom: str) -> Any:
        return lambda p: en_euros(sum(getattr(o, nom) for o in p.options))

    return Tableau(
        nom="departs",
        titre="Départs comparés",
        lignes=list(resultat.propositions),
        tri="cout",
        vide="Aucun départ possible.",
        recherche=False,
        taille=12,
        colonnes=[
            Colonne(
                "depart",
                "Départ commun",
                "lien",
                valeur=lambda p: f"{p.depart:%d/%m/%Y}",
                lien=lambda p: lien("atelier", place, segment, p.depart),
                triable=False,
            ),
            Colonne("cout", "Coût", "montant_rond", valeur=lambda p: en_euros(p.cout)),
            Colonne("attente", "dont attente", "montant_rond", valeur=part("attente")),
            Colonne("risque", "dont risque", "montant_rond", valeur=part("risque")),
            Colonne(
                "administratif",
                "dont gestion",
                "montant_rond",
                valeur=lambda p: en_euros(sum(o.administratif for o in p.options) + p.consultation),
            ),
            Colonne("indemnite", "dont indemnités", "montant_rond", valeur=part("indemnite")),
            Colonne("avenants", "Avenants", "entier", valeur=compte(Acte.AVENANT)),
            Colonne(
                "courts",
                "Marchés courts",
                "entier",
                valeur=compte(Acte.MARCHE_COURT, Acte.MARCHE_COURT_ADAPTE),
            ),
            Colonne("refus", "Non-reconductions", "entier", valeur=compte(Acte.NON_RECONDUCTION)),
            Colonne("resiliations", "Résiliations", "entier", valeur=compte(Acte.RESILIATION)),
            Colonne("differees", "Entrées différées", "entier", valeur=compte(Acte.ENTREE_DIFFEREE)),
            Colonne("hors", "En dehors", "entier", valeur=compte(Acte.HORS)),
            Colonne(
                "optimal",
                "Preuve",
                valeur=lambda p: "minimum prouvé" if p.optimal else "non prouvé",
                visible=False,
            ),
        ],
    )


def ecarts(segment: Segment) -> Tableau:
    """Price gaps inside the GHT on the products of the segment."""
    identifiants = {f.connu.pk: f.connu.identifiant for f in segment.fiches}

    def marches(e: EcartProduit) -> str:
        return ", ".join(identifiants[m] for m in e.marches)

    return Tableau(
        nom="ecarts",
        titre="Écarts de prix dans le GHT",
        lignes=list(segment.ecarts or ()),
        vide="Aucun produit commun à deux marchés du segment n'a de prix comparables.",
        taille=12,
        colonnes=[
            Colonne("code", "Produit"),
            Colonne("libelle", "Libellé"),
            Colonne("mini", "Prix le plus bas (HT, l'unité)", "nombre", unite="€", decimales=4),
            Colonne("maxi", "Prix le plus haut (HT, l'unité)", "nombre", unite="€", decimales=4),
            Colonne("enjeu", "Enjeu annuel HT", "montant_rond", absence=INCONNUE, total="somme"),
            Colonne("marches", "Marchés", valeur=marches),
        ],
    )


def segments(place: Lieu, lus: Sequence[Segment], retenus: Mapping[str, date]) -> Tableau:
    """The segments of the GHT, the largest stake first."""
    return Tableau(
        nom="segments",
        titre="Segments où des marchés se chevauchent",
        lignes=list(lus),
        vide="Aucun segment n'a deux marchés en cours.",
        colonnes=[
            Colonne(
                "nom",
                "Segment",
                "lien",
                valeur=lambda s: s.nom,
                lien=lambda s: lien("atelier", place, s),
            ),
            Colonne("code", "Code", visible=False),
            Colonne("marches", "Marchés", "entier", valeur=lambda s: len(s.fiches), total="somme"),
            Colonne("chevauchants", "Se chevauchent", "entier", valeur=lambda s: len(s.chevauchants)),
            Colonne("etablissements", "Établissements", "entier", valeur=lambda s: len(s.etablissements)),
            Colonne(
                "enjeu",
                "Enjeu annuel HT",
                "montant_rond",
                valeur=lambda s: s.enjeu,
                total="somme",
                aide="Dépense annuelle connue des marchés qui en chevauchent un autre",
            ),
            Colonne("sans", "Sans échéance", "entier", valeur=lambda s: len(s.sans_echeance), total="somme"),
            Colonne(
                "retenu",
                "Départ retenu",
                "date",
                valeur=lambda s: retenus.get(s.cle, Absence.SANS_OBJET),
                aide="Premier jour du marché commun déjà décidé",
            ),
        ],
    )


def sans_echeance(segment: Segment) -> Tableau:
    """The contracts that the calculation works around."""
    return Tableau(
        nom="sans",
        titre="Marchés sans échéance connue",
        lignes=list(segment.sans_echeance),
        vide="Tous les marchés du segment ont une échéance.",
        recherche=False,
        colonnes=[
            Colonne(
                "identifiant",
                "Marché",
                "lien",
                valeur=lambda f: f.connu.identifiant,
                lien=lambda f: reverse("marches:marche", args=[f.connu.pk]),
            ),
            Colonne("objet", "Objet", valeur=lambda f: f.connu.objet),
            Colonne("etablissements", "Établissements", valeur=lambda f: nommer(f.connu.etablissements)),
            Colonne(
                "depense",
                "Dépense mensuelle HT",
                "montant_rond",
                valeur=lambda f: f.connu.depense.mensuelle,
                absence=INCONNUE,
            ),
        ],
    )


def gardees(lignes: Any) -> Tableau:
    """The proposals already decided."""
    return Tableau(
        nom="propositions",
        titre="Propositions décidées",
        lignes=list(lignes),
        vide="Aucune proposition n'a encore été retenue ni écartée.",
        colonnes=[
            Colonne(
                "nom",
                "Segment",
                "lien",
                valeur=lambda p: p.donnees.get("libelle") or p.segment,
                lien=lambda p: reverse("convergence:proposition", args=[p.pk]),
            ),
            Colonne("ght", "GHT", valeur=lambda p: p.ght.code, choix=True),
            Colonne("depart", "Départ commun", "date"),
            Colonne("cout_ht", "Coût", "montant_rond"),
            Colonne("statut", "Décision", "etat", etats=STATUTS, choix=True),
            Colonne("decidee_le", "Décidée le", "date", valeur=lambda p: p.decidee_le.date()),
            Colonne("procedure", "Procédure", valeur=lambda p: p.procedure.numero if p.procedure else ""),
            Colonne("motif", "Motif"),
        ],
    )


def montant(cents: int) -> str:
    return ecrire_montant(en_euros(cents), 0) or ""
