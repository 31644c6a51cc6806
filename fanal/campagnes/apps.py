from django.apps import AppConfig


class CampagnesConfig(AppConfig):
    name = "fanal.campagnes"
    label = "campagnes"
    verbose_name = "Campagnes"

    def ready(self) -> None:
        from fanal.campagnes import tasks
        from fanal.campagnes.queries.publications import tetes_des_publications
        from fanal.exploitation.taches import enregistrer_quotidienne
        from fanal.journal.queries import enregistrer_tetes

        enregistrer_tetes(tetes_des_publications)
        enregistrer_quotidienne("relances", tasks.relancer, heure=7)
