package org.posthorn.app;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.posthorn.app.admin.AdminSocket;
import org.posthorn.app.admin.Administration;
import org.posthorn.app.admin.Answer;
import org.posthorn.app.admin.Request;
import org.posthorn.app.admin.SendRequests;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.Endpoint;
import org.posthorn.app.config.Listen;
import org.posthorn.app.http.HttpHandler;
import org.posthorn.app.log.LogLevels;
import org.posthorn.app.log.LogOutput;
import org.posthorn.app.metrics.Figures;
import org.posthorn.app.metrics.HealthServer;
import org.posthorn.app.metrics.ProcessFigures;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.directory.token.Tokens;
import org.posthorn.dns.DnsResolver;
import org.posthorn.imap.ImapConfig;
import org.posthorn.imap.ImapServer;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.Mta;
import org.posthorn.mta.MtaConfig;
import org.posthorn.mta.judge.Inspector;
import org.posthorn.mta.queue.RetrySchedule;
import org.posthorn.mta.trace.TraceOptions;
import org.posthorn.net.Limits;
import org.posthorn.net.Listener;
import org.posthorn.net.ListenerConfig;
import org.posthorn.net.NetworkSet;
import org.posthorn.net.ReservedNetworks;
import org.posthorn.net.Ticker;
import org.posthorn.net.TlsContexts;
import org.posthorn.net.TlsMode;
import org.posthorn.pop3.Pop3Config;
import org.posthorn.pop3.Pop3Server;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.BareNewline;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.server.Feature;
import org.posthorn.smtp.server.SmtpConfig;
import org.posthorn.smtp.server.SmtpServer;
import org.posthorn.store.Store;
import org.posthorn.trust.transport.StsPolicy;

/// The whole server, wired by hand: this is the one file that knows everything.
///
/// Life: [#start] opens the data directory, then the doors, then what nobody needs for a banner →
/// serves → [#close] closes the doors, lets each connection finish its command, and closes the
/// store.
public final class Server implements AutoCloseable {
  /// Connections have so long to finish their command when the server stops.
  static final Duration DRAIN = Duration.ofSeconds(20);

  /// How often certificate files are looked at.
  private static final Duration CERTIFICATE_WATCH = Duration.ofSeconds(30);

  /// What needs a queue behind the door.
  private static final Feature[] QUEUED = {
    Feature.DSN, Feature.MT_PRIORITY, Feature.DELIVERBY, Feature.REQUIRETLS
  };

  private static final System.Logger LOG = System.getLogger("posthorn.app");

  /// A listener as people want to see it.
  public record Door(String name, InetSocketAddress address, String security) {}

  private final Settings settings;
  private final Config config;
  private final Core core;
  private final String hostname;
  private final Limits limits;
  private final FutureTask<TlsContexts> certificates;
  private final Administration administration;
  private final Figures figures = new Figures();
  private final List<Listener> listeners = new ArrayList<>();
  private Thread certificateWatch;
  private Tidying tidying;
  private Repose repose;
  private KeyWatch keyWatch; // null if nothing is signed
  private OutsideFilters filters; // from when the doors are open
  private Sending sending; // from when the doors are open
  private Judging judging; // null if nobody judges
  private Reporting reporting;
  private AdminSocket admin;
  private HealthServer health;
  private OwnPolicy policy; // from when the doors are open

  private Server(Settings settings, Core core, FutureTask<TlsContexts> certificates) {
    this.settings = settings;
    this.config = settings.config();
    this.core = core;
    this.hostname = MachineName.of(config);
    this.limits =
        new Limits(
            Math.min(config.limits().connections(), Memory.connections()),
            config.limits().connectionsPerAddress(),
            NetworkSet.LOOPBACK.with(config.network().trusted()));
    this.certificates = certificates;
    this.administration = new Administration(core);
  }

