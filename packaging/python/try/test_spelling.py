from datetime import datetime, timedelta, timezone


def test_in_the_spelling_of_python(understudy_world):
    world = understudy_world
    world.freeze(datetime(2026, 1, 1, tzinfo=timezone.utc))
    hook = world.new_hook(queueLimit=3)
    first, second = hook.deliver({"order": 1}, {"order": 2})
    hook.begin(first)
    world.advance(timedelta(hours=72))  # or "72h"
    hook.finish(first)
    shop = world.sink("shop", {"status": 503}, {"status": 200})
    made = world.new_definition(shop, entity="JOBS")
    world.fire(made["workflow_rule"]["id"])
    assert [delivery["status"] for delivery in world.received("shop")] == [503]
    with world.fork(world.name + "-copy") as copy:
        assert copy.state("items waiting", hookId=hook.id, count=1)["ids"]
    world.verify_in_order({"operation": "deleteHookIncomings", "never": True})
