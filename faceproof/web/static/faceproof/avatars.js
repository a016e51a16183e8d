// Today's avatar beside the new one. It is picked from this device, drawn on canvases, and goes nowhere.
import { drawSquare, empty } from "./canvas.js";
import { whenLetGo } from "./held.js";

const SIDE = 192; // px: twice the largest size shown

async function compare(field) {
  const part = field.closest("[data-avatars]"), [file] = field.files;
  field.value = "";
  if (!file) return;
  const [first, ...others] = part.querySelectorAll("canvas");
  const drawn = await drawSquare(first, file, SIDE);
  for (const canvas of [first, ...others]) {
    if (drawn && canvas !== first) copy(first, canvas);
    canvas.hidden = !drawn;
    canvas.nextElementSibling.hidden = drawn; // the initials
  }
  const line = part.querySelector("[role=status]");
  line.textContent = drawn ? line.dataset.drawn : line.dataset.unread;
}

function copy(from, to) {
  to.width = to.height = SIDE;
  to.getContext("2d").drawImage(from, 0, 0);
}

document.addEventListener("change", (event) => {
  if ("today" in event.target.dataset) compare(event.target);
});
whenLetGo(() => empty(document.querySelectorAll("[data-avatars] canvas")));
window.addEventListener("pagehide", () => empty(document.querySelectorAll("[data-avatars] canvas")));