  /// Starts a server and returns when every door is open.
  ///
  /// @throws CommandFailed when it cannot start; nothing is left open then
  public static Server start(Settings settings) {
    Config config = settings.config();
    log(config);
    DirectoryOptions who = directoryOptions(settings);
    Tokens tokens = TokenSettings.of(config.auth().tokens());
    RetrySchedule schedule = QueueSettings.schedule(config.queue());
    // Where our doors are only open doors know; all else that can be wrong is told before.
    OutboundSettings.of(config.outbound(), MachineName.of(config), List.of());
    DataDirectory data = DataDirectory.open(config.data());
    // Nobody needs them for a greeting, and the first signature takes longer than the rest.
    FutureTask<TlsContexts> tls = new FutureTask<>(() -> Certificates.of(config));
    Thread.ofPlatform().name("certificates").daemon().start(tls);
    TraceOptions remembered =
        new TraceOptions(config.trace().keep(), config.trace().size().bytes());
    Core core = Core.open(data, who, tokens, schedule, remembered);
    Server server = null;
    try {
      server = new Server(settings, core, tls);
      server.open();
      return server;
    } catch (IOException | RuntimeException e) {
      if (server == null) {
        core.close();
      } else {
        server.close();
      }
      throw e instanceof CommandFailed failed ? failed : cannotStart(e);
    }
  }

  private TlsContexts tls() {
    try {
      return certificates.get();
    } catch (ExecutionException e) {
      throw new UncheckedIOException(
          e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException());
    }
  }

  private static DirectoryOptions directoryOptions(Settings settings) {
    Config config = settings.config();
    NetworkSet trusted = NetworkSet.LOOPBACK.with(config.network().trusted());
    DirectoryOptions options =
        DirectoryOptions.DEFAULT
            .withTrusted(trusted)
            .withScram(
                switch (config.auth().scram()) {
                  case COMPLETE -> DirectoryOptions.Scram.COMPLETE;
                  case ALWAYS -> DirectoryOptions.Scram.ALWAYS;
                  case NEVER -> DirectoryOptions.Scram.NEVER;
                });
    if (settings.anyUser()) {
      options = options.withUsers(DirectoryOptions.Users.ANY);
    }
    if (config.postmaster().isEmpty()) {
      return options;
    }
    EmailAddress postmaster = EmailAddress.parse(config.postmaster());
    if (postmaster == null) {
      throw new CommandFailed("postmaster: " + config.postmaster() + " is not an address");
    }
    return options.withPostmaster(postmaster);
  }

  private static CommandFailed cannotStart(Exception thrown) {
    LOG.log(WARNING, "start-failed", thrown);
    Exception e = thrown instanceof UncheckedIOException io ? io.getCause() : thrown;
    String reason = e.getMessage() == null ? e.toString() : e.getMessage();
    return new CommandFailed("cannot start: " + reason);
  }

  private static void log(Config config) {
    System.Logger.Level level =
        switch (config.log().level()) {
          case DEBUG -> System.Logger.Level.DEBUG;
          case INFO -> System.Logger.Level.INFO;
          case WARNING -> System.Logger.Level.WARNING;
          case ERROR -> System.Logger.Level.ERROR;
        };
    try {
      LogLevels.process().set(level);
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(e.getMessage());
    }
    Path file = config.log().file();
    try {
      if (file.toString().isEmpty()) {
        LogOutput.process().toStandardError();
      } else {
        LogOutput.process().toFile(file);
      }
    } catch (IOException e) {
      throw new CommandFailed("cannot write the log to " + file + ": " + e.getMessage());
    }
  }

  private void open() throws IOException {
    config.domains().forEach(administration::provideDomain);
    core.directory().offer(null); // now, so that the first clients hear no less than all others
    openSmtp();
    openImap();
    openPop3();
    openHttps();
    tls(); // or it fails
    LOG.log(INFO, "started version={0} doors={1}", Version.TEXT, listeners.size());
    core.store().start();
    core.trace().start();
    sending.start();
    admin = AdminSocket.open(core.path(), this::administer);
    certificateWatch = Thread.ofVirtual().name("certificates").start(this::watchCertificates);
    tidying = Tidying.start(core.directory());
    repose = Repose.start();
    Memory.log();
    if (config.metrics().enabled()) {
      describeProcess();
      openHealth(config.metrics().bind());
    }
  }

