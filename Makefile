# Two commands on a fresh machine do everything: `make run` and `make test`.
