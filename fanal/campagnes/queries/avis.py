"""Opinions that an agency owes or has given, and what changed since each of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q

from fanal.campagnes import registre
from fanal.campagnes.models import Avis, Campagne, Controle, Dossier, TexteType
from fanal.campagnes.queries.campagnes import Attendu, attendus_sans_reponse
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.lignes import Ecarts, ecarts
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import jour_fr, local_day
from fanal.comptes.perimetre import Perimetre
from fanal.memoire import Memoire
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud
from fanal.territoires.queries import revision

A_RENDRE, A_REVOIR, RENDU, FERME = "a_rendre", "a_revoir", "rendu", "ferme"
RELIES = ("campagne", "version_courante", "region", "ght__region", "etablissement", "operateur")
MOTS = (
    "declarant",
    "campagne",
    "version",
    "date_depot",
    "lignes",
    "bloquantes",
    "cloture",
    "fondement",
)


@dataclass(frozen=True)
class AvisAttendu:
    """A dossier as the agency sees it. `etat`: a_rendre, a_revoir (changed since), rendu, or ferme (its step
    takes no opinion). `bloquantes` counts the lines with a blocking remark.
    """

    dossier: Dossier
    etat: str
    lignes: int
    bloquantes: int
    dernier: Avis | None = None
    change: Ecarts = field(default_factory=Ecarts)

    @property
    def phrase(self) -> str:
        """What changed since the last opinion."""
        if self.dernier is None:
            return ""
        morceaux = [
            (len(self.change.ajoutees), "ajoutée"),
            (len(self.change.modifiees), "modifiée"),
            (len(self.change.retirees), "retirée"),
        ]
        dits = [f"{n} {mot}{'s' if n > 1 else ''}" for n, mot in morceaux if n]
        return f"Lignes depuis l'avis : {', '.join(dits)}" if dits else "Rien n'a changé depuis l'avis"


def receptions_a_avis(campagne: Campagne) -> list[str]:
    """The formats of a campaign on which opinions are given."""
    genre = registre.obtenir(campagne.type_campagne)
    return [f for f, r in genre.receptions.items() if any(e.avis for e in r.etapes)]


def avis_attendus(campagnes: Sequence[Campagne], perimetre: Perimetre) -> list[AvisAttendu]:
    """The dossiers of the perimeter that opinions bear on, those to give first."""
    voulus = Q(pk__in=[])
    for campagne in campagnes:
        voulus |= Q(campagne=campagne, format__in=receptions_a_avis(campagne))
    dossiers = list(
        Dossier.objects.filter(voulus, perimetre.dossiers_q(), version_courante__isnull=False).select_related(
            *RELIES
        )
    )
    derniers = _derniers(dossiers)
    versions = {d.version_courante_id for d in dossiers}
    bloquants = Controle.objects.filter(version__in=versions, bloquant=True)
    nombres = Counter(dict(bloquants.values_list("version").annotate(n=Count("cle", distinct=True))))
    rangs = [_attendu(d, derniers.get(d.pk), nombres[d.version_courante_id]) for d in dossiers]
    ordre = [A_RENDRE, A_REVOIR, RENDU, FERME]
    return sorted(rangs, key=lambda a: (ordre.index(a.etat), a.dossier.nom_noeud))


_gardes: Memoire[list[AvisAttendu]] = Memoire(64)


def avis_gardes(campagnes: Sequence[Campagne], perimetre: Perimetre) -> list[AvisAttendu]:
    """The same for a page that only shows them, kept until a campaign or the territory changes."""
    etat = (tuple(c.revision for c in campagnes), *revision())
    return _gardes.lire(
        (tuple(c.pk for c in campagnes), perimetre), etat, lambda: avis_attendus(campagnes, perimetre)
    )


def _derniers(dossiers: Sequence[Dossier]) -> dict[int, Avis]:
    """The last opinion of the agency on each dossier."""
    rendus = Avis.objects.filter(dossier__in=dossiers, niveau=Niveau.REGION).select_related("auteur")
    return {a.dossier_id: a for a in rendus.order_by("rendu_le", "pk")}


def _attendu(dossier: Dossier, dernier: Avis | None, bloquantes: int) -> AvisAttendu:
    courante = dossier.version_courante
    ouvert = reception_de(dossier).etape(dossier.etape).avis
    change = Ecarts()
    if dernier is not None and dernier.version_id != dossier.version_courante_id:
        change = ecarts(dernier.version, courante)
    if dernier is not None:
        etat = A_REVOIR if change and ouvert else RENDU
    else:
        etat = A_RENDRE if ouvert else FERME
    return AvisAttendu(dossier, etat, len(courante.lignes) if courante else 0, bloquantes, dernier, change)


def manquants(campagnes: Sequence[Campagne], perimetre: Perimetre) -> list[Attendu]:
    """Those whose answer is not handed in, among the formats that take an opinion."""
    return [
        a
        for c in campagnes
        for a in attendus_sans_reponse(c, perimetre)
        if a.repondant.format in receptions_a_avis(c)
    ]


def textes_de(noeud: Noeud, usage: str = TexteType.Usage.AVIS) -> list[TexteType]:
    """The texts kept for a node's région, then those of the nation, for one *usage*."""
    objet = noeud.objet
    region = getattr(objet, "region", None) or (objet if noeud.niveau == Niveau.REGION else None)
    portee = Q(niveau=Niveau.NATIONAL) | Q(niveau=Niveau.REGION, region=region)
    gardes = TexteType.objects.filter(portee, usage=usage)
    return list(gardes.order_by("-niveau", "titre"))


def remplir(texte: str, dossier: Dossier, bloquantes: int, modele: TexteType | None = None) -> str:
    """*texte* with its words in braces replaced by what they stand for on a dossier."""
    version = dossier.version_courante
    lignes = len(version.lignes) if version else 0
    date_fondement = f" du {jour_fr(modele.fondement_le)}" if modele and modele.fondement_le else ""
    valeurs = {
        "declarant": dossier.nom_noeud,
        "campagne": dossier.campagne.titre,
        "version": str(version.numero) if version else "",
        "date_depot": jour_fr(local_day(version.created_at)) if version else "",
        "lignes": pluriel(lignes, "ligne", "lignes"),
        "bloquantes": pluriel(bloquantes, "ligne", "lignes"),
        "cloture": jour_fr(local_day(dossier.campagne.cloture)),
        "fondement": f"{modele.fondement}{date_fondement}" if modele and modele.fondement else "",
    }
    for mot, valeur in valeurs.items():
        texte = texte.replace(f"{{{mot}}}", valeur)
    return texte
