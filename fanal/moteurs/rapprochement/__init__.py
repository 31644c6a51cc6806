"""Matching labels of order lines to a reference catalogue, without Django.

`texte.cle` gives the key that groups labels; `moteur.Catalogue(produits).proposer(libelles)` gives, for each
label, the most likely products with a confidence and what it rests on. Heavy libraries load on first use.
"""
