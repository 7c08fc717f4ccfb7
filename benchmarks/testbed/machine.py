"""The machine that a figure was measured on, and what its processes cost."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
LISTENING = "0A"


def machine() -> dict[str, object]:
    """Cores, processor model, memory (GiB), kernel, Python, and the load when asked."""
    return {
        "cores": os.cpu_count(),
        "model": _field(PROC / "cpuinfo", "model name"),
        "memory_gib": round(int(_field(PROC / "meminfo", "MemTotal").split()[0]) / 2**20, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_1min": round(os.getloadavg()[0], 2),
    }


def _field(path: Path, name: str) -> str:
    for line in path.read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def cpu_seconds(pid: int) -> float:
    """Processor time of a process, its living children, and those it has waited for; 0 when it is
    gone.
    """
    return sum(sum(_times(one)) for one in family(pid))


def family(pid: int) -> list[int]:
    """A process, its children and theirs, as far as they are alive; the process itself first."""
    children = _children()
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the command's name; empty when the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _times(pid: int) -> tuple[float, float]:
    fields = _stat(pid)
    if not fields:
        return 0.0, 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS, (int(fields[13]) + int(fields[14])) / TICKS


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            found.setdefault(int(fields[1]), []).append(int(folder.name))
    return found


def listening_pid(port: int) -> int | None:
    """The process that listens on a TCP port of this machine; None when there is none, or it may
    not be seen (a container, another user).
    """
    inodes = {f"socket:[{inode}]" for inode in _inodes(port)}
    for folder in PROC.iterdir():
        if inodes and folder.name.isdigit() and inodes & _sockets(folder):
            return int(folder.name)
    return None


def _inodes(port: int) -> list[str]:
    lines = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in (PROC / "net" / name).read_text().splitlines()[1:]
    ]
    return [
        fields[9]
        for fields in lines
        if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port
    ]


def _sockets(folder: Path) -> set[str]:
    """What the process has open; a file that it closes meanwhile is left out."""
    found = set()
    with suppress(OSError):
        for link in (folder / "fd").iterdir():
            with suppress(OSError):
                found.add(str(link.readlink()))
    return found
