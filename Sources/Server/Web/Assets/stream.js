// The shared worker: one stream for all tabs of a browser.

import { holdStream } from "./events.js";

const ports = new Set();
/// What a tab that comes later has to be told: whether the stream is open, and the newest cluster.
let isOpen = false, cluster = null;

holdStream((name, value) => {
  if (name === "opened") isOpen = true;
  if (name === "lost") [isOpen, cluster] = [false, null];
  if (name === "cluster") cluster = value;
  for (const port of ports) port.postMessage([name, value]);
});

onconnect = ({ ports: [port] }) => {
  ports.add(port);
  port.onmessage = () => ports.delete(port);
  if (isOpen) port.postMessage(["opened"]);
  if (cluster) port.postMessage(["cluster", cluster]);
};
