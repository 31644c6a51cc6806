import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0004_suivi"),
        ("campagnes", "0007_usage_des_textes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Arrivee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("arrive_le", models.DateTimeField()),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arrivee",
                        to="campagnes.dossier",
                    ),
                ),
            ],
            options={"ordering": ["arrive_le", "pk"]},
        ),
    ]
