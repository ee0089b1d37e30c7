package org.posthorn.trust;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.posthorn.mime.DomainNames;
import org.posthorn.mime.EmailAddress;
import org.posthorn.trust.ResultsReader.Head;
import org.posthorn.trust.arc.ArcResult;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dmarc.DmarcResult;
import org.posthorn.trust.spf.SpfResult;

/// What was found out about a message, as its header says it (RFC 8601).
///
/// @param authservId who says it, as `mail.example.org`
public record AuthenticationResults(String authservId, List<Result> results) {
  public static final String NAME = "Authentication-Results";

  /// RFC 8601 §2.6
  private static final int VERSION = 1;

  private static final Pattern KEYWORD = Pattern.compile("[a-z0-9_-]{1,100}");

  private static final int VALUE_MAX = 64 * 1024;

  /// Results that would begin behind so many octets of a field are not written: a message may bring
  /// signatures with names as long as it likes.
  private static final int TOLD_MAX = 4 * 1024;

  public AuthenticationResults {
    results = List.copyOf(results);
  }

  /// Where nothing was looked at yet.
  public AuthenticationResults(String authservId) {
    this(authservId, List.of());
  }

  /// @param method as `spf`, in lower case; so the result: words of letters, digits, - and _
  /// @param reason for people, "" without
  /// @param comment likewise, for what is no reason; not read from fields
  public record Result(
      String method, String result, String reason, String comment, List<Property> properties) {
    public Result {
      requireKeyword(method);
      requireKeyword(result);
      properties = List.copyOf(properties);
    }

    private List<String> words() {
      List<String> words = new ArrayList<>();
      words.add(method + "=" + result);
      if (!comment.isEmpty()) words.add(ResultsWriter.comment(comment));
      if (!reason.isEmpty()) words.add("reason=" + ResultsWriter.quoted(reason));
      for (Property p : properties) {
        words.add(p.type + "." + p.name + "=" + ResultsWriter.propertyValue(p.value));
      }
      return words;
    }

    /// The value of a property such as `header`, `d`; "" without.
    public String property(String type, String name) {
      for (Property p : properties) {
        if (p.type.equals(type) && p.name.equals(name)) return p.value;
      }
      return "";
    }
  }

  /// @param type as `smtp`, in lower case
  /// @param name as `mailfrom`
  /// @param value bare, whatever it holds
  public record Property(String type, String name, String value) {
    public Property {
      requireKeyword(type);
      requireKeyword(name);
    }
  }

  /// The value of a field, folded or not; of ARC-Authentication-Results behind the instance and its
  /// semicolon. Null if it does not say whose results they are, or is of an unknown version.
  public static AuthenticationResults parse(String value) {
    if (value.length() > VALUE_MAX) return null;
    var reader = new ResultsReader(value);
    Head head = reader.head();
    return head.id() == null || head.version() != VERSION
        ? null
        : new AuthenticationResults(head.id(), reader.results());
  }

  /// Whether a field claims to be of one who is called so, or cannot be told to be of another, or
  /// is of a version that nobody knows: such a field is not taken from strangers (RFC 8601 §5).
  ///
  /// @param ids in lower case, domains as A-labels
  static boolean isSuspect(String value, List<String> ids) {
    Head head = new ResultsReader(value).head();
    List<String> claims = ResultsReader.claims(value);
    return head.id() == null
        || head.version() != VERSION
        || claims == null
        || claims.stream().anyMatch(c -> ids.contains(canonical(c)));
  }

  /// As ids are compared: case, the kind of labels, and a dot at the end make no difference.
  static String canonical(String id) {
    String bare = id.strip();
    while (bare.endsWith(".")) bare = bare.substring(0, bare.length() - 1);
    String ascii = DomainNames.toAscii(bare);
    return ascii == null ? bare.toLowerCase(Locale.ROOT) : ascii;
  }

  /// With what was found. Null, here and in the others: it was not looked at, and nothing is added.
  public AuthenticationResults withSpf(SpfResult spf) {
    if (spf == null) return this;
    String name = spf.identity() == SpfResult.Identity.HELO ? "helo" : "mailfrom";
    String reason = spf.code() == SpfResult.Code.PASS ? "" : spf.reason();
    return with("spf", spf.code().word(), reason, property("smtp", name, spf.domain()));
  }

