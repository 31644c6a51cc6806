from tests.campagnes.web.conftest import ailleurs, campagne, depose, dossier, present, trame

__all__ = ["ailleurs", "campagne", "depose", "dossier", "present", "trame"]
