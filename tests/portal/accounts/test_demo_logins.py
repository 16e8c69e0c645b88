from __future__ import annotations

from io import StringIO

from django.core.management import call_command

from portal.accounts.models import User
from portal.management.demo_users import DEMO_USERS, demo_password


def printed() -> str:
    out = StringIO()
    call_command("demo_logins", stdout=out)
    return out.getvalue()


def test_demo_logins_are_none_where_there_is_no_demo(db, settings, tmp_path):
    settings.VAR = tmp_path
    assert printed() == ""
    assert not list(tmp_path.iterdir())
    assert User.objects.count() == 0


def test_demo_logins_work_and_their_password_is_this_installations(client, db, settings, tmp_path):
    settings.VAR = tmp_path
    for email, name in DEMO_USERS.values():
        User.objects.create_user(email, demo_password(), name=name)
    lines = printed().splitlines()
    assert len(lines) == len(DEMO_USERS)
    for line, (email, _) in zip(lines, DEMO_USERS.values(), strict=True):
        assert line.split()[1:] == [email, demo_password()]
    client.post("/accounts/login/", {"login": lines[0].split()[1], "password": lines[0].split()[2]})
    assert "_auth_user_id" in client.session
    [kept] = [path for path in tmp_path.iterdir() if path.name == "demo_password"]
    assert kept.stat().st_mode & 0o777 == 0o600
