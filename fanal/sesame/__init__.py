"""SESAME: the call for medicine-automation projects of the note DGOS/RI2/2025/42."""
