package org.posthorn.bench;

import java.util.List;
import java.util.Set;

/// Mail that comes in from strangers, signed, into some accounts: Posthorn with everything that it
/// can check switched on, Posthorn without, and others, which check nothing. The clock stops when
/// IMAP shows all messages in INBOX, where they belong.
final class Receiving implements Workload {
  private static final int ACCOUNTS = 8;
  private static final int OCTETS = 4096;
  private static final int PER_CONNECTION = 100;
  private static final int SESSIONS = 32;

  /// Ourselves without checks.
  private static final String UNCHECKED = Setup.SELF + "-unchecked";

  private final int messages;
  private final MailText text = new MailText(OCTETS, Long.toHexString(System.nanoTime()) + "r");
  private Signature signature; // made when first wanted, as the zone that publishes it

  private Receiving(int messages) {
    this.messages = messages;
  }

  static List<Workload> all(Scale scale) {
    return List.of(new Receiving(scale.of(5_000)));
  }

  @Override
  public String name() {
    return "receive-4k-32";
  }

  @Override
  public String what() {
    return "signed mail of strangers until visible, 4 KiB, 32 sessions, Posthorn checking all";
  }

  @Override
  public String unit() {
    return "msg/s";
  }

  @Override
  public Set<String> needs() {
    return Set.of("smtp");
  }

  @Override
  public Setup setup() {
    return new Checked(this);
  }

  private synchronized Signature signature() throws Exception {
    if (signature == null) {
      signature = new Signature();
    }
    return signature;
  }

  private record Checked(Receiving work) implements Setup {
    @Override
    public List<String> contenders(List<String> peers) {
      List<String> all = Setup.super.contenders(peers);
      all.add(1, UNCHECKED);
      return all;
    }

    @Override
    public Running start(Launcher launcher, String contender) throws Exception {
      switch (contender) {
        case SELF -> {
          Zone zone = new Zone();
          work.signature().publish(zone);
          Running checking = CheckingServer.start(launcher, ACCOUNTS, zone.address());
          return new Running(checking.peer(), List.of(checking, zone));
        }
        case UNCHECKED -> {
          Running plain = DevServer.start(launcher, ACCOUNTS);
          return new Running(plain.peer().named(UNCHECKED), List.of(plain));
        }
        default -> {
          return launcher.mailboxes(contender, ACCOUNTS);
        }
      }
    }
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    int round = text.nextRound();
    byte[][] mail = new byte[messages][];
    String[] to = new String[messages];
    int[] sent = new int[peer.accounts().size()];
    for (int i = 0; i < messages; i++) {
      to[i] = peer.accounts().get(i % sent.length).name();
      sent[i % sent.length]++;
      byte[] plain = text.wire(round, i % SESSIONS, i, MailText.FROM, to[i]);
      mail[i] = signature().sign(plain);
    }
    try (Inboxes inboxes = new Inboxes(peer)) {
      long acknowledged = send(peer, mail, to);
      long began = System.nanoTime();
      inboxes.await(sent);
      long visible = acknowledged + System.nanoTime() - began;
      inboxes.check(round % sent.length, sent[round % sent.length], text);
      return Measure.perSecond(messages, visible)
          .and("acknowledged/s", messages * 1e9 / acknowledged);
    }
  }

  private static long send(Peer peer, byte[][] mail, String[] to) throws Exception {
    return Crowd.run(
        SESSIONS,
        (session, ready) -> {
          Smtp smtp = Smtp.open(peer, "smtp");
          try {
            ready.run();
            int sent = 0;
            for (int i = session; i < mail.length; i += SESSIONS) {
              if (sent > 0 && sent % PER_CONNECTION == 0) {
                smtp.quit();
                smtp = Smtp.open(peer, "smtp");
              }
              sent++;
              smtp.send(MailText.FROM, List.of(to[i]), mail[i]);
            }
            smtp.quit();
          } finally {
            smtp.close();
          }
        });
  }
}
