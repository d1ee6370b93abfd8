"""What the chaos programs share: real processes, clients with keys, an oracle, comparisons."""

from .beanstalk import BeanstalkDoor, HTTPDoor, Lines
from .client import Client, ConnectionLost, Reply
from .cluster import Cluster, Node
from .faults import SYNCS, Tracer, flip, places, thread_of, tracing_problem
from .jobs import JobLoad, verify_jobs
from .levers import Levers
from .links import Links, links_problem
from .local import Local, Shell, alive, taskraft
from .mariadb import MariaDB
from .oracle import Ledger, Step, verify
from .ports import free_base, free_port
from .report import Report, run
from .settle import (
    compare_bases, compare_projections, list_tasks, verify_load, wait_converged)
from .tables import Table, differences, history, read_sqlite
from .waiting import eventually, poll
from .writers import Load

__all__ = [
    "BeanstalkDoor", "Client", "Cluster", "ConnectionLost", "HTTPDoor", "JobLoad", "Ledger",
    "Levers", "Lines", "Links", "Load", "Local", "MariaDB", "Node", "Reply", "Report", "SYNCS",
    "Shell", "Step", "Table", "Tracer", "alive", "compare_bases", "compare_projections", "differences",
    "eventually", "flip", "free_base", "free_port", "history", "links_problem", "list_tasks",
    "places", "poll", "read_sqlite", "run", "taskraft", "thread_of", "tracing_problem", "verify",
    "verify_jobs", "verify_load", "wait_converged",
]
