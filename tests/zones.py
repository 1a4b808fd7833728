"""Time zones from the first to the last, with those whose clocks change in odd ways: half an hour, in Ramadan."""

ZONES = (
    "Pacific/Kiritimati",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "Africa/Nairobi",
    "Africa/Casablanca",
    "Europe/Zurich",
    "Atlantic/Azores",
    "America/St_Johns",
    "America/New_York",
    "Pacific/Pago_Pago",
)
