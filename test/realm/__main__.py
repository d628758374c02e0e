"""A realm for programs in other languages: `python3 -m realm` writes its folder in a line, and goes when stdin ends.

A line on stdin asks for tickets, and is answered by a line with the file's path or with `error: …`:
    ticket USER [SERVICE]
    stale USER SERVICE
"""

import sys

from realm import Realm


def answer(realm, words):
    match words:
        case ["ticket", user]:
            return realm.ticket(user)
        case ["ticket", user, service]:
            return realm.ticket(user, service=service)
        case ["stale", user, service]:
            return realm.stale_ticket(user, service)
    return f"error: unknown request {' '.join(words)}"


def main():
    with Realm() as realm:
        print(realm.folder, flush=True)
        for line in sys.stdin:
            try:
                print(answer(realm, line.split()), flush=True)
            except (RuntimeError, KeyError) as error:
                print("error:", str(error).replace("\n", " "), flush=True)


main()