  private void openHealth(Endpoint bind) {
    try {
      health =
          HealthServer.open(
              bind.address(), figures, () -> orEmpty(core.store().trouble()), policy::answer);
    } catch (IOException e) {
      throw new CannotListen(bind, "metrics", e);
    }
  }

  // --- doors

  private void openSmtp() throws IOException {
    MtaConfig rules = MtaSettings.of(config);
    Mta mta =
        core.mta(
            settings.anyUser() ? rules.withLocalSenders(MtaConfig.LocalSenders.ANYBODY) : rules);
    SigningSettings.signing(mta, core, config);
    figures.counters("mta", mta.counters());
    var resolver =
        new DnsResolver(
            OutboundSettings.dns(config.dns()), Ticker.SYSTEM::nanos, InstantSource.system());
    Thread.ofVirtual().name("dnssec watch").start(resolver::look);
    inspect(mta, resolver);
    filters = OutsideFilters.open(config.filters(), mta, figures);
    administration
        .sendingBy(
            new SendRequests(
                mta.direct()::submit,
                config.defaultDomain(hostname),
                config.limits().messageSize().bytes()))
        .releasingBy(mta.limits()::release)
        .signing(config.dkim().enabled())
        .publishingBy(SigningSettings.publishing(core, config, this::tls))
        .tellingBy(mta.notices());
    reporting = Reporting.start(config, hostname, core, mta, resolver);
    figures.counters("reports", reporting.counters());
    Listen listen = config.listen();
    Config.BareNewlines newlines = config.smtp().bareNewline();
    SmtpConfig.Authentication login =
        switch (config.login().cleartext()) {
          case NEVER -> SmtpConfig.Authentication.TLS;
          case LOOPBACK -> SmtpConfig.Authentication.TLS_OR_LOOPBACK;
        };
    SmtpServer mx =
        smtp(
            "smtp",
            SmtpConfig.mx(hostname)
                .withAuthentication(
                    config.smtp().authOn25() ? login : SmtpConfig.Authentication.OFF)
                .withBareNewline(bareNewline(newlines.smtp()))
                .with(QUEUED)
                .with(Feature.ETRN)
                .withRelay(config.relay().networks()),
            mta.mx());
    String refusal = SmtpServer.refusal(hostname);
    open("smtp", listen.smtp(), TlsMode.STARTTLS, refusal, mx);
    SmtpServer submission =
        smtp(
            "submission",
            SmtpConfig.submission(hostname)
                .withAuthentication(login)
                .withBareNewline(bareNewline(newlines.submission()))
                .with(QUEUED)
                .with(Feature.FUTURERELEASE)
                .withRelay(config.relay().networks()),
            mta.submission());
    open("submission", listen.submission(), TlsMode.STARTTLS, refusal, submission);
    open("submissions", listen.submissions(), TlsMode.IMPLICIT, refusal, submission);
    SmtpServer lmtp =
        smtp(
            "lmtp",
            SmtpConfig.lmtp(hostname).withBareNewline(bareNewline(newlines.lmtp())),
            mta.lmtp());
    open("lmtp", listen.lmtp(), TlsMode.NONE, refusal, lmtp);
    sending = Sending.open(config, hostname, core, mta, resolver, mxDoors());
    sending.describe(figures);
    if (config.dkim().enabled()) {
      keyWatch = KeyWatch.start(SigningSettings.keys(core, config), resolver);
    }
  }

  /// Mail of strangers is judged, unless every domain is ours and everybody may use it.
  private void inspect(Mta mta, DnsResolver resolver) {
    if (!config.judge().enabled() || settings.anyUser()) {
      return;
    }
    boolean everybody = config.judge().loopback();
    judging = Judging.open(JudgeSettings.of(config.judge()), core);
    mta.inspectBy(
        new Inspector(
            hostname,
            c -> everybody || !isNear(c),
            resolver,
            InstantSource.system(),
            Ticker.SYSTEM,
            new SecureRandom(),
            judging.judge()));
  }

