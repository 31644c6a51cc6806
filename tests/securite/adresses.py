"""Every address of the site and of the API, read from the routes; and the table that gives them arguments.

A new address without parameters is walked with nothing to add. One with parameters needs a line in OBJETS,
and a test fails until it has one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.securite.adresses_appels import APPELS, PUBLIQUES_APPELS
from tests.securite.adresses_avis import DE_L_AGENCE
from tests.securite.adresses_jury import DE_L_ORGANISATEUR, DU_JURE
from tests.securite.adresses_molecules import MOLECULES
from tests.securite.monde import Monde
from tests.securite.monde_depenses import DEPENSES
from tests.securite.monde_enveloppes import DE_QUI_REPARTIT, DU_DECLARANT
from tests.securite.monde_maturite import DE_L_ACHETEUR, DE_TOUS, DU_GHT


@dataclass(frozen=True)
class Cible:
    """Arguments of an address, from the objects of one territory.

    `territoriale`: accounts of another territory get 404, as if it did not exist. `ouverte_a`: a role of this
    territory that must reach it, so that an address that is 404 for everyone does not pass for protected.
    """

    arguments: Callable[[Monde], dict[str, Any]]
    territoriale: bool = True
    ouverte_a: str = "directeur_achats"


def _projet(m: Monde) -> dict[str, Any]:
    return {"numero": m.appels.suivi.accord.dossier_id}


def _appel_suivi(m: Monde) -> dict[str, Any]:
    return {"code": m.appels.suivi.accord.dossier.campagne.code}


# Seen without signing in, and why.
PUBLIQUES = {
    "account_login": "sign in",
    "account_signup": "closed, says so",
    "account_logout": "sign out",
    "account_inactive": "says that the account is closed",
    "account_reset_password": "forgotten password",
    "account_reset_password_done": "forgotten password",
    "account_reset_password_from_key": "forgotten password",
    "account_reset_password_from_key_done": "forgotten password",
    "account_confirm_email": "link received by e-mail",
    "account_email_verification_sent": "link received by e-mail",
    "account_confirm_login_code": "sign in",
    "account_reauthenticate": "sign in",
    "mfa_authenticate": "second factor, after the password",
    "socialaccount_login_cancelled": "sign in with an identity provider",
    "socialaccount_login_error": "sign in with an identity provider",
    "socialaccount_signup": "sign in with an identity provider",
    "oidc_signe_login": "sign in with an identity provider",
    "oidc_signe_callback": "sign in with an identity provider",
    "exploitation:vivant": "health",
    "exploitation:pret": "health",
    "interface:mentions_legales": "due to everyone",
    "interface:accessibilite": "due to everyone",
    "interface:apparence": "light or dark, kept in a cookie",
    "procedures:flux": "a calendar reads it without a session: its token is the credential",
    **PUBLIQUES_APPELS,
    "api-racine": "leads to the documentation",
    "api-inconnue": "says that the address does not exist",
    "api-v1:openapi-json": "the API's description holds no data",
    "api-v1:openapi-view": "the same, as a page",
    "api-v1:api-root": "never reached: api-racine answers",
}


def fixe(**arguments: Any) -> Cible:
    """Arguments that name nothing of a territory."""
    return Cible(lambda _: arguments, territoriale=False)


def campagne() -> Cible:
    """A campaign belongs to no territory: what it shows of each does."""
    return Cible(lambda m: {"code": m.campagne.code}, territoriale=False)


# One line per address with parameters: its arguments, taken from an object of the territory.
OBJETS: dict[str, Cible] = {
    "account_reset_password_from_key": fixe(uidb36="1", key="x-y"),
    "account_confirm_email": fixe(key="x"),
    "oidc_signe_login": fixe(provider_id="proconnect"),
    "oidc_signe_callback": fixe(provider_id="proconnect"),
    "interface:aide_page": fixe(page="deposer"),
    "interface:guide_detail": fixe(code="IdF"),
    "parametres:detail": fixe(code="achats.regle.code"),
    "depots:modele": fixe(nom="paat"),
    **{
        f"campagnes:{name}": campagne()
        for name in ("campagne", "reglages", "inviter", "relancer", "etapes", "passer", "publication")
    },
    # Publications are made to be read by every account.
    **{
        f"campagnes:{name}": Cible(lambda m: {"numero": m.publication.pk}, territoriale=False)
        for name in ("publiee", "verifier_publication")
    },
    "campagnes:fichier_publication": Cible(
        lambda m: {"numero": m.publication.pk, "genre": "json"}, territoriale=False
    ),
    "campagnes:rendre_avis": Cible(lambda m: {"numero": m.dossier.pk}, ouverte_a="referent_ars"),
    "campagnes:texte": Cible(lambda m: {"numero": m.texte.pk}, ouverte_a="referent_ars"),
    "campagnes:dossier": Cible(lambda m: {"numero": m.dossier.pk}),
    "campagnes:franchir": Cible(lambda m: {"numero": m.dossier.pk, "code": "valider"}),
    "campagnes:repondre": Cible(lambda m: {"numero": m.dossier.pk, "observation": m.observation.pk}),
    **{
        f"campagnes:{name}": Cible(lambda m: {"dossier": m.dossier.pk, "numero": m.version.numero})
        for name in ("version", "original", "annote", "trame", "hors_ligne", "corriger")
    },
    "campagnes:ligne": Cible(lambda m: {"dossier": m.dossier.pk, "numero": m.version.numero, "ligne": 2}),
    "campagnes:verifier": Cible(lambda m: {"dossier": m.dossier.pk, "numero": m.version.numero, "ligne": 2}),
    **{
        f"depots_envois:{name}": Cible(lambda m: {"numero": m.envoi.pk}, ouverte_a="acheteur")
        for name in ("envoi", "reprendre", "colonnes")
    },
    "depots_envois:codes": Cible(
        lambda m: {"numero": m.envoi.pk, "correspondance": m.correspondance.pk}, ouverte_a="acheteur"
    ),
    **{
        f"depots:correspondance_{name}": Cible(lambda m: {"numero": m.correspondance.pk})
        for name in ("renommer", "supprimer")
    },
    "achats:examen": Cible(lambda m: {"pk": m.action.pk}, ouverte_a="referent_ars"),
    "achats:action": Cible(lambda m: {"pk": m.action.pk}),
    **{
        f"depenses:{name}": Cible(lambda m: {"pk": m.action.pk})
        for name in ("gain", "gain_lignes", "gain_reference")
    },
    **{
        f"prix:{name}": Cible(lambda m: {"pk": m.marche.pk})
        for name in (
            "bpu",
            "deposer",
            "colonnes",
            "apercu",
            "clause_nouvelle",
            "essai",
            "proposition_deposer",
            "proposition_lire",
            "proposition_colonnes",
        )
    },
    "prix:version": Cible(lambda m: {"pk": m.marche.pk, "numero": m.prix.version.numero}),
    "prix:ligne": Cible(lambda m: {"pk": m.marche.pk, "ligne": m.prix.ligne.pk}),
    "prix:proposition": Cible(lambda m: {"pk": m.prix.proposition.pk}),
    **{
        f"prix:{name}": Cible(lambda m: {"pk": m.prix.clause.pk})
        for name in ("clause", "clause_modifier", "clause_retirer", "reviser")
    },
    # Published values are common to every territory.
    "prix:indice": fixe(code="ESSAI"),
    **{f"marches:{name}": Cible(lambda m: {"pk": m.marche.pk}) for name in ("marche", "corriger", "joindre")},
    **{
        f"procedures:{name}": Cible(lambda m: {"pk": m.procedure.pk})
        for name in (
            "procedure",
            "modifier",
            "relancer",
            "lier_action",
            "jalons",
            "recalculer",
            "ajouter_lot",
            "recensement",
            "ouvrir_recensement",
            "fermer_recensement",
            "rouvrir_recensement",
            "relancer_besoins",
        )
    },
    **{
        f"procedures:{name}": Cible(lambda m: {"pk": m.procedure.pk, "numero": 1})
        for name in (
            "lot",
            "retirer_lot",
            "offres",
            "analyse",
            "recevoir",
            "choisir",
            "rejets",
            "revenir",
            "clore_lot",
            "signer",
        )
    },
    **{
        f"procedures:{name}": Cible(
            lambda m: {"pk": m.procedure.pk, "numero": 1, "offre": m.procedure.lots.get().offres.get().pk}
        )
        for name in ("noter", "ecarter")
    },
    **{
        f"procedures:{name}": Cible(lambda m: {"pk": m.procedure.pk, "finess": m.etablissement.finess})
        for name in ("repondre", "repondre_fichier")
    },
    "procedures:franchir": Cible(lambda m: {"pk": m.procedure.pk, "code": "sans_suite"}),
    "procedures:delier_action": Cible(lambda m: {"pk": m.procedure.pk, "lien": m.procedure.actions.get().pk}),
    "procedures:flux": fixe(jeton="inconnu"),
    # A supplier's identity is public; what a GHT knows of it is read within its perimeter.
    **{
        f"fournisseurs:{name}": Cible(lambda m: {"pk": m.incident.fournisseur_id}, territoriale=False)
        for name in ("fiche", "incident", "evaluation", "compte", "rapprocher", "separer")
    },
    "fournisseurs:decider": Cible(lambda m: {"pk": m.rapprochement.pk}, territoriale=False),
    "fournisseurs:clore": Cible(lambda m: {"pk": m.incident.pk}),
    "marches:completer": Cible(lambda m: {"pk": m.marche.pk}),
    "marches:a_completer_liste": fixe(code="echeance"),
    **{
        f"marches:{name}": Cible(lambda m: {"numero": m.importation.pk})
        for name in (
            "importation",
            "importation_colonnes",
            "importation_enregistrer",
            "importation_abandonner",
            "importation_relancer",
        )
    },
    "marches:consommation_lot": Cible(lambda m: {"pk": m.lot.pk}),
    "marches:marche_consommations": Cible(lambda m: {"pk": m.marche.pk}),
    "marches:publication_fichier": Cible(lambda m: {"empreinte": m.publiee.empreinte}),
    # What operators publish is offered to every GHT that manages contracts.
    "marches:adherer": Cible(lambda m: {"pk": m.marche.pk}, territoriale=False),
    "marches:acte": Cible(lambda m: {"pk": m.marche.pk, "code": "avenant"}),
    "marches:document": Cible(lambda m: {"pk": m.marche.pk, "version": m.document.pk}),
    "marches:delier": Cible(lambda m: {"pk": m.marche.pk, "lien": m.lien.pk}),
    "marches:eliminer": Cible(lambda m: {"pk": m.marche.pk, "dossier": "passation"}),
    **{
        f"comptes:{name}": Cible(lambda m: {"pk": m.utilisateurs["acheteur"].pk}, ouverte_a="administrateur")
        for name in (
            "compte",
            "affecter",
            "renommer",
            "inviter",
            "desactiver",
            "reactiver",
            "retirer_second_facteur",
        )
    },
    **{
        f"questionnaires:{name}": Cible(lambda m: {"numero": m.appels.dossier.pk})
        for name in (
            "remplir",
            "commencer",
            "suivre_version",
            "confier",
            "terminer",
            "vers",
            "pdf",
            "classeur",
            "deposer_classeur",
            "reprises",
        )
    },
    "questionnaires:section": Cible(lambda m: {"numero": m.appels.dossier.pk, "section": "projet"}),
    "questionnaires:fichier": Cible(lambda m: {"numero": m.appels.dossier.pk, "piece": m.appels.piece.pk}),
    "questionnaires:lecture": Cible(lambda m: {"numero": m.appels.dossier.pk, "version": 1}),
    "questionnaires:reprendre": Cible(
        lambda m: {"numero": m.appels.dossier.pk, "reponse": m.appels.ancienne.pk}
    ),
    "questionnaires:formulaire": Cible(
        lambda m: {"pk": m.appels.formulaire.formulaire_id}, ouverte_a="referent_ars"
    ),
    **{
        f"questionnaires:{name}": Cible(lambda m: {"pk": m.appels.formulaire.pk}, ouverte_a="referent_ars")
        for name in ("apercu", "telecharger")
    },
    **{n: Cible(lambda m, f=f: f(m.depenses)) for n, f in DEPENSES.items()},
    **{n: Cible(lambda m, f=f: f(m.maturite)) for n, f in DU_GHT.items()},
    **{n: Cible(lambda m, f=f: f(m.maturite), ouverte_a="acheteur") for n, f in DE_L_ACHETEUR.items()},
    **{n: Cible(lambda m, f=f: f(m.maturite), territoriale=False) for n, f in DE_TOUS.items()},
    # The follow-up of a kept project: its own side, then that of the agency that organises the call.
    **{
        f"appels:{name}": Cible(_projet)
        for name in ("projet", "convention", "classeur_releves", "declarer_fichier")
    },
    "appels:declarer": Cible(lambda m: _projet(m) | {"jalon": m.appels.suivi.echeance.pk}),
    "appels:projet_acte": Cible(lambda m: _projet(m) | {"code": "demander"}),
    "appels:projet_acte_sur": Cible(
        lambda m: _projet(m) | {"code": "atteindre", "objet": m.appels.suivi.jalon.pk}
    ),
    **{
        f"appels:{name}": Cible(_appel_suivi, ouverte_a="referent_ars")
        for name in ("suivi", "comparaison", "retour_experience", "publier_resultats")
    },
    "appels:suivi_donnees": Cible(lambda m: _appel_suivi(m) | {"genre": "json"}, ouverte_a="referent_ars"),
    "appels:resultats": Cible(_appel_suivi),
    "sesame:contexte_appel": Cible(_appel_suivi),
    **{n: Cible(lambda m, f=f: f(m.avis), ouverte_a="referent_ars") for n, f in DE_L_AGENCE.items()},
    **{n: Cible(lambda m, f=f: f(m.jury), ouverte_a="jure") for n, f in DU_JURE.items()},
    **{n: Cible(lambda m, f=f: f(m.jury), ouverte_a="referent_ars") for n, f in DE_L_ORGANISATEUR.items()},
    **{n: Cible(a, territoriale=t, ouverte_a=role) for n, (a, t, role) in APPELS.items()},
    **{
        n: Cible(lambda m, a=a: a(m.molecules), territoriale=t, ouverte_a=role)
        for n, (a, t, role) in MOLECULES.items()
    },
    **{
        n: Cible(lambda m, f=f: f(m.appels.enveloppes), ouverte_a="referent_ars")
        for n, f in DE_QUI_REPARTIT.items()
    },
    **{n: Cible(lambda m, f=f: f(m.appels.enveloppes)) for n, f in DU_DECLARANT.items()},
    "comptes:suppleer": Cible(lambda m: {"pk": m.affectation.pk}, ouverte_a="administrateur"),
    "comptes:terminer": Cible(lambda m: {"pk": m.affectation.pk}, ouverte_a="administrateur"),
    "comptes:revoquer_jeton": Cible(lambda m: {"pk": m.jeton.pk}, ouverte_a="acheteur"),
    "convergence:proposition": Cible(lambda m: {"pk": m.proposition.pk}),
    "convergence:inscrire": Cible(lambda m: {"pk": m.proposition.pk}),
    # Who is in which GHT is published by the State: every account reads it, few change it.
    "territoires:region": Cible(lambda m: {"code": m.region.sigle}, territoriale=False),
    "territoires:ght": Cible(lambda m: {"code": m.ght.code}, territoriale=False),
    "territoires:etablissement": Cible(lambda m: {"finess": m.etablissement.finess}, territoriale=False),
    "territoires:ajouter": Cible(lambda m: {"code": m.ght.code}, ouverte_a="administrateur"),
    "territoires:terminer": Cible(lambda m: {"pk": m.appartenance.pk}, ouverte_a="administrateur"),
}


@dataclass(frozen=True)
class Adresse:
    nom: str
    parametres: tuple[str, ...]

    def chemin(self, monde: Monde) -> str:
        return reverse(self.nom, kwargs=OBJETS[self.nom].arguments(monde) if self.parametres else None)

    def nombre_inconnu(self, monde: Monde) -> str | None:
        """The same address with numbers that nothing bears; None when it has no number."""
        arguments = OBJETS[self.nom].arguments(monde)
        unknown = {k: 987_654_321 if isinstance(v, int) else v for k, v in arguments.items()}
        return reverse(self.nom, kwargs=unknown) if unknown != arguments else None


def adresses(
    resolver: URLResolver | None = None, prefix: str = "", outer: tuple[str, ...] = ()
) -> Iterator[Adresse]:
    """Every named route, with its namespace and the names of its parameters."""
    for entry in (resolver or get_resolver()).url_patterns:
        names = (*outer, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            namespace = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from adresses(entry, namespace, names)
        elif isinstance(entry, URLPattern):
            if entry.name is None and not entry.callback.__module__.startswith("fanal."):
                continue  # a library's redirection of old addresses
            assert entry.name, f"The route {entry.pattern} has no name: it could not be walked."
            if prefix.startswith("api-v1:") and entry.name not in {
                "openapi-json",
                "openapi-view",
                "api-root",
            }:
                continue  # walked operation by operation, with a body, in test_parcours_api.py
            yield Adresse(prefix + entry.name, names)
