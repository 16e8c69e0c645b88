"""PostgreSQL and a Redis-protocol server from wheels, and the processes of `make run`; knows nothing of Django."""
