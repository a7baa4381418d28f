"""A stand-in model server: both providers' wire formats, with the answers and faults we choose."""

from tests.stand_in.control import StandIn
from tests.stand_in.domain import Call, Fault, Manner, Note, Pace
from tests.stand_in.server import run_stand_in

__all__ = ["Call", "Fault", "Manner", "Note", "Pace", "StandIn", "run_stand_in"]
