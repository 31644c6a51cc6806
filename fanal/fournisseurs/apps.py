from django.apps import AppConfig


class FournisseursConfig(AppConfig):
    name = "fanal.fournisseurs"
    label = "fournisseurs"
    verbose_name = "Fournisseurs"

    def ready(self) -> None:
        from fanal.differe import Differe
        from fanal.interface import recherche
        from fanal.journal.libelles import enregistrer_libelles

        recherche.enregistrer("Fournisseurs", Differe("fanal.fournisseurs.recherche", "find_suppliers"))
        enregistrer_libelles(
            {
                "fournisseur.creer_lot": "Fournisseurs reçus",
                "fournisseur.proposer": "Rapprochements de fournisseurs proposés",
                "fournisseur.fusionner": "Fournisseurs rapprochés",
                "fournisseur.distinguer": "Fournisseurs laissés distincts",
                "fournisseur.separer": "Fournisseurs séparés",
                "fournisseur.iban": "Compte bancaire remplacé",
                "fournisseur.incident": "Incident signalé",
                "fournisseur.incident_clos": "Incident clos",
                "fournisseur.evaluer": "Fournisseur évalué",
                "fournisseur.etat": "État d'un fournisseur mis à jour",
            }
        )