  /// A neighbour: SPF knows nothing of him, for he has the mail from somebody else.
  private static boolean isNear(Client client) {
    Client.Endpoint e = client.endpoint();
    return e.trusted() || ReservedNetworks.contains(e.remote().getAddress());
  }

  /// Where mail of other servers comes in.
  private List<InetSocketAddress> mxDoors() {
    return listeners.stream()
        .filter(l -> l.config().name().equals("smtp"))
        .map(Listener::address)
        .toList();
  }

  private SmtpServer smtp(String name, SmtpConfig base, Backend backend) {
    SmtpConfig full =
        base.withMessageMax(config.limits().messageSize().bytes())
            .withRecipientsMax(config.limits().recipients());
    if (config.smtp().binarymime()) {
      full = full.with(Feature.BINARYMIME);
    }
    SmtpServer server = new SmtpServer(full, backend, InstantSource.system(), Ticker.SYSTEM);
    figures.counters(name, server.counters());
    return server;
  }

  private void openHttps() throws IOException {
    StsPolicy own = OwnPolicy.of(config.mtaSts(), hostname);
    policy = new OwnPolicy(own, core.directory()::isOurs);
    HttpHandler handler = new HttpHandler(policy::answerOrNothing);
    open("https", config.listen().https(), TlsMode.IMPLICIT, HttpHandler.FULL, handler);
  }

  private void openImap() throws IOException {
    ImapConfig imapConfig = ImapSettings.of(config, hostname);
    ImapServer imap =
        new ImapServer(
            imapConfig, core.store(), core.directory(), InstantSource.system(), Ticker.SYSTEM);
    figures.counters("imap", imap.counters());
    String refusal = ImapServer.refusal();
    open("imap", config.listen().imap(), TlsMode.STARTTLS, refusal, imap::serve);
    open("imaps", config.listen().imaps(), TlsMode.IMPLICIT, refusal, imap::serve);
  }

  private void openPop3() throws IOException {
    Pop3Config pop3Config =
        Pop3Config.of(hostname)
            .withCleartext(
                switch (config.login().cleartext()) {
                  case NEVER -> Pop3Config.Cleartext.REFUSED;
                  case LOOPBACK -> Pop3Config.Cleartext.LOOPBACK;
                })
            .withIdleTimeout(config.pop3().timeout());
    Pop3Server pop3 = new Pop3Server(pop3Config, core.store(), core.directory(), Ticker.SYSTEM);
    figures.counters("pop3", pop3.counters());
    String refusal = Pop3Server.refusal();
    open("pop3", config.listen().pop3(), TlsMode.STARTTLS, refusal, pop3);
    open("pop3s", config.listen().pop3s(), TlsMode.IMPLICIT, refusal, pop3);
  }

  /// @param refusal what a connection reads that a limit keeps out
  private void open(
      String name, Listen.Door door, TlsMode mode, String refusal, Listener.Handler handler)
      throws IOException {
    if (!door.enabled()) {
      return;
    }
    for (Endpoint endpoint : door.bind()) {
      ListenerConfig listener =
          ListenerConfig.of(name, endpoint.address(), mode)
              .withProxies(config.network().proxies())
              .withClientCertificates(!name.equals("smtp") || config.smtp().authOn25())
              .withRefusal(refusal);
      try {
        Supplier<TlsContexts> asked = mode == TlsMode.NONE ? null : this::tls;
        Listener opened = Listener.openEarly(listener, limits, asked, Ticker.SYSTEM, handler);
        listeners.add(opened);
        LOG.log(
            INFO,
            "listening door={0} address={1} tls={2}",
            name,
            Endpoint.of(opened.address()),
            mode);
      } catch (IOException e) {
        throw new CannotListen(endpoint, name, e);
      }
    }
  }

  private static BareNewline bareNewline(Config.BareNewline configured) {
    return switch (configured) {
      case REFUSE -> BareNewline.REJECT;
      case CONVERT -> BareNewline.NORMALISE;
    };
  }

