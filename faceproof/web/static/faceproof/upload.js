// The upload form: choose, drop, paste or photograph; look at it; send it; let go of it.
// The page keeps nothing: no storage is written, no object URL is made, and whatever holds the photo (the file
// input, the preview canvas, the camera) is emptied when the photo was sent, when the page is left, and on reset.
import { Camera } from "./camera.js";

const PREVIEW = 720; // px, longest side of the preview
const STRIP = 160; // px, longest side of one of several

const one = (form, name) => form.querySelector(`[data-${name}]`);
const formOf = (event) => event.target.closest?.("[data-upload]");
const current = () => document.querySelector("[data-upload]");
let camera = null;

function say(form, ...said) {
  const line = one(form, "says");
  line.textContent = said.map(([key, n]) => line.dataset[key].replace("{n}", n)).join(" ");
}

function letGo(form) {
  closeCamera(form);
  if (!form) return;
  form.photo.value = "";
  empty(form);
  show(form, { guide: true, stage: false, shoot: false, pick: true, hint: true, busy: false, offline: false });
}

function show(form, parts) {
  for (const [name, visible] of Object.entries(parts)) {
    one(form, name)?.toggleAttribute("hidden", !visible);
  }
}

function closeCamera(form) {
  camera?.stop();
  camera = null;
  if (form) show(form, { stage: false, shoot: false, pick: true });
}

// The canvases hold pixels of the photos: emptied, not only hidden.
function empty(form) {
  for (const canvas of form.querySelectorAll("[data-preview], [data-strip] canvas")) canvas.width = canvas.height = 0;
  one(form, "strip").replaceChildren();
  show(form, { preview: false, strip: false });
}

async function draw(canvas, file, side) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return true;
  } catch {
    return false; // HEIC, for example: the studio can read what this browser cannot
  }
}

const flaw = (form, file) =>
  !file.type.startsWith("image/") ? "notPicture" : file.size > form.dataset.limit ? "tooLong" : "";

// Why these files cannot be sent together; those that could not be sent at all are not among them.
function tooMuch(form, files) {
  if (files.length > form.dataset.most) return "tooMany";
  return files.reduce((sum, file) => sum + file.size, 0) > form.dataset.together ? "tooLongTogether" : "";
}

async function preview(form) {
  const chosen = [...form.photo.files];
  if (!chosen.length) return letGo(form);
  const files = chosen.filter((file) => !flaw(form, file));
  const stop = files.length ? tooMuch(form, files) : flaw(form, chosen[0]);
  if (stop) {
    letGo(form);
    return say(form, [stop]);
  }
  if (files.length < chosen.length) put(form, files);
  empty(form);
  if (files.length === 1) {
    const drawn = await draw(one(form, "preview"), files[0], PREVIEW);
    show(form, { preview: drawn, guide: !drawn, hint: !drawn });
  } else {
    await strip(form, files);
  }
  const label = one(form, "label");
  label.textContent = label.dataset.other;
  label.parentElement.classList.remove("main"); // the next step is now the other button
  show(form, { busy: false, offline: false });
  const out = chosen.length - files.length;
  say(form, files.length > 1 ? ["chosenSeveral", files.length] : ["chosen"], ...(out ? [["leftOut", out]] : []));
}

async function strip(form, files) {
  const list = one(form, "strip");
  show(form, { guide: false, hint: false, strip: true });
  for (const [place, file] of files.entries()) {
    const item = document.createElement("li");
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    canvas.width = canvas.height = 0;
    const number = document.createElement("span");
    number.textContent = place + 1;
    item.append(canvas, number);
    list.append(item);
    await draw(canvas, file, STRIP);
    if (!item.isConnected) {
      canvas.width = canvas.height = 0; // let go meanwhile
      return;
    }
  }
}

function put(form, files) {
  const carrier = new DataTransfer();
  for (const file of files) carrier.items.add(file);
  form.photo.files = carrier.files;
}

function take(form, files) {
  put(form, files);
  return preview(form);
}

async function openCamera(form) {
  letGo(form);
  camera = new Camera(one(form, "video"));
  show(form, { guide: false, pick: false, hint: false, stage: true, shoot: true });
  try {
    await camera.start();
    say(form, ["cameraOn"]);
    one(form, "snap").focus();
  } catch {
    letGo(form);
    say(form, ["cameraNo"]);
  }
}

async function snap(form) {
  const file = await camera?.picture();
  closeCamera(form);
  if (!file) return;
  await take(form, [file]);
  form.querySelector("button[type=submit]").focus();
}

document.addEventListener("change", (event) => {
  const form = formOf(event);
  if (form && event.target === form.photo) preview(form);
  if (form && event.target.name === "keep_days") form.querySelector("[value=sealed]").checked = true;
  if (form && event.target.name === "strength") form.querySelector("[value=hand]").checked = true;
});

document.addEventListener("click", (event) => {
  const form = formOf(event);
  const button = event.target.closest?.("button");
  if (!form || !button) return;
  if ("camera" in button.dataset) openCamera(form);
  if ("snap" in button.dataset) snap(form);
  if ("stop" in button.dataset) {
    letGo(form);
    say(form, ["cameraOff"]);
    one(form, "camera").focus();
  }
});

for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const form = current();
    if (!form) return;
    event.preventDefault(); // a photo dropped beside the target must not replace the page
    one(form, "drop").classList.toggle("over", type === "dragover");
    if (type === "drop" && event.dataTransfer.files.length) take(form, event.dataTransfer.files);
  });
}

document.addEventListener("paste", (event) => {
  const form = current();
  const file = [...(event.clipboardData?.files ?? [])].find((each) => each.type.startsWith("image/"));
  if (form && file) take(form, [file]);
});

// --- sending: htmx does it; this only tells people how it went -----------------------------------------------
document.addEventListener("htmx:before:request", (event) => {
  const form = formOf(event);
  if (!form) return;
  closeCamera(form);
  show(form, { busy: false, offline: false });
  const working = one(form, "working");
  working.querySelector("p").textContent = working.dataset.working;
});

document.addEventListener("htmx:finally:request", (event) => {
  const form = formOf(event);
  if (form) one(form, "working").querySelector("p").textContent = "";
});

document.addEventListener("htmx:response:error", (event) => {
  const form = formOf(event);
  if (form && event.detail.ctx.response.status === 503) show(form, { busy: true });
});

document.addEventListener("htmx:error", (event) => {
  const form = formOf(event);
  if (form) show(form, { offline: true });
});

document.addEventListener("htmx:before:swap", (event) => {
  const form = formOf(event) ?? current();
  const status = event.detail?.ctx?.response?.status;
  if (form && status !== 503) letGo(form);
});

document.addEventListener("htmx:after:swap", () => {
  const title = document.querySelector("#main h1");
  if (title && document.activeElement === document.body) {
    title.setAttribute("tabindex", "-1");
    title.focus({ preventScroll: true });
  }
});

// --- leaving: the camera stops as soon as the page is out of sight, the photo goes when the page does ---------
document.addEventListener("visibilitychange", () => {
  const form = current();
  if (document.hidden && camera) {
    letGo(form);
    say(form, ["cameraOff"]);
  }
});
window.addEventListener("pagehide", () => letGo(current()));
window.addEventListener("pageshow", (event) => {
  const form = current();
  if (event.persisted && form) {
    letGo(form);
    say(form, ["letGo"]);
  }
});
