"""With pytest: the plugin comes with the wheel."""


def test_a_world_of_its_own(understudy_world):
    assert understudy_world.journal() == []
    assert understudy_world.name.startswith("test_a_world_of_its_own-")


def test_another_world(understudy_world):
    assert len(understudy_world.hook().deliver_some(3)) == 3
