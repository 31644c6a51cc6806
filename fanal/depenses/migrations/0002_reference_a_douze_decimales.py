from django.db import migrations, models


class Migration(migrations.Migration):
    """A frozen reference price keeps the decimals of the mean that it was taken from."""

    dependencies = [("depenses", "0001_initiale")]

    operations = [
        migrations.AlterField(
            model_name="referencegain",
            name="prix_reference_ttc",
            field=models.DecimalField(decimal_places=12, max_digits=24),
        ),
    ]
