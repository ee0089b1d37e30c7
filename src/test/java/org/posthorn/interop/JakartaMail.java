package org.posthorn.interop;

import jakarta.mail.Address;
import jakarta.mail.FetchProfile;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Session;
import jakarta.mail.UIDFolder;
import jakarta.mail.event.MessageChangedEvent;
import jakarta.mail.event.MessageCountAdapter;
import jakarta.mail.event.MessageCountEvent;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.search.AndTerm;
import jakarta.mail.search.BodyTerm;
import jakarta.mail.search.FlagTerm;
import jakarta.mail.search.SubjectTerm;
import java.io.IOException;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.angus.mail.imap.AppendUID;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.eclipse.angus.mail.imap.IMAPStore;
import org.eclipse.angus.mail.imap.MessageVanishedEvent;
import org.eclipse.angus.mail.imap.ResyncData;
import org.eclipse.angus.mail.imap.SortTerm;

/// The program of the job `jakarta-mail` of `src/interop/run`: what an application does with
/// Jakarta Mail (Angus). The transcript goes to standard output.
public final class JakartaMail {
  private static final long PATIENCE_SECONDS = 30;
  private static final String ANA = System.getenv("ana");

  private JakartaMail() {}

  public static void main(String[] args) throws Exception {
    try (IMAPStore store = connect();
        IMAPStore other = connect()) {
      folders(store);
      messages(store, other);
      back(store, other);
    }
    System.out.println("done");
  }

  private static IMAPStore connect() throws MessagingException {
    var p = new Properties();
    p.put("mail.imaps.host", "127.0.0.1");
    p.put("mail.imaps.port", System.getenv("imaps"));
    p.put("mail.imaps.ssl.trust", "*");
    p.put("mail.imaps.ssl.checkserveridentity", "false");
    // What the server can do of this is used.
    p.put("mail.imaps.compress.enable", "true");
    p.put("mail.mime.allowutf8", "true");
    Session session = Session.getInstance(p);
    session.setDebug(true);
    IMAPStore store = (IMAPStore) session.getStore("imaps");
    store.connect(ANA, System.getenv("ana_password"));
    return store;
  }

  private static void folders(IMAPStore store) throws MessagingException {
    equal("Posthorn", store.id(Map.of("name", "jakarta")).get("name"));
    equal("INBOX", store.getDefaultFolder().getFolder("INBOX").getFullName());
    equal(1, store.getPersonalNamespaces().length);
    store.getUserNamespaces("bo@interop.test");
    store.getSharedNamespaces();
    Folder ship = store.getFolder("Jakarta/Überseeschiff & more");
    if (ship.exists()) {
      ship.delete(true);
    }
    equal(true, ship.create(Folder.HOLDS_MESSAGES | Folder.HOLDS_FOLDERS));
    ship.setSubscribed(true);
    check(names(store.getDefaultFolder().listSubscribed("*")).contains(ship.getFullName()));
    ship.setSubscribed(false);
    check(!names(store.getDefaultFolder().listSubscribed("*")).contains(ship.getFullName()));
    check(names(store.getDefaultFolder().list("*")).contains(ship.getFullName()));
    check(names(store.getFolder("Jakarta").list("%")).contains(ship.getFullName()));
    Folder sent = store.getFolder("Sent");
    check(Arrays.asList(((IMAPFolder) sent).getAttributes()).contains("\\Sent"));
    Folder renamed = store.getFolder("Jakarta/Schiff");
    equal(true, ship.renameTo(renamed));
    equal(true, renamed.exists());
    equal(false, store.getFolder("Jakarta/Nothing").exists());
    if (store.hasCapability("QUOTA")) {
      check(store.getQuota("INBOX").length > 0);
    }
    if (store.hasCapability("ACL")) {
      check(((IMAPFolder) store.getFolder("INBOX")).myRights() != null);
    }
  }

  private static void messages(IMAPStore store, IMAPStore other) throws Exception {
    IMAPFolder inbox = (IMAPFolder) store.getFolder("INBOX");
    inbox.open(Folder.READ_WRITE);
    equal(0, inbox.getMessageCount());
    for (int i = 1; i <= 5; i++) {
      AppendUID[] uids = inbox.appendUIDMessages(new Message[] {message("jakarta " + i)});
      equal(uids[0].uid, inbox.getUID(inbox.getMessage(i)));
    }
    var profile = new FetchProfile();
    for (FetchProfile.Item item :
        List.of(
            FetchProfile.Item.ENVELOPE,
            FetchProfile.Item.FLAGS,
            FetchProfile.Item.CONTENT_INFO,
            FetchProfile.Item.SIZE,
            UIDFolder.FetchProfileItem.UID,
            IMAPFolder.FetchProfileItem.HEADERS,
            IMAPFolder.FetchProfileItem.INTERNALDATE)) {
      profile.add(item);
    }
    Message[] all = inbox.getMessages();
    inbox.fetch(all, profile);
    equal("jakarta 3", all[2].getSubject());
    Address[] from = all[2].getFrom();
    equal("Änna", ((InternetAddress) from[0]).getPersonal());
    read(all[2]);
    equal(true, all[2].isSet(Flags.Flag.SEEN));
    inbox.setFlags(new Message[] {all[3]}, new Flags("work"), true);
    inbox.setFlags(new Message[] {all[3]}, new Flags(Flags.Flag.FLAGGED), true);
    equal(1, inbox.search(new SubjectTerm("jakarta 2")).length);
    equal(5, inbox.search(new BodyTerm("Gr")).length);
    if (!store.hasCapability("UTF8=ACCEPT")) {
      // It enables that itself, and has other letters than ASCII in Latin-1 then:
      // https://github.com/eclipse-ee4j/angus-mail/issues/104
      equal(5, inbox.search(new BodyTerm("Grüße")).length);
    }
    var flagged =
        new AndTerm(
            new FlagTerm(new Flags(Flags.Flag.FLAGGED), true),
            new FlagTerm(new Flags(Flags.Flag.SEEN), false));
    equal(1, inbox.search(flagged).length);
    if (store.hasCapability("SORT*")) {
      SortTerm[] order = {SortTerm.REVERSE, SortTerm.SUBJECT};
      equal(5, inbox.getSortedMessages(order)[0].getMessageNumber());
    }
    idle(inbox, other);
    Folder ship = store.getFolder("Jakarta/Schiff");
    equal(1, inbox.copyUIDMessages(new Message[] {all[0]}, ship).length);
    equal(2, inbox.moveUIDMessages(new Message[] {all[1], all[3]}, ship).length);
    equal(3, ship.getMessageCount());
    all[0].setFlag(Flags.Flag.DELETED, true);
    inbox.close(true);
    equal(2, inbox.getMessageCount());
    ship.open(Folder.READ_ONLY);
    equal(true, ship.getMessage(3).getFlags().contains("work"));
    ship.close(false);
  }

