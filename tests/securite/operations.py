"""Every operation of the API, with arguments and a body taken from the objects of one territory."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.securite.monde import Monde

Faire = Callable[[Monde], dict[str, Any]]


@dataclass(frozen=True)
class Appel:
    """How to call an operation.

    `corps` is its JSON, `envoi` its form with a file. `territoriale`: accounts of another territory get 404.
    `ouverte_a`: a role of this territory that must get one of `statuts`. `fermee_a`: a role of this territory
    that sees the object and must get 403; empty when whoever sees it may do it.
    """

    chemin: Faire = lambda _: {}
    requete: Faire = lambda _: {}
    corps: Faire | None = None
    envoi: Faire | None = None
    territoriale: bool = True
    ouverte_a: str = "directeur_achats"
    fermee_a: str = ""
    statuts: tuple[int, ...] = (200, 201)


def _dossier(m: Monde) -> dict[str, Any]:
    return {"numero": m.dossier.pk}


def _lecture(**options: Any) -> Appel:
    return Appel(_dossier, **options)


def _ouvert(chemin: Faire = lambda _: {}, **options: Any) -> Appel:
    """An operation about nothing of a territory, or that answers each with its own."""
    return Appel(chemin, territoriale=False, **options)


LIGNE = {
    "identifiant": "B1",
    "finess": "210000001",
    "role": "support",
    "intitule": "Essai",
    "operateur": "GHT",
}
CSV = b"identifiant;finess;role;intitule;operateur\nB1;210000001;support;Essai;GHT\n"


def _choix(m: Monde) -> dict[str, Any]:
    return {"cle": m.action.cle, "sens": "retenu"}


def _publication(m: Monde) -> dict[str, Any]:
    return {"numero": m.publication.pk}


def _marche(m: Monde) -> dict[str, Any]:
    return {"numero": m.marche.pk}


def _code_appel(m: Monde) -> dict[str, Any]:
    return {"code": m.appels.appel.campagne.code}


def _candidature(m: Monde) -> dict[str, Any]:
    return {"numero": m.appels.dossier.pk}


CONSOMMEE = {"cle": "L1", "finess": "210000001", "date": "2022-01-31", "montant_ht": "10.00"}


def _projet(m: Monde) -> dict[str, Any]:
    return {"numero": m.appels.suivi.accord.dossier_id}


def _appel_suivi(m: Monde) -> dict[str, Any]:
    return {"code": m.appels.suivi.accord.dossier.campagne.code}


def _enveloppe(m: Monde) -> dict[str, Any]:
    return {"numero": m.appels.suivi.accord.enveloppe_id}


MESURE = {"indicateur": "essai", "nature": "cible", "jour": "2022-01-31", "valeur": "1.5"}


def _demande(m: Monde) -> dict[str, Any]:
    return {"numero": m.avis.demande.pk}


def _instruit(m: Monde) -> dict[str, Any]:
    return {"code": m.avis.code}


def _avis_voulu(m: Monde) -> dict[str, Any]:
    return {"dossiers": [m.avis.dossier], "instance": "ars"}


def _geste_voulu(m: Monde) -> dict[str, Any]:
    return {"dossiers": [m.avis.dossier], "geste": "declarer_recevable"}


def _organisateur(corps: Faire, **options: Any) -> Appel:
    """An operation of who organises the call: here, the agency."""
    return Appel(_instruit, corps=corps, ouverte_a="referent_ars", **options)


OPERATIONS: dict[str, Appel] = {
    "get /avis-demandes": _ouvert(ouverte_a="referent_ars"),
    "post /avis-demandes/{numero}/avis": Appel(
        _demande, corps=lambda _: {"sens": "favorable"}, ouverte_a="referent_ars", statuts=(201, 409)
    ),
    "post /avis-demandes/avis": Appel(
        corps=lambda m: {"avis": [{"demande": m.avis.demande.pk, "sens": "favorable"}]},
        ouverte_a="referent_ars",
        statuts=(201, 409),
    ),
    "get /appels/{code}/avis-demandes": Appel(_instruit, ouverte_a="referent_ars"),
    "post /appels/{code}/avis-demandes": _organisateur(_avis_voulu, statuts=(201, 409)),
    "post /appels/{code}/avis-demandes/apercu": _organisateur(_avis_voulu),
    "post /appels/{code}/instruction": _organisateur(_geste_voulu, statuts=(200, 409)),
    "post /appels/{code}/instruction/apercu": _organisateur(_geste_voulu),
    "get /appels/{code}/enveloppes": Appel(_appel_suivi, ouverte_a="referent_ars"),
    "get /enveloppes/{numero}": Appel(_enveloppe, ouverte_a="referent_ars"),
    "post /enveloppes/{numero}/simulations": Appel(
        _enveloppe, corps=lambda _: {"titre": "Essai"}, ouverte_a="referent_ars", statuts=(201, 409)
    ),
    "get /simulations/{numero}": Appel(
        lambda m: {"numero": m.appels.enveloppes.essai.pk}, ouverte_a="referent_ars"
    ),
    "get /appels/{code}/projets": Appel(_appel_suivi),
    "get /appels/{code}/resultats": Appel(_appel_suivi),
    "get /projets/{numero}": Appel(_projet),
    "post /projets/{numero}/releves": Appel(
        _projet, corps=lambda _: {"valeurs": [MESURE]}, fermee_a="referent_ars"
    ),
    "get /moi": _ouvert(),
    "get /performance": Appel(
        requete=lambda m: {"annee": 2021, "ght": m.ght.code}, fermee_a="", ouverte_a="directeur_achats"
    ),
    "get /formats": _ouvert(),
    "get /formats/{nom}": _ouvert(lambda _: {"nom": "paat"}),
    "get /formats/{nom}/regles": _ouvert(lambda _: {"nom": "paat"}),
    "get /campagnes": _ouvert(),
    "get /campagnes/{code}": _ouvert(lambda m: {"code": m.campagne.code}),
    "get /campagnes/{code}/sans-reponse": _ouvert(lambda m: {"code": m.campagne.code}),
    "post /verifications": _ouvert(envoi=lambda _: {"format": "paat"}),
    "post /verifications/lignes": _ouvert(corps=lambda _: {"format": "paat", "lignes": [LIGNE]}),
    "post /depots": Appel(
        envoi=lambda m: {"format": "paat", "annee": 2021, "ght": m.ght.code, "motif": "Essai."},
        fermee_a="pharmacien",
    ),
    "post /depots/lignes": Appel(
        corps=lambda m: {
            "format": "paat",
            "annee": 2021,
            "ght": m.ght.code,
            "lignes": [LIGNE],
            "motif": "Essai.",
        },
        fermee_a="pharmacien",
    ),
    "get /dossiers": _ouvert(),
    "get /dossiers/{numero}": _lecture(fermee_a="lecteur"),
    "get /dossiers/{numero}/lignes": _lecture(fermee_a="lecteur"),
    "get /dossiers/{numero}/anomalies": _lecture(fermee_a="lecteur"),
    "get /dossiers/{numero}/controles": _lecture(fermee_a="lecteur"),
    "get /dossiers/{numero}/versions": _lecture(fermee_a="lecteur"),
    "get /dossiers/{numero}/differences": _lecture(fermee_a="lecteur"),
    "get /dossiers/{numero}/journal": _lecture(fermee_a="lecteur"),
    "post /dossiers/{numero}/transitions": Appel(
        _dossier, corps=lambda _: {"transition": "valider"}, fermee_a="acheteur", statuts=(200, 409)
    ),
    "get /dossiers/{numero}/avis": _lecture(fermee_a="lecteur"),
    "post /dossiers/{numero}/avis": Appel(
        _dossier,
        corps=lambda _: {"sens": "favorable"},
        ouverte_a="referent_ars",
        fermee_a="directeur_achats",
        statuts=(201, 409),
    ),
    "get /dossiers/{numero}/observations": _lecture(fermee_a="lecteur"),
    "post /dossiers/{numero}/observations": Appel(
        _dossier,
        corps=lambda m: {"demandes": {m.action.cle: "Précisez."}},
        ouverte_a="dgos",
        fermee_a="directeur_achats",
        statuts=(201, 409),
    ),
    "post /dossiers/{numero}/observations/{observation}/reponse": Appel(
        lambda m: {"numero": m.dossier.pk, "observation": m.observation.pk},
        corps=lambda _: {"reponse": "Voici."},
        fermee_a="pharmacien",
        statuts=(200, 409),
    ),
    "get /dossiers/{numero}/decisions": _lecture(fermee_a="lecteur"),
    "post /dossiers/{numero}/decisions": Appel(
        _dossier,
        corps=lambda m: {"choix": [_choix(m)]},
        ouverte_a="dgos",
        fermee_a="directeur_achats",
        statuts=(200, 409),
    ),
    "post /decisions/apercu": Appel(
        corps=lambda m: {"choix": [{"dossier": m.dossier.pk, **_choix(m)}]},
        ouverte_a="dgos",
        fermee_a="directeur_achats",
    ),
    "post /decisions": Appel(
        corps=lambda m: {"choix": [{"dossier": m.dossier.pk, **_choix(m)}]},
        ouverte_a="dgos",
        fermee_a="directeur_achats",
        statuts=(200, 409),
    ),
    "get /publications": _ouvert(),
    "get /publications/{numero}": _ouvert(_publication),
    "get /publications/{numero}/comparaison/{autre}": _ouvert(
        lambda m: {"numero": m.publication.pk, "autre": m.publication.pk}
    ),
    "post /campagnes/{code}/publications": Appel(
        lambda m: {"code": m.campagne.code},
        corps=lambda _: {"motif": "Essai."},
        ouverte_a="dgos",
        fermee_a="anap",
        statuts=(201, 409),
    ),
    "get /marches/indicateurs": _ouvert(),
    "get /fournisseurs": _ouvert(),
    # An identity is public; what is bought from it is only what the account sees.
    "get /fournisseurs/{numero}": _ouvert(lambda m: {"numero": m.incident.fournisseur_id}),
    "get /marches": _ouvert(),
    "get /marches/{numero}": Appel(_marche, fermee_a="lecteur"),
    "get /marches/{numero}/decp": Appel(_marche, fermee_a="lecteur"),
    "get /marches/{numero}/prix": Appel(_marche, fermee_a="lecteur"),
    "get /marches/consommations": Appel(
        requete=lambda m: {"ght": m.ght.code}, ouverte_a="pharmacien", fermee_a="controleur_gestion"
    ),
    "post /marches/consommations": Appel(
        corps=lambda m: {"ght": m.ght.code, "cle": "essai", "lignes": [CONSOMMEE]},
        ouverte_a="pharmacien",
        fermee_a="controleur_gestion",
    ),
    "get /procedures": _ouvert(),
    "get /procedures/{numero}": Appel(lambda m: {"numero": m.procedure.pk}),
    "get /procedures/{numero}/besoins": Appel(lambda m: {"numero": m.procedure.pk}),
    "get /echeancier": Appel(requete=lambda m: {"ght": m.ght.code}, fermee_a="lecteur"),
    "get /questionnaires/dossiers/{numero}/formulaire": Appel(_candidature, fermee_a="dgos"),
    "get /questionnaires/dossiers/{numero}/reponses": Appel(_candidature, fermee_a="dgos"),
    "put /questionnaires/dossiers/{numero}/reponses": Appel(
        _candidature, corps=lambda _: {"reponses": {"titre": "Robot"}}, fermee_a="dgos"
    ),
    "post /questionnaires/dossiers/{numero}/verdict": Appel(
        _candidature, corps=lambda _: {"reponses": {"titre": "Robot"}}, fermee_a="dgos"
    ),
    "post /questionnaires/dossiers/{numero}/pieces": Appel(
        _candidature, envoi=lambda _: {"chemin": "lettre"}, fermee_a="dgos"
    ),
    "post /depenses/depots": Appel(
        envoi=lambda m: {"ght": m.ght.code}, fermee_a="referent_ars", ouverte_a="acheteur"
    ),
    "get /depenses/depots/{numero}": Appel(lambda m: {"numero": m.depenses.depot.pk}),
    "get /depenses/depots/{numero}/ecartees": Appel(
        lambda m: {"numero": m.depenses.depot.pk}, fermee_a="referent_ars"
    ),
    "get /depenses/analyse": _ouvert(requete=lambda _: {"axes": "famille"}, ouverte_a="dgos"),
    "get /depenses/gains": Appel(requete=lambda m: {"ght": m.ght.code, "annee": 2021}, fermee_a="lecteur"),
    "get /appels": _ouvert(),
    "get /appels/{code}": _ouvert(_code_appel),
    "get /candidatures": _ouvert(),
    "get /candidatures/{numero}": Appel(_candidature),
    "post /appels/{code}/candidatures": Appel(
        _code_appel,
        corps=lambda _: {"declarant": "etablissement:210000001", "reference": "essai"},
        fermee_a="lecteur",
    ),
    "post /candidatures/{numero}/deposer": Appel(_candidature, fermee_a="acheteur"),
    "post /candidatures/{numero}/reprendre": Appel(_candidature, fermee_a="acheteur", statuts=(409,)),
    "post /candidatures/{numero}/abandonner": Appel(
        _candidature, corps=lambda _: {"motif": "Renoncement."}, fermee_a="acheteur"
    ),
    "get /molecules/demandes": _ouvert(),
    "get /molecules/demandes/{numero}": Appel(lambda m: {"numero": m.molecules.demande.pk}),
    "get /molecules/bilan": Appel(
        requete=lambda m: {"annee": m.molecules.demande.annee, "region": m.region.sigle},
        ouverte_a="omedit",
    ),
    "get /molecules/listes": _ouvert(),
    "get /regions": _ouvert(),
    "get /ght": _ouvert(),
    "get /ght/{code}": _ouvert(lambda m: {"code": m.ght.code}),
    "get /etablissements": _ouvert(),
    "get /etablissements/{finess}": _ouvert(lambda m: {"finess": m.etablissement.finess}),
    "get /operateurs": _ouvert(),
    "get /parametres": _ouvert(),
    "get /parametres/{code}": _ouvert(lambda _: {"code": "achats.regle.code"}),
    "get /journal": _ouvert(ouverte_a="administrateur", fermee_a="directeur_achats"),
}
