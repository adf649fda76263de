import { cookies } from "next/headers";
import { redirectWith } from "@/server/auth/answer";
import { returnPath } from "@/server/auth/return-path";
import { isFromOutside } from "@/server/auth/same-origin";
import { beginSignIn } from "@/server/auth/sign-in";

/**
 * Sends the browser to the identity provider. A link, not a form: a policy for forms would be asked about every address
 * that the provider sends people on to. Another site's link leads to our page first.
 */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const next = returnPath(searchParams.get("next"));
  if (isFromOutside(request.headers)) return redirectWith({ location: "/sign-in", cookies: [] });
  const jar = (await cookies()).getAll();
  return redirectWith(
    await beginSignIn({
      next,
      again: searchParams.get("again") === "1",
      cookies: Object.fromEntries(jar.map(({ name, value }) => [name, value])),
    }),
  );
}
