// What the API offers, by name: the only place of the page that spells its paths.

import { newKey, read, request } from "./api.js";
import { zone } from "./place.js";

const change = (method, path, body = {}, options = {}) =>
  request(method, path, { body, key: newKey(), ...options });

/// A whole list, which comes in pages.
async function readAll(path, parameters = {}) {
  const items = [];
  let page = {}, isStale = false;
  do {
    page = await read(path, { ...parameters, cursor: page.next_cursor });
    items.push(...page.items);
    isStale ||= page.stale;
  } while (page.next_cursor);
  return { ...page, items, stale: isStale };
}

/// What `today` is in a filter, the reader says.
export const listTasks = (parameters) => read("/v1/tasks", { ...parameters, zone: parameters.q && zone() });
export const readTask = (id) => read(`/v1/tasks/${id}`);
export const taskHistory = (id, cursor) => read(`/v1/tasks/${id}/history`, { cursor, limit: 100 });
export const createTask = (options) => request("POST", "/v1/tasks", options);
export const updateTask = (id, options) => request("PATCH", `/v1/tasks/${id}`, options);
export const deleteTask = (id, options) => request("DELETE", `/v1/tasks/${id}`, options);
export const moveTask = (id, options) => request("POST", `/v1/tasks/${id}/move`, options);
export const changeTasks = (options) => request("POST", `/v1/tasks:bulk?${new URLSearchParams({ zone: zone() })}`, options);
export const undoStep = (id, options) => request("POST", `/v1/tasks/${id}/undo`, options);
export const restoreTask = (id, options) => request("POST", `/v1/tasks/${id}/restore`, options);

export const listComments = (id) => readAll(`/v1/tasks/${id}/comments`, { limit: 500 });
export const addComment = (id, options) => request("POST", `/v1/tasks/${id}/comments`, options);
export const editComment = ({ id, version }, text) =>
  change("PATCH", `/v1/comments/${id}`, { text }, { version });
export const deleteComment = ({ id, version }) =>
  request("DELETE", `/v1/comments/${id}`, { version, key: newKey() });

export const listBoards = () => readAll("/v1/boards");
export const createBoard = (board) => change("POST", "/v1/boards", board);
export const updateBoard = ({ id, version }, patch) =>
  change("PATCH", `/v1/boards/${id}`, patch, { version });
export const deleteBoard = ({ id, version }) =>
  request("DELETE", `/v1/boards/${id}`, { version, key: newKey() });
export const boardAsOf = (id, index, cursor) =>
  read(`/v1/boards/${id}/tasks`, { as_of: index, cursor, limit: 500 });

export const listViews = () => readAll("/v1/views");
export const saveView = (view) => change("POST", "/v1/views", view);
export const updateView = ({ id, version }, patch) =>
  change("PATCH", `/v1/views/${id}`, patch, { version });
export const deleteView = ({ id, version }) =>
  request("DELETE", `/v1/views/${id}`, { version, key: newKey() });
export const listLabels = () => readAll("/v1/labels");
export const importTasks = (format, board, text, key) =>
  request("POST", `/v1/import?format=${format}${board ? `&board=${board}` : ""}`, {
    text, key, type: format === "csv" ? "text/csv" : "application/json",
  });

export const readMe = () => read("/v1/me");
export const listUsers = () => readAll("/v1/users");
export const createUser = (user) => change("POST", "/v1/users", user);
export const updateUser = ({ id, version }, patch) =>
  change("PATCH", `/v1/users/${id}`, patch, { version });
export const deleteUser = ({ id, version }) =>
  request("DELETE", `/v1/users/${id}`, { version, key: newKey() });
export const listTokens = () => readAll("/v1/tokens");
export async function createToken(token) {
  const made = await change("POST", "/v1/tokens", token);
  if (made.secret) return made;
  // An earlier attempt has made it, and the answer was lost with the secret: it is of no use.
  await revokeToken(made.id);
  return createToken(token);
}
export const revokeToken = (id) => request("DELETE", `/v1/tokens/${id}`, { key: newKey() });
export const signIn = (credentials) => request("POST", "/v1/session", { body: credentials });
export const signOut = () => request("DELETE", "/v1/session");

const queuePath = (queue) => `/v1/queues/${encodeURIComponent(queue)}`;

export const listQueues = () => readAll("/v1/queues");
export const listJobs = (queue, parameters) => read(`${queuePath(queue)}/jobs`, parameters);
export const readJob = (id) => read(`/v1/jobs/${id}`);
export const putJob = (queue, options) => request("POST", `${queuePath(queue)}/jobs`, options);
export const changeQueue = (queue, action, body) => change("POST", `${queuePath(queue)}/${action}`, body);
export const kickJob = (id) => change("POST", `/v1/jobs/${id}/kick`);
export const deleteJob = (id) => request("DELETE", `/v1/jobs/${id}`, { key: newKey() });
