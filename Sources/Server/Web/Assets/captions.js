// What happens, in plain words.

const seconds = (milliseconds) => `${(milliseconds / 1_000).toFixed(2)} s`;

/// No node runs by itself before it has heard nothing for so long.
const patienceMin = 250;

/// Those that make a headline; the others are lines of the story only.
const headlines = new Set(["sounded", "campaigned", "led", "steppedDown", "handedOver", "transferFailed",
  "silent", "back", "lever", "diskStalled", "diskRecovered", "healed"]);

export const isHeadline = ({ kind }) => headlines.has(kind);

const why = {
  "saw a higher term": "somebody is in a higher term",
  "lost touch with a quorum": "it has not heard from a majority of the nodes",
  "lost the election": "too few voted for it",
  "found the leader": "another one leads",
};

const sentences = {
  sounded: (it, who) => (it.silence_ms
    ? `${who} heard nothing of a leader for ${seconds(it.silence_ms)}. `
      + `It asks the others whether they would elect it in term ${it.term}.`
    : `${who} knows of no leader. It asks the others whether they would elect it in term ${it.term}.`),
  campaigned(it, who) {
    const asks = `asks for votes in term ${it.term}`;
    if (it.silence_ms > patienceMin) return `${who} heard nothing for ${seconds(it.silence_ms)} and ${asks}.`;
    return it.silence_ms === null ? `${who} votes for itself and ${asks}.` : `${who} was asked to take over, and ${asks}.`;
  },
  voted: (it, who, name) => `${who} votes for ${name(it.node)} in term ${it.term}.`,
  led: (it, who) => `${who} got the votes of a majority. It leads term ${it.term}.`,
  followed: (it, who, name) => (
    it.node === it.by ? null : `${who} follows ${name(it.node)} in term ${it.term}.`),
  // What it does about it is told at the same moment.
  lostLeader: () => null,
  steppedDown: (it, who) => `${who} leads no longer: ${why[it.text] ?? it.text}.`,
  handedOver: (it, who, name) => `${who} asks ${name(it.node)} to take over at once.`,
  transferFailed: (it, who, name) => `${name(it.node)} did not take over; ${who} goes on leading.`,
  diskStalled: (it, who) => `The disk of ${who} has made nothing durable for ${seconds(it.silence_ms)}.`,
  diskRecovered: (it, who) => `The disk of ${who} works again.`,
  healed: (it, who) => `${who} has everything back that it had lost, and votes again.`,
  silent: (it, who) => `${who} does not answer any more.`,
  back: (it, who) => `${who} is back.`,
  lever: (it) => `You did it: ${it.text}.`,
};

/// nil if there is nothing to say.
export function words(happening, name) {
  return sentences[happening.kind]?.(happening, name(happening.by), name) ?? null;
}

/// What is going on when nothing happens.
export function calm(scene, name) {
  const alive = scene.nodes.filter((node) => !node.isSilent);
  const leaders = alive.filter(({ role }) => role === "leader");
  const leader = leaders.sort((a, b) => b.view.term - a.view.term)[0];
  const majority = Math.floor(scene.nodes.length / 2) + 1;
  if (!scene.nodes.some(({ view }) => view)) return "Waiting for the first news of the nodes…";
  if (leader) {
    const others = list(alive.filter(({ id }) => id !== leader.id).map(({ id }) => name(id)));
    if (!others) return scene.nodes.length === 1
      ? `${name(leader.id)} is alone, and leads itself.`
      : `${name(leader.id)} still believes that it leads, and hears nobody.`;
    return `${name(leader.id)} leads term ${leader.view.term}. It shows itself to ${others} `
      + "several times a second; as long as they hear it, nobody else runs.";
  }
  if (alive.length < majority) {
    return `${alive.length} of ${scene.nodes.length} nodes answer. Without a majority of ${majority} `
      + "nobody can be elected, and nothing can be changed: so nothing can be lost.";
  }
  return "Nobody leads. The first whose timer runs out asks for votes.";
}

export function list(names) {
  return names.length < 2 ? names[0] ?? "" : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

export const roleWords = {
  leader: "leader", follower: "follower", candidate: "candidate", pre_candidate: "asks around",
  silent: "silent", unreachable: "silent",
};

export const messageWords = {
  heartbeat: "heartbeat", entries: "entries", accepted: "entries are here", rejected: "entries do not fit",
  preVote: "would you vote for me?", preVoteGranted: "I would", preVoteRefused: "I would not",
  requestVote: "vote for me", voteGranted: "you have my vote", voteRefused: "not my vote",
  timeoutNow: "take over now", readIndex: "may I read?", readIndexAnswer: "you may",
  forward: "a client's change, passed on", forwardRejected: "passed back",
};
