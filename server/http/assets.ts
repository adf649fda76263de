import fs from "node:fs";
import path from "node:path";
import type { Handler } from "./handler";

export const ASSETS_PREFIX = "/_next/static/";

type Encoding = "br" | "gzip";
type Asset = { type: string; plain: Buffer; encoded: Partial<Record<Encoding, Buffer>> };

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const SUFFIXES: Readonly<Record<Encoding, string>> = { br: ".br", gzip: ".gz" };

/**
 * Serves what the build made for browsers, from memory, compressed where the build left it compressed beside the file. Their
 * names change with their content. Whatever is not there, or is no plain GET, goes on to `next`.
 */
export function serveAssets(directory: string, next: Handler): Handler {
  const assets = readAssets(directory);
  return (req, res) => {
    const asset = assets.get((req.url ?? "").split("?", 1)[0] ?? "");
    if (!asset || (req.method !== "GET" && req.method !== "HEAD") || req.headers.range) return next(req, res);
    const accepted = acceptedEncoding(String(req.headers["accept-encoding"] ?? ""), asset);
    const body = (accepted && asset.encoded[accepted]) ?? asset.plain;
    res.writeHead(200, {
      "Content-Type": asset.type,
      "Content-Length": body.length,
      "Cache-Control": "public, max-age=31536000, immutable",
      Vary: "Accept-Encoding",
      ...(accepted ? { "Content-Encoding": accepted } : {}),
    });
    res.end(req.method === "HEAD" ? undefined : body);
  };
}

function readAssets(directory: string): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const name of fs.readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    const type = TYPES[path.extname(name)];
    const file = path.join(directory, name);
    if (!type || !fs.statSync(file).isFile()) continue;
    const encoded: Asset["encoded"] = {};
    for (const encoding of ["br", "gzip"] as const) {
      const beside = file + SUFFIXES[encoding];
      if (fs.existsSync(beside)) encoded[encoding] = fs.readFileSync(beside);
    }
    const address = ASSETS_PREFIX + name.split(path.sep).map(encodeURIComponent).join("/");
    assets.set(address, { type, plain: fs.readFileSync(file), encoded });
  }
  return assets;
}

/** The smaller first; "br;q=0" says no. */
function acceptedEncoding(header: string, asset: Asset): Encoding | null {
  const accepts = (name: string) =>
    header.split(",").some((one) => {
      const [token, ...parameters] = one.split(";").map((part) => part.trim().toLowerCase());
      return token === name && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    });
  return (["br", "gzip"] as const).find((encoding) => asset.encoded[encoding] && accepts(encoding)) ?? null;
}
