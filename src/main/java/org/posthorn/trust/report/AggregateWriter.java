package org.posthorn.trust.report;

import java.io.OutputStream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.posthorn.mime.VisibleText;
import org.posthorn.trust.report.AggregateReport.Check;
import org.posthorn.trust.report.AggregateReport.Published;
import org.posthorn.trust.report.AggregateReport.Row;

/// Writes reports of DMARC as RFC 9990 (appendix A) wants them.
public final class AggregateWriter {
  private static final String NAMESPACE = "urn:ietf:params:xml:ns:dmarc-2.0";

  private final XMLStreamWriter xml;

  private AggregateWriter(XMLStreamWriter xml) {
    this.xml = xml;
  }

  /// @param generator the program that made it
  /// @param out gets UTF-8; not closed
  public static void write(AggregateReport report, String generator, OutputStream out) {
    try {
      XMLStreamWriter xml =
          XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out, "UTF-8");
      new AggregateWriter(xml).feedback(report, generator);
      xml.flush();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a report cannot be written", e);
    }
  }

  private void feedback(AggregateReport report, String generator) throws XMLStreamException {
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeStartElement("feedback");
    xml.writeDefaultNamespace(NAMESPACE);
    element("version", "1.0");
    xml.writeStartElement("report_metadata");
    element("org_name", report.organization());
    element("email", report.email());
    element("report_id", report.id());
    xml.writeStartElement("date_range");
    element("begin", Long.toString(report.begin().getEpochSecond()));
    element("end", Long.toString(report.end().getEpochSecond()));
    xml.writeEndElement();
    element("generator", generator);
    xml.writeEndElement();
    published(report.published());
    for (Row row : report.rows()) {
      row(row);
    }
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private void published(Published p) throws XMLStreamException {
    xml.writeStartElement("policy_published");
    element("domain", p.domain());
    element("discovery_method", "treewalk");
    told("p", p.p());
    told("sp", p.sp());
    told("np", p.np());
    told("adkim", p.adkim());
    told("aspf", p.aspf());
    element("testing", p.testing() ? "y" : "n");
    xml.writeEndElement();
  }

  private void row(Row row) throws XMLStreamException {
    xml.writeStartElement("record");
    xml.writeStartElement("row");
    element("source_ip", row.sourceIp());
    element("count", Long.toString(row.count()));
    xml.writeStartElement("policy_evaluated");
    element("disposition", row.disposition());
    element("dkim", row.dkim() ? "pass" : "fail");
    element("spf", row.spf() ? "pass" : "fail");
    if (!row.override().isEmpty()) {
      xml.writeStartElement("reason");
      element("type", row.override());
      xml.writeEndElement();
    }
    xml.writeEndElement();
    xml.writeEndElement();
    xml.writeStartElement("identifiers");
    element("header_from", row.headerFrom());
    told("envelope_from", row.envelopeFrom());
    xml.writeEndElement();
    xml.writeStartElement("auth_results");
    for (Check c : row.checks()) {
      xml.writeStartElement(c.method());
      element("domain", c.domain());
      told(c.method().equals("spf") ? "scope" : "selector", c.detail());
      element("result", c.result());
      xml.writeEndElement();
    }
    xml.writeEndElement();
    xml.writeEndElement();
  }

  private void told(String name, String text) throws XMLStreamException {
    if (!text.isEmpty()) {
      element(name, text);
    }
  }

  private void element(String name, String text) throws XMLStreamException {
    xml.writeStartElement(name);
    xml.writeCharacters(VisibleText.of(text).strip());
    xml.writeEndElement();
  }
}
