from fanal.marches.adresses import execution, importation, portefeuille, publication, vie

app_name = "marches"
urlpatterns = [
    *portefeuille.urlpatterns,
    *importation.urlpatterns,
    *publication.urlpatterns,
    *execution.urlpatterns,
    *vie.urlpatterns,
]
