"""What the jobs of ./senders need besides mail programs: what Postfix asks before it takes mail, and
readers of what came of it."""
import email
import email.policy
import os
import re
import socketserver
import sys

TRIED = set()


class Policy(socketserver.StreamRequestHandler):
    """Speaks Postfix's policy delegation protocol. Recipients whose names begin with `grey` are taken
    when a sender comes the second time, those that begin with `later` likewise, in other words."""

    def handle(self):
        asked = {}
        for line in self.rfile:
            name, equals, value = line.decode().rstrip("\n").partition("=")
            if equals:
                asked[name] = value
                continue
            self.wfile.write(f"action={self.action(asked)}\n\n".encode())
            asked = {}

    @staticmethod
    def action(asked):
        recipient = asked.get("recipient", "")
        triplet = asked.get("client_address"), asked.get("sender"), recipient
        if triplet in TRIED:
            return "DUNNO"
        TRIED.add(triplet)
        if recipient.startswith("grey"):
            return "DEFER_IF_PERMIT 4.2.0 Greylisted, come again"
        if recipient.startswith("later"):
            return "450 4.2.1 The mailbox is being moved"
        return "DUNNO"


def policy():
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", int(os.environ["policy"])), Policy) as server:
        server.daemon_threads = True
        server.serve_forever()


def story(*patterns):
    """Shows what it reads, and looks for one pattern behind the other."""
    told = sys.stdin.read()
    print(told)
    at = 0
    for pattern in patterns:
        found = re.compile(pattern).search(told, at)
        if not found:
            sys.exit(f"the story does not go on with: {pattern}")
        at = found.end()


def parsed(file):
    with open(file, "rb") as f:
        return email.message_from_binary_file(f, policy=email.policy.default)


def text(file, wanted):
    """The text of a message, whatever it is encoded in."""
    got = parsed(file).get_body(("plain",)).get_content()
    if wanted not in got.splitlines():
        sys.exit(f"no line {wanted!r} in {got!r}")


def attachment(file, wanted):
    with open(wanted, "rb") as f:
        if next(parsed(file).iter_attachments()).get_content() != f.read():
            sys.exit("the attachment is not what was sent")


COMMANDS = {"policy": policy, "story": story, "text": text, "attachment": attachment}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
