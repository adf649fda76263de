// npm run check: everything that can be known without running the program.
import { runChecks } from "./platform/checks.mjs";

const { failed } = await runChecks();
process.exitCode = failed > 0 ? 1 : 0;
