// Passkeys and security keys at sign-in. A form [data-webauthn="create" | "get" | "login"] asks the browser for a
// credential when it is sent, puts it into its field "credential", and goes on. The options come from the JSON in the
// element named by data-options, or from the form's own address. Forms stay hidden where the browser cannot do it.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withBytes = (list) => list?.map((entry) => ({ ...entry, id: toBytes(entry.id) }));

async function create(options, form) {
  const key = { ...options.creation_options.publicKey };
  const alone = form.elements.passwordless?.checked ?? false;
  key.challenge = toBytes(key.challenge);
  key.user = { ...key.user, id: toBytes(key.user.id) };
  key.excludeCredentials = withBytes(key.excludeCredentials) ?? [];
  key.authenticatorSelection = {
    ...key.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone ? { userVerification: "required" } : {}),
  };
  const made = await navigator.credentials.create({ publicKey: key });
  return {
    ...common(made),
    response: {
      clientDataJSON: toText(made.response.clientDataJSON),
      attestationObject: toText(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    },
  };
}

async function get(options) {
  const key = { ...options.request_options.publicKey };
  key.challenge = toBytes(key.challenge);
  key.allowCredentials = withBytes(key.allowCredentials) ?? [];
  const found = await navigator.credentials.get({ publicKey: key });
  const { authenticatorData, clientDataJSON, signature, userHandle } = found.response;
  return {
    ...common(found),
    response: {
      authenticatorData: toText(authenticatorData),
      clientDataJSON: toText(clientDataJSON),
      signature: toText(signature),
      userHandle: userHandle ? toText(userHandle) : null,
    },
  };
}

const common = (credential) => ({
  type: credential.type,
  id: credential.id,
  rawId: toText(credential.rawId),
  authenticatorAttachment: credential.authenticatorAttachment ?? null,
  clientExtensionResults: credential.getClientExtensionResults(),
});

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) throw new Error("no options");
  return answer.json();
}

function start(form) {
  const problem = form.querySelector("[data-webauthn-problem]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const options = await optionsOf(form);
      const credential = form.dataset.webauthn === "create" ? await create(options, form) : await get(options);
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      problem.textContent = "That did not work, or was stopped. You can try again or choose another way.";
      problem.hidden = false;
    }
  });
}

if (window.PublicKeyCredential && navigator.credentials) {
  document.querySelectorAll("form[data-webauthn]").forEach(start);
  document.querySelectorAll("[data-webauthn-missing]").forEach((element) => { element.hidden = true; });
}
