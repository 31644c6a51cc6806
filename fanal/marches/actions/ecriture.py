"""Writing contracts that were read, by batches: new ones at once, known ones compared."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from fanal.comptes.models import Utilisateur
from fanal.depots.models import Depot
from fanal.fournisseurs.actions.identites import obtenir_lot
from fanal.marches.actions.bilan import Bilan
from fanal.marches.actions.insertion import Insertion
from fanal.marches.actions.mise_a_jour import mettre_a_jour
from fanal.marches.lecture.importe import importables
from fanal.marches.lecture.phrases import remarque
from fanal.marches.lecture.resultats import Lu
from fanal.marches.models import AnomalieMarche, Beneficiaire, Marche, Modification, Titulaire
from fanal.marches.queries.importation import Acheteurs, finess_connus
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

Change = tuple[int, Lu, dict[str, Any]]  # key of the contract, reading, place
PARAMETRES = 400  # values of one condition, well below what SQLite takes


class Connu(NamedTuple):
    """What is needed to compare a contract already here."""

    pk: int
    empreinte: str
    niveau: str
    ght: int | None
    etablissement: int | None


class Ecriture:
    """Writes the batches of one import; the transaction belongs to the caller."""

    def __init__(
        self,
        bilan: Bilan,
        depot: Callable[[], Depot],
        *,
        noeud: Noeud | None,
        format: str,
        by: Utilisateur | None,
        instant: datetime,
    ) -> None:
        self.bilan, self.depot, self.noeud, self.format = bilan, depot, noeud, format
        self.by, self.instant = by, instant
        self.acheteurs = Acheteurs(timezone.localdate(instant))
        self.finess: dict[str, int] | None = None
        self.vide = not Marche.objects.exists()
        self.marches, self.titulaires = Insertion(Marche), Insertion(Titulaire)
        self.modifications, self.anomalies = Insertion(Modification), Insertion(AnomalieMarche)

    def lot(self, lus: Sequence[Lu]) -> None:
        """Record one batch."""
        nouveaux, changes = self.trier(lus)
        if nouveaux:
            self._creer(nouveaux)
        if changes:
            modifies = mettre_a_jour(
                changes, depot=self.depot, format=self.format, by=self.by, instant=self.instant
            )
            self.bilan.modifiees += modifies
            self.bilan.deja_connues += len(changes) - modifies

    def simuler(self, lus: Sequence[Lu]) -> None:
        """Count what recording the batch would do, and write nothing."""
        nouveaux, changes = self.trier(lus)
        self.bilan.nouvelles += len(nouveaux)
        self.bilan.modifiees += len(changes)

    def trier(self, lus: Sequence[Lu]) -> tuple[list[Lu], list[Change]]:
        """The new contracts, and those known whose content is another; the others are counted."""
        connus = {} if self.vide else connus_parmi(lus)
        nouveaux: list[Lu] = []
        changes: list[Change] = []
        for lu in lus:
            connu = connus.get((lu.acheteur_siret, lu.identifiant))
            place = self._placer(lu)
            if connu is None:
                nouveaux.append(lu)
            elif ailleurs(connu, place):
                self.bilan.refuser(remarque("gere-ailleurs", "id", lu.identifiant, ligne=lu.ligne))
            elif connu.empreinte == lu.empreinte and not _rejoint(connu, place):
                self.bilan.deja_connues += 1
            else:
                changes.append((connu.pk, lu, place))
        return nouveaux, changes

    def _placer(self, lu: Lu) -> dict[str, Any]:
        """The node that manages the contract: the one asked for, else its buyer's, else the nation."""
        acheteur = self.acheteurs.trouver(lu.acheteur_siret)
        champs: dict[str, Any] = {"niveau": Niveau.NATIONAL.value, "ght_id": None, "etablissement_id": None}
        if self.noeud is not None and self.noeud.objet is not None:
            champs |= {"niveau": self.noeud.niveau, f"{self.noeud.niveau}_id": self.noeud.objet.pk}
        elif acheteur is not None and acheteur.ght is not None:
            champs |= {"niveau": Niveau.GHT.value, "ght_id": acheteur.ght}
        elif acheteur is not None:
            champs |= {"niveau": Niveau.ETABLISSEMENT.value, "etablissement_id": acheteur.etablissement}
        return champs | {"acheteur_id": acheteur.etablissement if acheteur else None}

    def _creer(self, lus: list[Lu]) -> None:
        depot = self.depot()
        cles = self.marches.inserer([self._marche(lu, depot.pk) for lu in lus])
        couples = list(zip(cles, lus, strict=True))
        self.titulaires.inserer(titulaires_de(couples, self.instant))
        self.modifications.inserer([m for pk, lu in couples for m in modifications_de(pk, lu)])
        self.anomalies.inserer([a for pk, lu in couples for a in anomalies_de(pk, lu)])
        if any(lu.beneficiaires for lu in lus):
            Beneficiaire.objects.bulk_create(self._beneficiaires(couples))
        self.bilan.nouvelles += len(lus)

    def _marche(self, lu: Lu, depot: int) -> dict[str, Any]:
        return {
            **self._placer(lu),
            "acheteur_siret": lu.acheteur_siret,
            "identifiant": lu.identifiant,
            **lu.valeurs,
            "source": self.format,
            "depot_id": depot,
            "ligne": lu.ligne,
            "recu": lu.recu,
            "importe": importables(lu),
            "empreinte": lu.empreinte,
            "created_at": self.instant,
            "updated_at": self.instant,
        }

    def _beneficiaires(self, couples: Iterable[tuple[int, Lu]]) -> Iterator[Beneficiaire]:
        if self.finess is None:
            self.finess = finess_connus()
        for pk, lu in couples:
            for finess in dict.fromkeys(lu.beneficiaires):
                if finess in self.finess:
                    debut = lu.valeurs.get("date_debut")
                    yield Beneficiaire(marche_id=pk, etablissement_id=self.finess[finess], entree=debut)