  /// An empty list: there is no signature.
  public AuthenticationResults withDkim(List<DkimResult> signatures) {
    if (signatures == null) return this;
    if (signatures.isEmpty()) return with("dkim", "none", "", List.of());
    AuthenticationResults all = this;
    for (DkimResult d : signatures) {
      List<Property> properties = new ArrayList<>();
      properties.addAll(property("header", "d", d.domain()));
      properties.addAll(property("header", "s", d.selector()));
      properties.addAll(property("header", "a", d.algorithm()));
      properties.addAll(property("header", "b", d.start()));
      boolean passed = d.code() == DkimResult.Code.PASS && !d.testing();
      all = all.with("dkim", d.code().word(), passed ? "" : d.reason(), properties);
    }
    return all;
  }

  public AuthenticationResults withDmarc(DmarcResult dmarc) {
    if (dmarc == null) return this;
    List<Property> properties = new ArrayList<>();
    if (dmarc.code() == DmarcResult.Code.FAIL) {
      properties.addAll(property("policy", "dmarc", dmarc.asked().word()));
    }
    properties.addAll(property("header", "from", dmarc.domain()));
    String reason = dmarc.code() == DmarcResult.Code.PASS ? "" : dmarc.reason();
    return with("dmarc", dmarc.code().word(), reason, properties);
  }

  /// @param client who brought the message (RFC 8617 §10.2), null if that is not to be told
  public AuthenticationResults withArc(ArcResult arc, InetAddress client) {
    if (arc == null) return this;
    String ip = client == null ? "" : IpText.of(IpText.plain(client));
    String reason = arc.code() == ArcResult.Code.FAIL ? arc.reason() : "";
    return with("arc", arc.code().word(), reason, property("smtp", "remote-ip", ip));
  }

  public AuthenticationResults withReverse(ReverseName reverse, InetAddress client) {
    if (reverse == null) return this;
    List<Property> ip = property("policy", "iprev", IpText.of(IpText.plain(client)));
    return with(new Result("iprev", reverse.code().word(), "", reverse.name(), ip));
  }

  /// The client has logged in.
  public AuthenticationResults withLogin(EmailAddress account) {
    return with("auth", "pass", "", property("smtp", "auth", account.toString()));
  }

  public AuthenticationResults with(Result result) {
    List<Result> all = new ArrayList<>(results);
    all.add(result);
    return new AuthenticationResults(authservId, all);
  }

  private AuthenticationResults with(
      String method, String result, String reason, List<Property> properties) {
    return with(new Result(method, result, reason, "", properties));
  }

  private static List<Property> property(String type, String name, String value) {
    return value.isEmpty() ? List.of() : List.of(new Property(type, name, value));
  }

  /// The field with its line ends, folded at 78 columns where that can be done; ASCII.
  public String field() {
    return field(NAME, "");
  }

  /// The same in a field of another name.
  ///
  /// @param before stands in front of the value, as `i=1;`; "" without
  public String field(String name, String before) {
    var writer = new ResultsWriter(name + ":");
    if (!before.isEmpty()) writer.word(before);
    writer.word(ResultsWriter.value(authservId) + ";");
    if (results.isEmpty()) writer.word("none");
    for (int i = 0; i < results.size(); i++) {
      List<String> words = results.get(i).words();
      int octets = words.stream().mapToInt(String::length).sum();
      boolean last = i == results.size() - 1 || writer.length() + octets > TOLD_MAX;
      writer.line();
      for (int n = 0; n < words.size(); n++) {
        boolean more = n == words.size() - 1 && !last;
        writer.word(more ? words.get(n) + ";" : words.get(n));
      }
      if (last) break;
    }
    return writer.end();
  }

  /// Keyword of RFC 5321 §4.1.2, and the underscore.
  private static void requireKeyword(String word) {
    if (!KEYWORD.matcher(word).matches()) {
      throw new IllegalArgumentException("no keyword");
    }
  }
}
