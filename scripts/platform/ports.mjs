import net from "node:net";

/** True when a server could listen there now. */
export function isFree(port, host = "127.0.0.1") {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** True when something accepts connections there. */
export function answers(port, host = "127.0.0.1") {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host });
    const finish = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(1000, () => finish(false));
    socket.once("connect", () => finish(true));
    socket.once("error", () => finish(false));
  });
}

/** The first free port at or above `first`. */
export async function nextFreePort(first, host) {
  for (let port = first; port < Math.min(first + 200, 65_536); port += 1) {
    if (await isFree(port, host)) return port;
  }
  throw new Error(`No port is free from ${first} to ${first + 199}. Set PORT to another one.`);
}

/** A free port below the range from which systems take the ports of outgoing connections. */
export async function anyFreePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}
