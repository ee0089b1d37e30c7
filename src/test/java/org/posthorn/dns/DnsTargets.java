package org.posthorn.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A target for fuzzing: what a name server answers.
public final class DnsTargets {
  private static final Set<Integer> SAID = Set.of(Rcode.NOERROR, Rcode.NXDOMAIN);

  private DnsTargets() {}

  /// The same answer to every question: about `a.test`, of seven types.
  public static void answer(byte[] input) {
    Name name = Name.fromConstantString("a.test.");
    Resolver resolver =
        new DnsResolver(
            (q, work) -> said(q, input),
            null,
            Duration.ofMinutes(1),
            () -> 0,
            () -> Instant.EPOCH,
            1 << 20);
    check(resolver.mx(name.toString()), 100);
    check(resolver.ipv4(name.toString()), 50);
    check(resolver.ipv6(name.toString()), 50);
    check(resolver.txt(name.toString()), 100);
    check(resolver.tlsa(name.toString()), 50);
    check(resolver.srv(name.toString()), 50);
    check(resolver.names(InetAddress.ofLiteral("192.0.2.1")), 20);
  }

  /// The same answer to every question but that for the keys of the root, in a world that is
  /// signed.
  public static void signed(byte[] input) {
    Map<Name, List<Record>> records = new ConcurrentHashMap<>();
    var signer = new ZoneSigner(records);
    signer.sign(Name.root, ZoneSigner.Way.NSEC);
    Message keys = Message.newQuery(Record.newRecord(Name.root, Type.DNSKEY, DClass.IN));
    records.get(Name.root).stream()
        .filter(r -> r.getType() == Type.DNSKEY)
        .forEach(r -> keys.addRecord(r, Section.ANSWER));
    signer.complete(keys, Name.root, Type.DNSKEY);
    Upstream upstream =
        (q, work) ->
            q.equals(new Question(Name.root, Type.DNSKEY))
                ? Upstream.Said.Message.unproven(keys)
                : said(q, input);
    try {
      String anchor = signer.anchor(Name.root).toString();
      var validation = new DnsConfig.Validation(TrustAnchors.parse(anchor), List.of());
      Resolver resolver =
          new DnsResolver(
              upstream,
              validation,
              Duration.ofMinutes(1),
              () -> 0,
              InstantSource.system(),
              1 << 20);
      for (Answer<?> answer : List.of(resolver.mx("a.test"), resolver.txt("a.test"))) {
        boolean secure =
            answer instanceof Answer.Found<?> f && f.security() == Security.SECURE
                || answer instanceof Answer.Absent<?> a && a.security() == Security.SECURE;
        assertThat(secure).isFalse(); // nobody knows the key
        if (answer instanceof Answer.Failed<?> failed) {
          assertThat(failed.text()).matches("[ -~]*");
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// As if the answer had the right id and the right question, which an attacker has to guess.
  static Upstream.Said said(Question question, byte[] input) {
    Message query = Message.newQuery(Record.newRecord(question.name(), Type.A, DClass.IN));
    if (input.length > 1) {
      query.getHeader().setID((input[0] & 0xff) << 8 | input[1] & 0xff);
    }
    Message answer = Wire.answer(query, ByteBuffer.wrap(input));
    if (answer == null || !SAID.contains(answer.getRcode())) {
      return new Upstream.Said.Nothing(Answer.Reason.SERVER_FAILURE, "no answer");
    }
    return Upstream.Said.Message.unproven(answer);
  }

  private static <T> void check(Answer<T> answer, int max) {
    if (answer instanceof Answer.Found<T> found) {
      assertThat(found.name()).matches("[a-z0-9_.-]*");
      assertThat(found.records()).hasSizeBetween(1, max);
      for (T value : found.records()) {
        switch (value) {
          case Mx mx -> assertThat(mx.host()).matches("[a-z0-9_.-]*");
          case Tlsa tlsa -> assertThat(tlsa.usage()).isBetween(0, 255);
          case Srv srv -> assertThat(srv.host()).matches("[a-z0-9_.-]*");
          case InetAddress address -> assertThat(address.getAddress()).hasSizeBetween(4, 16);
          default -> assertThat(value).isInstanceOf(String.class);
        }
      }
    }
  }
}
