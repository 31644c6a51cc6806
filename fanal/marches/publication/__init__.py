"""Publishing essential data: a contract as DECP v2 (JSON 2.0.3, XML 2.0.2) and OCDS 1.1.5. No Django here.

Where the text of the order and the official schemas differ, the schemas decide: identifiers of modifications
start at 1, shares of origin and the number of the framework agreement are left out when unknown.
"""
