"""Opinions given at a level on the version that is current then."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from fanal.campagnes import rules
from fanal.campagnes.actions.commun import lock, record
from fanal.campagnes.models import Avis, Dossier, TexteType
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.droits import check_droit
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

# Who writes the texts of each usage, on the node that keeps them.
DROITS: dict[str, str] = {
    TexteType.Usage.AVIS: "avis.donner",
    TexteType.Usage.APPEL: "avis.donner",
    TexteType.Usage.OMEDIT: "omedit.avis",
    TexteType.Usage.DEMANDE: "candidature.instruire",
}


@transaction.atomic
def rendre(
    *,
    dossier: Dossier,
    sens: str,
    texte: str,
    niveau: str,
    by: Utilisateur | None,
    instant: datetime,
    permission: str = "",
) -> Avis:
    """Give an opinion. It stays with the version it saw; a later one of the same level is added beside it.

    `permission` replaces that of the reception where several bodies give theirs. Raises Refus at a step that
    takes no opinion, or when a reserved or adverse opinion gives no reason.
    """
    dossier = lock(dossier)
    reception = reception_de(dossier)
    check_droit(by, permission or reception.permission_avis, Noeud.de(dossier), instant)
    version = rules.check_deposee(dossier.version_courante)
    rules.check_avis(reception.etape(dossier.etape), sens=sens, texte=texte, connus=Avis.Sens.values)
    avis = Avis.objects.create(
        dossier=dossier,
        version=version,
        niveau=niveau,
        sens=sens,
        texte=texte.strip(),
        auteur=by,
        rendu_le=instant,
    )
    record(
        campagne=dossier.campagne,
        action="dossier.avis",
        objet=dossier,
        by=by,
        instant=instant,
        donnees={"avis": avis.pk, "sens": sens, "niveau": niveau, "version": version.numero},
    )
    return avis


@transaction.atomic
def rendre_lot(
    *,
    textes: Mapping[Dossier, str],
    sens: str,
    niveau: str,
    by: Utilisateur | None,
    instant: datetime,
) -> list[Avis]:
    """Give the same opinion on several dossiers, each with its own text, all or none."""
    return [
        rendre(dossier=d, sens=sens, texte=textes[d], niveau=niveau, by=by, instant=instant)
        for d in sorted(textes, key=lambda d: d.pk)
    ]


@transaction.atomic
def garder_texte(
    *,
    noeud: Noeud,
    titre: str,
    sens: str,
    texte: str,
    fondement: str,
    fondement_le: date | None,
    by: Utilisateur | None,
    instant: datetime,
    connu: TexteType | None = None,
    usage: str = TexteType.Usage.AVIS,
) -> TexteType:
    """Keep a text for the opinions of a node, or change *connu* (whose usage stays). Raises Refus when its
    title is taken, Interdit for who does not write texts of that usage on the node.
    """
    usage = connu.usage if connu else usage
    check_droit(by, DROITS[usage], noeud, instant)
    meme_titre = TexteType.objects.filter(**noeud.champs(), titre=titre.strip())
    if meme_titre.exclude(pk=(connu.pk if connu else None) or 0).exists():
        raise Refus(f"Un texte s'appelle déjà « {titre.strip()} ». Choisissez un autre titre.")
    garde = connu or TexteType(usage=usage, **noeud.champs())
    garde.titre, garde.sens, garde.texte = titre.strip(), sens, texte.strip()
    garde.fondement, garde.fondement_le = fondement.strip(), fondement_le
    garde.auteur, garde.updated_at = by, instant
    garde.save()
    inscrire(
        action="texte.garder",
        objet=garde,
        by=by,
        instant=instant,
        donnees={"titre": garde.titre, "sens": garde.sens, "texte": garde.texte},
    )
    return garde


@transaction.atomic
def retirer_texte(*, texte: TexteType, by: Utilisateur | None, instant: datetime) -> None:
    """Withdraw a text; the opinions that used it keep their own words, and the journal keeps the text."""
    check_droit(by, DROITS[texte.usage], Noeud.de(texte), instant)
    inscrire(
        action="texte.retirer",
        objet=texte,
        by=by,
        instant=instant,
        donnees={"titre": texte.titre, "texte": texte.texte},
    )
    texte.delete()
