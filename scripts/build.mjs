// npm run build: the production build, whether or not it is stale.
import { buildPages, buildProgram } from "./platform/build.mjs";

if (process.argv.includes("--faults")) {
  await buildProgram({ faults: true });
} else {
  await buildProgram();
  await buildPages();
}
