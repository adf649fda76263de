import { NextResponse } from "next/server";
import { z } from "zod";
import { DomainError, REFUSALS } from "@/domain/errors";
import { SESSION_COOKIE } from "@/server/auth/cookie";
import { signInForDemonstration } from "@/server/auth/demonstration";
import { returnPath } from "@/server/auth/return-path";
import { isSameOrigin } from "@/server/auth/same-origin";
import { database } from "@/server/runtime";

const Form = z.object({ personId: z.uuid(), next: z.string().optional() });

/** The form of the sign-in page. Answers with a relative address: behind a proxy we know no other that is right. */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request.headers))
    return new Response("Sign in from Clearway's own page.\n", { status: 403 });
  const form = Form.safeParse(Object.fromEntries(await request.formData().catch(() => [])));
  if (!form.success) return new Response("Pick one of the people on the sign-in page.\n", { status: 400 });
  try {
    const { token, expires } = await signInForDemonstration(
      database(),
      form.data.personId,
      request.headers.get("user-agent"),
    );
    const location = returnPath(form.data.next);
    const answer = new NextResponse(null, {
      status: 303,
      headers: { location, "cache-control": "no-store" },
    });
    answer.cookies.set(SESSION_COOKIE.name, token, { ...SESSION_COOKIE.options, expires });
    return answer;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return new Response(`${error.message}\n`, { status: REFUSALS[error.code] });
  }
}
