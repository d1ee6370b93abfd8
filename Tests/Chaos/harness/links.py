"""Nodes in network namespaces of their own, so that the link between two of them can be cut."""

import ctypes
import os
import shutil
import subprocess

CLONE_NEWNET = 0x40000000


def links_problem():
    """Why links cannot be cut here; None where they can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    for program in ("ip", "iptables"):
        if shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") is None:
            return f"{program} is not installed"
    name = f"taskraft-probe-{os.getpid()}"
    for command in (["ip", "netns", "add", name],
                    ["ip", "netns", "exec", name, "iptables", "-A", "INPUT", "-s", "10.0.0.1",
                     "-j", "DROP"]):
        problem = _try(command)
        if problem:
            _try(["ip", "netns", "del", name])
            return problem
    _try(["ip", "netns", "del", name])
    return None


class Links:
    """A bridge that this program stands at, and a namespace at it for every node."""

    def __init__(self, report, nodes=3):
        self.names = {number: f"taskraft-{os.getpid()}-{number}" for number in range(1, nodes + 1)}
        report.at_end(self.remove)
        # The bridge goes into a namespace of the program's own: nothing of it is seen outside.
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        _do("ip link set lo up")
        _do("ip link add br0 type bridge")
        _do("ip addr add 10.77.0.254/24 dev br0")
        _do("ip link set br0 up")
        for number, name in self.names.items():
            _do(f"ip netns add {name}")
            _do(f"ip link add veth0 netns {name} type veth peer name p{number}")
            _do(f"ip link set p{number} master br0 up")
            _do(f"ip -n {name} addr add {self.host(number)}/24 dev veth0")
            _do(f"ip -n {name} link set veth0 up")
            _do(f"ip -n {name} link set lo up")

    def host(self, number):
        return f"10.77.0.{10 + number}"

    def wrapper(self, number):
        """What a node's command line begins with; the process stays the same one."""
        return ["ip", "netns", "exec", self.names[number]]

    def cut(self, one, other):
        """Nothing passes between the two, in either direction; both still see all others."""
        for way, end in (("INPUT", "-s"), ("OUTPUT", "-d")):
            _do(f"ip netns exec {self.names[one]} iptables -A {way} {end} {self.host(other)} "
                "-j DROP")

    def heal(self):
        for name in self.names.values():
            _do(f"ip netns exec {name} iptables -F")

    def remove(self):
        for name in self.names.values():
            _try(["ip", "netns", "del", name])


def _try(command):
    """What the command complained about; None when it did not."""
    environment = dict(os.environ, PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    return None if done.returncode == 0 else (done.stderr or done.stdout).strip()[-200:] or "failed"


def _do(line):
    problem = _try(line.split())
    if problem:
        raise RuntimeError(f"{line}: {problem}")
