"""Calls: from the opening of a campaign by questionnaire to the decision, the money and the follow-up."""
