// Layers: domain <- db <- server <- app, and domain <- components <- app. See style: dependency rules.
const TEST = "\\.(test|nightly)\\.tsx?$|/testing/";

const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

export default {
  forbidden: [
    forbid(
      "domain-is-pure",
      "Rules depend on nothing but zod: no I/O, no framework.",
      { path: "^domain/", pathNot: TEST },
      {
        pathNot: "^domain/|^node_modules/zod/",
      },
    ),
    forbid(
      "db-below-server",
      "The schema knows the domain only.",
      { path: "^db/", pathNot: TEST },
      {
        path: "^(server|app|components|e2e|scripts)/",
      },
    ),
    forbid(
      "server-below-pages",
      "Commands and queries know nothing of pages.",
      { path: "^server/", pathNot: TEST },
      {
        path: "^(app|components|e2e)/",
      },
    ),
    forbid(
      "server-without-framework",
      "Only sign-in, the tRPC context and the web role touch React or Next.",
      {
        path: "^server/",
        pathNot: `${TEST}|^server/auth/|^server/trpc/create-context\\.ts$|^server/http/web\\.ts$`,
      },
      { path: "^node_modules/(react|react-dom|next|next-auth)/" },
    ),
    forbid(
      "components-in-the-browser",
      "What runs in the browser never reaches the database.",
      { path: "^components/", pathNot: TEST },
      {
        path: "^(db|app|e2e|scripts)/",
      },
    ),
    forbid(
      "components-know-types-of-the-api-only",
      "From the server, components take the router's type and nothing else; the structure check sees that it is a type.",
      { path: "^components/", pathNot: TEST },
      { path: "^server/", pathNot: "^server/trpc/root\\.ts$" },
    ),
    forbid(
      "pages-through-the-api",
      "Pages read through queries, never from tables.",
      { path: "^app/" },
      {
        path: "^(db|e2e|scripts)/",
      },
    ),
    forbid("nothing-imports-pages", "Pages are the top.", { pathNot: "^app/" }, { path: "^app/" }),
    forbid(
      "slices-meet-below-their-routers",
      "A router belongs to the root and to tests.",
      { path: "^server/", pathNot: `${TEST}|^server/trpc/` },
      { path: "^server/(?!trpc/)[^/]+/router\\.ts$" },
    ),
    forbid(
      "routers-hold-no-sql",
      "Routers adapt; queries and commands read and write.",
      { path: "^server/[^/]+/(router|policy)\\.ts$" },
      { path: "^db/", dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "program-without-test-tools",
      "Test tools stay in tests.",
      { pathNot: `${TEST}|^e2e/|^[^/]+\\.config\\.` },
      {
        path: "^db/testing/|^node_modules/(vitest|@playwright)/",
      },
    ),
    forbid(
      "no-cycles",
      "Two modules that need each other are one.",
      {},
      {
        circular: true,
        viaOnly: { dependencyTypesNot: ["type-only"] },
      },
    ),
    forbid("resolvable", "An import leads somewhere.", {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: "node_modules|scripts/platform" },
    exclude: { path: "^(\\.next|dist|\\.data)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      mainFields: ["module", "main", "types", "typings"],
    },
  },
};
