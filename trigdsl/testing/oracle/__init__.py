"""A second evaluator of rule sets, written from the language's definition alone and sharing nothing with the engine."""

from trigdsl.testing.oracle.conditions import Situation
from trigdsl.testing.oracle.cycle import Oracle
from trigdsl.testing.oracle.program import Program
from trigdsl.testing.oracle.values import RefusedError

__all__ = ["Oracle", "Program", "RefusedError", "Situation"]
