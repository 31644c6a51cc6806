"""What people do: import a list, propose, settle, decide."""
