import { expect, test } from "vitest";
import { slotHostObstacle } from "./slot-host-url";

test.each([
  ["https://slots.example.com"],
  ["https://slots.example.com:8443/payments"],
  ["https://10.0.4.17:9000"],
  ["http://localhost:4000"],
  ["http://127.0.0.1:4000"],
  ["http://[::1]:4000"],
])("%s can be a slot host: it stands in the organisation's own network", (url) => {
  expect(slotHostObstacle(url, false)).toBeNull();
});

test.each([
  ["slots.example.com"],
  ["file:///etc/passwd"],
  ["javascript:alert(1)"],
  ["ftp://slots.example.com"],
  ["gopher://127.0.0.1:25/"],
  ["http://10.0.4.17:9000"],
  ["http://127.0.0.1.example.com/"],
  ["https://user:secret@slots.example.com"],
  ["https://slots.example.com/?x=1"],
  ["https://slots.example.com/#x"],
  ["https://169.254.169.254/latest/meta-data"],
  ["https://2852039166/"],
  ["https://0xa9fea9fe/"],
  ["https://[::ffff:169.254.169.254]/"],
  ["https://[fe80::1]/"],
  ["https://[fd00:ec2::254]/"],
  ["https://metadata.google.internal/"],
  ["https://metadata.google.internal./"],
  ["https://168.63.129.16/"],
  ["https://[::ffff:168.63.129.16]/"],
  ["https://100.100.100.200/"],
  ["https://[::ffff:100.100.100.200]/"],
  [""],
])("%s is refused with the reason", (url) => {
  expect(slotHostObstacle(url, false)).toMatch(/\.$/);
});

test("only a demonstration has a host of its own", () => {
  expect(slotHostObstacle("demonstration:", true)).toBeNull();
  expect(slotHostObstacle("demonstration:", false)).not.toBeNull();
});
