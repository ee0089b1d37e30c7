package org.posthorn.app.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.posthorn.app.CommandFailed;
import org.posthorn.directory.Directory;
import org.posthorn.directory.DomainEntry;
import org.posthorn.directory.DomainSettings;
import org.posthorn.mta.sign.DomainKeys;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `domain`: what this server is for.
final class DomainRequests {
  private static final String NONE = "none";
  private static final String ANY = "any";

  private final Directory directory;
  private final DomainKeys keys;
  private volatile boolean signs = true;

  /// @param keys of all kinds
  DomainRequests(Directory directory, DomainKeys keys) {
    this.directory = directory;
    this.keys = keys;
  }

  /// Whether domains get keys when they are added.
  void signing(boolean wanted) {
    signs = wanted;
  }

  private void makeKeys(String domain) {
    if (signs) {
      keys.of(directory.domain(domain).name());
    }
  }

  /// Null if the command is none of these.
  Answer run(Request request) {
    return switch (request.command()) {
      case "domain.add" -> add(request);
      case "domain.alias" -> {
        directory.addDomainAlias(request.need("alias"), request.need("domain"));
        makeKeys(request.need("alias"));
        yield done("added ", directory.domain(request.need("alias")));
      }
      case "domain.settings" -> settings(request);
      case "domain.remove" -> {
        String domain = request.need("domain");
        directory.removeDomain(domain);
        yield Answer.done(
            List.of("removed " + domain), Wire.JSON.createObjectNode().put("domain", domain));
      }
      case "domain.list" -> list();
      default -> null;
    };
  }

  private Answer add(Request request) {
    String domain = request.need("domain");
    Map<String, String> given = request.arguments();
    if (!given.containsKey("backup")) {
      if (given.containsKey("recipients")) {
        throw new CommandFailed("only a backup domain lists recipients: --backup is missing");
      }
      directory.addDomain(domain);
      makeKeys(domain);
      return Answer.done(List.of("added " + domain), json(directory.domain(domain)));
    }
    directory.addBackupDomain(domain, recipients(given.getOrDefault("recipients", "")));
    return done("added ", directory.domain(domain));
  }

  /// Null for any.
  private static List<String> recipients(String text) {
    if (text.strip().equals(ANY)) {
      return null;
    }
    return text.lines().map(String::strip).filter(l -> !l.isEmpty() && !l.startsWith("#")).toList();
  }

  private Answer settings(Request request) {
    String domain = request.need("domain");
    String separator = request.arguments().get("separator");
    String recipients = request.arguments().get("recipients");
    if (separator != null) {
      directory.setSeparators(domain, separator.equals(NONE) ? "" : separator);
    }
    if (recipients != null) {
      directory.setRecipients(domain, recipients(recipients));
    }
    DomainEntry now = directory.domain(domain);
    return Answer.done(details(now), json(now));
  }

  private Answer list() {
    List<String> lines = new ArrayList<>();
    ArrayNode result = Wire.JSON.createArrayNode();
    for (DomainEntry entry : directory.domainEntries()) {
      lines.add(text(entry));
      result.add(json(entry));
    }
    return Answer.done(lines, result);
  }

  private static Answer done(String what, DomainEntry entry) {
    return Answer.done(List.of(what + text(entry)), json(entry));
  }

  private static String text(DomainEntry entry) {
    DomainSettings settings = entry.settings();
    return switch (settings.kind()) {
      case OWN -> entry.name();
      case ALIAS -> entry.name() + " -> " + settings.aliasOf();
      case BACKUP -> entry.name() + " (backup, " + recipients(entry) + ")";
    };
  }

  private static String recipients(DomainEntry entry) {
    return entry.settings().anyRecipient() ? "any recipient" : "recipients: " + entry.recipients();
  }

  private static List<String> details(DomainEntry entry) {
    DomainSettings settings = entry.settings();
    List<String> lines = new ArrayList<>();
    lines.add("kind: " + kind(settings));
    if (settings.kind() == DomainSettings.Kind.ALIAS) {
      lines.add("names of: " + settings.aliasOf());
      return lines;
    }
    lines.add("separator: " + (settings.separators().isEmpty() ? NONE : settings.separators()));
    if (settings.kind() == DomainSettings.Kind.BACKUP) {
      lines.add(settings.anyRecipient() ? "recipients: any" : recipients(entry));
    }
    return lines;
  }

  private static String kind(DomainSettings settings) {
    return settings.kind().name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode json(DomainEntry entry) {
    DomainSettings settings = entry.settings();
    ObjectNode node =
        Wire.JSON.createObjectNode().put("domain", entry.name()).put("kind", kind(settings));
    switch (settings.kind()) {
      case OWN -> node.put("separator", settings.separators());
      case ALIAS -> node.put("alias-of", settings.aliasOf());
      case BACKUP -> {
        node.put("separator", settings.separators());
        node.put("any-recipient", settings.anyRecipient());
        node.put("recipients", entry.recipients());
      }
    }
    return node;
  }
}
