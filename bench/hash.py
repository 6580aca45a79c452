"""Fingerprints a second on one core, beside the reference path of the same run, and how far the short way
moves.

The reference is what others do: Pillow decodes the whole file, ``pdqhash`` hashes all of its pixels. Ours
is measured the short way and the exact one, from the same bytes in memory, on JPEG files of one photograph
(coffee, which scikit-image ships) at several sizes, and the PDQ alone on pixels that are decoded already.
The drift is the number of bits between the short way and the reference over all photographs of
``tutela.testing.photographs``. Seconds are of the processor, not of the clock, so that other work on the
machine weighs less.

    python bench/hash.py [--seconds 2] [--no-drift]
"""

from __future__ import annotations

import argparse
import collections
import io
import json
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable
from importlib import resources
from typing import Any

import numpy as np
import pdqhash
from PIL import Image

from tutela.core.matching import hashers
from tutela.core.matching.hashers import kernels
from tutela.testing import photographs

SIZES = {"512": (512, 341), "1.6 MP": (1550, 1033), "12 MP": (4243, 2829)}
DIGESTS = ("md5", "sha1", "sha256")


def rate(work: Callable[[], object], seconds: float) -> float:
    """Return how often a second of this thread's processor time ``work`` is done."""
    work()
    done, began = 0, time.thread_time()
    while (taken := time.thread_time() - began) < seconds or done < 2:
        work()
        done += 1
    return done / taken


def jpeg(size: tuple[int, int]) -> bytes:
    """Return the photograph as a JPEG file of a size."""
    with (resources.files("skimage") / "data" / "coffee.png").open("rb") as file, Image.open(file) as image:
        resized = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    resized.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def files(seconds: float) -> dict[str, Any]:
    """Measure from a file's bytes to its fingerprint."""
    found = {}
    for name, size in SIZES.items():
        data = jpeg(size)
        short = rate(lambda data=data: hashers.hash_bytes(data, ["pdq"]), seconds)
        exact = rate(lambda data=data: hashers.hash_bytes(data, ["pdq"], exact=True), seconds)
        reference = rate(lambda data=data: photographs.by_the_full_path(data), seconds)
        found[name] = {
            "pixels": f"{size[0]} × {size[1]}",
            "bytes": len(data),
            "ours": round(short, 1),
            "ours_exact": round(exact, 1),
            "pillow_and_pdqhash": round(reference, 1),
            "ratio": round(short / reference, 1),
            "ratio_exact": round(exact / reference, 1),
        }
    return found


def pixels(seconds: float) -> dict[str, Any]:
    """Measure PDQ alone, bit for bit the same, on pixels that are decoded already."""
    found = {}
    for name, size in SIZES.items():
        with Image.open(io.BytesIO(jpeg(size))) as image:
            decoded = np.ascontiguousarray(np.asarray(image))
        ours = rate(lambda given=decoded: kernels.transform(kernels.downsample(given)), seconds)
        reference = rate(lambda given=decoded: pdqhash.compute(given), seconds)
        found[name] = {
            "ours": round(ours, 1),
            "pdqhash": round(reference, 1),
            "ratio": round(ours / reference, 1),
        }
    return found


def digests(seconds: float) -> dict[str, float]:
    """Measure the three digests of one reading, in megabytes a second."""
    data = os.urandom(32 << 20)
    return {
        "all_three_mb_s": round(rate(lambda: hashers.hash_bytes(data, DIGESTS), seconds) * len(data) / 1e6),
        "sha256_mb_s": round(rate(lambda: hashers.hash_bytes(data, ["sha256"]), seconds) * len(data) / 1e6),
    }


def drift() -> dict[str, Any]:
    """Return for each set of photographs how many moved by how many bits."""
    found = {}
    for name in photographs.SETS:
        bits = [photographs.drift(one.data) for one in photographs.photographs(name)]
        found[name] = {
            "photographs": len(bits),
            "median": statistics.median(bits),
            "most": max(bits),
            "bits": {str(moved): number for moved, number in sorted(collections.Counter(bits).items())},
        }
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--no-drift", action="store_true")
    given = parser.parse_args()
    warm = hashers.warm_up()
    report = {
        "bench": "hash",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, one used",
        "warm_up_seconds": round(warm, 2),
        "files_a_second": files(given.seconds),
        "pdq_alone_a_second": pixels(given.seconds),
        "digests": digests(given.seconds),
        "drift_bits": {} if given.no_drift else drift(),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(report, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
