"""A Ray cluster as the crew: chunks as tasks, one index for each machine, lost workers replaced.

Every machine must reach the files under the same path (or as an object store) and have Tutela installed.
"""

from __future__ import annotations

import importlib
import logging
import os
import socket
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from tutela.doors.cli.scan import shipping
from tutela.doors.cli.scan.crew import Broken, Taken
from tutela.doors.cli.scan.places import Chunk
from tutela.doors.cli.scan.reading import Answer, Orders, Reader

LOCAL = "local"
AHEAD = 2
"""Chunks that wait for each processor of the cluster, so that none waits for the network."""


class Cluster:
    """Workers of a Ray cluster."""

    attempts = 3

    def __init__(self, address: str, workers: int | None, orders: Orders) -> None:
        """Join the cluster at ``address``, or start one of ``workers`` processors here (``local``).

        Raises:
            Broken: there is no cluster at ``address``.
        """
        _reach(address)
        # Ray counts its users at its makers', and warns of its own plans, unless told not to.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        self._ray: Any = importlib.import_module("ray")
        here = {"num_cpus": workers or len(os.sched_getaffinity(0)), "include_dashboard": False}
        try:
            self._ray.init(
                address=address,
                log_to_driver=False,
                logging_level=logging.ERROR,
                **(here if address == LOCAL else {}),
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise Broken(f"no Ray cluster at {address}: {error}") from error
        self._most = AHEAD * max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        self._out: dict[Any, Chunk] = {}
        self._cargo = self._load(orders)
        self._orders = self._ray.put((os.urandom(16), orders, self._cargo))
        self._task: Any = self._ray.remote(max_retries=0, num_cpus=1)(read_chunk)

    def _load(self, orders: Orders) -> shipping.Cargo | None:
        folder = orders.known.folder
        return shipping.load(Path(folder), self._ray.put) if folder else None

    def free(self) -> bool:
        """Whether another chunk can be given now."""
        return len(self._out) < self._most

    def busy(self) -> bool:
        """Whether chunks are out."""
        return bool(self._out)

    def give(self, chunk: Chunk) -> None:
        """Give out a chunk; Ray decides where it is read."""
        self._out[self._task.remote([self._orders], chunk)] = chunk

    def take(self) -> list[Taken]:
        """Wait until at least one chunk comes back, read or lost.

        Raises:
            Broken: the workers cannot do what they are asked.
        """
        ready: list[Any] = []
        while not ready:  # in short turns, so that Ctrl-C is heard
            ready, _ = self._ray.wait(list(self._out), num_returns=1, timeout=0.5)
        return [Taken(self._out.pop(one), self._result(one)) for one in ready]

    def _result(self, task: Any) -> Answer | None:
        """Return what a task found, None when whoever did it was lost: a process, or a whole machine."""
        errors = self._ray.exceptions
        try:
            answer: Answer = self._ray.get(task)
        except errors.RayTaskError as error:
            raise Broken(f"{type(error.cause).__name__}: {error.cause}") from error
        except errors.RayError:
            return None
        return answer

    def stop(self) -> None:
        """Give nothing more out: what is out is small and comes back."""

    def close(self) -> None:
        """Take the copies of the index away and leave the cluster; one that was started here ends."""
        if not self._ray.is_initialized():
            return
        for task in self._out:
            with suppress(self._ray.exceptions.RayError):
                self._ray.cancel(task, force=True)
        if self._cargo:
            with suppress(self._ray.exceptions.RayError):
                self._forget(self._cargo)
        self._ray.shutdown()

    def _forget(self, cargo: shipping.Cargo) -> None:
        strategy = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
        forget: Any = self._ray.remote(max_retries=0, num_cpus=0)(shipping.forget)
        tasks = [
            forget.options(scheduling_strategy=strategy(node["NodeID"], soft=False)).remote(cargo.name)
            for node in self._ray.nodes()
            if node["Alive"]
        ]
        self._ray.wait(tasks, num_returns=len(tasks), timeout=10)


def _reach(address: str) -> None:
    """Knock at an address with a port: Ray itself would end this whole process when nobody answers."""
    host, _, port = address.rpartition("//")[2].rpartition(":")
    if not host or not port.isdecimal():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=10).close()
    except OSError as error:
        raise Broken(f"no Ray cluster at {address}: {error.strerror or error}") from error


_readers: dict[bytes, Reader] = {}


def read_chunk(orders: list[Any], chunk: Chunk) -> Answer:
    """Read a chunk in a worker of the cluster, which keeps its index open for the next one."""
    import ray

    scan, asked, cargo = ray.get(orders[0])
    if scan not in _readers:
        _readers.clear()
        if cargo is not None:
            folder = shipping.unload(cargo, lambda piece: ray.get(piece))
            asked = replace(asked, known=replace(asked.known, folder=str(folder)))
        _readers[scan] = Reader(asked)
    return _readers[scan].read(chunk)
