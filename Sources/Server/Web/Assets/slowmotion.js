// An election takes a few milliseconds, and would be a single flash. So a message takes a quarter of a
// second here, and whatever it causes waits until it has arrived. Nothing changes its order; the rest
// of the time goes on as it does.

/// How long a message is on its way, in milliseconds; really less than one.
export const flightTime = 260;
/// What follows from a message follows within so long, and may be told a little before its cause:
/// the nodes' news come each on its own way.
const [after, early] = [80, 25];
/// A new leader is not seen to lead before it was seen to win: its calls wait longer.
const callsAfter = 1_200;
/// How far back something that is told now may change what is shown, and be caused by.
export const reach = 500, causeReach = 1_500;

const votes = ["voteGranted"], asks = ["requestVote"], calls = ["heartbeat", "entries"];
/// What a message or a happening may follow from, in the order in which they follow from each other.
const causes = [
  ["preVoteGranted", ["preVote"]], ["preVoteRefused", ["preVote"]],
  ["requestVote", ["preVoteGranted", "timeoutNow"]], ["campaigned", ["preVoteGranted", "timeoutNow"]],
  ["voteGranted", asks], ["voteRefused", asks], ["voted", asks],
  ["led", votes], ["heartbeat", votes], ["entries", votes],
  ["accepted", calls], ["rejected", calls], ["followed", calls],
];

/// Sets `begin` and `end` of flights, and `shown` of happenings, as far as they happened after `since`.
/// What was before that stays as it is, and may still be a cause.
export function slowDown(flights, happenings, since) {
  const isRecent = ({ t }) => t > since;
  const flying = flights.filter(isRecent), happened = happenings.filter(isRecent);
  for (const flight of flying) setBegin(flight, flight.t);
  for (const happening of happened) happening.shown = happening.t;
  for (const [kind, from] of causes) {
    for (const flight of flying) {
      if (flight.kind === kind) setBegin(flight, arrival(flights, from, flight.from, flight));
    }
    for (const happening of happened) {
      if (happening.kind === kind) happening.shown = arrival(flights, from, happening.by, happening);
    }
  }
}

function setBegin(flight, begin) {
  flight.begin = begin;
  flight.end = begin + flightTime + (flight.delay_ms ?? 0);
}

/// When the last of its causes has come to the node; its own time if there is none.
function arrival(flights, kinds, node, { t, kind }) {
  const patience = calls.includes(kind) ? callsAfter : after;
  const times = flights.filter((flight) => flight.to === node && !flight.lost && kinds.includes(flight.kind)
    && flight.t > t - patience - (flight.delay_ms ?? 0) && flight.t < t + early).map(({ end }) => end);
  return Math.max(t, ...times);
}
