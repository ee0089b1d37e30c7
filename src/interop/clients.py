"""Python's own mail clients against a server, and a second look for the other jobs of ./run."""
import base64
import email.message
import email.policy
import imaplib
import os
import poplib
import quopri
import re
import smtplib
import ssl
import sys
import time

ENV = os.environ
HOST = ENV.get("host", "127.0.0.1")
ANY = ssl._create_unverified_context()
PASSWORDS = {ENV["ana"]: ENV["ana_password"], ENV["bo"]: ENV["bo_password"]}


def port(name):
    return int(ENV[name])


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def equal(wanted, got, what):
    check(wanted == got, f"{what}: wanted {wanted!r}, got {got!r}")


def ok(answer):
    status, data = answer
    check(status == "OK", answer)
    return data


def imap(user, mailbox=None):
    session = imaplib.IMAP4_SSL(HOST, port("imaps"), ssl_context=ANY)
    ok(session.login(user, PASSWORDS[user]))
    if mailbox:
        ok(session.select(mailbox))
    return session


def mailboxes(session):
    names = []
    for line in ok(session.list()):
        flags, name = re.match(rb'\(([^)]*)\) "/" (.*)', line).groups()
        if b"Noselect" not in flags:
            names.append(name.decode().strip('"'))
    return names


# ---- a second look


FIRST_MAILBOXES = {"INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"}


def empty(user):
    """As it was at first, whatever other jobs left."""
    session = imap(user)
    for name in sorted(mailboxes(session), reverse=True):
        if name not in FIRST_MAILBOXES:
            ok(session.unsubscribe(f'"{name}"'))
            ok(session.delete(f'"{name}"'))
            continue
        ok(session.select(f'"{name}"'))
        ok(session.store("1:*", "+FLAGS", r"(\Deleted)")) if ok(session.search(None, "ALL"))[0] else None
        ok(session.expunge())
    session.logout()


def count(user, mailbox):
    session = imap(user)
    line = ok(session.status(mailbox, "(MESSAGES)"))[0]
    print(int(re.search(rb"MESSAGES (\d+)", line)[1]))
    session.logout()


def subject(user, wanted, mailbox="INBOX"):
    session = imap(user, mailbox)
    check(ok(session.search(None, "SUBJECT", f'"{wanted}"'))[0], f"no message with {wanted}")
    session.logout()


def text(user, mailbox, number):
    session = imap(user, mailbox)
    raw = ok(session.fetch(number, "(BODY.PEEK[])"))[0][1]
    sys.stdout.buffer.write(raw.replace(b"\r\n", b"\n"))
    session.logout()


def show(user, mailbox, wanted):
    """Prints the newest message with these words in its subject."""
    session = imap(user, mailbox)
    found = ok(session.search(None, "SUBJECT", f'"{wanted}"'))[0].split()
    check(found, f"no message with {wanted}")
    sys.stdout.buffer.write(ok(session.fetch(found[-1], "(BODY.PEEK[])"))[0][1].replace(b"\r\n", b"\n"))
    session.logout()


def can(capability):
    session = imap(ENV["ana"])
    check(capability in ok(session.capability())[0].decode().split(), f"no {capability}")
    session.logout()


def subscribed(user):
    session = imap(user)
    for line in ok(session.lsub()):
        print(line)
    session.logout()


def has_mailbox(user, name):
    session = imap(user)
    check(name in mailboxes(session), f"no mailbox {name}")
    session.logout()


def flags(user, mailbox):
    session = imap(user, mailbox)
    for line in ok(session.fetch("1:*", "(FLAGS)")):
        print(line)
    session.logout()


def certificate_pem():
    return ssl.get_server_certificate((HOST, port("imaps")))


def certificate():
    print(certificate_pem(), end="")


# ---- mbsync


