import { describe, expect, test } from "vitest";
import { isPublicAddress, mappedV4, parseSourceUrl } from "./source-url";

const outside = { allowsPrivate: false };
const inside = { allowsPrivate: true };

describe("a clone address", () => {
  test.each([
    ["https://git.example.com/team/payments.git", "https://git.example.com/team/payments.git"],
    ["  https://git.example.com/team/payments/ ", "https://git.example.com/team/payments"],
    ["HTTPS://GIT.example.com/p.git", "https://git.example.com/p.git"],
    ["https://git.example.com:443/p.git", "https://git.example.com/p.git"],
    ["https://dev.example.com/org/My%20Project/_git/p", "https://dev.example.com/org/My%20Project/_git/p"],
    ["https://h.example/r.git/../../other", "https://h.example/other"],
  ])("%s is taken as %s", (text, url) => {
    expect(parseSourceUrl(text, outside)).toMatchObject({ ok: true, source: { url } });
  });

  test.each([
    "",
    "payments",
    "-u touch pwned",
    "--upload-pack=touch pwned",
    'ext::sh -c "touch pwned"',
    "fd::17/x",
    "git://h.example/x",
    "http://h.example/x",
    "ftp://h.example/x",
    "file:///etc/passwd",
    "/srv/git/p.git",
    "../p.git",
    "gopher://h/x",
    "data:text/plain,x",
    "ssh://-oProxyCommand=x/y",
    "ssh://git@h.example/x",
    "git@host:-x",
    "host:path",
    "https://",
    "https:///x",
    "https://h.example",
    "https://h.example/",
    "https://user:pass@h.example/r",
    "https://token@h.example/r",
    "https://h.example%40evil.test/r",
    "https://allowed.test@evil.test/r",
    "https://evil.test\\@allowed.test/r",
    "https://evil.test#allowed.test",
    "https://h.example/r?x=--y",
    "https://h.example/r#frag",
    "https://h.example/r;id",
    "https://h.example/`id`",
    "https://h.example/$(id)",
    "https://h.example/r x",
    "https://h.example/r\nx",
    "https://h.example/r\0x",
    "https://h.example/-x/r",
    "https://h.example/--upload-pack=x",
    "https://h.example/%00",
    "https://h.example/a%2f..%2fb",
    "https://h.example/%zz",
    "https://exämple.test/r",
    "https://xn--exmple-cua.test/r",
    "https://git.example.com./r",
    "https://h.example:22/r",
    "https://h.example:0/r",
    "https://h.example:65536/r",
    "https://h.example:8443/r",
    `https://h.example/${"x".repeat(3000)}`,
  ])("%j is refused with a sentence", (text) => {
    const answer = parseSourceUrl(text, outside);
    expect(answer).toMatchObject({ ok: false });
    expect(!answer.ok && answer.reason).toMatch(/\.$/);
  });

  test("http is for loopback, where private addresses are allowed", () => {
    expect(parseSourceUrl("http://127.0.0.1:4100/git/p.git", inside)).toMatchObject({
      ok: true,
      source: { protocol: "http", host: "127.0.0.1", port: 4100 },
    });
    expect(parseSourceUrl("http://[::1]:4100/p", inside)).toMatchObject({
      ok: true,
      source: { host: "::1" },
    });
    expect(parseSourceUrl("http://127.0.0.1:4100/p", outside).ok).toBe(false);
    expect(parseSourceUrl("http://10.0.0.1/p", inside).ok).toBe(false);
    expect(parseSourceUrl("http://127.0.0.1.evil.test/p", inside).ok).toBe(false);
    expect(parseSourceUrl("https://git.example.com:8443/p", inside).ok).toBe(true);
    expect(parseSourceUrl("https://git.example.com:22/p", inside).ok).toBe(false);
  });
});

describe("an address of the network", () => {
  test.each([
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "172.15.0.1",
    "172.32.0.1",
    "2606:4700::1111",
    "2a00:1450::8a",
  ])("%s is public", (address) => expect(isPublicAddress(address)).toBe(true));

  test.each([
    "0.0.0.0",
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "localhost",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "1::2::3",
    "",
  ])("%s is not", (address) => expect(isPublicAddress(address)).toBe(false));
});

test.each([
  ["::ffff:169.254.169.254", "169.254.169.254"],
  ["::FFFF:a9fe:a9fe", "169.254.169.254"],
  ["0:0:0:0:0:ffff:7f00:1", "127.0.0.1"],
  ["::1", null],
  ["2606:4700::1111", null],
  ["10.0.0.1", null],
])("%s stands for the IPv4 address %s", (address, expected) => expect(mappedV4(address)).toBe(expected));
