"""What forbids writing, attaching or importing, in one sentence each."""
