"""What `fanal marches …` answers from this room, one file per subcommand."""