def body(raw):
    """What identifies a message on both sides: clients add header fields of their own."""
    text = raw.replace(b"\r\n", b"\n")
    return re.sub(rb"(?m)^X-(TUID|OfflineIMAP|Mozilla-\w+): .*\n", b"", text)


FLAG_LETTERS = {r"\Seen": "S", r"\Answered": "R", r"\Flagged": "F", r"\Draft": "D", r"\Deleted": "T"}


def far_side(user):
    session = imap(user)
    found = {}
    for name in mailboxes(session):
        ok(session.select(f'"{name}"', readonly=True))
        messages = []
        for part in ok(session.fetch("1:*", "(FLAGS BODY.PEEK[])")):
            if isinstance(part, tuple):
                words = re.search(rb"FLAGS \(([^)]*)\)", part[0])[1].decode().split()
                letters = "".join(sorted(FLAG_LETTERS[w] for w in words if w in FLAG_LETTERS))
                messages.append((body(part[1]), letters))
        found[name] = sorted(messages)
    session.logout()
    return found


def near_files(path):
    for kind in ("cur", "new"):
        folder = os.path.join(path, kind)
        for name in sorted(os.listdir(folder)):
            yield os.path.join(folder, name)


def near_side(root):
    found = {}
    for path, folders, _ in os.walk(root):
        if "cur" in folders:
            name = os.path.relpath(path, root)
            messages = []
            for file in near_files(path):
                letters = file.partition(":2,")[2]
                with open(file, "rb") as f:
                    messages.append((body(f.read()), "".join(sorted(letters))))
            found[name] = sorted(messages)
    return found


def maildir(user, root):
    far, near = far_side(user), near_side(root)
    equal(sorted(far), sorted(near), "mailboxes")
    for name in far:
        equal(far[name], near[name], f"messages of {name}")
    print({name: len(m) for name, m in far.items()})


def change_imap(user):
    session = imap(user, "INBOX")
    ok(session.store("1", "+FLAGS", r"(\Seen \Flagged)"))
    ok(session.store("2", "+FLAGS", r"(\Deleted)"))
    ok(session.expunge())
    ok(session.append("INBOX", r"(\Answered)", None, b"Subject: from the far side\r\n\r\nfar\r\n"))
    ok(session.create("Far/Away"))
    ok(session.append("Far/Away", None, None, b"Subject: away\r\n\r\naway\r\n"))
    session.logout()


def change_kept(user):
    session = imap(user, "INBOX")
    ok(session.store("1", "+FLAGS", r"(\Flagged)"))
    ok(session.store("2", "+FLAGS", r"(\Deleted)"))
    ok(session.expunge())
    ok(session.append("INBOX", None, None, b"Subject: kept 4\r\n\r\nnew\r\n"))
    session.logout()


def change_interim(here, there):
    """Changes of both sides of interimap, in between."""
    session = imap(here, "INBOX")
    ok(session.store("1", "+FLAGS", r"(\Seen)"))
    ok(session.uid("MOVE", "2", "Archive"))
    ok(session.create("Interim"))
    ok(session.create("Interim/Here"))
    ok(session.subscribe("Interim/Here"))
    ok(session.append("Interim/Here", r"(\Flagged)", None, b"Subject: here\r\n\r\nhere\r\n"))
    session.logout()
    session = imap(there, "INBOX")
    ok(session.store("1:*", "+FLAGS", r"(\Answered)"))
    ok(session.store("4", "+FLAGS", r"(\Deleted)"))
    ok(session.expunge())
    ok(session.append("INBOX", None, None, b"Subject: there\r\n\r\nthere\r\n"))
    session.logout()


def same(here, there, *names):
    """What interimap made the same."""
    a, b = far_side(here), far_side(there)
    for name in names:
        equal(a[name], b[name], f"messages of {name}")
        print(name, len(a[name]))


