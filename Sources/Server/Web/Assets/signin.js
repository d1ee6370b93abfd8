// Wires the page to sign in.

import { settings } from "./api.js";
import { byId, setText } from "./dom.js";
import { signIn } from "./resources.js";
import "./shell.js";

/// Where somebody wanted to go. Only a path of this site: nobody is sent elsewhere.
const next = new URLSearchParams(location.search).get("next") ?? "/";
const target = /^\/(?![/\\])/.test(next) ? next : "/";
const form = byId("signin");

settings.signedOut = () => {};

// Here with a link means that it led nowhere. It is of no use, so it need not stay in the address.
if (new URLSearchParams(location.search).has("once")) {
  history.replaceState(null, "", "/signin");
  setText(byId("signin-fault"), "This link was used before, or is too old. Ask for another one, or sign in with your password.");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, password } = form.elements, [button] = form.querySelectorAll("button");
  button.disabled = true;
  setText(byId("signin-fault"), "");
  try {
    await signIn({ name: name.value.trim(), password: password.value });
    location.replace(target);
  } catch (problem) {
    setText(byId("signin-fault"), problem.status === 401 ? "The name or the password is wrong." : problem.message);
    password.select();
  }
  button.disabled = false;
});