def connus_parmi(lus: Sequence[Lu]) -> dict[tuple[str, str], Connu]:
    """The contracts of the batch that are already here, by buyer and identifier."""
    trouves: dict[tuple[str, str], Connu] = {}
    for debut in range(0, len(lus), PARAMETRES):
        part = lus[debut : debut + PARAMETRES]
        rows = Marche.objects.filter(
            acheteur_siret__in={lu.acheteur_siret for lu in part},
            identifiant__in={lu.identifiant for lu in part},
        ).values_list(
            "acheteur_siret", "identifiant", "pk", "empreinte", "niveau", "ght_id", "etablissement_id"
        )
        for siret, identifiant, pk, empreinte, niveau, ght, etablissement in rows:
            trouves[siret, identifiant] = Connu(pk, empreinte, niveau, ght, etablissement)
    return trouves | _corriges([lu for lu in lus if _acheteur_faux(lu)])


def _acheteur_faux(lu: Lu) -> bool:
    return any(a.regle == "siret-acheteur" for a in lu.anomalies)


def _corriges(lus: Sequence[Lu]) -> dict[tuple[str, str], Connu]:
    """Contracts whose buyer's number a person corrected here: they still come under the faulty one."""
    trouves: dict[tuple[str, str], Connu] = {}
    for debut in range(0, len(lus), PARAMETRES):
        part = lus[debut : debut + PARAMETRES]
        rows = Marche.objects.filter(
            identifiant__in={lu.identifiant for lu in part}, importe__has_key="acheteur_siret"
        ).values_list("importe", "identifiant", "pk", "empreinte", "niveau", "ght_id", "etablissement_id")
        for importe, identifiant, pk, empreinte, niveau, ght, etablissement in rows:
            trouves[importe["acheteur_siret"], identifiant] = Connu(pk, empreinte, niveau, ght, etablissement)
    return trouves


def ailleurs(connu: Connu, place: dict[str, Any]) -> bool:
    """Whether a known contract is held by another node: an import never takes it from there."""
    if connu.niveau == Niveau.NATIONAL or place["niveau"] == Niveau.NATIONAL:
        return False
    return (connu.ght, connu.etablissement) != (place["ght_id"], place["etablissement_id"])


def _rejoint(connu: Connu, place: dict[str, Any]) -> bool:
    """Whether a contract that nobody held joins the node that imports it."""
    return connu.niveau == Niveau.NATIONAL and place["niveau"] != Niveau.NATIONAL


def titulaires_de(couples: Sequence[tuple[int, Lu]], instant: datetime) -> list[dict[str, Any]]:
    """The holders of new contracts, one row per supplier, in their order."""
    identites = [t for _, lu in couples for t in lu.titulaires]
    fournisseurs = iter(obtenir_lot(identites, instant=instant) if identites else [])
    lignes: list[dict[str, Any]] = []
    for pk, lu in couples:
        distincts = dict.fromkeys(next(fournisseurs).pk for _ in lu.titulaires)
        lignes += [
            {"marche_id": pk, "fournisseur_id": f, "rang": rang} for rang, f in enumerate(distincts, start=1)
        ]
    return lignes


def modifications_de(marche: int, lu: Lu) -> Iterator[dict[str, Any]]:
    """The modifications of a contract as rows: what each adds is known when what came before is."""
    avant = lu.valeurs.get("montant")
    for m in lu.modifications:
        variation = m.montant_apres - avant if m.montant_apres is not None and avant is not None else None
        avant = m.montant_apres if m.montant_apres is not None else avant
        yield {
            "marche_id": marche,
            "numero": m.numero,
            "objet": m.objet,
            "variation_ht": variation,
            "montant_apres": m.montant_apres,
            "duree_mois_apres": m.duree_mois_apres,
            "titulaires_apres": m.titulaires_apres,
            "date_signature": m.date_signature,
            "date_notification": m.date_notification,
            "date_publication": m.date_publication,
            "irreguliere": m.irreguliere,
            "recu": m.recu,
        }


def anomalies_de(marche: int, lu: Lu) -> Iterator[dict[str, Any]]:
    """The remarks that somebody has to settle, as rows."""
    for a in lu.anomalies:
        if a.gravite == "controle":
            yield {
                "marche_id": marche,
                "regle": a.regle,
                "colonne": (a.colonne or "")[:80],
                "valeur": a.valeur or "",
                "phrase": a.phrase,
            }
