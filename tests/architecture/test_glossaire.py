"""One name per thing: every table of the register is in the glossary."""

from django.apps import apps

from tests.architecture.sources import RACINE


def test_the_glossary_names_every_model() -> None:
    glossary = (RACINE / "docs" / "glossaire.md").read_text()
    missing = [
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("fanal.") and f"`{model.__name__}`" not in glossary
    ]
    assert missing == []
