"""What `fanal marches …` does, one file per subcommand: arguments in, one JSON-ready document out."""
