import { redirectWith } from "@/server/auth/answer";
import { providerSignOut } from "@/server/auth/provider-sign-out";

/** On to the provider's own sign-out, which asks there. Clearway's session has ended before. */
export async function GET(): Promise<Response> {
  return redirectWith({ location: await providerSignOut(), cookies: [] });
}
