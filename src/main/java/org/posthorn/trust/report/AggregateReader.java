package org.posthorn.trust.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.posthorn.mime.VisibleText;
import org.posthorn.trust.report.AggregateReport.Check;
import org.posthorn.trust.report.AggregateReport.Published;
import org.posthorn.trust.report.AggregateReport.Row;

/// Reads reports of DMARC, of the form of RFC 7489 and of RFC 9990. A document type is refused:
/// there are no entities, and nothing is fetched.
public final class AggregateReader {
  private static final int BYTE_ORDER_MARK = 0xfeff;
  private static final int DEPTH_MAX = 20;
  private static final int ROWS_MAX = 20_000;
  private static final int CHECKS_MAX = 20;
  private static final int TEXT_MAX = 255;
  private static final long COUNT_MAX = 1_000_000_000_000L;

  /// The year 3000.
  private static final long SECONDS_MAX = 32_503_680_000L;

  private final XMLStreamReader xml;
  private int depth;

  private AggregateReader(XMLStreamReader xml) {
    this.xml = xml;
  }

  /// @param in unpacked; not closed
  /// @throws BadReportException if it is none
  public static AggregateReport read(InputStream in) throws BadReportException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    try {
      return new AggregateReader(factory.createXMLStreamReader(characters(in))).report();
    } catch (BadReportException e) {
      throw e;
    } catch (XMLStreamException | RuntimeException e) {
      // The parser reads what strangers send, and wraps what reading throws.
      throw e.getCause() instanceof BadReportException bad
          ? bad
          : new BadReportException("it is no XML of a report");
    }
  }

  /// The parser would write on standard error about octets that are no UTF-8; so they become
  /// question marks before it sees them.
  private static Reader characters(InputStream in) throws BadReportException {
    try {
      var reader = new PushbackReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      int first = reader.read();
      if (first >= 0 && first != BYTE_ORDER_MARK) {
        reader.unread(first);
      }
      return reader;
    } catch (BadReportException e) {
      throw e;
    } catch (IOException e) {
      throw new BadReportException("it cannot be read");
    }
  }

  private interface Element {
    void read(String name) throws XMLStreamException, BadReportException;
  }

  /// Goes through the elements of the one that has begun; each must be read to its end.
  private void each(Element element) throws XMLStreamException, BadReportException {
    if (++depth > DEPTH_MAX) {
      throw new BadReportException("it is nested too deeply");
    }
    while (true) {
      switch (next()) {
        case XMLStreamConstants.START_ELEMENT -> element.read(name());
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          return;
        }
        case XMLStreamConstants.END_DOCUMENT -> throw new BadReportException("it is cut short");
        default -> {}
      }
    }
  }

  private int next() throws XMLStreamException, BadReportException {
    int event = xml.next();
    if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
      throw new BadReportException("it declares or uses entities");
    }
    return event;
  }

  /// Without a prefix.
  private String name() {
    String name = xml.getLocalName();
    return name.substring(name.lastIndexOf(':') + 1).toLowerCase(Locale.ROOT);
  }

  private void skip() throws XMLStreamException, BadReportException {
    each(name -> skip());
  }

  /// Of an element without others in it, cut and without control characters.
  private String text() throws XMLStreamException, BadReportException {
    var text = new StringBuilder();
    while (true) {
      switch (next()) {
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
          String some = xml.getText();
          for (int i = 0; i < some.length() && text.length() < TEXT_MAX; i++) {
            text.append((char) VisibleText.shown(some.charAt(i)));
          }
        }
        case XMLStreamConstants.START_ELEMENT -> skip();
        case XMLStreamConstants.END_ELEMENT -> {
          return text.toString().strip();
        }
        case XMLStreamConstants.END_DOCUMENT -> throw new BadReportException("it is cut short");
        default -> {}
      }
    }
  }

  private String word() throws XMLStreamException, BadReportException {
    return text().toLowerCase(Locale.ROOT);
  }

  private long number(long max) throws XMLStreamException, BadReportException {
    String text = text();
    try {
      long n = Long.parseLong(text);
      if (n >= 0 && n <= max) {
        return n;
      }
    } catch (NumberFormatException e) {
      // no number
    }
    throw new BadReportException("a number is wrong");
  }

  // --- the report

  private String organization = "";
  private String email = "";
  private String id = "";
  private long begin;
  private long end;
  private Published published;
  private final List<Row> rows = new ArrayList<>();

  private AggregateReport report() throws XMLStreamException, BadReportException {
    while (next() != XMLStreamConstants.START_ELEMENT) {
      if (xml.getEventType() == XMLStreamConstants.END_DOCUMENT) {
        throw new BadReportException("it is empty");
      }
    }
    if (!name().equals("feedback")) {
      throw new BadReportException("it is something else than a report");
    }
    each(name -> {
      switch (name) {
        case "report_metadata" -> metadata();
        case "policy_published" -> published = published();
        case "record" -> {
          if (rows.size() == ROWS_MAX) {
            throw new BadReportException("it has too many records");
          }
          rows.add(new RecordReader().row());
        }
        default -> skip();
      }
    });
    if (published == null || published.domain().isEmpty()) {
      throw new BadReportException("it does not say whom it is about");
    }
    return new AggregateReport(
        organization,
        email,
        id,
        Instant.ofEpochSecond(begin),
        Instant.ofEpochSecond(end),
        published,
        rows);
  }

  private void metadata() throws XMLStreamException, BadReportException {
    each(name -> {
      switch (name) {
        case "org_name" -> organization = text();
        case "email" -> email = text();
        case "report_id" -> id = text();
        case "date_range" ->
            each(limit -> {
              switch (limit) {
                case "begin" -> begin = number(SECONDS_MAX);
                case "end" -> end = number(SECONDS_MAX);
                default -> skip();
              }
            });
        default -> skip();
      }
    });
  }

  private Published published() throws XMLStreamException, BadReportException {
    var words = new HashMap<String, String>();
    each(name -> {
      switch (name) {
        case "domain", "adkim", "aspf", "p", "sp", "np", "testing" -> words.put(name, word());
        default -> skip();
      }
    });
    return new Published(
        words.getOrDefault("domain", ""),
        words.getOrDefault("adkim", ""),
        words.getOrDefault("aspf", ""),
        words.getOrDefault("p", ""),
        words.getOrDefault("sp", ""),
        words.getOrDefault("np", ""),
        words.getOrDefault("testing", "n").equals("y"));
  }

  /// Of one record.
  private final class RecordReader {
    private String ip = "";
    private long count;
    private String disposition = "";
    private boolean dkim;
    private boolean spf;
    private String override = "";
    private String from = "";
    private String envelope = "";
    private final List<Check> checks = new ArrayList<>();

    Row row() throws XMLStreamException, BadReportException {
      each(name -> {
        switch (name) {
          case "row" -> alike();
          case "identifiers" ->
              each(identifier -> {
                switch (identifier) {
                  case "header_from" -> from = word();
                  case "envelope_from" -> envelope = word();
                  default -> skip();
                }
              });
          case "auth_results" ->
              each(method -> {
                switch (method) {
                  case "dkim", "spf" -> check(method);
                  default -> skip();
                }
              });
          default -> skip();
        }
      });
      return new Row(ip, count, disposition, dkim, spf, override, from, envelope, checks);
    }

    private void alike() throws XMLStreamException, BadReportException {
      each(name -> {
        switch (name) {
          case "source_ip" -> ip = text();
          case "count" -> count = number(COUNT_MAX);
          case "policy_evaluated" -> evaluated();
          default -> skip();
        }
      });
    }

    private void evaluated() throws XMLStreamException, BadReportException {
      each(name -> {
        switch (name) {
          case "disposition" -> disposition = word();
          case "dkim" -> dkim = word().equals("pass");
          case "spf" -> spf = word().equals("pass");
          case "reason" ->
              each(part -> {
                switch (part) {
                  case "type" -> override = word();
                  default -> skip();
                }
              });
          default -> skip();
        }
      });
    }

    private void check(String method) throws XMLStreamException, BadReportException {
      var words = new HashMap<String, String>();
      each(name -> {
        switch (name) {
          case "domain", "selector", "scope", "result" -> words.put(name, word());
          default -> skip();
        }
      });
      if (checks.size() < CHECKS_MAX) {
        checks.add(
            new Check(
                method,
                words.getOrDefault("domain", ""),
                words.getOrDefault(method.equals("spf") ? "scope" : "selector", ""),
                words.getOrDefault("result", "")));
      }
    }
  }
}