  // --- what goes on besides

  private Answer administer(Request request, InputStream octets) {
    return request.command().equals("reload") ? reload() : administration.run(request, octets);
  }

  private Answer reload() {
    try {
      List<String> done = new Reload(config, settings.again().get()).lines();
      log(settings.again().get());
      LogOutput.process().reopen();
      tls().reload();
      LOG.log(INFO, "reloaded");
      return Administration.lines(done);
    } catch (IOException e) {
      throw new CommandFailed(e.getMessage());
    }
  }

  private void watchCertificates() {
    while (true) {
      try {
        Thread.sleep(CERTIFICATE_WATCH);
        if (tls().changed()) {
          tls().reload();
          LOG.log(INFO, "certificates-reloaded");
        }
      } catch (IOException | RuntimeException e) {
        // Also a file that no reader understands: the watch goes on, it may be written still.
        LOG.log(WARNING, "certificates-failed error={0}", e.getMessage());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void describeProcess() {
    Store store = core.store();
    ProcessFigures.describe(figures);
    figures
        .counters("kv", store.kv().counters())
        .gauge("segment_bytes", "Octets of segment files.", () -> store.figures().segmentOctets())
        .gauge("segment_live_bytes", "Of them in use, about.", () -> store.figures().liveOctets())
        .gauge(
            "page_cache_bytes", "Heap of mailbox pages.", () -> store.figures().pageCacheOctets())
        .gauge(
            "incoming_bytes", "Heap of messages coming in.", () -> store.figures().incomingOctets())
        .gauge("accounts_loaded", "Accounts in memory.", () -> store.figures().accounts())
        .counters("net", limits.counters())
        .counters("directory", core.directory().counters())
        .counters("trace", core.trace().counters())
        .counters("queue", core.queue().counters())
        .gauge("connections", "Open connections.", limits::open)
        .gauge("buffer_bytes", "Bytes of buffers connections hold.", limits::bufferBytes)
        .gauge("certificate_end_seconds", "When the first certificate ends.", this::certificateEnd)
        .gauge("ready", "1 while mail can be taken.", () -> store.trouble() == null ? 1 : 0);
  }

  private double certificateEnd() {
    return tls().certificates().stream()
        .mapToLong(c -> c.notAfter().getEpochSecond())
        .min()
        .orElseThrow();
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }

  // --- for whoever started it

  public Administration administration() {
    return administration;
  }

  /// The open doors with their real ports.
  public List<Door> doors() {
    return listeners.stream()
        .map(l -> new Door(l.config().name(), l.address(), security(l.config().tls())))
        .toList();
  }

  private static String security(TlsMode mode) {
    return switch (mode) {
      case NONE -> "no TLS";
      case STARTTLS -> "STARTTLS";
      case IMPLICIT -> "TLS";
    };
  }

  /// Where metrics and health are served, if they are.
  public Optional<InetSocketAddress> http() {
    return Optional.ofNullable(health).map(HealthServer::address);
  }

  @Override
  public void close() {
    LOG.log(INFO, "stopping");
    if (admin != null) {
      admin.close();
    }
    if (certificateWatch != null) {
      certificateWatch.interrupt();
    }
    if (tidying != null) {
      tidying.close();
    }
    if (repose != null) {
      repose.close();
    }
    if (keyWatch != null) {
      keyWatch.close();
    }
    drain();
    if (reporting != null) {
      reporting.close();
    }
    if (judging != null) {
      judging.close();
    }
    if (filters != null) {
      filters.close();
    }
    if (health != null) {
      health.close();
    }
    core.close();
    LOG.log(INFO, "stopped");
  }

  /// All doors at once, so that they share one time to finish.
  private void drain() {
    List<Thread> drains = new ArrayList<>();
    for (Listener listener : listeners) {
      drains.add(Thread.ofVirtual().name("drain").start(() -> listener.drain(DRAIN)));
    }
    if (sending != null) {
      drains.add(Thread.ofVirtual().name("drain sending").start(sending::close));
    }
    for (Thread thread : drains) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
