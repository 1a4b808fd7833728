"""Mails from outside, and the words of those who wrote them."""
