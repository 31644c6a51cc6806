from fanal.depenses.adresses import (
    depots,
    dispersion,
    explorer,
    gains,
    hors_marche,
    qualite,
    rapprochement,
    reperes,
)

app_name = "depenses"
urlpatterns = [
    *explorer.urlpatterns,
    *dispersion.urlpatterns,
    *gains.urlpatterns,
    *hors_marche.urlpatterns,
    *rapprochement.urlpatterns,
    *depots.urlpatterns,
    *reperes.urlpatterns,
    *qualite.urlpatterns,
]
