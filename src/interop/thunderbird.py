"""Thunderbird itself against a server: headless, with a written profile, driven through Marionette.

What it did is judged by the mailboxes on the server and by its own log of the IMAP module.
"""
import binascii
import contextlib
import json
import os
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import time

from clients import ENV, HOST, body, check, equal, far_side, imap, ok, port, send_one
from clients import certificate_pem, mailboxes

ANA = ENV["ana"]
PATIENCE = 60  # seconds

PREFERENCES = {
    "app.update.enabled": False,
    "app.donation.eoy.version.viewed": 999,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "mail.provider.enabled": False,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mail.spotlight.firstRunDone": True,
    "mailnews.start_page.enabled": False,
    "mailnews.start_page_override.mstone": "ignore",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.manage-offline-status": False,
    "offline.autoDetect": False,
    "services.settings.server": "data:,",
    "marionette.port": 0,
    # The account.
    "mail.accountmanager.accounts": "account1",
    "mail.accountmanager.defaultaccount": "account1",
    "mail.account.account1.server": "server1",
    "mail.account.account1.identities": "id1",
    "mail.identity.id1.fullName": "Ana",
    "mail.identity.id1.useremail": ANA,
    "mail.identity.id1.valid": True,
    "mail.server.server1.type": "imap",
    "mail.server.server1.hostname": HOST,
    "mail.server.server1.port": port("imaps"),
    "mail.server.server1.socketType": 3,  # TLS from the start
    "mail.server.server1.authMethod": 3,  # a password, in clear within TLS
    "mail.server.server1.userName": ANA,
    "mail.server.server1.name": ANA,
    "mail.server.server1.login_at_startup": False,
    "mail.server.server1.check_new_mail": False,  # what is noticed is noticed by IDLE
    "mail.server.server1.use_idle": True,
    "mail.server.server1.offline_download": True,
}

# Runs in Thunderbird before each step.
PRELUDE = r"""
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const server = MailServices.accounts.accounts
  .map(a => a.incomingServer).find(s => s.type == "imap");
const rest = ms => new Promise(r => setTimeout(r, ms));
const folderAt = path => {
  let folder = server.rootFolder;
  for (const name of path.split("/")) {
    folder = folder.subFolders.find(
      f => f.name == name || (name == "INBOX" && f.getFlag(Ci.nsMsgFolderFlags.Inbox)));
    if (!folder) return null;
  }
  return folder;
};
const listener = () => {
  let resolve, reject;
  const promise = new Promise((a, b) => { resolve = a; reject = b; });
  promise.catch(() => {}); // not everybody waits
  const end = status => Components.isSuccessCode(status)
    ? resolve() : reject(new Error("status " + status.toString(16)));
  return {
    promise,
    QueryInterface: ChromeUtils.generateQI(["nsIUrlListener", "nsIMsgCopyServiceListener"]),
    OnStartRunningUrl() {}, OnStopRunningUrl(url, status) { end(status); },
    onStartCopy() {}, onProgress() {}, setMessageKey() {}, getMessageId() { return null; },
    onStopCopy(status) { end(status); },
  };
};
const compact = async folder => {
  const l = listener();
  folder.compact(l, null);
  await l.promise;
};
const move = async (from, messages, to, away) => {
  const l = listener();
  MailServices.copy.copyMessages(from, messages, to, away, l, null, false);
  await l.promise;
};
const until = async condition => {
  while (!condition()) await rest(100);
};
const pathOf = folder => folder.isServer ? ""
  : folder.getFlag(Ci.nsMsgFolderFlags.Inbox) ? "INBOX"
  : (pathOf(folder.parent) + "/" + folder.name).replace(/^\//, "");
const selectable = () => server.rootFolder.descendants
  .filter(f => !f.getFlag(Ci.nsMsgFolderFlags.ImapNoselect));
// As `Get Messages` and `Download/Sync Now` do, one folder after another. A folder may be busy with
// what it began by itself, and forget to say when it is done.
const doing = async action => {
  const l = listener();
  try {
    action(l);
    await Promise.race([l.promise.catch(() => {}), rest(3000)]);
  } catch (e) {
    if (e.result != 0x8055000a) throw e; // NS_MSG_FOLDER_BUSY
  }
};
const synchronise = async () => {
  await doing(l => folderAt("INBOX").getNewMessages(null, l));
  for (const folder of selectable()) {
    folder.QueryInterface(Ci.nsIMsgImapMailFolder);
    await doing(l => folder.updateFolderWithListener(null, l));
    if (headers(folder).some(h => !(h.flags & Ci.nsMsgMessageFlags.Offline))) {
      await doing(l => folder.downloadAllForOffline(l, null));
    }
  }
};
const state = () => Object.fromEntries(
  selectable().map(f => [pathOf(f), headers(f).map(h => [letters(h), textOf(f, h)])]));
const letters = h => [
  ["F", Ci.nsMsgMessageFlags.Marked],
  ["R", Ci.nsMsgMessageFlags.Replied], ["S", Ci.nsMsgMessageFlags.Read],
  ["T", Ci.nsMsgMessageFlags.IMAPDeleted],
].filter(([, flag]) => h.flags & flag).map(([letter]) => letter).join("");
const textOf = (folder, h) => {
  if (!(h.flags & Ci.nsMsgMessageFlags.Offline)) return "not downloaded";
  const stream = Cc["@mozilla.org/binaryinputstream;1"].createInstance(Ci.nsIBinaryInputStream);
  stream.setInputStream(folder.getMsgInputStream(h));
  let text = "";
  for (let n = stream.available(); n > 0; n = stream.available()) text += stream.readBytes(n);
  stream.close();
  return text;
};
const headers = folder => [...folder.messages];
const find = (folder, subject) => headers(folder).find(h => h.subject == subject);
"""


