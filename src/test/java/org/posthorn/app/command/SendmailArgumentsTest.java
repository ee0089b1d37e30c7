package org.posthorn.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SendmailArgumentsTest {
  private static SendmailArguments parse(String line) throws SendmailArguments.Wrong {
    return SendmailArguments.parse(line.isEmpty() ? List.of() : List.of(line.split(" ")));
  }

  /// As programs call it: PHP, cron, git, mutt, mailx, Django, Perl's Mail::Sendmail and others.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-t -i|header=true|INPUT",
        "-ti|header=true|INPUT",
        "-t -oi|header=true|INPUT",
        "-oi -t -fana@x.test|header=true from=ana@x.test|INPUT",
        "-i -f ana@x.test -- bo@y.test|from=ana@x.test to=bo@y.test|INPUT",
        "-FCronDaemon -i -odi -oem -oi -t|name=CronDaemon header=true|INPUT",
        "-i -FCronDaemon -B8BITMIME -oem root|name=CronDaemon to=root|INPUT",
        "-oem -oi -f ana@x.test bo@y.test|from=ana@x.test to=bo@y.test|INPUT",
        "-bm -f <> bo@y.test|from=<> to=bo@y.test|DOT",
        "-N success,failure -R hdrs -V id1 bo@y.test"
            + "|notify=success,failure return=hdrs envelope-id=id1 to=bo@y.test|DOT",
        "-Nnever -Rfull -Vid1 bo@y.test|notify=never return=full envelope-id=id1 to=bo@y.test|DOT",
        "-O DeliveryMode=b -OErrorMode=m -em -e m -m -n -s -x -U -G -h 3 -L tag -Am bo|to=bo|DOT",
        "-X /tmp/log -d8.99 -p ESMTP:host -r ana@x.test bo|from=ana@x.test to=bo|DOT",
        "- |to=-|DOT",
        "-vt|header=true|DOT",
      })
  void readsWhatProgramsSay(String line, String expected, TypedMessage.End end) throws Exception {
    SendmailArguments read = parse(line);
    Map<String, String> arguments = new java.util.HashMap<>();
    for (String pair : expected.split(" ")) {
      arguments.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
    }
    assertThat(read.arguments()).isEqualTo(arguments);
    assertThat(read.end()).isEqualTo(end);
    assertThat(read.mode()).isEqualTo(SendmailArguments.Mode.SEND);
    assertThat(read.verbose()).isEqualTo(line.contains("-v"));
  }

  @Test
  void severalRecipientsAndWordsWithSpaces() throws Exception {
    SendmailArguments read =
        SendmailArguments.parse(List.of("-F", "Ana B.", "-f", "", "a@x.test", "b@x.test", "-i"));
    assertThat(read.arguments())
        .containsEntry("name", "Ana B.")
        .containsEntry("from", "")
        .containsEntry("to", "a@x.test\nb@x.test");
    assertThat(read.end()).isEqualTo(TypedMessage.End.INPUT);
  }

  @ParameterizedTest
  @CsvSource({"-bp,LIST_QUEUE", "-bi,NOTHING", "-q,NOTHING", "-q30m,NOTHING", "-bm,SEND"})
  void otherThingsThatSendmailDoes(String line, SendmailArguments.Mode mode) throws Exception {
    assertThat(parse(line).mode()).isEqualTo(mode);
  }

  @Test
  void ourOwnOptionsSayWhere() throws Exception {
    SendmailArguments read = parse("--data /x --config=/y -t");
    assertThat(read.data()).isEqualTo(Path.of("/x"));
    assertThat(read.config()).isEqualTo(Path.of("/y"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-bs", "-bd", "-bt", "-f", "-ty", "-1", "--to x", "--data", "-o"})
  void whatMakesNoSenseIsSaid(String line) {
    assertThatThrownBy(() -> parse(line)).isInstanceOf(SendmailArguments.Wrong.class);
  }
}
