/** The demonstration's own host, at whatever port was free when it started. */
export const DEMONSTRATION_HOST = "demonstration:";

const NOT_THERE =
  /^(169\.254\.|168\.63\.129\.16$|100\.100\.100\.200$|\[fe[89ab][0-9a-f]:|\[::ffff:(a9fe:|a83f:8110\]|6464:64c8\])|\[fd00:ec2::254\]|metadata\.google\.internal\.?$)/i;

/** The machine itself: what is sent there travels over no network. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Why artifacts are not sent to this address; null where they may be. Slot hosts stand in private networks, so private
 * addresses are allowed: only an administrator sets one. The metadata services of clouds are not.
 */
export function slotHostObstacle(text: string, isDemonstration: boolean): string | null {
  if (text === DEMONSTRATION_HOST) {
    return isDemonstration ? null : "Only a demonstration has a slot host of its own.";
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) {
    return "An address of a slot host begins with https:// or http://.";
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return "Beyond this machine a slot host is reached by https://: a token that installs is sent to it.";
  }
  if (url.username || url.password) return "Leave the name and password out: the slot host's token is sent.";
  if (url.search || url.hash) return "An address of a slot host has no question mark and no #.";
  if (NOT_THERE.test(url.hostname)) return "This is a cloud's metadata address, not a slot host.";
  return null;
}
