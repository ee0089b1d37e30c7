package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "1.2.3.4, 1.2.3.4",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "::1, 0:0:0:0:0:0:0:1",
    "2001:DB8::a, 2001:db8:0:0:0:0:0:a",
    "::ffff:10.1.2.3, 10.1.2.3",
    "::ffff:0a01:0203, 10.1.2.3",
    "64:ff9b::1.2.3.4, 64:ff9b:0:0:0:0:102:304"
  })
  void readsLiterals(String text, String printed) {
    assertThat(Addresses.parse(text).getHostAddress()).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.04",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "0x7f.1",
        "localhost",
        "1.2.3.4 ",
        " 1.2.3.4",
        "[::1]",
        "::1%lo",
        "fe80::1%1",
        ":",
        ":::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "g::1",
        "12345::",
        "１.2.3.4",
        "1.2.3.4/32",
        "::1/128"
      })
  void andNothingElse(String text) {
    assertThat(Addresses.parse(text)).isNull();
  }

  @Test
  void countsASlash64AsOne() {
    assertThat(Addresses.limitKey(Addresses.parse("2001:db8:1:2:3:4:5:6")))
        .isEqualTo(Addresses.limitKey(Addresses.parse("2001:db8:1:2:ffff::")))
        .isNotEqualTo(Addresses.limitKey(Addresses.parse("2001:db8:1:3:3:4:5:6")));
    assertThat(Addresses.limitKey(Addresses.parse("10.0.0.1")))
        .isEqualTo(Addresses.parse("10.0.0.1"));
  }

  @Test
  void socketAddressesToo() {
    InetSocketAddress plain = new InetSocketAddress(Addresses.parse("10.0.0.1"), 25);
    assertThat(Addresses.normalise(plain)).isSameAs(plain);
    assertThat(Addresses.normalise(Addresses.parse("::ffff:1.2.3.4")))
        .isInstanceOf(Inet4Address.class);
  }

  @Test
  void networksContain() {
    NetworkSet set = NetworkSet.parse("10.0.0.0/8, 192.168.1.128/25 2001:db8::/33\t::1");
    assertThat(set.toString())
        .isEqualTo("10.0.0.0/8 192.168.1.128/25 2001:db8:0:0:0:0:0:0/33 0:0:0:0:0:0:0:1/128");
    for (String in :
        new String[] {
          "10.255.0.1", "::ffff:10.1.1.1", "192.168.1.128", "2001:db8:7fff::1", "::1"
        }) {
      assertThat(set.contains(Addresses.parse(in))).as(in).isTrue();
    }
    for (String out :
        new String[] {"11.0.0.1", "192.168.1.127", "2001:db8:8000::", "::2", "127.0.0.1"}) {
      assertThat(set.contains(Addresses.parse(out))).as(out).isFalse();
    }
    assertThat(NetworkSet.parse("0.0.0.0/0").contains(Addresses.parse("8.8.8.8"))).isTrue();
    assertThat(NetworkSet.parse("0.0.0.0/0").contains(Addresses.parse("::1"))).isFalse();
    assertThat(NetworkSet.parse("::ffff:10.0.0.0/104")).isEqualTo(NetworkSet.parse("10.0.0.0/8"));
    assertThat(NetworkSet.NONE.contains(Addresses.parse("::1"))).isFalse();
    assertThat(NetworkSet.parse("1.2.3.4").with(NetworkSet.LOOPBACK).networks()).hasSize(3);
  }

  @Test
  void loopbackIsExactly127001AndOne() {
    assertThat(NetworkSet.LOOPBACK.contains(Addresses.parse("127.0.0.1"))).isTrue();
    assertThat(NetworkSet.LOOPBACK.contains(Addresses.parse("::1"))).isTrue();
    assertThat(NetworkSet.LOOPBACK.contains(Addresses.parse("127.0.0.2"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1/8",
        "10.0.0.0/33",
        "::/129",
        "x",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "::1/1x",
        "::ffff:10.0.0.0/8",
        "example.org/8"
      })
  void badNetworksAreNamed(String text) {
    assertThatThrownBy(() -> NetworkSet.parse("10.0.0.0/8 " + text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .isNotEmpty();
  }
}
