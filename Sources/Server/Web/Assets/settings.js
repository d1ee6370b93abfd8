// Wires the page of settings: people and tokens, as far as one's role shows them.

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
    await load();
  } catch (problem) {
    const [first] = problem.errors;
    const text = first ? `${first.pointer.slice(1)} ${first.detail}` : problem.message;
    if (fault) setText(fault, text);
    else toast(text, "bad");
  }
}

async function load() {
  const { user, role } = await me();
  setText(byId("who"), user ? `You are ${user.name}, ${roles[role].toLowerCase()}.` : "Nobody is signed in here.");
  byId("users-section").hidden = role !== "admin";
  byId("tokens-section").hidden = byId("password-section").hidden = !user;
  if (role === "admin") showUsers((await listUsers()).items, user);
  if (user) showTokens((await listTokens()).items.filter(({ kind }) => kind === "api"));
}

function showUsers(users, self) {
  byId("no-users").hidden = users.length > 0;
  byId("users").replaceChildren(...users.map((user) => {
    const role = element("select", { "aria-label": `Role of ${user.name}`, onchange: () => attempt(() => updateUser(user, { role: role.value })) },
      ...Object.entries(roles).map(([value, name]) => element("option", { value }, name)));
    role.value = user.role;
    return element("li", { "data-disabled": user.disabled },
      element("strong", {}, user.name, user.id === self?.id ? element("span", { class: "hint" }, " you") : null),
      element("span", { class: "hint" }, user.email ?? ""), role,
      button("quiet", () => attempt(() => showLink(user)), "Sign-in link"),
      button("quiet", () => attempt(() => updateUser(user, { disabled: !user.disabled })), user.disabled ? "Let in again" : "Shut out"));
  }));
}

/// Whoever has the link is signed in as this person, once.
async function showLink({ id, name }) {
  const { secret } = await createToken({ name: `Link for ${name}`, user: id, kind: "sign_in" });
  showText(byId("link"), `${location.origin}/signin?once=${secret}`);
}

function showTokens(tokens) {
  byId("tokens").replaceChildren(...tokens.map((token) => element("li", {},
    element("strong", {}, token.name), element("span", { class: "hint" }, token.scopes.join(", ")),
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
