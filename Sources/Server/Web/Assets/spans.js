// Stretches of time, in two units at most: 250 ms, 5 s, 2 min 10 s, 3 h 5 min, 4 d 2 h.

const units = [["d", 86_400], ["h", 3_600], ["min", 60], ["s", 1]];

export function span(milliseconds) {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.floor(milliseconds / 1_000);
  const at = units.findIndex(([, length]) => seconds >= length);
  const [unit, length] = units[at];
  const [smaller, part] = units[at + 1] ?? [];
  const rest = smaller ? Math.floor(seconds % length / part) : 0;
  return `${Math.floor(seconds / length)} ${unit}${rest ? ` ${rest} ${smaller}` : ""}`;
}
