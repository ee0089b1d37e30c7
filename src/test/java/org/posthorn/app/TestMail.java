package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// Sends and reads with Jakarta Mail, as very many programs do.
final class TestMail {
  /// The password of whoever sends by submission.
  static final String SECRET = "correct horse";

  private TestMail() {}

  static int port(Server server, String door) {
    return server.doors().stream()
        .filter(d -> d.name().equals(door))
        .findFirst()
        .orElseThrow()
        .address()
        .getPort();
  }

  static void send(Server server, String door, String from, String to, String subject)
      throws Exception {
    boolean implicit = door.equals("submissions");
    String protocol = implicit ? "smtps" : "smtp";
    Properties p = new Properties();
    p.put("mail.mime.allowutf8", "true");
    p.put("mail." + protocol + ".ssl.trust", "*");
    p.put("mail." + protocol + ".starttls.enable", "true");
    p.put("mail." + protocol + ".auth", Boolean.toString(!door.equals("smtp")));
    Session session = Session.getInstance(p);
    MimeMessage message = new MimeMessage(session);
    message.setFrom(new InternetAddress(from));
    message.setRecipient(Message.RecipientType.TO, new InternetAddress(to));
    message.setSubject(subject);
    message.setText("Body of " + subject + ".\r\n.dot at the beginning\r\n");
    try (Transport transport = session.getTransport(protocol)) {
      boolean login = !door.equals("smtp");
      transport.connect(
          "127.0.0.1", port(server, door), login ? from : null, login ? SECRET : null);
      transport.sendMessage(message, message.getAllRecipients());
    }
  }

  static List<String> subjects(Server server, String protocol, String user, String password)
      throws Exception {
    Properties p = new Properties();
    p.put("mail." + protocol + ".ssl.trust", "*");
    try (Store store = Session.getInstance(p).getStore(protocol)) {
      store.connect("127.0.0.1", port(server, protocol), user, password);
      Folder inbox = store.getFolder("INBOX");
      inbox.open(Folder.READ_WRITE);
      List<String> subjects = new ArrayList<>();
      for (Message message : inbox.getMessages()) {
        subjects.add(message.getSubject());
        assertThat(message.getContent().toString())
            .startsWith("Body of " + message.getSubject() + ".\r\n");
      }
      inbox.close(false);
      return subjects;
    }
  }
}
