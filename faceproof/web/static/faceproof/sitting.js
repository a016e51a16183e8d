// The page of one sitting, while it is made and when it is chosen from: the photo stands in the frame until the first
// picture lies over it, faces can be tapped on it, and reading starts at the title of each new state.
import { drawAligned, drawWhole } from "./before.js";
import { whenLetGo } from "./held.js";
import { empty } from "./canvas.js";
import { offerAgain } from "./sending.js";

let state = "";

async function refresh() {
  offerAgain();
  const frame = document.querySelector("[data-sitting] [data-frame]"), picture = frame?.querySelector(".picture");
  const canvas = frame?.querySelector("[data-selfie]"), slider = document.querySelector("[data-compare]");
  if (!canvas) return;
  cut(frame, slider?.value ?? 0);
  if (picture) await faded(picture);
  if (!canvas.isConnected) return;
  const drawn = picture ? await drawAligned(canvas, frame.dataset.before) : await drawWhole(canvas);
  if (!drawn) empty([canvas]);
  show(frame.closest("[data-sitting]"), drawn);
}

// The photo stays below the picture until that has come.
async function faded(picture) {
  await picture.decode().catch(() => {});
  await Promise.allSettled(picture.getAnimations().map((each) => each.finished));
}

function show(page, drawn) {
  for (const each of page.querySelectorAll("[data-selfie], [data-with-photo]")) each.hidden = !drawn;
  for (const each of page.querySelectorAll("[data-without-photo]")) each.hidden = drawn;
}

const cut = (frame, share) => frame.style.setProperty("--cut", `${share}%`);

// A new state is read from its title on; a picture more in the same state moves nobody's focus.
function focusTitle() {
  const now = document.querySelector("[data-sitting]")?.dataset.sitting ?? location.pathname;
  const title = document.querySelector("#main h1");
  const free = [document.body, document.querySelector("#main"), title].includes(document.activeElement);
  if (!title || !free || now === state) return;
  title.setAttribute("tabindex", "-1");
  title.focus({ preventScroll: true });
  state = now;
}

// What a person has unfolded stays so while pictures come.
let unfolded = [];
const folds = () => [...document.querySelectorAll("[data-sitting] details")];
document.addEventListener("htmx:before:swap", (event) => {
  unfolded = event.target.id?.startsWith("watch-") ? folds().map((each) => each.open) : [];
});
document.addEventListener("htmx:after:swap", () => {
  folds().forEach((each, place) => { if (unfolded[place]) each.open = true; });
  refresh();
  focusTitle();
});
document.addEventListener("input", (event) => {
  if ("compare" in event.target.dataset) cut(document.querySelector("[data-frame]"), event.target.value);
});
whenLetGo(() => {
  empty(document.querySelectorAll("[data-selfie]"));
  const page = document.querySelector("[data-sitting]");
  if (page) show(page, false);
});
refresh();
