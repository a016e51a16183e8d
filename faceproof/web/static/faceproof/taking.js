// Taking a picture with the camera: it is on only between two clicks, and off as soon as the page is out of sight.
import { Camera } from "./camera.js";
import { take } from "./choosing.js";
import { current, formOf, one, reset, say, show } from "./form.js";
import { Hints } from "./hints.js";
import { letGo, whenLetGo } from "./held.js";

let camera = null;
let hints = null;

export function closeCamera() {
  hints?.stop();
  camera?.stop();
  hints = camera = null;
  const form = current();
  if (form) show(form, { stage: false, shoot: false, pick: true });
}

async function openCamera(form) {
  letGo();
  const video = one(form, "video"), mine = new Camera(video);
  camera = mine;
  show(form, { guide: false, pick: false, stage: true, shoot: true });
  try {
    await mine.start();
  } catch {
    letGo();
    return say(form, ["cameraNo"]);
  }
  if (camera !== mine) return; // closed while it was starting
  say(form, ["cameraOn"]);
  one(form, "snap").focus();
  hints = new Hints(video, (code) => hint(form, code));
}

// The line is a polite live region; the drawing and the oval's line change with it, so it is not told by colour.
function hint(form, code) {
  const line = one(form, "hint");
  one(form, "stage").dataset.state = line.dataset.state = code;
  line.textContent = line.dataset[code];
}

async function snap(form) {
  const file = await camera?.picture();
  closeCamera();
  if (!file) return;
  await take(form, [file]);
  form.querySelector("[type=submit]").focus();
}

document.addEventListener("click", (event) => {
  const form = formOf(event);
  const button = event.target.closest?.("button");
  if (!form || !button) return;
  if ("camera" in button.dataset) openCamera(form);
  if ("snap" in button.dataset) snap(form);
  if ("stop" in button.dataset) {
    letGo();
    say(form, ["cameraOff"]);
    one(form, "camera").focus();
  }
});

whenLetGo(() => {
  closeCamera();
  reset(current());
});

document.addEventListener("visibilitychange", () => {
  const form = current();
  if (!document.hidden || !camera || !form) return;
  letGo();
  say(form, ["cameraOff"]);
});

window.addEventListener("pageshow", (event) => {
  const form = current();
  if (!event.persisted || !form) return;
  letGo();
  say(form, ["letGo"]);
});
