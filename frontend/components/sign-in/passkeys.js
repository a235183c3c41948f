/**
 * Passkeys as the browser makes and uses them (WebAuthn); what they sign, the server verifies.
 * @module
 */
import { ApiError } from "../../api.js";

/** @typedef {import("../../api.js").Schemas["PasskeyOffer"]} Offer */
/** @typedef {import("../../api.js").Schemas["Credential"]} Credential */
/** @typedef {import("../../api.js").Schemas["Assertion"]} Assertion */

const MINUTES = 5;

/**
 * Why no passkey works on this page, and what to do; null where they work.
 * @param {Offer} offer
 */
export function whyNone({ origin, problem }) {
  if (problem !== null) return problem;
  if (origin !== location.origin)
    return `Passkeys work at ${origin} alone: open CVD there. An authenticator app works at any address.`;
  if (!window.PublicKeyCredential)
    return "This browser knows no passkeys. An authenticator app works with any browser.";
  return null;
}

/**
 * Lets a device make a passkey; what the server is sent of it.
 * @param {Awaited<ReturnType<typeof import("../../api.js").api.passkey_service.create_challenge>>} asked
 */
export async function madePasskey(asked) {
  const made = await fromDevice(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: bytesOf(asked.challenge),
        rp: { id: asked.rp_id, name: asked.rp_name },
        user: {
          id: bytesOf(asked.user_handle),
          name: asked.username,
          displayName: asked.display_name,
        },
        pubKeyCredParams: asked.algorithms.map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: {
          residentKey: "required",
          requireResidentKey: true,
          userVerification: "required",
        },
        excludeCredentials: asked.known.map(described),
        attestation: "none",
        timeout: MINUTES * 60_000,
      },
    }),
  );
  const response = /** @type {AuthenticatorAttestationResponse} */ (made.response);
  return {
    client_data: textOf(response.clientDataJSON),
    attestation_object: textOf(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  };
}

/**
 * Lets a device sign: one of `among`, or without them whichever the person chooses, who is then
 * looked at.
 * @param {{challenge: string, rp_id: string}} asked
 * @param {Credential[]} [among]
 * @returns {Promise<Assertion>}
 */
export async function signedByPasskey(asked, among) {
  const signed = await fromDevice(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: bytesOf(asked.challenge),
        rpId: asked.rp_id,
        allowCredentials: among?.map(described) ?? [],
        userVerification: among ? "discouraged" : "required",
        timeout: MINUTES * 60_000,
      },
    }),
  );
  const response = /** @type {AuthenticatorAssertionResponse} */ (signed.response);
  return {
    credential_id: textOf(signed.rawId),
    client_data: textOf(response.clientDataJSON),
    authenticator_data: textOf(response.authenticatorData),
    signature: textOf(response.signature),
    ...(response.userHandle?.byteLength ? { user_handle: textOf(response.userHandle) } : {}),
  };
}

/** What a browser says went wrong, in words, by the name of its error. @type {Record<string, string>} */
const WORDS = {
  InvalidStateError: "This device has a passkey of yours already: it is in the list.",
  NotSupportedError: "This device cannot make the kind of passkey that CVD needs: take another.",
  SecurityError: "The browser lets no passkey be used at this address.",
};
const BROKEN_OFF =
  "It was broken off, took too long, or no device here has a passkey that fits. Try again.";

/** @param {() => Promise<globalThis.Credential | null>} ask */
async function fromDevice(ask) {
  try {
    const answer = await ask();
    if (answer instanceof PublicKeyCredential) return answer;
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    throw refused(WORDS[name] ?? BROKEN_OFF);
  }
  throw refused(BROKEN_OFF);
}

/** @param {string} detail */
const refused = (detail) => new ApiError({ status: 400, title: "No passkey was used", detail });

/** @param {Credential} credential @returns {PublicKeyCredentialDescriptor} */
const described = ({ id, transports }) => ({
  type: "public-key",
  id: bytesOf(id),
  transports: /** @type {AuthenticatorTransport[]} */ (transports),
});

/** @param {string} text in base64url */
const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) =>
    each.charCodeAt(0),
  );

/** @param {ArrayBuffer} buffer */
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
