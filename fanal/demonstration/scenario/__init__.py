"""The plan played through the platform: the same actions as the pages, at fixed instants, by demonstration
accounts.
"""
