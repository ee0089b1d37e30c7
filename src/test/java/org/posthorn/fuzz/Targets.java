package org.posthorn.fuzz;

import java.util.SequencedMap;
import java.util.TreeMap;
import org.posthorn.app.HttpTargets;
import org.posthorn.app.admin.AdminTargets;
import org.posthorn.app.config.ConfigTargets;
import org.posthorn.directory.DirectoryTargets;
import org.posthorn.directory.token.TokenTargets;
import org.posthorn.dns.DnsTargets;
import org.posthorn.imap.wire.ImapTargets;
import org.posthorn.mime.MimeTargets;
import org.posthorn.mta.SrsTargets;
import org.posthorn.mta.feedback.FeedbackTargets;
import org.posthorn.mta.filter.FilterTargets;
import org.posthorn.mta.gate.GateTargets;
import org.posthorn.mta.judge.JudgeTargets;
import org.posthorn.mta.queue.QueueTargets;
import org.posthorn.mta.send.PolicyTargets;
import org.posthorn.mta.trace.TraceTargets;
import org.posthorn.net.ProxyTarget;
import org.posthorn.net.sasl.SaslTargets;
import org.posthorn.pop3.Pop3Targets;
import org.posthorn.smtp.SmtpTargets;
import org.posthorn.smtp.client.ClientTargets;
import org.posthorn.store.RowTargets;
import org.posthorn.store.UrlTargets;
import org.posthorn.store.blob.BlobTargets;
import org.posthorn.trust.TrustTargets;
import org.posthorn.trust.arc.ArcTargets;
import org.posthorn.trust.dkim.DkimTargets;
import org.posthorn.trust.list.ListTargets;
import org.posthorn.trust.report.ReportTargets;
import org.posthorn.trust.transport.TransportTargets;

/// All targets by name, which is also the name of their folder in `src/test/resources/fuzz`.
final class Targets {
  static final SequencedMap<String, Target> ALL = all();

  private Targets() {}

  private static SequencedMap<String, Target> all() {
    var all = new TreeMap<String, Target>();
    all.put("mime-message", MimeTargets::message);
    all.put("mime-address", MimeTargets::addresses);
    all.put("mime-encoded-words", MimeTargets::encodedWords);
    all.put("mime-envelope", MimeTargets::envelope);
    all.put("mime-date", MimeTargets::date);
    all.put("mime-part-table", MimeTargets::partTable);
    all.put("mime-transfer", MimeTargets::transfer);
    all.put("mime-charset", MimeTargets::charset);
    all.put("mime-header-fields", MimeTargets::headerFields);
    all.put("smtp-command", SmtpTargets::command);
    all.put("smtp-body", SmtpTargets::body);
    all.put("smtp-reply", ClientTargets::reply);
    all.put("smtp-wire-text", ClientTargets::wireText);
    all.put("imap-commands", ImapTargets::commands);
    all.put("imap-search", ImapTargets::search);
    all.put("imap-utf7", ImapTargets::modifiedUtf7);
    all.put("imap-pattern", ImapTargets::pattern);
    all.put("pop3-command", Pop3Targets::command);
    all.put("dns-answer", DnsTargets::answer);
    all.put("gate-hello", GateTargets::hello);
    all.put("gate-row", GateTargets::row);
    all.put("list-answer", ListTargets::answer);
    all.put("list-codes", ListTargets::codes);
    all.put("list-urls", ListTargets::urls);
    all.put("sts-policy", TransportTargets::policy);
    all.put("sts-record", TransportTargets::record);
    all.put("sts-rows", PolicyTargets::row);
    all.put("dane-tlsa", TransportTargets::tlsa);
    all.put("http-reply", HttpTargets::reply);
    all.put("net-proxy", ProxyTarget::header);
    all.put("sasl", SaslTargets::exchange);
    all.put("admin-header", AdminTargets::outgoingHeader);
    all.put("config", ConfigTargets::file);
    all.put("imap-url", UrlTargets::url);
    all.put("mime-preview", MimeTargets::preview);
    all.put("mime-binary", MimeTargets::binary);
    all.put("mime-delivery-report", MimeTargets::deliveryReport);
    all.put("mime-seven-bit", MimeTargets::sevenBit);
    all.put("store-rows", RowTargets::row);
    all.put("store-page", RowTargets::page);
    all.put("blob-rows", BlobTargets::row);
    all.put("queue-rows", QueueTargets::row);
    all.put("directory-rows", DirectoryTargets::row);
    all.put("token", TokenTargets::token);
    all.put("trace-rows", TraceTargets::row);
    all.put("srs", SrsTargets::address);
    all.put("spf", TrustTargets::spf);
    all.put("dmarc", TrustTargets::dmarc);
    all.put("authentication-results", TrustTargets::results);
    all.put("foreign-results", TrustTargets::foreignResults);
    all.put("milter-reply", FilterTargets::milterReply);
    all.put("clamd-answer", FilterTargets::clamdAnswer);
    all.put("rspamd-answer", FilterTargets::rspamdAnswer);
    all.put("filter-header", FilterTargets::header);
    all.put("dkim-tags", DkimTargets::tags);
    all.put("dkim-key", DkimTargets::key);
    all.put("dkim-message", DkimTargets::message);
    all.put("arc-chain", ArcTargets::chain);
    all.put("judge-rule", JudgeTargets::rule);
    all.put("judge-message", JudgeTargets::message);
    all.put("judge-sealed", JudgeTargets::sealed);
    all.put("judge-rows", JudgeTargets::row);
    all.put("dns-signed", DnsTargets::signed);
    all.put("report-aggregate", ReportTargets::aggregate);
    all.put("report-tls", ReportTargets::tls);
    all.put("report-rows", FeedbackTargets::row);
    return all;
  }

  static Target of(String name) {
    Target target = ALL.get(name);
    if (target == null) {
      throw new IllegalArgumentException("no target " + name + ", there are " + ALL.keySet());
    }
    return target;
  }
}
