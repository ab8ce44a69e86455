"""Who is there, and whether they may come in: sign-in, sessions, tokens, and what keeps them honest. Start reading in `accounts.py`.

accounts.py       the door: a password, a session or a token in, a Principal out
principal.py      who sends a request, with rights as they are now
credentials.py    what is kept of passwords, sessions and tokens: hashes only, in `accounts.db`
passwords.py      how a password is judged, hashed and made
throttle.py       how guessing is slowed down
origin.py         which pages may send in a browser's name
guards.py         the Principal of a request and of a live link
router.py         /api/sign_in, /api/sign_out, /api/session, /api/change_password
headers.py        what every answer tells the browser
wiring.py         how the command center puts it together
"""
