"""Two AI systems that put their decisions under Countersign. See ../README.md."""
