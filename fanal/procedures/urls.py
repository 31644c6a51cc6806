from fanal.procedures.adresses import conseil, consultations

app_name = "procedures"
urlpatterns = [*conseil.urlpatterns, *consultations.urlpatterns]