def change_maildir(root):
    inbox = os.path.join(root, "INBOX")
    by_subject = {}
    for file in near_files(inbox):
        with open(file, "rb") as f:
            by_subject[re.search(rb"(?m)^Subject: (.*)$", f.read())[1]] = file
    os.remove(by_subject[b"sync 3"])
    file = by_subject[b"sync 4"]
    name = os.path.basename(file).partition(":2,")[0]
    os.rename(file, os.path.join(inbox, "cur", name + ":2,FS"))
    with open(os.path.join(inbox, "new", "1700000000.1_1.near"), "w") as f:
        f.write("Subject: from the near side\n\nnear\n")
    for kind in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(root, "Near", kind))
    with open(os.path.join(root, "Near", "cur", "1700000000.2_1.near:2,S"), "w") as f:
        f.write("Subject: near\n\nnear\n")


# ---- mail that leaves


def submission_session():
    s = smtplib.SMTP(HOST, port("submission"))
    s.starttls(context=ANY)
    s.login(ENV["ana"], ENV["ana_password"])
    return s


def greetings(to):
    m = email.message.EmailMessage(policy=email.policy.SMTPUTF8.clone(cte_type="8bit"))
    m["From"], m["To"], m["Subject"] = ENV["ana"], to, "Greetings"
    m.set_content("Schöne Grüße, 8 Bit.\n", cte="8bit")
    return m


def submit_utf8(*to):
    m = greetings(", ".join(to))
    m.replace_header("Subject", "Grüße aus Übersee")
    with submission_session() as s:
        equal({}, s.sendmail(ENV["ana"], to, m.as_bytes(), ["SMTPUTF8", "BODY=8BITMIME"]), "refused")


def submit_8bit(*to):
    with submission_session() as s:
        equal({}, s.sendmail(ENV["ana"], to, greetings(to[0]).as_bytes(), ["BODY=8BITMIME"]), "refused")


def submit_notify(to):
    with submission_session() as s:
        words = ["NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;" + to]
        equal({}, s.sendmail(ENV["ana"], [to], "Subject: tell me\r\n\r\n", ["RET=HDRS"], words), "refused")


def submit_requiretls(to):
    with submission_session() as s:
        s.ehlo()
        check(s.has_extn("REQUIRETLS"), "REQUIRETLS is not offered")
        equal({}, s.sendmail(ENV["ana"], [to], "Subject: by TLS\r\n\r\n", ["REQUIRETLS"]), "refused")


def dsn(user, recipient, status, *words):
    """The newest message is a notice about a recipient, with this status, and with all these words."""
    session = imap(user, "INBOX")
    newest = ok(session.search(None, "ALL"))[0].split()[-1]
    raw = ok(session.fetch(newest, "(BODY.PEEK[])"))[0][1]
    session.logout()
    print(raw.decode(errors="replace"))
    m = email.message_from_bytes(raw, policy=email.policy.default)
    equal("multipart/report", m.get_content_type(), "type")
    equal("delivery-status", m["Content-Type"].params["report-type"], "report-type")
    equal("<>", m["Return-Path"], "Return-Path")
    check(m["Auto-Submitted"].startswith("auto-"), "Auto-Submitted")
    text, report, original = m.iter_parts()
    check(recipient in text.get_content(), "the recipient in plain words")
    check(report.get_content_type().endswith("delivery-status"), "type of the second part")
    check(original.get_content_type() in NOTICE_ENDS, "type of the third part")
    of_message, of_recipient = report_fields(report)
    check(of_message["Reporting-MTA"], "Reporting-MTA")
    check(of_recipient["Final-Recipient"].endswith(recipient), of_recipient["Final-Recipient"])
    check(of_recipient["Status"].startswith(status), of_recipient["Status"])
    equal("failed" if status[0] == "5" else "relayed", of_recipient["Action"], "Action")
    for word in words:
        check(word in re.sub(r"\s+", " ", raw.decode(errors="replace")), f"no {word}")


NOTICE_ENDS = {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}


