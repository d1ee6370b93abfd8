// Wires the page of settings: people and tokens, as far as one's role shows them.

import { sentence } from "./api.js";
import { button, byId, confirmed, element, setText, showText, toast } from "./dom.js";
import { showTime } from "./fields.js";
import { createToken, createUser, listTokens, listUsers, revokeToken, updateUser } from "./resources.js";
import { follow, me } from "./shell.js";

const roles = { viewer: "Viewer", member: "Member", admin: "Admin" };
const scopes = { read: "read", tasks: "change tasks", enqueue: "put jobs", work: "work on jobs", admin: "everything an admin may" };

byId("scopes").append(...Object.entries(scopes).map(([value, name]) => element("label", { class: "inline", "data-needs": value },
  element("input", { type: "checkbox", name: "scopes", value, checked: value === "read" }), name)));

async function attempt(action, fault = null) {
  try {
    await action();
    if (fault) setText(fault, "");
  } catch (problem) {
    const [first] = problem.errors;
    const text = first ? sentence(`${first.pointer.slice(1)} ${first.detail}`) : problem.message;
    if (fault) setText(fault, text);
    else toast(text, "bad");
  }
  // After a refusal too: what was chosen is not what the cluster has.
  await load().catch((problem) => { if (problem.status !== 401) toast(problem.message, "bad"); });
}

async function load() {
  const { user, role } = await me();
  setText(byId("who"), user ? `You are ${user.name}, ${roles[role].toLowerCase()}.` : "Nobody is signed in here.");
  byId("users-section").hidden = role !== "admin";
  byId("tokens-section").hidden = byId("password-section").hidden = !user;
  const users = role === "admin" ? (await listUsers()).items : [];
  if (role === "admin") showUsers(users, user);
  if (user) showTokens((await listTokens()).items.filter(({ kind }) => kind === "api"), user, users);
}

/// Whoever is first is an admin, and has to be able to sign in.
function expectFirst(isFirst) {
  const { role, password } = byId("new-user").elements;
  if (role.disabled !== isFirst) role.value = isFirst ? "admin" : "member";
  role.disabled = password.required = isFirst;
  byId("password-needed").hidden = !isFirst;
}

function showUsers(users, self) {
  byId("no-users").hidden = users.length > 0;
  expectFirst(users.length === 0);
  byId("users").replaceChildren(...users.map((user) => {
    const role = element("select", { "aria-label": `Role of ${user.name}`, onchange: () => attempt(() => updateUser(user, { role: role.value })) },
      ...Object.entries(roles).map(([value, name]) => element("option", { value }, name)));
    role.value = user.role;
    return element("li", { "data-disabled": user.disabled },
      element("strong", {}, user.name, user.id === self?.id ? element("span", { class: "hint" }, " you") : null),
      element("span", { class: "hint" }, user.email ?? ""), role,
      button("quiet", () => attempt(() => showLink(user)), "Sign-in link"),
      button("quiet", () => shutOut(user, !user.disabled), user.disabled ? "Let in again" : "Shut out"));
  }));
}

async function shutOut(user, disabled) {
  const text = "Until you let them in again, they cannot sign in, and no token of theirs is accepted.";
  if (disabled && !await confirmed(`Shut out ${user.name}?`, text, "Shut out")) return;
  await attempt(() => updateUser(user, { disabled }));
}

/// Whoever has the link is signed in as this person, once.
async function showLink({ id, name }) {
  const { secret } = await createToken({ name: `Link for ${name}`, user: id, kind: "sign_in" });
  showText(byId("link"), `${location.origin}/signin?once=${secret}`);
}

/// An admin is shown those of others too, below his own and with whose they are.
function showTokens(tokens, self, users) {
  const isOwn = ({ user }) => user === self.id;
  const ownerOf = ({ user }) => users.find(({ id }) => id === user)?.name ?? "somebody else";
  const sorted = [...tokens.filter(isOwn), ...tokens.filter((token) => !isOwn(token))];
  byId("tokens").replaceChildren(...sorted.map((token) => element("li", {},
    element("strong", {}, token.name, isOwn(token) ? null : element("span", { class: "hint" }, ` of ${ownerOf(token)}`)),
    element("span", { class: "hint" }, token.scopes.join(", ")),
    element("span", { class: "hint" }, token.expires ? `until ${showTime(token.expires)}` : "never expires"),
    button("quiet", async () => {
      if (await confirmed(`Revoke “${token.name}”?`, "Programs that use it are refused from then on.", "Revoke")) attempt(() => revokeToken(token.id));
    }, "Revoke"))));
}

function wire(id, send) {
  const form = byId(id);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => {
      await send(form.elements, new FormData(form));
      form.reset();
    }, form.querySelector(".fault"));
  });
}

wire("new-user", async ({ name, email, password, role }) => {
  const isFirst = byId("users").children.length === 0;
  await createUser({
    name: name.value.trim(), email: email.value.trim() || null, role: isFirst ? "admin" : role.value,
    ...(password.value ? { password: password.value } : {}),
  });
  if (isFirst) location.assign("/signin?next=/settings");
});

wire("new-password", async ({ password }) => {
  await updateUser((await me()).user, { password: password.value });
  toast("The password is set.");
});

wire("new-token", async ({ name, expires }, data) => {
  const { secret } = await createToken({
    name: name.value.trim(), scopes: data.getAll("scopes"), ...(expires.value ? { expires_in: expires.value } : {}),
  });
  showText(byId("secret"), `${secret}  Copy it now: it is not shown again.`);
});

follow({});
load().catch((problem) => setText(byId("who"), problem.message));
