import { requires, router } from "../trpc/init";
import { liveEvents } from "./events";

export const liveRouter = router({
  events: requires("live.read").subscription(({ ctx, signal }) =>
    liveEvents(ctx, signal ?? new AbortController().signal),
  ),
});
