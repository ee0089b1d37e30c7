// What an application does with ImapFlow. `node imapflow.mjs`, with NODE_PATH where the library lies.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const { ImapFlow } = createRequire(import.meta.url)("imapflow");
const PATIENCE_MS = 30_000;
const { ana, ana_password, imaps, imap } = process.env;

async function connect(secure, more = {}) {
  const client = new ImapFlow({
    host: "127.0.0.1",
    port: Number(secure ? imaps : imap),
    secure,
    doSTARTTLS: secure ? undefined : true,
    tls: { rejectUnauthorized: false },
    auth: { user: ana, pass: ana_password },
    clientInfo: { name: "interop" },
    emitLogs: true,
    logRaw: true,
    logger: false,
    ...more,
  });
  client.on("log", entry => {
    if (!entry.data) return;
    const text = Buffer.from(entry.data, "base64").toString("latin1").trimEnd();
    console.log(`${entry.cid} ${entry.src} ${text}`);
  });
  await client.connect();
  return client;
}

function event(client, name) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${name}`)), PATIENCE_MS);
    client.once(name, data => {
      clearTimeout(timer);
      resolve(data);
    });
  });
}

const text = subject => `From: ${ana}\r\nTo: ${ana}\r\nSubject: ${subject}\r\n\r\nHello from ${subject}\r\n`;
const paths = async client => (await client.list()).map(m => m.path);

const client = await connect(true, { qresync: true });
const other = await connect(false);

// Mailboxes.
const before = await client.list({ statusQuery: { messages: true, unseen: true, uidNext: true } });
assert.equal(before.find(m => m.specialUse === "\\Sent").path, "Sent");
await client.mailboxCreate(["Flow", "Über & mehr"]);
assert.ok((await paths(client)).includes("Flow/Über & mehr"));
await client.mailboxSubscribe("Flow/Über & mehr");
assert.ok((await client.list()).find(m => m.path === "Flow/Über & mehr").subscribed);
await client.mailboxUnsubscribe("Flow/Über & mehr");
assert.ok(!(await client.list()).find(m => m.path === "Flow/Über & mehr").subscribed);
await client.mailboxRename("Flow/Über & mehr", "Flow/Target");

// Messages.
await client.mailboxOpen("INBOX");
assert.equal(client.mailbox.exists, 0);
for (let i = 1; i <= 5; i++) {
  const { uid } = await client.append("INBOX", text(`flow ${i}`), ["\\Flagged"], new Date(2024, 1, i));
  if (client.capabilities.has("UIDPLUS")) assert.ok(uid > 0);
}
const seen = [];
for await (const m of client.fetch("1:*", {
  uid: true, flags: true, envelope: true, bodyStructure: true, internalDate: true, size: true,
  headers: ["subject", "from"], bodyParts: ["1"], threadId: true,
})) {
  assert.match(m.headers.toString(), new RegExp(m.envelope.subject));
  assert.match(m.bodyParts.get("1").toString(), new RegExp(m.envelope.subject));
  seen.push(m.envelope.subject);
}
assert.deepEqual(seen, [1, 2, 3, 4, 5].map(i => `flow ${i}`));
assert.deepEqual(await client.search({ subject: "flow 3" }, { uid: false }), [3]);
assert.deepEqual(await client.search({ body: "flow 4", flagged: true }), [4]);
assert.deepEqual(await client.search({ or: [{ subject: "flow 1" }, { not: { flagged: true } }] }), [1]);
const whole = await client.download("2");
let octets = "";
for await (const chunk of whole.content) octets += chunk;
assert.equal(octets, text("flow 2"));
assert.ok(await client.messageFlagsAdd("1", ["\\Seen", "work"]));
assert.ok(await client.messageFlagsRemove("1", ["\\Flagged"]));
const one = await client.fetchOne("1", { flags: true });
assert.deepEqual([...one.flags].filter(f => f !== "\\Recent").sort(), ["\\Seen", "work"]);

// By another session while idle: a message, a flag, an expunge.
let told = event(client, "exists");
const idle = client.idle();
await other.mailboxOpen("INBOX");
await other.append("INBOX", text("while idle"));
assert.equal((await told).count, 6);
told = event(client, "flags");
await other.messageFlagsAdd("2", ["\\Answered"]);
assert.ok((await told).flags.has("\\Answered"));
told = event(client, "expunge");
await other.messageDelete("6");
await told;
assert.equal(client.mailbox.exists, 5);

// Moved, copied, deleted.
assert.equal((await client.messageCopy("1", "Flow/Target")).uidMap.size, 1);
await idle;
assert.equal((await client.messageMove("1:2", "Flow/Target")).uidMap.size, 2);
assert.ok(await client.messageDelete({ subject: "flow 5" }));
assert.equal(client.mailbox.exists, 2);
assert.equal((await client.status("Flow/Target", { messages: true, unseen: true })).messages, 3);

// Comes back to what changed meanwhile.
const { highestModseq, uidValidity } = client.mailbox;
await client.mailboxClose();
await other.noop();
await other.messageFlagsAdd("1", ["\\Seen"]);
await other.messageDelete("2");
await client.mailboxOpen("INBOX");
assert.equal(client.mailbox.uidValidity, uidValidity);
const changed = [];
for await (const m of client.fetch("1:*", { uid: true, flags: true }, { changedSince: highestModseq })) {
  changed.push(m.uid);
}
assert.equal(changed.length, 1);
if (client.capabilities.has("QUOTA")) assert.ok(await client.getQuota("INBOX"));
await client.mailboxDelete("Flow/Target");
await client.mailboxDelete("Flow");
assert.ok(!(await paths(client)).some(p => p.startsWith("Flow")));
await client.logout();
await other.logout();
console.log("done");
