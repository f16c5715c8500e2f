"""The bare limit: how fast the same pages could be on ASGI, asyncpg and Jinja, without accounts, ORM and forms."""
