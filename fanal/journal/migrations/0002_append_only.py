from django.db import migrations

from fanal.journal.declencheurs import poser, retirer


def forwards(apps, schema_editor):
    poser(schema_editor.connection)
    apps.get_model("journal", "Tete").objects.get_or_create(pk=1)


def backwards(apps, schema_editor):
    retirer(schema_editor.connection)


class Migration(migrations.Migration):
    """Triggers that refuse to change or delete entries, and the single row of the head."""

    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
