"""Agreement, payments, milestones, requests: what is written, what is refused and why."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fanal.appels.actions import evenements, jalons, suivi
from fanal.appels.actions.suivi import Echeance
from fanal.appels.models import Appel, Attribution, Convention
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.journal.models import Entree
from fanal.refus import Interdit
from fanal.territoires.models import Etablissement
from fanal.territoires.noeuds import Noeud
from tests.appels.suivi.fabrique import faire_projet

D = Decimal
Refuse = Callable[..., Any]


@pytest.fixture
def convention(accord: Attribution, maintenant: datetime) -> Convention:
    return suivi.signer(
        attribution=accord,
        signee_le=date(2022, 2, 10),
        fin_le=date(2023, 12, 31),
        reference="C-1",
        papier=None,
        by=None,
        instant=maintenant,
    )


def test_milestones_come_from_the_rules(accord: Attribution, maintenant: datetime) -> None:
    poses = [(j.nature, j.titre, j.prevu_le) for j in accord.dossier.jalons.all()]
    assert poses == [
        ("reference", suivi.TITRE_REFERENCE, date(2022, 4, 11)),
        ("etape", "Commande passée", date(2022, 5, 11)),
        ("releve", "Relevé des indicateurs à 180 jours", date(2022, 8, 9)),
        ("etape", "Mise en service", date(2022, 12, 7)),
        ("releve", "Relevé des indicateurs à 1 an", date(2023, 2, 10)),
    ]
    assert suivi.preparer(attribution=accord, instant=maintenant) == []
    assert accord.dossier.jalons.count() == 5
    assert [i.code for i in accord.dossier.campagne.appel.indicateurs.all()] == [
        "part-automatisee",
        "erreurs",
    ]


def test_only_a_definitive_grant_is_followed(
    appel: Appel, etablissement: Etablissement, maintenant: datetime, refuse: Refuse
) -> None:
    provisoire = faire_projet(appel, Noeud("etablissement", etablissement), maintenant, statut="provisoire")
    with refuse("décision est définitive"):
        suivi.signer(
            attribution=provisoire,
            signee_le=date(2022, 2, 10),
            fin_le=None,
            reference="",
            papier=None,
            by=None,
            instant=maintenant,
        )
    with refuse("décision est définitive"):
        jalons.ajouter_jalon(
            dossier=provisoire.dossier, titre="x", prevu_le=date(2022, 5, 1), by=None, instant=maintenant
        )


def test_the_paper_of_an_agreement_is_a_pdf_kept_by_hash(
    accord: Attribution, maintenant: datetime, tmp_path: Path, refuse: Refuse
) -> None:
    def signer(contenu: bytes, nom: str) -> Convention:
        papier = tmp_path / "papier"
        papier.write_bytes(contenu)
        return suivi.signer(
            attribution=accord,
            signee_le=date(2022, 2, 10),
            fin_le=None,
            reference="C-1",
            papier=papier,
            nom_fichier=nom,
            by=None,
            instant=maintenant,
        )

    with refuse("n'est pas un PDF"):
        signer(b"MZ\x90", "convention.pdf")
    signee = signer(b"%PDF-1.7 essai", "convention.pdf")
    assert signee.original is not None
    assert len(signee.original.empreinte) == 64
    with refuse("déjà enregistrée"):
        signer(b"%PDF-1.7 essai", "convention.pdf")


@pytest.mark.parametrize(
    ("signee", "fin", "mots"),
    [
        (date(2022, 2, 9), None, "avant la décision"),
        (date(2022, 2, 11), None, "dans le futur"),
        (date(2022, 2, 10), date(2022, 2, 10), "après sa signature"),
    ],
)
def test_dates_of_an_agreement(
    accord: Attribution, maintenant: datetime, refuse: Refuse, signee: date, fin: date | None, mots: str
) -> None:
    with refuse(mots):
        suivi.signer(
            attribution=accord,
            signee_le=signee,
            fin_le=fin,
            reference="",
            papier=None,
            by=None,
            instant=maintenant,
        )


def planifier(convention: Convention, instant: datetime, *echeances: Echeance) -> list[Decimal]:
    poses = suivi.planifier(convention=convention, echeances=echeances, by=None, instant=instant)
    return [v.montant for v in poses]


def test_payments_by_shares_and_by_amounts(
    convention: Convention, maintenant: datetime, refuse: Refuse
) -> None:
    jour = date(2022, 3, 1)
    tiers = [Echeance(jour + timedelta(days=n), part=D(1)) for n in range(3)]
    assert planifier(convention, maintenant, *tiers) == [D("33333.34"), D("33333.33"), D("33333.33")]
    with refuse("Retirez 0,01"):
        planifier(convention, maintenant, Echeance(jour, montant=D("100000.01")))
    with refuse("avant la signature"):
        planifier(convention, maintenant, Echeance(date(2022, 2, 9), part=D(1)))
    with refuse("sans mélanger"):
        planifier(convention, maintenant, tiers[0], Echeance(jour, montant=D(1)))
    with refuse("nombre positif"):
        planifier(convention, maintenant, Echeance(jour, part=D(0)))
    with refuse("au moins un versement"):
        planifier(convention, maintenant)
    # A refused schedule leaves the former one.
    assert convention.versements.count() == 3


def test_payments_made_paid_back_and_planned_again(
    convention: Convention, maintenant: datetime, refuse: Refuse
) -> None:
    planifier(
        convention,
        maintenant,
        Echeance(date(2022, 2, 10), part=D(30)),
        Echeance(date(2022, 9, 1), part=D(70)),
    )
    premier, second = convention.versements.all()
    with refuse("référence du paiement"):
        suivi.constater(versement=premier, jour=date(2022, 2, 10), reference=" ", by=None, instant=maintenant)
    with refuse("pas encore passé"):
        suivi.constater(versement=second, jour=date(2022, 9, 1), reference="M-2", by=None, instant=maintenant)
    suivi.constater(versement=premier, jour=date(2022, 2, 10), reference="M-1", by=None, instant=maintenant)
    with refuse("déjà constaté"):
        suivi.constater(
            versement=premier, jour=date(2022, 2, 10), reference="M-1", by=None, instant=maintenant
        )
    assert suivi.total_verse(convention) == D("30000.00")
    # What is left is divided; what was paid stays.
    assert planifier(convention, maintenant, Echeance(date(2022, 10, 1), part=D(1))) == [D("70000.00")]
    suivi.reverser(
        versement=premier,
        jour=date(2022, 2, 10),
        reference="T-1",
        motif="Versé deux fois",
        by=None,
        instant=maintenant,
    )
    assert suivi.total_verse(convention) == 0


def test_milestones_reached_and_moved(
    convention: Convention, accord: Attribution, maintenant: datetime, refuse: Refuse
) -> None:
    etape = accord.dossier.jalons.get(titre="Commande passée")
    prevu = etape.prevu_le
    with refuse("pourquoi la date change"):
        jalons.deplacer(jalon=etape, jour=date(2022, 6, 1), lu=prevu, motif="", by=None, instant=maintenant)
    jalons.deplacer(
        jalon=etape, jour=date(2022, 6, 1), lu=prevu, motif="Marché infructueux", by=None, instant=maintenant
    )
    with refuse("a changé entre-temps"):
        jalons.deplacer(jalon=etape, jour=date(2022, 7, 1), lu=prevu, motif="x", by=None, instant=maintenant)
    with refuse("Demandez d'abord un report"):
        jalons.deplacer(
            jalon=etape, jour=date(2024, 1, 1), lu=date(2022, 6, 1), motif="x", by=None, instant=maintenant
        )
    etape.refresh_from_db()
    assert (etape.prevu_le, etape.initial_le) == (date(2022, 6, 1), prevu)
    assert Entree.objects.filter(action="suivi.deplacer", motif="Marché infructueux").count() == 1
    with refuse("pas encore passé"):
        jalons.atteindre(jalon=etape, jour=date(2022, 2, 11), by=None, instant=maintenant)
    jalons.atteindre(jalon=etape, jour=date(2022, 2, 10), by=None, instant=maintenant)
    with refuse("ne bouge plus"):
        jalons.deplacer(
            jalon=etape, jour=date(2022, 8, 1), lu=date(2022, 6, 1), motif="x", by=None, instant=maintenant
        )
    releve = accord.dossier.jalons.get(titre="Relevé des indicateurs à 1 an")
    with refuse("quand tous les indicateurs sont déclarés"):
        jalons.atteindre(jalon=releve, jour=date(2022, 2, 10), by=None, instant=maintenant)


def demander(accord: Attribution, instant: datetime, nature: str, **plus: Any) -> Any:
    return evenements.demander(
        dossier=accord.dossier, nature=nature, motif="Travaux en retard", by=None, instant=instant, **plus
    )


def trancher(
    evenement: Any, instant: datetime, *, accepte: bool = True, reponse: str = "", by: Any = None
) -> Any:
    return evenements.trancher(evenement=evenement, accepte=accepte, reponse=reponse, by=by, instant=instant)


def test_a_delay_is_settled_by_the_agency_of_the_project(
    convention: Convention,
    accord: Attribution,
    maintenant: datetime,
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
    refuse: Refuse,
) -> None:
    demande = demander(accord, maintenant, "report", nouvelle_fin=date(2024, 6, 30))
    assert demande.autorite == "ars"
    with refuse("attend déjà une réponse"):
        demander(accord, maintenant, "report", nouvelle_fin=date(2024, 7, 30))
    for intrus in (utilisateurs_ailleurs["referent_ars"], utilisateurs["anap"], utilisateurs["pharmacien"]):
        with pytest.raises(Interdit):
            trancher(demande, maintenant, by=intrus)
    with refuse("pourquoi la demande est refusée"):
        trancher(demande, maintenant, accepte=False, by=utilisateurs["referent_ars"])
    trancher(demande, maintenant, by=utilisateurs["referent_ars"])
    convention.refresh_from_db()
    assert convention.fin_le == date(2024, 6, 30)
    with refuse("déjà tranchée"):
        trancher(demande, maintenant, by=utilisateurs["referent_ars"])


def test_a_change_of_amount_moves_the_grant_and_the_payments(
    convention: Convention,
    accord: Attribution,
    maintenant: datetime,
    utilisateurs: dict[str, Utilisateur],
    refuse: Refuse,
) -> None:
    planifier(
        convention,
        maintenant,
        Echeance(date(2022, 2, 10), part=D(40)),
        Echeance(date(2022, 9, 1), part=D(20)),
        Echeance(date(2022, 10, 1), part=D(40)),
    )
    suivi.constater(
        versement=convention.versements.first(),  # type: ignore[arg-type]
        jour=date(2022, 2, 10),
        reference="M-1",
        by=None,
        instant=maintenant,
    )
    with refuse("dépasse le maximum"):
        demander(accord, maintenant, "montant", nouveau_montant=D("150000.01"))
    baisse = demander(accord, maintenant, "montant", nouveau_montant=D("70000.00"))
    with pytest.raises(Interdit):  # a national call: its own agency is not competent for money
        trancher(baisse, maintenant, by=utilisateurs["referent_ars"])
    trancher(baisse, maintenant, by=utilisateurs["dgos"])
    accord.refresh_from_db()
    assert accord.montant == D("70000.00")
    assert [v.montant for v in convention.versements.all()] == [D("40000"), D("10000"), D("20000")]
    trop_bas = demander(accord, maintenant, "montant", nouveau_montant=D("39999.99"))
    with refuse("déjà été versés"):
        trancher(trop_bas, maintenant, by=utilisateurs["dgos"])
    trop_bas.refresh_from_db()
    assert trop_bas.etat == "demande"


def test_a_raise_stays_within_the_envelope(
    appel: Appel,
    accord: Attribution,
    autre_etablissement: Etablissement,
    maintenant: datetime,
    refuse: Refuse,
) -> None:
    faire_projet(
        appel, Noeud("etablissement", autre_etablissement), maintenant, montant="880000", maximum="900000"
    )
    hausse = demander(accord, maintenant, "montant", nouveau_montant=D("120000.01"))
    with refuse("il reste 120"):
        trancher(hausse, maintenant)
    trancher(hausse, maintenant, accepte=False, reponse="Enveloppe épuisée")
    juste = demander(accord, maintenant, "montant", nouveau_montant=D("120000.00"))
    trancher(juste, maintenant)
    accord.refresh_from_db()
    assert accord.montant == D("120000.00")


def test_abandonment_gives_the_money_back(
    convention: Convention, accord: Attribution, maintenant: datetime, refuse: Refuse
) -> None:
    planifier(
        convention,
        maintenant,
        Echeance(date(2022, 2, 10), part=D(1)),
        Echeance(date(2022, 9, 1), part=D(1)),
    )
    paye = convention.versements.first()
    assert paye is not None
    suivi.constater(versement=paye, jour=date(2022, 2, 10), reference="M-1", by=None, instant=maintenant)
    abandon = demander(accord, maintenant, "abandon")
    with refuse("reversement"):
        trancher(abandon, maintenant)
    suivi.reverser(
        versement=paye, jour=date(2022, 2, 10), reference="T-1", motif="Abandon", by=None, instant=maintenant
    )
    trancher(abandon, maintenant)
    accord.refresh_from_db()
    assert (accord.statut, accord.montant) == ("abandonnee", D(0))
    assert Dossier.objects.get(pk=accord.dossier_id).etape == "abandonne"
    assert not convention.versements.filter(verse_le=None).exists()
    with refuse("décision est définitive"):
        demander(accord, maintenant, "information")


def test_acts_of_the_project_belong_to_it(
    accord: Attribution,
    maintenant: datetime,
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
) -> None:
    for intrus in (utilisateurs["anap"], utilisateurs["dgos"], utilisateurs_ailleurs["pharmacien"]):
        with pytest.raises(Interdit):
            evenements.demander(
                dossier=accord.dossier, nature="information", motif="x", by=intrus, instant=maintenant
            )
    evenements.demander(
        dossier=accord.dossier,
        nature="information",
        motif="Livraison reçue",
        by=utilisateurs["pharmacien"],
        instant=maintenant,
    )
    assert accord.dossier.evenements.get().etat == "accepte"
