/**
 * A provider of OpenID Connect that signs everybody in as who `SUBJECT` says, for tests:
 *     node server.mjs PORT CLIENT SECRET RETURN_ADDRESS
 * @module
 */
import { Provider } from "oidc-provider";

const [port, clientId, secret, returnAddress] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const claims = {
  sub: "subject-1",
  email: "vera@example.com",
  email_verified: true,
  name: "Vera",
};

const provider = new Provider(issuer, {
  clients: [{ client_id: clientId, client_secret: secret, redirect_uris: [returnAddress] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["of a test"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: () => ({ accountId: claims.sub, claims: () => claims }),
});

// No page is shown: whoever comes is signed in, and agrees to everything.
provider.use(async (context, next) => {
  if (!context.path.startsWith("/interaction/")) return next();
  const { params } = await provider.interactionDetails(context.req, context.res);
  const grant = new provider.Grant({ accountId: claims.sub, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = { login: { accountId: claims.sub }, consent: { grantId: await grant.save() } };
  return provider.interactionFinished(context.req, context.res, result);
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
