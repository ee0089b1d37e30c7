"""What the jobs of ./signatures need: dkimpy, which signs, seals and checks files with keys out of our
name server, and a reader of what opendkim would add to a message."""
import pathlib
import re
import sys


def dnsfunc(server):
    """Asks there: PORT, or ADDRESS:PORT."""
    import dns.resolver
    address, _, port = server.rpartition(":")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [address or "127.0.0.1"]
    resolver.port = int(port)

    def get_txt(name, timeout=5):
        try:
            answer = resolver.resolve(name.decode(), "TXT", lifetime=timeout)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None
        return b"".join(answer[0].strings)

    return get_txt


def modules():
    """Fails if one is not there."""
    import authres
    import dkim
    import dns.resolver
    return authres, dkim, dns.resolver


def verify(port, *files):
    """Says of each signature and each chain what it is worth."""
    import dkim
    for file in map(pathlib.Path, files):
        message = file.read_bytes()
        signed = dkim.DKIM(message)
        for i in range(sum(name.lower() == b"dkim-signature" for name, _ in signed.headers)):
            try:
                good = signed.verify(idx=i, dnsfunc=dnsfunc(port))
            except dkim.DKIMException as e:
                good = print(e)
            print(f"{file.name} dkim={'pass' if good else 'fail'}")
        found, _, why = dkim.arc_verify(message, dnsfunc=dnsfunc(port))
        print(f"{file.name} arc={found.decode()} ({why})")


def sign(keys, domain, *files):
    """By both algorithms, in all canonicalizations."""
    import dkim
    keys = pathlib.Path(keys)
    for file in map(pathlib.Path, files):
        message = file.read_bytes()
        lines = b""
        for header in b"relaxed", b"simple":
            for body in b"relaxed", b"simple":
                for name, key in ("rsa", "rsa.pem"), ("ed25519", "ed25519.seed"):
                    lines += dkim.sign(
                        message, name.encode(), domain.encode(), (keys / key).read_bytes(),
                        canonicalize=(header, body), signature_algorithm=f"{name}-sha256".encode())
        file.write_bytes(lines + message)


def seal(keys, domain, port, *files):
    import dkim
    for file in map(pathlib.Path, files):
        message = file.read_bytes()
        # It takes the state of the chain out of what its own host says.
        found = dkim.arc_verify(message, dnsfunc=dnsfunc(port))[0].decode()
        said = f"Authentication-Results: {domain}; arc={found}; spf=pass smtp.mailfrom=a.test\r\n"
        lines = dkim.arc_sign(
            said.encode() + message, b"rsa", domain.encode(),
            (pathlib.Path(keys) / "rsa.pem").read_bytes(), domain.encode())
        file.write_bytes(b"".join(lines) + message)


def inserted(file):
    """Puts the signature that `opendkim -t` shows before the message."""
    shown = sys.stdin.buffer.read()
    value = re.search(rb"hname='DKIM-Signature' hvalue='([^']*)'", shown).group(1)
    file = pathlib.Path(file)
    lines = b"DKIM-Signature: " + value.replace(b"\n", b"\r\n") + b"\r\n"
    file.write_bytes(lines + file.read_bytes())


JOBS = {f.__name__: f for f in (modules, verify, sign, seal, inserted)}
JOBS[sys.argv[1]](*sys.argv[2:])
