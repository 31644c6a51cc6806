"""A call as an officer writes it: a form, a rule file; and what two hospitals answer to it."""

from dataclasses import dataclass

FORMULAIRE = """
| survey | | | | | | | |
| | type | name | label | required | relevant | constraint | constraint_message |
| | begin_group | projet | Le projet | | | | |
| | text | intitule | Intitulé du projet | yes | | | |
| | select_one statuts | statut | Statut de l'établissement | yes | | | |
| | select_one natures | nature | Nature du projet | yes | | | |
| | text | precision | Précisez la nature du projet | yes | ${nature} = 'autre' | | |
| | end_group | | | | | | |
| | begin_group | budget | Le budget | | | | |
| | decimal | eligible | Dépenses éligibles (€) | yes | | . > 0 | Ce montant est positif. |
| | decimal | demande | Aide demandée (€) | yes | | . > 0 | Ce montant est positif. |
| | end_group | | | | | | |
| choices | | | | | | | |
| | list_name | name | label | | | | |
| | statuts | public | Public | | | | |
| | statuts | prive | Privé à but lucratif | | | | |
| | natures | tri | Tri des déchets | | | | |
| | natures | autre | Autre | | | | |
| settings | | | | | | | |
| | form_title | form_id | version | | | | |
| | Moins de déchets au bloc | dechets | 1 | | | | |
"""

REGLES = """
declarants:
  niveaux: [etablissement]
eligibilite:
  - code: statut
    titre: Établissement public
    si: "${statut} = 'public'"
    sinon: rejet
    phrase: L'appel est réservé aux établissements publics.
montants: {eligible: eligible, demande: demande, taux_max: 0.5}
avis:
  - {instance: ars}
grille:
  criteres:
    - {code: interet, titre: Intérêt du projet, poids: 60}
    - {code: faisabilite, titre: Faisabilité, poids: 40}
repartition: {regle: prorata}
suivi:
  indicateurs:
    - {code: dechets, titre: Déchets d'une intervention, unite: kg, sens: baisse, minimum: 0}
  releves_jours: [365]
"""


@dataclass(frozen=True)
class Projet:
    """What a hospital answers, and what becomes of its project."""

    finess: str
    intitule: str
    nature: str
    eligible: str
    demande: str
    accorde: str
    depart: str
    mesure: str

    @property
    def nom(self) -> str:
        return f"Établissement d'essai {self.finess}"


# 60 000 € and 50 000 € at most (half of what is eligible), 100 000 € to share in proportion.
PREMIER = Projet("210000001", "Bacs au bloc", "Tri des déchets", "120000", "60000", "54 545,45 €", "4", "3")
SECOND = Projet("350000001", "Draps lavables", "Autre", "100000", "80000", "45 454,55 €", "5", "2,5")
PROJETS = (PREMIER, SECOND)
