"""What the jobs of ./filters need besides filters: a filter made with libmilter, and readers of what
came of it."""
import base64
import hashlib
import re
import subprocess
import sys
import tempfile


def octets(file):
    """How many octets the body of a message has that was saved with bare LF."""
    with open(file, "rb") as f:
        return len(f.read().partition(b"\n\n")[2].replace(b"\n", b"\r\n"))


def milter(socket):
    """Does what the subject says, and otherwise adds a field with all it has heard."""
    import Milter

    class Told(Milter.Base):
        def hello(self, name):
            self.helo = name
            self.host = self.getsymval("j")
            self.daemon = self.getsymval("{daemon_name}")
            return Milter.CONTINUE

        def envfrom(self, sender, *parameters):
            self.sender, self.to, self.subject, self.size = sender, [], "", 0
            self.macros = [self.host, self.daemon, self.getsymval("i"), self.getsymval("{mail_addr}"),
                           self.getsymval("{auth_authen}") or ""]
            return Milter.CONTINUE

        def envrcpt(self, to, *parameters):
            self.to.append(to)
            return Milter.CONTINUE

        def header(self, name, value):
            if name.lower() == "subject":
                self.subject = value
            return Milter.CONTINUE

        def eoh(self):
            if self.subject == "bad":
                self.setreply("554", "5.7.9", "100%% bad")  # doubled for Sendmail
                return Milter.REJECT
            return Milter.CONTINUE

        def body(self, chunk):
            self.size += len(chunk)
            return Milter.CONTINUE

        def eom(self):
            if self.subject == "later":
                return Milter.TEMPFAIL
            if self.subject == "discard":
                return Milter.DISCARD
            if self.subject == "quarantine":
                self.quarantine("as the subject says")
                return Milter.ACCEPT
            self.progress()
            self.addheader("X-Heard", f"helo={self.helo} from={self.sender} to={','.join(self.to)}"
                           f" subject={self.subject}\n\tmacros: {' '.join(self.macros)}"
                           f"\n\tbody={self.size}", 0)
            self.chgheader("Subject", 1, "changed")
            self.chgheader("X-Old", 1, "")
            return Milter.ACCEPT

    Milter.factory = Told
    Milter.set_flags(Milter.ADDHDRS | Milter.CHGHDRS | Milter.QUARANTINE)
    Milter.set_exception_policy(Milter.TEMPFAIL)
    Milter.runmilter("interop", socket, 240)


def signed(file, domain, selector, key):
    """Checks a signature with relaxed/simple canonicalisation as RFC 6376 says, by openssl."""
    with open(file, "rb") as f:
        message = re.sub(rb"\r?\n", b"\r\n", f.read())
    head, _, body = message.partition(b"\r\n\r\n")
    fields = re.findall(rb"([^\s:]+)[ \t]*:((?:[^\r]|\r\n[ \t])*)\r\n", head + b"\r\n")

    def relaxed(name, value):
        unfolded = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip()
        return name.lower() + b":" + unfolded + b"\r\n"

    def tags_of(value):
        return dict(re.findall(r"(\w+)=([^;]*)", re.sub(r"\s+", "", value.decode())))

    wanted = {"d": domain, "s": selector, "c": "relaxed/simple"}
    raw = next(v for n, v in fields
               if n.lower() == b"dkim-signature" and wanted.items() <= tags_of(v).items())
    tags = tags_of(raw)
    body = body.rstrip(b"\r\n") + b"\r\n"
    if base64.b64encode(hashlib.sha256(body).digest()).decode() != tags["bh"]:
        sys.exit("the body is not what was signed")
    left, data = list(fields), b""
    for name in tags["h"].split(":"):
        for i in reversed(range(len(left))):
            if left[i][0].lower() == name.lower().encode():
                data += relaxed(*left.pop(i))
                break
    data += relaxed(b"dkim-signature", re.sub(rb"([;\s]b=)[^;]*", rb"\1", raw))[:-2]
    with tempfile.NamedTemporaryFile() as pub, tempfile.NamedTemporaryFile() as sig:
        subprocess.run(["openssl", "rsa", "-in", key, "-pubout", "-out", pub.name], check=True)
        sig.write(base64.b64decode(tags["b"]))
        sig.flush()
        subprocess.run(["openssl", "dgst", "-sha256", "-verify", pub.name, "-signature", sig.name],
                       input=data, check=True)


COMMANDS = {"milter": milter, "signed": signed, "octets": lambda file: print(octets(file))}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
