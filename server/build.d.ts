/** Set by the bundler: true only in the build that fault tests run (`scripts/build.mjs --faults`). */
declare const __FAILPOINTS__: boolean;
