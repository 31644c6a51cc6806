"""Questionnaires without code: forms written in a spreadsheet, drafts, answers frozen under their version."""