def report_fields(part):
    if part.get_content_type() == "message/delivery-status":
        return part.get_payload()
    # message/global-delivery-status (RFC 6533 §3), which Python takes for a message.
    raw = part.get_payload(0).as_bytes()
    how = part["Content-Transfer-Encoding"]
    raw = {"base64": base64.b64decode, "quoted-printable": quopri.decodestring}.get(how, bytes)(raw)
    return [email.message_from_string(b) for b in raw.decode().replace("\r", "").strip().split("\n\n")]


# ---- Python's clients


def message(subject_text, to):
    m = email.message.EmailMessage()
    m["From"], m["To"], m["Subject"] = ENV["ana"], to, subject_text
    m.set_content("Hello, Grüße\n.\n..dots\n")
    m.add_attachment(bytes(range(256)) * 40, maintype="application", subtype="octet-stream", filename="ä.bin")
    return m


def run_smtplib():
    empty(ENV["bo"])
    for implicit in (True, False):
        if implicit:
            s = smtplib.SMTP_SSL(HOST, port("submissions"), context=ANY)
        else:
            s = smtplib.SMTP(HOST, port("submission"))
            s.starttls(context=ANY)
        s.login(ENV["ana"], ENV["ana_password"])
        equal({}, s.send_message(message("by smtplib", ENV["bo"])), "refused recipients")
        try:
            s.sendmail(ENV["ana"], ["nobody@interop.test"], "Subject: lost\r\n\r\n")
            raise AssertionError("a recipient who does not exist was accepted")
        except smtplib.SMTPRecipientsRefused as e:
            equal(550, e.recipients["nobody@interop.test"][0], "reply")
        equal(250, s.noop()[0], "NOOP")
        s.quit()
    with smtplib.LMTP(HOST, port("lmtp")) as s:
        refused = s.sendmail("", [ENV["bo"], "nobody@interop.test"], "Subject: by LMTP\r\n\r\nx\r\n")
        equal(["nobody@interop.test"], list(refused), "refused recipients")
    session = imap(ENV["bo"], "INBOX")
    equal(3, len(ok(session.search(None, "ALL"))[0].split()), "messages")
    raw = ok(session.fetch("1", "(BODY.PEEK[])"))[0][1]
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    equal("Hello, Grüße\n.\n..dots\n", parsed.get_body().get_content().replace("\r\n", "\n"), "text")
    equal(bytes(range(256)) * 40, next(parsed.iter_attachments()).get_content(), "attachment")
    session.logout()


