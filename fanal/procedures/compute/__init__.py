"""Pure calculations on procedures: marks, workload, needs, calendar."""
