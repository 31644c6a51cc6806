"""Receiving consumption: once per key, recorded whatever it passes, and said when it passes the maximum."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from fanal.campagnes.temps import instant_fr, local_day
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.comptes.rules import check_permission
from fanal.depots.lecture.resultats import Anomalie
from fanal.depots.models import Depot
from fanal.journal.actions import inscrire, inscrire_lot
from fanal.marches.models import Consommation, LotConsommation, Marche
from fanal.marches.queries.rattachement import etablissements_de, marches_du_ght, registre
from fanal.marches.queries.situation import situations
from fanal.marches.rules import reception
from fanal.marches.rules.reception import Compteur, LigneRecue
from fanal.refus import Interdit, Refus
from fanal.territoires.models import Etablissement, Ght
from fanal.territoires.noeuds import Noeud

TRANSMETTRE = "consommation.saisir"
TRANCHE = 1000
GARDEES = 500  # remarks kept with the batch


@dataclass
class Reception:
    """What a batch did. `deja_recu`: same key and same content as before, nothing changed."""

    lot: LotConsommation
    deja_recu: bool
    bilan: dict[str, Any]
    anomalies: list[Anomalie] = field(default_factory=list)


def recevoir(
    *,
    ght: Ght,
    cle: str,
    lignes: Sequence[LigneRecue],
    source: str,
    by: Utilisateur | None,
    instant: datetime,
    depot: Depot | None = None,
    ecartees: Sequence[Anomalie] = (),
    nombre_ecartees: int = 0,
) -> Reception:
    """Record a batch of lines under the sender's key.

    The same key with the same content is recognised; with another content it is refused (Refus, 409). Lines
    already received under another key are not counted twice. *ecartees* are the remarks of the reading,
    *nombre_ecartees* the rows it left out. Raises Interdit when *by* may not send for this GHT.
    """
    admitted = _admis(ght, by, instant)
    mark = reception.empreinte(lignes)
    try:
        with transaction.atomic():
            known = LotConsommation.objects.select_for_update().filter(ght=ght, cle=cle).first()
            if known is not None:
                return _deja(known, mark)
            lot = LotConsommation.objects.create(
                ght=ght, cle=cle, source=source, empreinte=mark, depot=depot, recu_le=instant
            )
            return _enregistrer(lot, lignes, admitted, by, instant, list(ecartees), nombre_ecartees)
    except IntegrityError:
        # Two calls with the same key at once: the second one finds what the first has just written.
        known = LotConsommation.objects.filter(ght=ght, cle=cle).first()
        if known is None:
            raise Refus(
                "Les mêmes lignes arrivent par deux envois à la fois. Renvoyez celui-ci : ce qui est déjà "
                "reçu sera reconnu."
            ) from None
        return _deja(known, mark)


def _deja(lot: LotConsommation, mark: str) -> Reception:
    if lot.empreinte != mark:
        raise Refus(
            f"La clé « {lot.cle} » a déjà servi le {instant_fr(lot.recu_le)} pour un autre contenu. Donnez "
            "une autre clé à cet envoi : rien n'a été enregistré."
        )
    return Reception(lot, True, dict(lot.bilan), [Anomalie(**a) for a in lot.bilan.get("anomalies", [])])


def _admis(ght: Ght, by: Utilisateur | None, instant: datetime) -> dict[str, Etablissement]:
    """The establishments of the GHT that *by* may send for, by FINESS. Raises Interdit when there is none."""
    places = {e.finess: e for e in etablissements_de(ght)}
    if by is None:
        return places
    held = perimetre(by, TRANSMETTRE, local_day(instant))
    if held.contient(Noeud("ght", ght)):
        return places
    mine = {f: e for f, e in places.items() if held.contient(Noeud("etablissement", e))}
    if not mine:
        check_permission(held, Noeud("ght", ght), TRANSMETTRE)
        raise Interdit("Votre compte ne transmet de consommations pour aucun établissement de ce GHT.")
    return mine


def _enregistrer(
    lot: LotConsommation,
    lignes: Sequence[LigneRecue],
    admitted: dict[str, Etablissement],
    by: Utilisateur | None,
    instant: datetime,
    remarks: list[Anomalie],
    left_out: int,
) -> Reception:
    kept, known, refused = _trier(lignes, admitted, instant)
    linked, unlinked = _rattacher(lot, kept, admitted)
    rows, flagged, passed = _compter(lot, kept, admitted, linked, instant)
    Consommation.objects.bulk_create(rows, batch_size=TRANCHE)
    remarks += [*refused, *unlinked, *flagged]
    outside = sum(row.marche_id is None for row in rows)
    lot.lues, lot.acceptees = len(lignes) + left_out, len(rows)
    refused_lines = len(lignes) - len(rows) - known
    counts = {
        "lues": lot.lues,
        "acceptees": len(rows),
        "deja_connues": known,
        "ecartees": refused_lines + left_out,
        "depassees": sum(row.depasse for row in rows),
        "hors_marche": outside,
    }
    lot.bilan = {**counts, "anomalies": [asdict(a) for a in remarks[:GARDEES]]}
    lot.save(update_fields=["lues", "acceptees", "bilan"])
    inscrire(
        action="consommation.recue", objet=lot, by=by, instant=instant, donnees={"cle": lot.cle, **counts}
    )
    _inscrire_depassements(passed, lot, by, instant)
    return Reception(lot, False, counts, remarks)


def _inscrire_depassements(
    passed: dict[Marche, list[str]], lot: LotConsommation, by: Utilisateur | None, instant: datetime
) -> None:
    if passed:
        inscrire_lot(
            action="marche.maximum_depasse",
            objets=[(m, {"lot": lot.pk, "phrases": said}) for m, said in passed.items()],
            by=by,
            instant=instant,
        )


def _trier(
    lignes: Sequence[LigneRecue], admitted: dict[str, Etablissement], instant: datetime
) -> tuple[list[LigneRecue], int, list[Anomalie]]:
    """The lines to record, how many were known already, and why the others are left out."""
    today, refused, fit = local_day(instant), [], []
    for ligne in lignes:
        wrong = reception.defaut(ligne, today)
        if wrong is None and ligne.finess not in admitted:
            wrong = (
                "finess",
                (
                    f"L'établissement {ligne.finess} n'est pas de ce GHT, ou pas de ceux pour qui vous "
                    "transmettez."
                ),
            )
        if wrong:
            refused.append(reception.anomalie(ligne, wrong[0], "ligne-inutilisable", "refus", wrong[1]))
        else:
            fit.append(ligne)
    before = _deja_recues(fit, admitted)
    kept, known = [], 0
    for ligne in fit:
        place = admitted[ligne.finess].pk
        there = before.get((place, ligne.cle))
        if there is None:
            before[(place, ligne.cle)] = ligne.contenu
            kept.append(ligne)
        elif there == ligne.contenu:
            known += 1
        else:
            phrase = (
                f"La ligne « {ligne.cle} » a déjà été reçue avec un autre contenu. Envoyez la différence "
                "sous une autre clé, en négatif s'il faut retirer."
            )
            refused.append(reception.anomalie(ligne, "cle", "cle-deja-recue", "refus", phrase))
    return kept, known, refused


def _deja_recues(
    lignes: Sequence[LigneRecue], admitted: dict[str, Etablissement]
) -> dict[tuple[int, str], tuple[object, ...]]:
    found: dict[tuple[int, str], tuple[object, ...]] = {}
    places = {admitted[ligne.finess].pk for ligne in lignes}
    keys = [ligne.cle for ligne in lignes]
    for start in range(0, len(keys), TRANCHE):
        rows = Consommation.objects.filter(etablissement__in=places, cle__in=keys[start : start + TRANCHE])
        for row in rows.order_by():
            found[(row.etablissement_id, row.cle)] = (
                row.le,
                row.montant_ht,
                row.quantite,
                row.numero_marche,
                row.code_produit,
                row.libelle,
                row.siret_fournisseur,
            )
    return found


def _rattacher(
    lot: LotConsommation, lignes: Sequence[LigneRecue], admitted: dict[str, Etablissement]
) -> tuple[dict[int, int], list[Anomalie]]:
    """{rank of the line: contract} for those whose number is known, and what to say of the others."""
    assert lot.ght is not None  # noqa: S101 - every batch is a GHT's
    candidates = registre(marches_du_ght(lot.ght).exclude(etat__in=NON_NOTIFIES))
    linked: dict[int, int] = {}
    said = []
    for ligne in lignes:
        found, phrase = candidates.resoudre(
            ligne.numero_marche, ligne.siret_acheteur, admitted[ligne.finess].pk
        )
        if found is not None:
            linked[ligne.rang] = found.pk
        else:
            said.append(reception.anomalie(ligne, "numero_marche", "hors-marche", "controle", phrase))
    return linked, said


NON_NOTIFIES = (Marche.Etat.PREPARATION, Marche.Etat.ATTRIBUE)


def verrouiller(keys: Iterable[int]) -> dict[int, Marche]:
    """Contracts taken for writing, always in the same order so that two writers never wait for each other."""
    rows = Marche.objects.select_for_update(of=("self",)).filter(pk__in=set(keys)).order_by("pk")
    return {m.pk: m for m in rows}


def _compter(
    lot: LotConsommation,
    lignes: Sequence[LigneRecue],
    admitted: dict[str, Etablissement],
    linked: dict[int, int],
    instant: datetime,
) -> tuple[list[Consommation], list[Anomalie], dict[Marche, list[str]]]:
    """The rows to write, by date, each flagged if it passes a maximum; and what is passed, by contract."""
    contracts = verrouiller(linked.values())
    facts = situations(contracts.values(), local_day(instant))
    meters = {pk: Compteur(s) for pk, s in facts.items()}
    rows, said, passed = [], [], {}
    for ligne in sorted(lignes, key=lambda each: each.le):
        place, pk = admitted[ligne.finess], linked.get(ligne.rang)
        over: list[str] = []
        if pk is not None:
            over = meters[pk].ajouter(place.pk, ligne)
            for regle, phrase in reception.remarques(facts[pk], place.pk, place.nom, ligne.le):
                said.append(reception.anomalie(ligne, "date", regle, "controle", phrase))
        if over and pk is not None:
            passed[contracts[pk]] = over
            phrase = f"Marché {contracts[pk].identifiant} : {' '.join(over)} {reception.ISSUES}"
            said.append(reception.anomalie(ligne, "montant_ht", "maximum-depasse", "controle", phrase))
        rows.append(_row(lot, ligne, place, pk, bool(over)))
    said.sort(key=lambda a: a.ligne or 0)
    return rows, said, passed


def _row(
    lot: LotConsommation, ligne: LigneRecue, place: Etablissement, pk: int | None, over: bool
) -> Consommation:
    return Consommation(
        marche_id=pk,
        numero_marche=ligne.numero_marche,
        etablissement=place,
        lot=lot,
        cle=ligne.cle,
        le=ligne.le,
        montant_ht=ligne.montant_ht,
        quantite=ligne.quantite,  # type: ignore[misc]  # null is allowed
        code_produit=ligne.code_produit,
        libelle=ligne.libelle,
        siret_fournisseur=ligne.siret_fournisseur,
        depasse=over,
    )
