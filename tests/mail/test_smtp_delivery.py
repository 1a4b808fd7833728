"""Delivery to real mail servers, well-behaved and not: every answer is told apart by what it allows next."""

import shutil
import socket
import traceback
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mail_servers import PASSWORD, Habits, a_mail, free_port, login, mail_server, make_certificate, smtp

from tracker.domain.outbox import Answer, Event
from tracker.mail.smtp import Login, _on_the_wire
from tracker.mail.transport import MailServerError


def yes():
    return True


@pytest.fixture
def line(port):
    transport = smtp(port)
    yield transport
    transport.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("the openssl command is not installed")
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def test_mails_go_over_one_connection(habits, line):
    mails = [a_mail(number) for number in range(1, 6)]
    answers = [line.send(mail, yes) for mail in mails]
    assert [answer.event for answer in answers] == [Event.ACCEPT] * 5
    assert habits.received == [(mail.recipient, mail.message) for mail in mails]
    assert habits.connections == 1
    assert answers[0].text.startswith("250")


@given(st.lists(st.sampled_from([b".", b"\r\n", b"..", b"x", b"\r\n.\r\n", b"\xc3\xa9"]), max_size=12).map(b"".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_the_bytes_arrive_as_they_are(habits, line, body):
    message = b"Subject: dots\r\n\r\n" + body
    assert line.send(a_mail(message=message), yes).event is Event.ACCEPT
    arrived = habits.received[-1][1]
    assert arrived == message if message.endswith(b"\r\n") else arrived == message + b"\r\n"


def test_a_server_whose_name_no_network_takes_is_no_mails_fault():
    with pytest.raises(MailServerError, match=r"cannot be reached as it is set: .* The emails stay queued"):
        smtp(9, host="mail..example.org").send(a_mail(), yes)


@given(st.binary(max_size=40))
def test_no_mail_can_end_itself(body):
    message = body.replace(b"\r", b"").replace(b"\n", b"\r\n")
    assert _on_the_wire(message).find(b"\r\n.\r\n") in (-1, len(_on_the_wire(message)) - 5)
    assert _on_the_wire(message).startswith(b".\r\n") is (message == b"")


@pytest.mark.parametrize("message", [b"a\nb", b"a\rb", b"a\r\n.\rb", b"\n", b"\r", b"a\n.\nMAIL FROM:<x@y.z>"])
def test_bare_line_ends_are_not_sent(habits, line, message):
    answer = line.send(a_mail(message=message), yes)
    assert answer == Answer(Event.REFUSE, "the email contains a line end that is not CRLF")
    assert habits.verbs == []


@pytest.mark.parametrize("address", ["a@b.c\r\nRCPT TO:<x@y.z>", "a b@c.d", "a>@b.c", "", "a@b.c\x00"])
def test_no_address_can_end_its_command(habits, line, address):
    answer = line.send(_to(address), yes)
    assert answer.event is Event.REFUSE
    assert "is not an email address" in answer.text
    assert habits.verbs == []


def _to(address):
    return replace(a_mail(), recipient=address)


def test_a_refused_recipient_does_not_stop_the_others(habits, line):
    habits.at_rcpt = lambda address: "550 no such user here" if int(address[4]) % 3 == 0 else None
    answers = [line.send(a_mail(number), yes) for number in range(1, 8)]
    assert [answer.event is Event.REFUSE for answer in answers] == [number % 3 == 0 for number in range(1, 8)]
    assert answers[2].text == "550 no such user here"
    assert len(habits.received) == 5
    assert habits.connections == 1


@pytest.mark.parametrize(
    ("step", "reply", "event"),
    [
        ("at_mail", "451 not now", Event.POSTPONE),
        ("at_mail", "552 too big", Event.REFUSE),
        ("at_rcpt", "450 greylisted", Event.POSTPONE),
        ("at_rcpt", "550 no such user", Event.REFUSE),
        ("at_rcpt", "421 closing", Event.POSTPONE),
        ("at_data", "451 not now", Event.POSTPONE),
        ("at_data", "554 looks like spam", Event.REFUSE),
        ("at_data", "421 closing", Event.POSTPONE),
        ("at_data", "999 what", Event.LOSE),
    ],
)
def test_what_a_reply_means(habits, line, step, reply, event):
    setattr(habits, step, lambda _: reply)
    answer = line.send(a_mail(), yes)
    assert answer.event is event
    assert reply in answer.text
    setattr(habits, step, lambda _: None)
    assert line.send(a_mail(2), yes).event is Event.ACCEPT
    assert habits.recipients == ["head2@example.org"]


@pytest.mark.parametrize(
    ("step", "reply", "words"),
    [("at_mail", "553 sender not allowed", "refuses mail from"), ("at_rcpt", "530 log in first", "requires a login")],
)
def test_what_no_mail_is_to_blame_for(habits, line, step, reply, words):
    setattr(habits, step, lambda _: reply)
    with pytest.raises(MailServerError, match=words) as caught:
        line.send(a_mail(), yes)
    assert reply in str(caught.value)
    assert "stay queued" in str(caught.value)
    setattr(habits, step, lambda _: None)
    assert line.send(a_mail(), yes).event is Event.ACCEPT


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_line_cut_before_data_is_tried_again_later(habits, line, step):
    habits.vanish = lambda at, _: at == step
    answer = line.send(a_mail(), yes)
    assert answer.event is Event.POSTPONE
    assert f"broke at {step}" in answer.text
    assert habits.received == []


def test_a_line_cut_after_data_is_uncertain(habits, line):
    habits.vanish = lambda at, _: at == "BODY"
    answer = line.send(a_mail(), yes)
    assert answer.event is Event.LOSE
    assert "before the answer" in answer.text
    habits.vanish = lambda *_: False
    assert line.send(a_mail(2), yes).event is Event.ACCEPT


def test_a_line_that_was_cut_between_two_mails_is_opened_anew(habits, line):
    line.send(a_mail(1), yes)
    line._line.sock.shutdown(socket.SHUT_RDWR)
    assert line.send(a_mail(2), yes).event is Event.ACCEPT
    assert habits.connections == 2
    assert habits.recipients == ["head1@example.org", "head2@example.org"]


def test_a_server_that_takes_one_mail_per_connection(habits, line):
    habits.at_mail = lambda _: "421 one is enough" if habits.verbs.count("MAIL") in (2, 4) else None
    answers = [line.send(a_mail(number), yes) for number in (1, 2, 3)]
    assert [answer.event for answer in answers] == [Event.ACCEPT] * 3
    assert habits.connections == 3
    assert len(habits.received) == 3


def test_a_server_that_closes_before_every_mail_is_not_called_for_ever(habits, line):
    habits.at_mail = lambda _: "421 go away"
    assert line.send(a_mail(), yes) == Answer(Event.POSTPONE, "421 go away")
    assert habits.connections == 1


def test_a_slow_answer_is_waited_for_and_a_missing_one_is_uncertain(habits, port):
    habits.seconds = 0.3
    slow = smtp(port, timeout=2, answer_timeout=2)
    assert slow.send(a_mail(), yes).event is Event.ACCEPT
    slow.close()
    hasty = smtp(port, timeout=0.1, answer_timeout=0.1)
    habits.seconds = 0
    assert hasty.send(a_mail(2), yes).event is Event.ACCEPT
    habits.seconds = 0.3
    assert hasty.send(a_mail(3), yes).event is Event.POSTPONE  # slow at MAIL
    hasty.close()


def test_the_permission_is_asked_after_rcpt_and_before_data(habits, line):
    seen = []

    def no():
        seen.append(list(habits.verbs))
        return False

    assert line.send(a_mail(), no) is None
    assert seen == [["MAIL", "RCPT"]]
    assert line.send(a_mail(2), yes).event is Event.ACCEPT
    assert habits.recipients == ["head2@example.org"]


def test_a_permission_that_cannot_be_had_leaves_the_line_usable(habits, line):
    def broken():
        raise RuntimeError("the register is gone")

    with pytest.raises(RuntimeError):
        line.send(a_mail(), broken)
    assert line.send(a_mail(2), yes).event is Event.ACCEPT
    assert habits.recipients == ["head2@example.org"]


def test_every_step_can_be_watched(habits, port):
    steps = []
    line = smtp(port, before_verb=steps.append)
    line.send(a_mail(), yes)
    line.close()
    assert steps == ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "BODY", "ANSWER", "QUIT"]


def test_an_address_beyond_ascii_where_the_server_knows_them():
    habits = Habits()
    with mail_server(habits, enable_SMTPUTF8=True, decode_data=False) as port:
        line = smtp(port)
        assert line.send(_to("françoise@example.org"), yes).event is Event.ACCEPT
        assert line.send(_to("plain@example.org"), yes).event is Event.ACCEPT
        line.close()
    assert habits.recipients == ["françoise@example.org", "plain@example.org"]


def test_an_address_beyond_ascii_where_the_server_does_not():
    habits = Habits()
    with mail_server(habits, enable_SMTPUTF8=False) as port:
        line = smtp(port)
        answer = line.send(_to("françoise@example.org"), yes)
        assert answer == Answer(Event.REFUSE, "the address is not plain ASCII, and the mail server knows no other")
        assert line.send(a_mail(), yes).event is Event.ACCEPT
        line.close()


def test_a_domain_beyond_ascii_is_written_in_the_form_that_every_server_takes():
    habits = Habits()
    with mail_server(habits, enable_SMTPUTF8=False) as port:
        line = smtp(port, sender="office@ämter.example.org")
        assert line.send(_to("zoe@éna.example.org"), yes).event is Event.ACCEPT
        line.close()
    assert habits.recipients == ["zoe@xn--na-9ia.example.org"]


def test_a_mail_that_is_too_big_fails_alone():
    habits = Habits()
    with mail_server(habits, data_size_limit=2000) as port:
        line = smtp(port)
        assert line.send(a_mail(message=b"x" * 70 + b"\r\n" * 1500), yes).event is Event.REFUSE
        assert line.send(a_mail(2), yes).event is Event.ACCEPT
        line.close()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_and_logged_in(habits, certificate, security):
    with mail_server(habits, certificate=certificate, tls=security, with_login=security == "starttls") as port:
        line = smtp(
            port,
            security=security,
            ca_file=str(certificate[0]),
            login=login() if security == "starttls" else None,
        )
        assert [line.send(a_mail(number), yes).event for number in (1, 2)] == [Event.ACCEPT] * 2
        line.close()
    assert len(habits.received) == 2


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_nobody_we_know(habits, certificate, security):
    with (
        mail_server(habits, certificate=certificate, tls=security) as port,
        pytest.raises(MailServerError, match="certificate that is not trusted: self-signed certificate") as caught,
    ):
        smtp(port, security=security).send(a_mail(), yes)
    assert "ca_file" in str(caught.value)
    assert habits.verbs == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_another_host(habits, certificate, tmp_path, security):
    other = make_certificate(tmp_path, "elsewhere.example.org")
    with (
        mail_server(habits, certificate=other, tls=security) as port,
        pytest.raises(MailServerError, match="not trusted: Hostname mismatch"),
    ):
        smtp(port, host="localhost", security=security, ca_file=str(other[0])).send(a_mail(), yes)


def test_a_certificate_that_goes_while_the_scheduler_runs_lets_the_mails_wait(certificate, tmp_path):
    with (
        mail_server(Habits(), certificate=certificate, tls="starttls") as port,
        pytest.raises(MailServerError, match="certificate cannot be read") as caught,
    ):
        smtp(port, security="starttls", ca_file=str(tmp_path / "none.pem")).send(a_mail(), yes)
    assert caught.value.where == str(tmp_path / "none.pem")
    assert caught.value.remedy == "Check [mail] ca_file. The emails stay queued."


def test_a_server_without_encryption_gets_no_mail(habits, port):
    with pytest.raises(MailServerError, match="does not offer what"):
        smtp(port, security="starttls").send(a_mail(), yes)
    with pytest.raises(MailServerError, match=r"(does not speak TLS|breaks off|cannot be reached)"):
        smtp(port, security="tls", timeout=2).send(a_mail(), yes)
    assert habits.verbs == []


@pytest.mark.parametrize("password", ["wrong password", "pässwörd beyond"])
def test_a_refused_login_shows_no_password(habits, certificate, password):
    with mail_server(habits, certificate=certificate, tls="starttls", with_login=True) as port:
        line = smtp(port, security="starttls", ca_file=str(certificate[0]), login=login(password))
        with pytest.raises(MailServerError) as caught:
            line.send(a_mail(), yes)
    told = "".join(traceback.format_exception(caught.value))
    assert "login" in str(caught.value) or "logged in" in str(caught.value)
    assert password not in told
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_server_that_repeats_the_login_is_not_quoted():
    assert Login("user", PASSWORD).hidden_in(f"535 no {PASSWORD} for user") == "535 no … for …"


def test_a_server_that_wants_a_login(habits, certificate):
    with mail_server(habits, certificate=certificate, tls="starttls", with_login=True) as port:
        line = smtp(port, security="starttls", ca_file=str(certificate[0]))
        with pytest.raises(MailServerError, match="530"):
            line.send(a_mail(), yes)


def test_a_server_that_is_not_there():
    port = free_port()
    with pytest.raises(MailServerError, match="cannot be reached: Connection refused") as caught:
        smtp(port).send(a_mail(), yes)
    assert str(caught.value).startswith(f"the mail server 127.0.0.1:{port} ")
    assert caught.value.exit_status == 4


def test_a_server_that_says_nothing():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(
            MailServerError, match="broke off the connection: Connection unexpectedly closed: timed out"
        ):
            smtp(silent.getsockname()[1], timeout=0.2).send(a_mail(), yes)


def test_control_characters_of_a_server_stay_out_of_the_answer(habits, line):
    habits.at_rcpt = lambda _: "550 no\x1b[2Jsuch\ruser " + "x" * 400
    answer = line.send(a_mail(), yes)
    assert answer.text.isprintable()
    assert len(answer.text) <= 510
