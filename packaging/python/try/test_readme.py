import json
import urllib.error
import urllib.request

import pytest


def test_a_queue_is_not_emptied_by_accident(understudy_world):
    world = understudy_world  # a vendor of its own for this test
    world.hook(654).deliver({"order": 1})
    request = urllib.request.Request(
        f"{world.makecom_url}/hooks/654/incomings",
        method="DELETE",
        data=json.dumps({"all": True}).encode(),
        headers={"Authorization": f"Token {world.token}", "Content-Type": "application/json"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert json.load(refused.value)["code"] == "IM004"
    world.verify({"operation": "deleteHookIncomings", "exactly": 1, "status": 406})
