/** The path of the delivery model: test environments are shared, production is per client. */
export const USUAL_ENVIRONMENTS = [
  { key: "dev", name: "Dev", position: 1, isProduction: false, isPerClient: false },
  { key: "qa", name: "QA", position: 2, isProduction: false, isPerClient: false },
  { key: "uat", name: "UAT", position: 3, isProduction: false, isPerClient: false },
  { key: "production", name: "Production", position: 4, isProduction: true, isPerClient: true },
] as const;
export type UsualEnvironmentKey = (typeof USUAL_ENVIRONMENTS)[number]["key"];
