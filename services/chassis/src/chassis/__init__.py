"""The technical code that both services share; see the README for what may be in here."""
