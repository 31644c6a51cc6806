"""What convergence allows: the headroom of contracts, and the decisions on propositions."""
