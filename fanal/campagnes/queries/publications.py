"""Publications: what stands in the way, what a snapshot says of the dossiers, comparison and verification."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fanal.campagnes import comparaison, registre
from fanal.campagnes.canonique import sha256
from fanal.campagnes.models import Campagne, Decision, Dossier, Publication, Version
from fanal.campagnes.queries.campagnes import compter, demandes_ouvertes
from fanal.campagnes.queries.lignes import DecisionValide, decisions_valides, versions_courantes
from fanal.campagnes.rules import EtatPublication
from fanal.campagnes.temps import local_day
from fanal.journal.models import Entree
from fanal.journal.queries import TeteConnue
from fanal.territoires.noeuds import Noeud


def etat_publication(campagne: Campagne, instant: datetime) -> EtatPublication:
    """What stands between a campaign and its publication at *instant*; always read from the tables."""
    genre = registre.obtenir(campagne.type_campagne)
    decidables = {f for f, r in genre.receptions.items() if r.decidable}
    comptes = compter(campagne)
    dossiers = [
        d
        for d in campagne.dossiers.select_related("region", "ght", "etablissement", "operateur")
        if d.format in decidables and d.pk in comptes and comptes[d.pk].lignes
    ]
    en_cours = [d for d in dossiers if comptes[d.pk].a_decider]
    demandes = demandes_ouvertes(campagne, local_day(instant))
    return EtatPublication(
        lignes=sum(comptes[d.pk].lignes for d in dossiers),
        a_decider=sum(comptes[d.pk].a_decider for d in en_cours),
        dossiers_a_decider=len(en_cours),
        observations_ouvertes=len(demandes),
        echeance=max((o.echeance for o in demandes), default=None),
        non_decides=tuple(d.nom_noeud for d in dossiers if not _arrete(genre, d)),
        publications=campagne.publications.count(),
    )


def _arrete(genre: registre.TypeCampagne, dossier: Dossier) -> bool:
    etape = genre.reception(dossier.format).etape(dossier.etape)
    return etape.decidee or etape.publiee


def dossiers_publies(campagne: Campagne) -> list[dict[str, Any]]:
    """What a snapshot keeps of each answered dossier: its version, the hashes of its lines and decisions."""
    decisions: dict[int, list[DecisionValide]] = {}
    for decision in decisions_valides(campagne):
        decisions.setdefault(decision.dossier_id, []).append(decision)
    versions = {v.dossier_id: v for v in versions_courantes(campagne)}
    dossiers = campagne.dossiers.select_related("region", "ght", "etablissement", "operateur")
    lignes = [_resume(d, versions[d.pk], decisions.get(d.pk, [])) for d in dossiers if d.pk in versions]
    return sorted(lignes, key=lambda ligne: (ligne["format"], ligne["niveau"], ligne["code"]))


def _resume(dossier: Dossier, version: Version, decisions: Sequence[DecisionValide]) -> dict[str, Any]:
    contenu = sorted([d.cle, d.empreinte, d.sens, d.montant, d.motif, d.commentaire] for d in decisions)
    return {
        "format": dossier.format,
        "niveau": dossier.niveau,
        "code": Noeud.de(dossier).code,
        "version": version.numero,
        "en_retard": version.en_retard,
        "lignes": len(version.lignes),
        "empreinte_lignes": version.empreinte,
        "decisions": {s: n for s in Decision.Sens.values if (n := sum(d.sens == s for d in decisions))},
        "empreinte_decisions": sha256(contenu),
    }


@dataclass(frozen=True)
class VerificationPublication:
    """Whether a publication is still what was published; `phrase` says it either way."""

    ok: bool
    phrase: str


def verifier_publication(publication: Publication) -> VerificationPublication:
    """Recompute the hash of the snapshot, and compare it with the journal's entry of that day."""
    if sha256(publication.instantane) != publication.empreinte:
        return VerificationPublication(
            False,
            f"L'instantané de la {publication} a été modifié : son empreinte ne correspond plus. "
            "Retrouvez-le dans une sauvegarde.",
        )
    entree = Entree.objects.filter(numero=publication.journal_numero).first()
    inscrite = entree.donnees.get("empreinte") if entree else None
    if (
        entree is None
        or entree.empreinte != publication.journal_empreinte
        or inscrite != publication.empreinte
    ):
        return VerificationPublication(
            False,
            f"Le journal ne porte pas la {publication} telle qu'elle est ici. "
            "Vérifiez le journal, puis comparez avec une sauvegarde.",
        )
    return VerificationPublication(True, f"La {publication} est telle que publiée.")


def comparer(pub_a: Publication, pub_b: Publication) -> list[comparaison.Difference]:
    """What changed from *pub_a* to *pub_b*: results first, then the dossiers behind them."""
    resultats = comparaison.differences(pub_a.instantane["resultats"], pub_b.instantane["resultats"])
    dossiers = comparaison.differences(
        pub_a.instantane["dossiers"], pub_b.instantane["dossiers"], chemin="dossiers"
    )
    return [*resultats, *dossiers]


def tetes_des_publications() -> list[TeteConnue]:
    """The journal's heads that publications wrote down, for `fanal journal verifier`."""
    publications = Publication.objects.select_related("campagne")
    return [TeteConnue(p.journal_numero, p.journal_empreinte, f"la {p}") for p in publications]