class Marionette:
    """What geckodriver speaks: `LENGTH:[0, id, command, parameters]`, answered by `[1, id, error, result]`."""

    def __init__(self, number):
        self.socket = socket.create_connection((HOST, number), timeout=3 * PATIENCE)
        self.id = 0
        self.read()
        self.call("WebDriver:NewSession", {"capabilities": {}})
        self.call("Marionette:SetContext", {"value": "chrome"})
        self.call("WebDriver:SetTimeouts", {"script": 2 * PATIENCE * 1000})

    def read(self):
        length = b""
        while not length.endswith(b":"):
            octet = self.socket.recv(1)
            check(octet, "Thunderbird is gone")
            length += octet
        text = b""
        while len(text) < int(length[:-1]):
            more = self.socket.recv(65536)
            check(more, "Thunderbird is gone")
            text += more
        return json.loads(text)

    def call(self, command, parameters):
        self.id += 1
        text = json.dumps([0, self.id, command, parameters]).encode()
        self.socket.sendall(str(len(text)).encode() + b":" + text)
        _, _, error, result = self.read()
        check(error is None, f"{command}: {error}")
        return result

    def run(self, script, *arguments):
        """The value that the body of an asynchronous function returns."""
        print("->", " ".join(script.split())[:100])
        wrapped = f"""const args = [...arguments]; const done = args.pop();
            (async () => {{ {PRELUDE} {script} }})().then(
              v => done(["ok", v === undefined ? null : v]), e => done(["error", String(e) + e.stack]));"""
        parameters = {"script": wrapped, "args": list(arguments), "newSandbox": True}
        kind, value = self.call("WebDriver:ExecuteAsyncScript", parameters)["value"]
        check(kind == "ok", value)
        return value


def prepare():
    session = imap(ANA)
    ok(session.create("Travel"))
    ok(session.create('"Travel/Great Britain"'))
    ok(session.create("Z&APw-rich"))
    for name in mailboxes(session):
        ok(session.subscribe(f'"{name}"'))
    for i in range(1, 4):
        text = f"Subject: of a journey {i}\r\nFrom: cy@elsewhere.test\r\n\r\njourney {i}\r\n"
        ok(session.append('"Travel/Great Britain"', None, None, text.encode()))
    ok(session.append("Z&APw-rich", r"(\Flagged)", None, b"Subject: far\r\n\r\naway\r\n"))
    session.logout()
    for i in range(1, 6):
        send_one(f"thunder {i}")


@contextlib.contextmanager
def started(home, more={}):
    profile = os.path.join(home, "profile")
    os.makedirs(profile, exist_ok=True)
    with open(os.path.join(profile, "user.js"), "w") as f:
        for name, value in (PREFERENCES | more).items():
            f.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
    log = os.path.join(home, f"imap-{len(os.listdir(home))}.log")
    environment = dict(ENV, HOME=home, MOZ_LOG="IMAP:5,timestamp,sync", MOZ_LOG_FILE=log)
    command = ["thunderbird", "--headless", "--no-remote", "--marionette"]
    command += ["--remote-allow-system-access", "--profile", profile]
    port_file = os.path.join(profile, "MarionetteActivePort")
    if os.path.exists(port_file):
        os.remove(port_file)
    with open(os.path.join(home, "said.txt"), "ab") as said:
        process = subprocess.Popen(
            command, env=environment, stdout=said, stderr=said, start_new_session=True
        )
    try:
        wait(lambda: os.path.exists(port_file) and os.path.getsize(port_file), "Thunderbird's port")
        with open(port_file) as f:
            tb = Marionette(int(f.read()))
        yield tb
        tb.call("Marionette:Quit", {"flags": ["eAttemptQuit"]})
        process.wait(PATIENCE)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        check(time.monotonic() < deadline, f"never came: {what}")
        time.sleep(0.1)