def run_imaplib():
    empty(ENV["ana"])
    plain = imaplib.IMAP4(HOST, port("imap"))
    plain.starttls(ANY)
    ok(plain.login(ENV["ana"], ENV["ana_password"]))
    for i in range(1, 6):
        m = message(f"number {i}", ENV["ana"])
        ok(plain.append("INBOX", None, imaplib.Time2Internaldate(time.time()), m.as_bytes()))
    equal([b"5"], ok(plain.select("INBOX")), "EXISTS")
    equal(b"3", ok(plain.search(None, "SUBJECT", '"number 3"'))[0], "SEARCH SUBJECT")
    equal(b"1 2 3 4 5", ok(plain.search("UTF-8", "BODY", '"dots"'))[0], "SEARCH BODY")
    equal(b"1 2 3 4 5", ok(plain.search(None, "UNSEEN"))[0], "SEARCH UNSEEN")
    check(b"ENVELOPE" in ok(plain.fetch("1", "(ENVELOPE BODYSTRUCTURE FLAGS UID RFC822.SIZE)"))[0], "FETCH")
    ok(plain.fetch("2", "(RFC822)"))
    equal(b"2", ok(plain.search(None, "SEEN"))[0], "SEARCH SEEN")
    ok(plain.store("4", "+FLAGS", r"(\Flagged work)"))
    equal(b"4", ok(plain.search(None, "FLAGGED", "KEYWORD", "work"))[0], "SEARCH FLAGGED")
    ok(plain.create('"Projects/Mail server"'))
    ok(plain.copy("1:2", '"Projects/Mail server"'))
    ok(plain.uid("MOVE", ok(plain.uid("SEARCH", None, "SUBJECT", '"number 5"'))[0].decode(), "Archive"))
    second = imap(ENV["ana"], "INBOX")
    equal(b"1 2 3 4", ok(second.search(None, "ALL"))[0], "what another session sees")
    ok(second.store("1", "+FLAGS", r"(\Deleted)"))
    equal([b"1"], ok(second.expunge()), "EXPUNGE")
    ok(plain.noop())
    equal([b"1"], [d for d in plain.response("EXPUNGE")[1] if d][-1:], "what the first is told")
    equal([b"2"], ok(second.select('"Projects/Mail server"')), "copies")
    ok(second.rename('"Projects/Mail server"', '"Projects/Post"'))
    check(b"Projects/Post" in b" ".join(ok(plain.list())), "the new name in LIST")
    ok(plain.subscribe('"Projects/Post"'))
    check(b"Projects/Post" in b" ".join(ok(plain.lsub())), "LSUB")
    second.close()
    ok(plain.delete('"Projects/Post"'))
    ok(plain.unsubscribe('"Projects/Post"'))
    ok(plain.check())
    if hasattr(plain, "idle"):
        with plain.idle(duration=5) as idler:
            send_one("while idle")
            kind = next(k for k, _ in idler if k in ("EXISTS", "RECENT"))
            print("IDLE", kind)
    ok(plain.close())
    plain.logout()
    second.logout()


def send_one(subject_text):
    with smtplib.SMTP(HOST, port("smtp")) as s:
        s.sendmail("cy@elsewhere.test", [ENV["ana"]], f"Subject: {subject_text}\r\n\r\ntext\r\n")


def run_poplib():
    empty(ENV["ana"])
    for i in range(1, 4):
        send_one(f"number {i}")
    plain = poplib.POP3(HOST, port("pop3"))
    check("STLS" in plain.capa(), "STLS")
    plain.stls(ANY)
    plain.user(ENV["ana"])
    plain.pass_(ENV["ana_password"])
    equal(3, plain.stat()[0], "STAT")
    sizes = [int(line.split()[1]) for line in plain.list()[1]]
    equal(3, len(plain.uidl()[1]), "UIDL")
    for i in range(1, 4):
        lines, octets = plain.retr(i)[1:]
        equal(sizes[i - 1], octets, "octets")
        check(f"Subject: number {i}".encode() in lines, lines)
    check(b"text" not in plain.top(1, 0)[1], "TOP without lines")
    check(b"text" in plain.top(1, 1)[1], "TOP with a line")
    plain.dele(1)
    plain.dele(2)
    plain.rset()
    plain.dele(2)
    plain.noop()
    plain.quit()
    secure = poplib.POP3_SSL(HOST, port("pop3s"), context=ANY)
    secure.user(ENV["ana"])
    secure.pass_(ENV["ana_password"])
    equal(2, secure.stat()[0], "messages left")
    check(b"Subject: number 3" in secure.retr(2)[1], "the third")
    secure.quit()


COMMANDS = {
    "empty": empty,
    "count": count,
    "subject": subject,
    "show": show,
    "text": text,
    "can": can,
    "subscribed": subscribed,
    "has-mailbox": has_mailbox,
    "flags": flags,
    "certificate": certificate,
    "maildir": maildir,
    "change-imap": change_imap,
    "change-maildir": change_maildir,
    "change-kept": change_kept,
    "change-interim": change_interim,
    "same": same,
    "submit-utf8": submit_utf8,
    "submit-8bit": submit_8bit,
    "submit-notify": submit_notify,
    "submit-requiretls": submit_requiretls,
    "dsn": dsn,
    "smtplib": run_smtplib,
    "imaplib": run_imaplib,
    "poplib": run_poplib,
}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
