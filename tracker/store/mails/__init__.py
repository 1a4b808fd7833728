"""Mails out and in: outbox, ledger of reminders, scheduler, returns received."""
