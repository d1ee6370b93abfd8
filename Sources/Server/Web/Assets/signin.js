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

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, password } = form.elements, [button] = form.querySelectorAll("button");
  button.disabled = true;
  setText(byId("signin-fault"), "");
  try {
    await signIn({ name: name.value.trim(), password: password.value });
    location.replace(target);
  } catch (problem) {
    setText(byId("signin-fault"), problem.message);
    password.select();
  }
  button.disabled = false;
});
