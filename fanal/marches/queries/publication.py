"""Contracts read as essential data: complete or not, published, due or late."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Prefetch, QuerySet

from fanal.marches.models import Marche, Modification, Titulaire
from fanal.marches.publication import completude
from fanal.marches.publication.contrat import Changement, Contrat, Identite
from fanal.marches.publication.manque import Manque
from fanal.parametres.catalogue import jeu, valeur
from fanal.parametres.valeur import SansValeur

TRANCHE = 500


def contrats(marches: QuerySet[Marche]) -> Iterator[tuple[Marche, Contrat]]:
    """Each contract with what essential data say of it, read by batches."""
    for marche in avec_ses_donnees(marches).iterator(chunk_size=TRANCHE):
        yield marche, contrat_de(marche)


def avec_ses_donnees(marches: QuerySet[Marche]) -> QuerySet[Marche]:
    """The contracts with their holders and notified modifications."""
    return marches.prefetch_related(
        Prefetch("titulaires", Titulaire.objects.select_related("fournisseur__fusionne_dans")),
        Prefetch(
            "modifications",
            Modification.objects.filter(etat=Modification.Etat.NOTIFIEE).order_by("numero"),
            to_attr="modifications_notifiees",
        ),
    )


def contrat_de(marche: Marche) -> Contrat:
    """What essential data say of one contract. Shares keep the digits that were received."""
    received: Mapping[str, Any] = marche.recu or {}
    changed = getattr(marche, "modifications_notifiees", None)
    if changed is None:
        changed = marche.modifications.filter(etat=Modification.Etat.NOTIFIEE).order_by("numero")
    return Contrat(
        pk=marche.pk,
        acheteur_siret=marche.acheteur_siret,
        acheteur_nom=marche.acheteur_nom,
        identifiant=marche.identifiant,
        objet=marche.objet,
        nature=marche.nature,
        code_cpv=_cpv(marche.code_cpv, received.get("codeCPV")),
        procedure=marche.procedure,
        lieu_code=marche.lieu_code,
        lieu_type=marche.lieu_type,
        techniques=tuple(marche.techniques or ()),
        modalites=tuple(marche.modalites_execution or ()),
        id_accord_cadre=marche.id_accord_cadre,
        innovant=marche.marche_innovant,
        ccag=marche.ccag,
        offres_recues=marche.offres_recues,
        avance=marche.attribution_avance,
        taux_avance=marche.taux_avance,
        groupement=marche.type_groupement,
        duree_mois=marche.duree_mois,
        notifie_le=marche.date_notification,
        publie_le=marche.date_publication,
        montant=marche.montant,
        types_prix=tuple(marche.types_prix or ()),
        forme_prix=marche.forme_prix,
        origine_ue=marche.origine_ue,
        origine_france=marche.origine_france,
        sous_traitance=marche.sous_traitance_declaree,
        sociales=tuple(marche.considerations_sociales or ()),
        environnementales=tuple(marche.considerations_environnementales or ()),
        titulaires=tuple(_titulaire(t) for t in marche.titulaires.all()),
        actes=_ouvrir(marche.actes_sous_traitance, "acteSousTraitance"),
        modifications_actes=_ouvrir(marche.modifications_sous_traitance, "modificationActeSousTraitance"),
        changements=tuple(_changement(m) for m in changed),
        complements=received,
    )


@dataclass(frozen=True)
class Situation:
    """Where the publication of a contract stands. `echeance` is the last day to publish what is not yet.

    `attend`: the contract or one of its modifications is not published.
    """

    etat: str  # "publie", "publiable", "incomplet", "sans-objet"
    manques: tuple[Manque, ...] = ()
    echeance: date | None = None
    en_retard: bool = False
    attend: bool = True


def situation(contrat: Contrat, today: date) -> Situation:
    """What is left to publish of a contract, what bars it, and until when (R2196-1 CCP)."""
    pending = contrat.publie_le is None or any(c.publiee_le is None for c in contrat.changements)
    missing = tuple(m for m in completude.manques(contrat) if m.champ not in DATES_DE_PUBLICATION)
    if not pending:
        return Situation("incomplet" if missing else "publie", missing, attend=False)
    if not obligatoire(contrat):
        return Situation("sans-objet", missing)
    due = echeance(contrat)
    late = due is not None and due < today
    return Situation("incomplet" if missing else "publiable", missing, due, late)


# Written by the act of publishing, not by a person.
DATES_DE_PUBLICATION = ("datePublicationDonnees", "modifications.datePublicationDonneesModification")


def obligatoire(contrat: Contrat) -> bool:
    """Whether the amount asks for the publication; an unknown amount does not excuse it."""
    if contrat.montant is None or contrat.notifie_le is None:
        return True
    try:
        threshold = valeur("marches.seuils.donnees_essentielles", le=contrat.notifie_le)
    except SansValeur:
        return True
    return threshold is None or contrat.montant >= Decimal(threshold)


def echeance(contrat: Contrat) -> date | None:
    """The last day to publish: two months after the notification, or that of a modification, whichever is
    first among those not published; `None` when no date is known.
    """
    starts = [] if contrat.publie_le else [contrat.notifie_le]
    starts += [c.notifiee_le for c in contrat.changements if c.publiee_le is None]
    dues = [due for start in starts if start is not None and (due := _apres(start)) is not None]
    return min(dues, default=None)


def _apres(start: date) -> date | None:
    try:
        return start + relativedelta(months=int(valeur("marches.delais.donnees_essentielles_mois", le=start)))
    except (SansValeur, ValueError, OverflowError):
        return None


def regles_origine(le: date) -> completude.ReglesOrigine:
    """The families whose origins are to be published, at a date."""
    families: Mapping[str, list[str]] = valeur("marches.publication.origine", le=le)
    return completude.ReglesOrigine(tuple((titre, tuple(codes)) for titre, codes in families.items()))


def valeurs_ocds(le: date) -> dict[str, str]:
    """The parameters of an OCDS package, by the end of their code."""
    return {code: str(found) for code, found in jeu("marches.publication", le).items() if "ocds" in code}


def _cpv(code: str, received: object) -> str:
    """The code with the check digit it came with: essential data tolerate it."""
    return received if code and isinstance(received, str) and received[:8] == code else code


def _titulaire(titulaire: Titulaire) -> Identite:
    who = titulaire.fournisseur
    if not who.identifiant and who.fusionne_dans is not None:
        who = who.fusionne_dans
    return Identite(who.type_identifiant, who.identifiant, who.nom)


def _ouvrir(actes: list[Any] | None, enveloppe: str) -> tuple[Mapping[str, Any], ...]:
    opened = [a.get(enveloppe, a) for a in actes or () if isinstance(a, Mapping)]
    return tuple(a for a in opened if isinstance(a, Mapping))


def _changement(modification: Modification) -> Changement:
    holders = _ouvrir(modification.titulaires_apres, "titulaire")
    return Changement(
        numero=modification.numero,
        notifiee_le=modification.date_notification or modification.date_signature,
        publiee_le=modification.date_publication,
        duree_mois=modification.duree_mois_apres,
        montant=modification.montant_apres,
        titulaires=tuple(
            Identite(str(h.get("typeIdentifiant", h.get("type", ""))), str(h.get("id", "")), "")
            for h in holders
        ),
        objet=modification.objet,
    )
