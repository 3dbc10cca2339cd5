"""A stateful mock of Make's Hooks > Incomings and CRM.COM's webhook_requests, for tests in Python.

    from understudy_mock import start

    with start() as mock:
        world = mock.world()                      # a vendor of its own
        [item] = world.hook(654).deliver({"order": 1})
        ...                                       # world.makecom_url, world.token
        world.verify({"operation": "deleteHookIncomings", "exactly": 1})

With pytest, the fixture ``understudy_world`` gives every test a world of its own. Standard library only.
"""

from ._errors import UnderstudyError, VerificationError
from ._mock import Mock, connect, start
from ._program import program
from ._world import Hook, World

__all__ = ["Hook", "Mock", "UnderstudyError", "VerificationError", "World", "connect", "program", "start"]
