import { cookies } from "next/headers";
import { redirectWith } from "@/server/auth/answer";
import { finishSignIn } from "@/server/auth/sign-in";

/** The address to which the provider sends people back. next-auth's other endpoints are not served. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ nextauth: string[] }> },
): Promise<Response> {
  const { nextauth } = await params;
  if (nextauth.join("/") !== "callback/oidc")
    return new Response("There is nothing here.\n", { status: 404 });
  const jar = (await cookies()).getAll();
  return redirectWith(
    await finishSignIn({
      query: Object.fromEntries(new URL(request.url).searchParams),
      cookies: Object.fromEntries(jar.map(({ name, value }) => [name, value])),
      userAgent: request.headers.get("user-agent"),
    }),
  );
}
