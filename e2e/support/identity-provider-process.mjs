// A real OpenID provider on loopback, with accounts to pick instead of passwords, and faults on demand.
// Run by identity-provider.ts; its configuration comes as JSON in the first argument.
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const { port, clientId, clientSecret, clientUrls } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const control = { accounts: [], faults: {} };
const now = Date.now;

/** New keys at every start: keys of providers change. */
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const signingKey = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: `key-${now()}` };

const find = (subject) => control.accounts.find((account) => account.subject === subject);

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: clientUrls.map((url) => `${url}/api/auth/callback/oidc`),
      post_logout_redirect_uris: clientUrls.map((url) => `${url}/sign-in`),
    },
  ],
  claims: { openid: ["sub", "groups"], profile: ["name"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false,
  jwks: { keys: [signingKey] },
  cookies: { keys: ["loopback only"] },
  ttl: {
    Interaction: 86_400,
    Session: 86_400,
    Grant: 86_400,
    AuthorizationCode: 60,
    IdToken: 600,
    AccessToken: 600,
  },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, subject) => {
    const account = find(subject);
    if (!account) return undefined;
    const { name, email, emailVerified, groups } = account;
    return {
      accountId: subject,
      claims: () => ({
        sub: subject,
        name,
        ...(email === undefined ? {} : { email, email_verified: emailVerified ?? true }),
        ...(groups === undefined ? {} : { groups }),
      }),
    };
  },
  // Clearway is the company's own: nobody is asked for consent.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
});

const inHtml = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function readBody(ctx) {
  let text = "";
  for await (const chunk of ctx.req) text += chunk;
  return text;
}

/** The page where one says who one is. */
async function interact(ctx) {
  if (ctx.method === "GET") {
    const buttons = control.accounts.map(
      ({ subject, name }) => `<button name="subject" value="${inHtml(subject)}">${inHtml(name)}</button>`,
    );
    ctx.type = "html";
    ctx.body = `<!doctype html><title>Identity provider</title><h1>Who are you?</h1>
      <form method="post">${buttons.join("\n")}<button name="cancel" value="1">Cancel</button></form>`;
    return;
  }
  const form = new URLSearchParams(await readBody(ctx));
  const result = form.has("cancel")
    ? { error: "access_denied", error_description: "the person cancelled" }
    : { login: { accountId: form.get("subject") ?? "" } };
  ctx.respond = false;
  await provider.interactionFinished(ctx.req, ctx.res, result);
}

provider.use(async (ctx, next) => {
  const { faults } = control;
  if (ctx.path === "/control") {
    Object.assign(control, JSON.parse(await readBody(ctx)));
    const shift = (control.faults.clockSeconds ?? 0) * 1000;
    Date.now = () => now() + shift;
    ctx.body = "";
    return;
  }
  if (ctx.path.startsWith("/interaction/")) return interact(ctx);
  const delay = faults.delayMs?.[ctx.path];
  if (delay) await pause(delay);
  const answer = faults.answers?.[ctx.path];
  if (answer) {
    ctx.status = answer.status;
    ctx.body = answer.body;
    return;
  }
  // What the client asked to be bound to its sign-in is exchanged on the way.
  if (ctx.path === "/auth" && faults.nonce) ctx.query = { ...ctx.query, nonce: faults.nonce };
  await next();
  if (ctx.path === "/jwks" && faults.foreignKeys) {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    ctx.body = {
      keys: [{ ...publicKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: signingKey.kid }],
    };
  }
});

provider.listen(port, "127.0.0.1", () => console.log("ready"));
// Ends with whoever started it.
process.stdin.on("end", () => process.exit(0)).resume();
