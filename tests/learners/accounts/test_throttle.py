"""Whom an attempt is counted against."""

from server.learners.accounts.attempts.service import name_account, name_attempt, name_caller


def test_callers_of_one_ipv6_site_are_counted_together() -> None:
    assert name_caller("2001:db8:1:2::1") == name_caller("2001:db8:1:2:ffff::9")
    assert name_caller("2001:db8:1:2::1") != name_caller("2001:db8:1:3::1")


def test_an_ipv4_address_is_itself_however_it_is_written() -> None:
    assert name_caller("203.0.113.7") == name_caller("::ffff:203.0.113.7") == "203.0.113.7"


def test_a_caller_without_an_address_is_counted_too() -> None:
    assert name_caller("") == name_caller("testclient") == "unknown"


def test_keys_fit_their_column_and_show_no_e_mail_address() -> None:
    attempt = name_attempt("ada@example.com", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")
    assert attempt.account_key == name_account("ada@example.com")
    assert "ada" not in attempt.account_key
    assert max(len(attempt.account_key), len(attempt.address_key)) <= 100
