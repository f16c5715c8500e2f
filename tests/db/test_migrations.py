"""Migrations are run once, however many machines of an installation start at the same moment."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from portal.db import embedded, schema


def test_two_machines_that_migrate_at_once_do_not_disturb_each_other() -> None:
    machines = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))
    with embedded.temporary(durable=False) as server, machines:
        for migrating in [machines.submit(schema.upgrade, server.owner_url) for _machine in range(2)]:
            migrating.result(timeout=60)
        assert schema.missing(server.owner_url) == []
