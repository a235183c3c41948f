"""The two database engines behind `db.py`; everything else imports `db`."""
