/** Where a repository may be brought in from. `allowsPrivate`: addresses of one's own network, and http on loopback. */
export type SourceRules = { readonly allowsPrivate: boolean };
export type SourceUrl = {
  readonly url: string;
  readonly protocol: "https" | "http";
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
};
export type SourceAnswer = { ok: true; source: SourceUrl } | { ok: false; reason: string };

const MAX_URL = 500;
const HOW = "Give the https address that one would clone, such as https://git.example.com/team/payments.git.";

/**
 * Takes a clone URL apart. What git or a shell could read as something else is refused here; where the host's name
 * leads is for the caller to look up, since only the address it resolves to says whether it is private.
 */
export function parseSourceUrl(text: string, rules: SourceRules): SourceAnswer {
  const given = text.trim();
  const no = (reason: string): SourceAnswer => ({ ok: false, reason });
  if (given.length > MAX_URL) return no(`An address has at most ${MAX_URL} characters.`);
  if (!/^https?:\/\//i.test(given)) {
    return no(`Only https addresses are taken: no ssh, git, file or other kinds. ${HOW}`);
  }
  if (/^https?:\/\/[^/]*@/i.test(given) || /%40/i.test(given.split("/")[2] ?? "")) {
    return no(
      "Leave user name and password out of the address: they would stand in the audit trail. A repository that asks for them is pushed here with git instead.",
    );
  }
  if (!/^[A-Za-z0-9:/._~%[\]+-]+$/.test(given)) {
    return no(`The address has characters that no clone address needs, such as ? # or a space. ${HOW}`);
  }
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    return no(`This is not an address. ${HOW}`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // A dot at the end names the same host otherwise, and what is pinned is pinned by its name.
  if (host === "" || host.endsWith(".") || /(^|\.)xn--/i.test(host))
    return no("The host must be written in plain letters, digits and dots.");
  const path = url.pathname;
  if (path === "/" || path === "") return no(`The address names a host but no repository. ${HOW}`);
  if (
    path.split("/").some((part) => part.startsWith("-")) ||
    /%(?![0-9A-Fa-f]{2})|%(00|0a|0d|2e|2f|5c)/i.test(path)
  ) {
    return no(`The path of the address cannot be used. ${HOW}`);
  }
  const protocol = url.protocol === "http:" ? "http" : "https";
  if (protocol === "http" && !(rules.allowsPrivate && isLoopbackName(host))) {
    return no("Only https is taken: over http anybody on the way could change what arrives.");
  }
  const port = url.port === "" ? (protocol === "http" ? 80 : 443) : Number(url.port);
  if (port !== 443 && !(rules.allowsPrivate && (port === 80 || port >= 1024))) {
    return no("Only port 443 is taken.");
  }
  return { ok: true, source: { url: url.href.replace(/\/+$/, ""), protocol, host, port } };
}

function isLoopbackName(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Is this address of the public internet? Everything that is not plainly so is not: the list is of what is reserved. */
export function isPublicAddress(address: string): boolean {
  if (!address.includes(":")) return isPublicV4(address);
  const words = wordsOf(address);
  if (!words) return false;
  const [first = 0, second = 0] = words;
  // Global unicast is 2000::/3; of that, documentation, 6to4, Teredo and the rest of 2001::/23 lead elsewhere.
  if (first < 0x2000 || first > 0x3fff) return false;
  if (first === 0x2002 || first === 0x3fff) return false;
  if (first === 0x2001 && (second < 0x0200 || second === 0x0db8)) return false;
  return true;
}

function isPublicV4(address: string): boolean {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255))
    return false;
  const [a = 0, b = 0, c = 0] = parts;
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100 && b >= 64 && b <= 127) return false;
  if (a === 169 && b === 254) return false;
  if (a === 172 && b >= 16 && b <= 31) return false;
  if (a === 192 && ((b === 0 && (c === 0 || c === 2)) || b === 168 || (b === 88 && c === 99))) return false;
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return false;
  if (a === 203 && b === 0 && c === 113) return false;
  // The platform address of one large cloud, which is public by number only.
  return address !== "168.63.129.16";
}

/** The IPv4 address that an IPv6 one stands for (::ffff:0:0/96), however it is written; null for any other. */
export function mappedV4(address: string): string | null {
  const words = address.includes(":") ? wordsOf(address) : null;
  if (words?.[5] !== 0xffff || words.slice(0, 5).some((word) => word !== 0)) return null;
  const [high = 0, low = 0] = words.slice(6);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

/** The eight words of an IPv6 address, or null. */
function wordsOf(address: string): number[] | null {
  const [text = ""] = address.split("%");
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const [a = 0, b = 0, c = 0, d = 0] = (dotted?.slice(2) ?? []).map(Number);
  const plain = dotted ? `${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}` : text;
  const [head = "", tail, ...more] = plain.split("::");
  if (more.length > 0) return null;
  const parse = (part: string) =>
    part === "" ? [] : part.split(":").map((word) => Number.parseInt(word, 16));
  const [left, right] = [parse(head), parse(tail ?? "")];
  const gap = 8 - left.length - right.length;
  if (tail === undefined ? gap !== 0 : gap < 1) return null;
  const words = [...left, ...new Array<number>(Math.max(gap, 0)).fill(0), ...right];
  return words.every((word) => word >= 0 && word <= 0xffff) ? words : null;
}
