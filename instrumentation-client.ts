import { navigationStarts } from "@/components/shell/navigation-start";

// Runs before anything of ours in the browser. Zod would try whether it may compile its schemas, which the content
// security policy stops and reports: it is told not to try.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

/** Next calls it as soon as a link, a filter or the back button leads to another address. */
export const onRouterTransitionStart = navigationStarts;
