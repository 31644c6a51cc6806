"""What asking for observations on many lines would do, and what is refused and why. Writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from fanal.campagnes import rules
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.decisions import RefusLigne
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.queries.lignes import observations_ouvertes
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud


@dataclass
class ApercuDemandes:
    """The requests that can be made, `{dossier: {cle: text}}`, and the lines on which none can be now."""

    demandes: dict[Dossier, dict[str, str]] = field(default_factory=dict)
    refus: list[RefusLigne] = field(default_factory=list)

    @property
    def lignes(self) -> int:
        return sum(len(d) for d in self.demandes.values())


def previsualiser_demandes(
    *,
    demandes: Mapping[Dossier, Mapping[str, str]],
    echeance: date,
    by: Utilisateur | None,
    instant: datetime,
) -> ApercuDemandes:
    """The examination that `observations.demander` makes, for many dossiers. Raises Refus on the due day."""
    rules.check_echeance(echeance, local_day(instant))
    apercu = ApercuDemandes()
    for dossier, textes in demandes.items():
        reception = reception_de(dossier)
        try:
            check_droit(by, reception.permission_decision, Noeud.de(dossier), instant)
            version = rules.check_deposee(dossier.version_courante)
            rules.check_demandes(reception.etape(dossier.etape), textes, version.lignes)
        except Refus as refus:
            apercu.refus += [RefusLigne(dossier, cle, refus.phrase) for cle in textes]
            continue
        ouvertes = {o.cle: o.echeance for o in observations_ouvertes(dossier, local_day(instant))}
        for cle, texte in textes.items():
            try:
                if cle in ouvertes:
                    rules.check_pas_deja_demandee(cle, ouvertes[cle], textes)
            except Refus as refus:
                apercu.refus.append(RefusLigne(dossier, cle, refus.phrase))
            else:
                apercu.demandes.setdefault(dossier, {})[cle] = texte
    return apercu
