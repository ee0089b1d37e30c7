package org.posthorn.app.admin;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.zone.DomainZone;
import org.posthorn.app.zone.Site;
import org.posthorn.app.zone.SpfLook;
import org.posthorn.app.zone.World;
import org.posthorn.app.zone.ZoneCheck;
import org.posthorn.app.zone.ZoneRecord;
import org.posthorn.app.zone.ZoneText;
import org.posthorn.directory.Directory;
import org.posthorn.directory.DomainEntry;
import org.posthorn.directory.DomainSettings;
import org.posthorn.directory.SigningKey;
import org.posthorn.directory.SigningKey.State;
import org.posthorn.mta.sign.DomainKeys;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `dkim` and `dns`: what is published of a domain.
public final class PublishRequests {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);

  private final Directory directory;
  private final DomainKeys keys;
  private final Supplier<World> world;
  private final Supplier<Site> site;

  /// @param world asked anew at each request that needs it
  /// @param site asked at each request: certificates change
  public PublishRequests(
      Directory directory, DomainKeys keys, Supplier<World> world, Supplier<Site> site) {
    this.directory = directory;
    this.keys = keys;
    this.world = world;
    this.site = site;
  }

  /// Null if the command is none of these.
  Answer run(Request request) {
    return switch (request.command()) {
      case "dkim.list" -> list(request);
      case "dkim.rotate" -> rotate(request);
      case "dns.zone" -> zone(request);
      case "dns.check" -> check(request);
      default -> null;
    };
  }

  // --- keys

  private Answer list(Request request) {
    String asked = request.arguments().get("domain");
    List<String> domains = asked == null ? keys.domains() : List.of(signing(asked));
    List<String> lines = new ArrayList<>();
    ArrayNode result = Wire.JSON.createArrayNode();
    for (String domain : domains) {
      for (SigningKey k : keys.of(domain)) {
        lines.add(domain + " " + k.selector() + " " + k.algorithm() + " " + standing(k));
        result.add(json(domain, k));
      }
    }
    if (asked != null) {
      lines.add("");
      lines.addAll(ZoneText.of(DomainZone.keys(domains.getFirst(), published(domains.getFirst()))));
    }
    return Answer.done(lines, result);
  }

  private static String standing(SigningKey k) {
    return switch (k.state()) {
      case NEW -> "waits until the DNS shows it";
      case ACTIVE -> "signs since " + DAY.format(k.since());
      case RETIRED ->
          "signs no more, keep its record until "
              + DAY.format(k.since().plus(DomainKeys.RETIRED_FOR));
      case FORGOTTEN -> "is gone, delete its record";
    };
  }

  private static ObjectNode json(String domain, SigningKey k) {
    ObjectNode node = Wire.JSON.createObjectNode();
    node.put("domain", domain);
    node.put("selector", k.selector());
    node.put("algorithm", k.algorithm());
    node.put("state", k.state().name().toLowerCase(Locale.ROOT));
    node.put("made", k.made().toString());
    node.put("since", k.since().toString());
    node.put("name", DomainKeys.recordName(domain, k));
    node.put("value", DomainKeys.recordText(k));
    return node;
  }

  private Answer rotate(Request request) {
    String domain = signing(request.need("domain"));
    keys.watch(domain, world.get().resolver()); // what waits from before may be there by now
    List<SigningKey> all = keys.rotate(domain);
    if (all.isEmpty()) {
      throw new CommandFailed("nothing is signed here: dkim.enabled is false");
    }
    ArrayNode result = Wire.JSON.createArrayNode();
    all.forEach(k -> result.add(json(domain, k)));
    List<DomainZone.Published> fresh =
        published(domain).stream().filter(p -> p.state() == State.NEW).toList();
    List<String> lines = new ArrayList<>(ZoneText.of(DomainZone.keys(domain, fresh)));
    lines.add("");
    lines.add("Publish these records, and leave those of the old keys. The server looks for them");
    lines.add(
        "every hour, and when you run `posthorn dns check " + domain + "`; when it sees them,");
    lines.add("it signs by the new keys. `posthorn dkim list` says which old records may go then.");
    return Answer.done(lines, result);
  }

  /// A domain that has keys.
  private String signing(String text) {
    DomainEntry entry = directory.domain(text);
    if (!keys.signs(entry.name())) {
      throw new CommandFailed("other servers are for " + entry.name() + ": they sign for it");
    }
    return entry.name();
  }

  private List<DomainZone.Published> published(String domain) {
    return keys.of(domain).stream()
        .map(k -> new DomainZone.Published(k.selector(), DomainKeys.recordText(k), k.state()))
        .toList();
  }

  // --- all records

  private List<ZoneRecord> records(DomainEntry entry) {
    return entry.settings().kind() == DomainSettings.Kind.BACKUP
        ? DomainZone.backup(site.get(), entry.name())
        : DomainZone.own(site.get(), entry.name(), published(entry.name()));
  }

  private Answer zone(Request request) {
    List<ZoneRecord> records = records(directory.domain(request.need("domain")));
    ArrayNode result = Wire.JSON.createArrayNode();
    records.forEach(r -> result.add(json(r)));
    return Answer.done(ZoneText.of(records), result);
  }

  private static ObjectNode json(ZoneRecord r) {
    ObjectNode node = Wire.JSON.createObjectNode();
    node.put("name", r.name());
    node.put("type", r.type().name());
    node.put("value", r.value());
    node.put("need", r.need().name().toLowerCase(Locale.ROOT));
    node.put("why", r.why());
    return node;
  }

  private Answer check(Request request) {
    DomainEntry entry = directory.domain(request.need("domain"));
    World now = world.get();
    keys.watch(entry.name(), now.resolver());
    Site here = site.get();
    List<ZoneCheck.Finding> findings =
        ZoneCheck.run(
            now.resolver(), records(entry), new SpfLook(now.resolver(), here, now.spf())::lets);
    List<String> lines = new ArrayList<>();
    ArrayNode result = Wire.JSON.createArrayNode();
    int harmful = 0;
    for (ZoneCheck.Finding f : findings) {
      harmful += f.harmful() ? 1 : 0;
      lines.add(line(f));
      ObjectNode node = json(f.record());
      node.put("state", f.state().name().toLowerCase(Locale.ROOT));
      node.put("harmful", f.harmful());
      node.put("note", f.note());
      ArrayNode found = node.putArray("found");
      f.found().forEach(found::add);
      result.add(node);
    }
    return harmful == 0
        ? Answer.done(lines, result)
        : new Answer(trouble(harmful, entry.name()), lines, result);
  }

  private static String trouble(int records, String domain) {
    return records == 1
        ? "one record of " + domain + " needs mending"
        : records + " records of " + domain + " need mending";
  }

  /// One line for each record: how it is, what there is, and what there should be.
  private static String line(ZoneCheck.Finding f) {
    ZoneRecord r = f.record();
    var line = new StringBuilder(96);
    line.append(String.format(Locale.ROOT, "%-8s", f.state().name().toLowerCase(Locale.ROOT)));
    line.append(String.format(Locale.ROOT, "%-5s", r.type())).append(r.name());
    String is = String.join(" | ", f.found());
    if (f.state() == ZoneCheck.State.OK) {
      line.append(is.isEmpty() ? "" : "  " + is);
    } else {
      line.append(is.isEmpty() ? "" : "  is: " + is);
      line.append(r.value().isEmpty() ? "" : "  should be: " + r.value());
    }
    if (!f.note().isEmpty()) {
      line.append("  (").append(f.note()).append(')');
    }
    if (f.state() != ZoneCheck.State.OK && !f.harmful()) {
      line.append("  (not needed, but good to have)");
    }
    return line.toString();
  }
}