def logged(home):
    lines = []
    for name in sorted(os.listdir(home)):
        if name.startswith("imap-"):
            with open(os.path.join(home, name), errors="replace") as f:
                lines += f.read().splitlines()
    return lines


def sign_in(tb):
    """What a user does once: accepts the certificate and stores the password."""
    tb.run(
        """
        const db = Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB);
        Cc["@mozilla.org/security/certoverride;1"].getService(Ci.nsICertOverrideService)
          .rememberValidityOverride(args[0], args[1], {}, db.constructX509FromBase64(args[2]), false);
        const login = Cc["@mozilla.org/login-manager/loginInfo;1"].createInstance(Ci.nsILoginInfo);
        login.init("imap://" + args[0], null, "imap://" + args[0], args[3], args[4], "", "");
        await Services.logins.addLoginAsync(login);
        """,
        HOST,
        port("imaps"),
        "".join(certificate_pem().splitlines()[1:-1]),
        ANA,
        ENV["ana_password"],
    )


def there():
    found = {}
    for name, messages in far_side(ANA).items():
        # It keeps no \\Draft: what lies in Drafts is one.
        found[decoded(name)] = sorted([f.replace("D", ""), t] for t, f in messages)
    return found


def here(tb):
    found = {}
    for name, messages in tb.run("return state();").items():
        found[name] = sorted([f, body(t.encode("latin-1"))] for f, t in messages)
    return found


def same(tb, what):
    """Both sides come to have the same mailboxes with the same messages, texts and flags."""
    deadline = time.monotonic() + PATIENCE
    wanted = there()
    got = None
    while got != wanted and time.monotonic() < deadline:
        tb.run("await synchronise();")
        got = here(tb)
    equal(sorted(wanted), sorted(got), f"mailboxes {what}")
    for name in wanted:
        equal(wanted[name], got[name], f"messages of {name} {what}")
    print(what, {name: len(m) for name, m in got.items()})


def decoded(name):
    """A name in modified UTF-7."""

    def letters(m):
        base64 = m[1].replace(",", "/")
        return binascii.a2b_base64(base64 + "=" * (-len(base64) % 4)).decode("utf-16-be") or "&"

    return re.sub("&([A-Za-z0-9+,]*)-", letters, name)


def idling(home, mailbox):
    """Whether the last thing sent on the connection that has it selected was IDLE."""
    last = [re.search(r"SendData: \S+ (\S+)", l) for l in logged(home) if f":S-{mailbox}:SendData:" in l]
    return bool(last) and last[-1] is not None and last[-1][1].upper() == "IDLE"


