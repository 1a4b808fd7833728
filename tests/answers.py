"""What a command answered: looked at before anything else is."""


def ok(done):
    assert done.exit_code == 0, done.stderr
    return done
