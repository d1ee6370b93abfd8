// Dragging cards between lists, by mouse, pen, or a finger held down. Nothing moves in the document
// while a card is dragged: a copy follows the pointer, and a line shows where it would go.

const startDistance = 5;
const holdTime = 320;
const edge = 56, edgeSpeed = 14;

/// `root` holds lists with `data-list`, which hold cards with `data-key`. `drop(item, list, before)`
/// is called with the card it is to stand before, or null; `takes(item, list)` says where it may go.
export function makeDraggable(root, { drop, takes = () => true, scroller = root }) {
  const line = document.createElement("div");
  line.className = "drop-line";
  let drag = null;

  root.addEventListener("dragstart", (event) => event.preventDefault());
  root.addEventListener("pointerdown", (event) => {
    const item = event.target.closest("[data-key]");
    if (!item || event.button !== 0 || event.target.closest("button, input, select")) return;
    if (item.closest("[data-list]")?.hasAttribute("data-fixed")) return;
    drag = { item, x: event.clientX, y: event.clientY, startX: event.clientX, startY: event.clientY, ghost: null };
    if (event.pointerType !== "mouse") drag.hold = setTimeout(begin, holdTime);
    listen("add");
  });

  function listen(what) {
    for (const [name, heard] of Object.entries(heardWhileDown)) document[`${what}EventListener`](name, heard);
    // A finger that has picked up a card must not scroll the page with it.
    root[`${what}EventListener`]("touchmove", holdStill, { passive: false });
  }

  const heardWhileDown = {
    pointermove(event) {
      Object.assign(drag, { x: event.clientX, y: event.clientY });
      if (drag.ghost) return;
      const distance = Math.hypot(drag.x - drag.startX, drag.y - drag.startY);
      if (distance < startDistance) return;
      if (event.pointerType === "mouse") begin();
      else finish();
    },
    pointerup: () => finish(true),
    pointercancel: () => finish(),
    keydown(event) { if (event.key === "Escape") finish(); },
    contextmenu(event) { if (drag.ghost) event.preventDefault(); },
  };

  function holdStill(event) { if (drag?.ghost) event.preventDefault(); }

  function begin() {
    const { item } = drag, box = item.getBoundingClientRect();
    const ghost = item.cloneNode(true);
    Object.assign(drag, { ghost, dx: drag.startX - box.left, dy: drag.startY - box.top });
    ghost.classList.add("ghost");
    ghost.inert = true;
    ghost.style.width = `${box.width}px`;
    document.body.append(ghost);
    item.toggleAttribute("data-dragged", true);
    document.documentElement.toggleAttribute("data-dragging", true);
    follow();
  }

  /// Once a frame, while something is dragged.
  function follow() {
    if (!drag?.ghost) return;
    const { ghost, x, y, dx, dy } = drag;
    ghost.style.transform = `translate(${x - dx}px, ${y - dy}px) rotate(1.5deg)`;
    scrollAt(x, y);
    aim(x, y);
    requestAnimationFrame(follow);
  }

  function aim(x, y) {
    const under = document.elementFromPoint(x, y);
    const list = listUnder(under);
    if (!list || !takes(drag.item, list)) {
      drag.list = null;
      return line.remove();
    }
    const card = cardAt(list, under, x, y);
    const box = card?.getBoundingClientRect();
    const before = card && y > box.top + box.height / 2 ? card.nextElementSibling : card;
    Object.assign(drag, { list, before: before === line ? null : before });
    if (line.parentElement !== list) list.append(line);
    line.style.transform = `translateY(${lineAt(list, drag.before)}px)`;
  }

  /// The pointer may be over a column's head or its empty end: both belong to its list.
  function listUnder(under) {
    const list = under?.closest("[data-list]") ?? under?.closest("[data-column]")?.querySelector("[data-list]");
    return list && root.contains(list) ? list : null;
  }

  /// Between two cards there is a gap, above the first and below the last one more.
  function cardAt(list, under, x, y) {
    const card = under.closest("[data-key]");
    if (card) return card;
    const near = document.elementFromPoint(x, y + 10)?.closest("[data-key]");
    if (near && list.contains(near)) return near;
    const first = list.querySelector("[data-key]");
    return first && y < first.getBoundingClientRect().top ? first : null;
  }

  function lineAt(list, before) {
    if (before) return before.offsetTop - 5;
    const last = line.previousElementSibling;
    return last ? last.offsetTop + last.offsetHeight + 3 : 4;
  }

  function scrollAt(x, y) {
    const across = scroller.getBoundingClientRect();
    scroller.scrollLeft += speed(x, across.left, across.right);
    const list = drag.list, down = list?.getBoundingClientRect();
    if (list) list.scrollTop += speed(y, down.top, down.bottom);
  }

  const speed = (at, low, high) => (at < low + edge ? -edgeSpeed : at > high - edge ? edgeSpeed : 0);

  function finish(isDropped = false) {
    const { item, ghost, list, before, hold } = drag;
    clearTimeout(hold);
    listen("remove");
    drag = null;
    if (!ghost) return;
    ghost.remove();
    line.remove();
    item.removeAttribute("data-dragged");
    document.documentElement.removeAttribute("data-dragging");
    // The click that follows is the end of the drag, not a wish to open the card.
    const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };
    addEventListener("click", swallow, true);
    setTimeout(() => removeEventListener("click", swallow, true));
    if (isDropped && list && before !== item) drop(item, list, before);
  }
}
