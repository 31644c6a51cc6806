"""The addresses of the pages of spend, one file per question they answer."""
