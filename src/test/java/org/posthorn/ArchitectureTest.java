package org.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.posthorn.store.kv.Kv;

/// Reads the compiled product and fails on whatever the layout of packages forbids, naming the
/// class and the arrow. The rules, not the classes, are listed here: a new package needs a line in
/// [#ARROWS] and a reason.
class ArchitectureTest {
  private static final String ROOT = "org/posthorn/";

  /// Who may use whom. `app` wires everything and is used by nobody.
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("net", Set.of()),
          Map.entry("mime", Set.of()),
          Map.entry("dns", Set.of()),
          Map.entry("trust", Set.of("mime", "dns")),
          Map.entry("store", Set.of("mime")),
          Map.entry("directory", Set.of("store", "net", "mime")),
          Map.entry("smtp", Set.of("net", "mime")),
          Map.entry("mta", Set.of("smtp", "store", "directory", "trust", "dns", "mime", "net")),
          Map.entry("imap", Set.of("net", "mime", "store", "directory")),
          Map.entry("pop3", Set.of("net", "mime", "store", "directory")),
          Map.entry("web", Set.of("net", "mime", "store", "directory", "mta")),
          Map.entry(
              "app",
              Set.of(
                  "net",
                  "mime",
                  "dns",
                  "trust",
                  "store",
                  "directory",
                  "smtp",
                  "mta",
                  "imap",
                  "pop3",
                  "web")));

  /// A library whose types must not leak: package prefix → the only package that may name it.
  private static final Map<String, String> CONFINED =
      Map.of(
          "org/rocksdb/", "org/posthorn/store/kv",
          "org/apache/lucene/", "org/posthorn/store/search",
          "org/xbill/", "org/posthorn/dns");

  private static final Set<String> SOCKETS =
      Set.of(
          "java/net/Socket",
          "java/net/ServerSocket",
          "java/net/DatagramSocket",
          "java/net/MulticastSocket",
          "java/net/HttpURLConnection",
          "java/net/http/HttpClient",
          "java/nio/channels/SocketChannel",
          "java/nio/channels/ServerSocketChannel",
          "java/nio/channels/DatagramChannel",
          "java/nio/channels/AsynchronousSocketChannel",
          "java/nio/channels/AsynchronousServerSocketChannel",
          "javax/net/ssl/SSLSocket",
          "javax/net/ssl/SSLServerSocket",
          "com/sun/net/httpserver/HttpServer");

  private static final Set<String> MAY_OPEN_SOCKETS = Set.of("net", "dns", "app");

  private static final Set<String> FILES =
      Set.of(
          "java/nio/file/Files",
          "java/nio/channels/FileChannel",
          "java/nio/channels/AsynchronousFileChannel",
          "java/io/File",
          "java/io/FileInputStream",
          "java/io/FileOutputStream",
          "java/io/FileReader",
          "java/io/FileWriter",
          "java/io/RandomAccessFile");

  private static final Set<String> MAY_OPEN_FILES =
      Set.of("net", "dns", "store", "directory", "app");

  /// Reading the wall clock or the monotonic clock, as `owner.name`.
  private static final Set<String> CLOCKS =
      Set.of(
          "java/lang/System.currentTimeMillis",
          "java/lang/System.nanoTime",
          "java/time/Instant.now",
          "java/time/LocalDate.now",
          "java/time/LocalTime.now",
          "java/time/LocalDateTime.now",
          "java/time/OffsetDateTime.now",
          "java/time/ZonedDateTime.now",
          "java/time/Year.now",
          "java/time/YearMonth.now",
          "java/time/Clock.systemUTC",
          "java/time/Clock.systemDefaultZone",
          "java/time/Clock.system",
          "java/time/Clock.tickMillis",
          "java/time/Clock.tickSeconds",
          "java/time/Clock.tickMinutes",
          "java/time/InstantSource.system",
          "java/util/Calendar.getInstance",
          "java/util/GregorianCalendar.<init>");

  /// The one place outside `app` that names the machine's clock; `app` and tests pass it on.
  private static final String CLOCK_SOURCE = "org/posthorn/net/Ticker";

  private static final String LOAD_GENERATOR = ROOT + "bench/";

  private static final Pattern DESCRIBED_CLASS = Pattern.compile("L([\\w/$]+)[;<]");

  @Test
  void packagesUseOnlyWhatTheyMay() {
    List<String> wrong = new ArrayList<>();
    for (ClassModel model : product()) {
      String name = nameOf(model);
      String from = topLevel(name);
      if (!ARROWS.containsKey(from)) {
        wrong.add(name + ": package " + from + " is not in the layout");
        continue;
      }
      for (String used : classesNamedBy(model)) {
        if (!used.startsWith(ROOT)) {
          continue;
        }
        String to = topLevel(used);
        if (!to.equals(from) && !ARROWS.get(from).contains(to)) {
          wrong.add(name + ": " + from + " → " + to + " (" + used + ")");
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void packagesAreAtMostOneLevelDeep() {
    assertThat(product())
        .allSatisfy(model ->
            assertThat(nameOf(model).substring(ROOT.length()).split("/"))
                .as(nameOf(model))
                .hasSizeBetween(2, 3));
  }

  @Test
  void librariesStayInThePackageThatOwnsThem() {
    List<String> wrong = new ArrayList<>();
    for (ClassModel model : product()) {
      for (String used : classesNamedBy(model)) {
        CONFINED.forEach((library, owner) -> {
          if (used.startsWith(library) && !packageOf(nameOf(model)).equals(owner)) {
            wrong.add(nameOf(model) + " names " + used);
          }
        });
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void onlyFewPackagesOpenSockets() {
    assertThat(usersOutside(MAY_OPEN_SOCKETS, SOCKETS)).isEmpty();
  }

  @Test
  void onlyFewPackagesOpenFiles() {
    assertThat(usersOutside(MAY_OPEN_FILES, FILES)).isEmpty();
  }

  @Test
  void onlyAppReadsTheClock() {
    List<String> wrong = new ArrayList<>();
    for (ClassModel model : product()) {
      String name = nameOf(model);
      if (topLevel(name).equals("app") || name.equals(CLOCK_SOURCE)) {
        continue;
      }
      for (PoolEntry entry : model.constantPool()) {
        if (entry instanceof MemberRefEntry member && readsClock(member)) {
          wrong.add(name + " calls " + owner(member));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /// `bench/run` runs it from its sources, without the product and without libraries.
  @Test
  void theLoadGeneratorUsesOnlyTheJdkAndItself() {
    Path classes = Repository.placeOf(getClass());
    Set<String> reached = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(Set.of(LOAD_GENERATOR + "Bench"));
    while (!open.isEmpty()) {
      String name = open.poll();
      if (!name.matches("javax?/.*") && reached.add(name) && name.startsWith(LOAD_GENERATOR)) {
        open.addAll(classesNamedBy(parse(classes.resolve(name + ".class"))));
      }
    }
    assertThat(reached).hasSizeGreaterThan(5).allMatch(name -> name.startsWith(LOAD_GENERATOR));
  }

  @Test
  void theRulesSeeWhatTheyLookFor() {
    // A check that finds nothing anywhere would pass for ever.
    assertThat(product()).hasSizeGreaterThan(5);
    ClassModel self = parse(Repository.placeOf(getClass()).resolve(pathOf(getClass())));
    assertThat(classesNamedBy(self)).contains("org/posthorn/store/kv/Kv", "java/util/List");
    ClassModel clocks = parse(Repository.placeOf(getClass()).resolve(pathOf(ReadsClocks.class)));
    List<String> seen = new ArrayList<>();
    for (PoolEntry entry : clocks.constantPool()) {
      if (entry instanceof MemberRefEntry member && readsClock(member)) {
        seen.add(owner(member));
      }
    }
    assertThat(seen)
        .containsExactlyInAnyOrder("java/lang/System.nanoTime", "java/util/Date.<init>");
  }

  /// Something for [#theRulesSeeWhatTheyLookFor] to find: one method reference, one constructor.
  private static final class ReadsClocks {
    static final java.util.function.LongSupplier NANOS = System::nanoTime;

    static java.util.Date now() {
      return new java.util.Date();
    }
  }

  private static boolean readsClock(MemberRefEntry member) {
    String type = member.type().stringValue();
    boolean given = type.startsWith("(Ljava/time/Clock;");
    return (CLOCKS.contains(owner(member)) && !given)
        || (owner(member).equals("java/util/Date.<init>") && type.equals("()V"));
  }

  private static String owner(MemberRefEntry member) {
    return member.owner().asInternalName() + "." + member.name().stringValue();
  }

  private static List<String> usersOutside(Set<String> allowed, Set<String> types) {
    List<String> wrong = new ArrayList<>();
    BiPredicate<String, String> bad =
        (user, used) -> types.contains(used) && !allowed.contains(topLevel(user));
    for (ClassModel model : product()) {
      for (String used : classesNamedBy(model)) {
        if (bad.test(nameOf(model), used)) {
          wrong.add(nameOf(model) + " uses " + used);
        }
      }
    }
    return wrong;
  }

  /// Every class that a class names: by use, in a descriptor or in a generic signature.
  private static Set<String> classesNamedBy(ClassModel model) {
    Set<String> names = new TreeSet<>();
    for (PoolEntry entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry used -> addType(names, used.asInternalName());
        case Utf8Entry text -> addDescribed(names, text.stringValue());
        default -> {}
      }
    }
    return names;
  }

  private static void addType(Set<String> names, String internalName) {
    if (internalName.startsWith("[")) {
      addDescribed(names, internalName);
    } else {
      names.add(internalName);
    }
  }

  private static void addDescribed(Set<String> names, String descriptor) {
    Matcher matcher = DESCRIBED_CLASS.matcher(descriptor);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
  }

  private static List<ClassModel> product() {
    return Repository.files(Repository.placeOf(Kv.class), ".class").stream()
        .map(ArchitectureTest::parse)
        .toList();
  }

  private static ClassModel parse(Path file) {
    try {
      return ClassFile.of().parse(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String nameOf(ClassModel model) {
    return model.thisClass().asInternalName();
  }

  private static String pathOf(Class<?> type) {
    return type.getName().replace('.', '/') + ".class";
  }

  private static String packageOf(String internalName) {
    return internalName.substring(0, internalName.lastIndexOf('/'));
  }

  private static String topLevel(String internalName) {
    String rest = internalName.substring(ROOT.length());
    int slash = rest.indexOf('/');
    return slash < 0 ? "" : rest.substring(0, slash);
  }
}