def use(tb, home):
    same(tb, "at first")
    tb.run("folderAt('INBOX').updateFolder(null);")
    wait(lambda: idling(home, "INBOX"), "IDLE")
    send_one("noticed while idle")
    tb.run("await until(() => find(folderAt('INBOX'), 'noticed while idle'));")
    session = imap(ANA, "INBOX")
    ok(session.store("2", "+FLAGS", r"(\Flagged)"))
    ok(session.store("1", "+FLAGS", r"(\Deleted)"))
    ok(session.expunge())
    tb.run(
        """
        await until(() => !find(folderAt("INBOX"), "thunder 1"));
        await until(() => find(folderAt("INBOX"), "thunder 2").isFlagged);
        """
    )
    tb.run(
        """
        const inbox = folderAt("INBOX"), travel = folderAt("Travel/Great Britain");
        inbox.markMessagesRead([find(inbox, "thunder 2")], true);
        inbox.markMessagesFlagged([find(inbox, "thunder 3")], true);
        inbox.addKeywordsToMessages([find(inbox, "thunder 3")], "$label1");
        await move(inbox, [find(inbox, "thunder 3")], travel, true);
        await move(inbox, [find(inbox, "thunder 4")], travel, false);
        inbox.deleteMessages([find(inbox, "thunder 5")], null, false, false, null, true);
        await until(() => !find(inbox, "thunder 3") && !find(inbox, "thunder 5"));
        """
    )
    wait(lambda: has("Travel/Great Britain", "thunder 3", r"\Flagged", "$label1"), "a message moved")
    wait(lambda: has("Travel/Great Britain", "thunder 4"), "a message copied")
    wait(lambda: has("Trash", "thunder 5") and not has("INBOX", "thunder 5"), "a message deleted")
    wait(lambda: has("INBOX", "thunder 2", r"\Flagged", r"\Seen"), "a message read")
    tb.run(
        """
        server.rootFolder.createSubfolder("Büro & more", null);
        await until(() => folderAt("Büro & more"));
        const file = Services.dirsvc.get("TmpD", Ci.nsIFile);
        file.append("draft.eml");
        file.createUnique(Ci.nsIFile.NORMAL_FILE_TYPE, 0o600);
        await IOUtils.writeUTF8(file.path, "Subject: a draft\\r\\n\\r\\nnot yet\\r\\n");
        const l = listener();
        MailServices.copy.copyFileMessage(
          file, folderAt("Drafts"), null, true, Ci.nsMsgMessageFlags.Read, "", l, null);
        await l.promise;
        file.remove(false);
        """
    )
    check("B&APw-ro &- more" in mailboxes(session), "the mailbox that was created")
    wait(lambda: has("Drafts", "a draft", r"\Seen"), "the draft")
    tb.run(
        """
        folderAt("Büro & more").rename("Office", null);
        await until(() => folderAt("Office"));
        """
    )
    wait(lambda: "Office" in mailboxes(session), "the new name")
    equal(
        ["thunder 4"],
        tb.run(
            """
            const travel = folderAt("Travel/Great Britain");
            const search = Cc["@mozilla.org/messenger/searchSession;1"]
              .createInstance(Ci.nsIMsgSearchSession);
            search.addScopeTerm(Ci.nsMsgSearchScope.onlineMail, travel);
            const term = search.createTerm();
            const value = term.value;
            value.attrib = Ci.nsMsgSearchAttrib.Subject;
            value.str = "thunder 4";
            term.attrib = value.attrib;
            term.op = Ci.nsMsgSearchOp.Contains;
            term.value = value;
            search.appendTerm(term);
            const hits = [];
            await new Promise(resolve => {
              search.registerListener({
                onSearchHit(header) { hits.push(header.subject); },
                onSearchDone() { resolve(); },
                onNewSearch() {},
              });
              search.search(null);
            });
            return hits;
            """
        ),
        "what the server found",
    )
    tb.run(
        """
        const moved = listener(), trash = folderAt("Trash");
        MailServices.copy.copyFolder(folderAt("Office"), trash, true, moved, null);
        await moved.promise;
        await until(() => folderAt("Trash/Office"));
        """
    )
    wait(lambda: "Trash/Office" in mailboxes(session), "a mailbox thrown away")
    tb.run(
        """
        const emptied = listener();
        folderAt("Trash").emptyTrash(emptied);
        await emptied.promise;
        await until(() => !folderAt("Trash/Office"));
        await compact(folderAt("INBOX"));
        """
    )
    wait(lambda: "Trash/Office" not in mailboxes(session), "the trash without it")
    wait(lambda: not has("Trash", "thunder 5"), "an empty trash")
    session.logout()
    same(tb, "after changes")


def change(session):
    """Changes while Thunderbird is away."""
    ok(session.select("INBOX"))
    ok(session.store("1", "+FLAGS", r"(\Answered)"))
    ok(session.append("INBOX", r"(\Seen)", None, b"Subject: meanwhile\r\n\r\nmeanwhile\r\n"))
    ok(session.select('"Travel/Great Britain"'))
    ok(session.store("1:2", "+FLAGS", r"(\Deleted)"))
    ok(session.expunge())
    ok(session.store("1", "+FLAGS", r"(\Flagged)"))
    ok(session.create("Travel/Far"))
    ok(session.delete("Z&APw-rich"))
    ok(session.append("Travel/Far", None, None, b"Subject: far\r\n\r\nfar\r\n"))
    ok(session.subscribe("Travel/Far"))


def has(mailbox, subject, *flags):
    session = imap(ANA, f'"{mailbox}"')
    numbers = ok(session.search(None, "SUBJECT", f'"{subject}"'))[0].split()
    answer = ok(session.fetch(numbers[0], "(FLAGS)"))[0] if numbers else None
    session.logout()
    return answer is not None and all(flag.encode() in answer for flag in flags)


def judge(home):
    lines = logged(home)
    check(any("CreateNewLineFromSocket" in l for l in lines), "an empty log")
    wrong = [l for l in lines if re.search(r"CreateNewLineFromSocket: (\S+) (NO|BAD)\b", l)]
    check(not wrong, "\n".join(wrong))


def run(home):
    prepare()
    shutil.rmtree(home, ignore_errors=True)
    with started(home) as tb:
        sign_in(tb)
        use(tb, home)
    session = imap(ANA)
    change(session)
    session.logout()
    # Again, with what is off until asked for.
    with started(home, {"mail.server.server1.use_condstore": True}) as tb:
        same(tb, "after an absence")
    judge(home)


if __name__ == "__main__":
    run(sys.argv[1])