  private static void read(Message m) throws MessagingException, IOException {
    Multipart parts = (Multipart) m.getContent();
    equal("Grüße\r\n", parts.getBodyPart(0).getContent());
    byte[] octets = parts.getBodyPart(1).getInputStream().readAllBytes();
    check(Arrays.equals(attachment(), octets));
    equal("ä.bin", parts.getBodyPart(1).getFileName());
  }

  /// A message, a flag and an expunge by another session.
  private static void idle(IMAPFolder inbox, IMAPStore other) throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    inbox.addMessageCountListener(
        new MessageCountAdapter() {
          @Override
          public void messagesAdded(MessageCountEvent e) {
            events.add("added " + e.getMessages().length);
          }

          @Override
          public void messagesRemoved(MessageCountEvent e) {
            events.add("removed " + e.getMessages().length);
          }
        });
    inbox.addMessageChangedListener(e -> {
      if (e.getMessageChangeType() == MessageChangedEvent.FLAGS_CHANGED) {
        events.add("flags");
      }
    });
    Thread idle =
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (inbox.isOpen()) {
                  inbox.idle();
                }
              } catch (MessagingException | IllegalStateException e) {
                events.add(e.toString());
              }
            });
    IMAPFolder second = (IMAPFolder) other.getFolder("INBOX");
    second.open(Folder.READ_WRITE);
    second.appendMessages(new Message[] {message("while idle")});
    equal("added 1", events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    second.getMessage(1).setFlag(Flags.Flag.ANSWERED, true);
    equal("flags", events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    second.getMessage(6).setFlag(Flags.Flag.DELETED, true);
    equal("flags", events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    second.close(true);
    equal("removed 1", events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  /// Comes back to a mailbox that changed (RFC 7162).
  private static void back(IMAPStore store, IMAPStore other) throws MessagingException {
    IMAPFolder inbox = (IMAPFolder) store.getFolder("INBOX");
    inbox.open(Folder.READ_ONLY, ResyncData.CONDSTORE);
    long modseq = inbox.getHighestModSeq();
    long validity = inbox.getUIDValidity();
    check(((IMAPMessage) inbox.getMessage(1)).getModSeq() <= modseq);
    inbox.close(false);
    IMAPFolder second = (IMAPFolder) other.getFolder("INBOX");
    second.open(Folder.READ_WRITE);
    second.getMessage(1).setFlag(Flags.Flag.FLAGGED, true);
    second.getMessage(2).setFlag(Flags.Flag.DELETED, true);
    second.close(true);
    List<?> events = inbox.open(Folder.READ_ONLY, new ResyncData(validity, modseq));
    equal(1L, events.stream().filter(MessageVanishedEvent.class::isInstance).count());
    equal(1L, events.stream().filter(MessageChangedEvent.class::isInstance).count());
    inbox.close(false);
    equal(true, store.getFolder("Jakarta").delete(true));
    equal(false, store.getFolder("Jakarta/Schiff").exists());
  }

  private static byte[] attachment() {
    byte[] octets = new byte[10_000];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) (i * 7);
    }
    return octets;
  }

  private static MimeMessage message(String subject) throws MessagingException {
    var text = new MimeBodyPart();
    text.setText("Grüße\r\n", "utf-8");
    var file = new MimeBodyPart();
    file.setContent(attachment(), "application/octet-stream");
    file.setFileName("ä.bin");
    var m = new MimeMessage((Session) null);
    try {
      m.setFrom(new InternetAddress("anna@interop.test", "Änna", "utf-8"));
    } catch (IOException e) {
      throw new MessagingException("name", e);
    }
    m.setRecipients(Message.RecipientType.TO, ANA);
    m.setSubject(subject, "utf-8");
    m.setSentDate(new Date());
    m.setContent(new MimeMultipart(text, file));
    m.saveChanges();
    return m;
  }

  private static List<String> names(Folder[] folders) {
    return Arrays.stream(folders).map(Folder::getFullName).toList();
  }

  private static void check(boolean condition) {
    if (!condition) {
      throw new AssertionError();
    }
  }

  private static void equal(Object wanted, Object got) {
    if (!wanted.equals(got)) {
      throw new AssertionError("wanted " + wanted + ", got " + got);
    }
  }
}
