// The upload form: choose, drop, paste or photograph; look at it; send it; let go of it.
// The page keeps nothing: no storage is written, no object URL is made, and whatever holds the photo (the file
// input, the preview canvas, the camera) is emptied when the photo was sent, when the page is left, and on reset.
import { Camera } from "./camera.js";

const PREVIEW = 720; // px, longest side of the preview

const one = (form, name) => form.querySelector(`[data-${name}]`);
const formOf = (event) => event.target.closest?.("[data-upload]");
const current = () => document.querySelector("[data-upload]");
let camera = null;

function say(form, key) {
  const line = one(form, "says");
  line.textContent = key ? line.dataset[key] : "";
}

function letGo(form) {
  closeCamera(form);
  if (!form) return;
  form.photo.value = "";
  const canvas = one(form, "preview");
  canvas.width = canvas.height = 0;
  show(form, { preview: false, guide: true, stage: false, shoot: false, pick: true, hint: true, busy: false, offline: false });
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

async function preview(form) {
  const file = form.photo.files[0];
  if (!file) return letGo(form);
  const flaw = !file.type.startsWith("image/") ? "notPicture" : file.size > form.dataset.limit ? "tooLong" : "";
  if (flaw) {
    letGo(form);
    return say(form, flaw);
  }
  const canvas = one(form, "preview");
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, PREVIEW / Math.max(bitmap.width, bitmap.height));
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    show(form, { preview: true, guide: false, hint: false });
  } catch {
    show(form, { preview: false, guide: true }); // HEIC, for example: the studio can read what this browser cannot
  }
  const label = one(form, "label");
  label.textContent = label.dataset.other;
  label.parentElement.classList.remove("main"); // the next step is now the other button
  show(form, { busy: false, offline: false });
  say(form, "chosen");
}

function take(form, file) {
  const carrier = new DataTransfer();
  carrier.items.add(file);
  form.photo.files = carrier.files;
  return preview(form);
}

async function openCamera(form) {
  letGo(form);
  camera = new Camera(one(form, "video"));
  show(form, { guide: false, pick: false, hint: false, stage: true, shoot: true });
  try {
    await camera.start();
    say(form, "cameraOn");
    one(form, "snap").focus();
  } catch {
    letGo(form);
    say(form, "cameraNo");
  }
}

async function snap(form) {
  const file = await camera?.picture();
  closeCamera(form);
  if (!file) return;
  await take(form, file);
  form.querySelector("button[type=submit]").focus();
}

document.addEventListener("change", (event) => {
  const form = formOf(event);
  if (form && event.target === form.photo) preview(form);
  if (form && event.target.name === "keep_days") form.querySelector("[value=sealed]").checked = true;
});

document.addEventListener("click", (event) => {
  const form = formOf(event);
  const button = event.target.closest?.("button");
  if (!form || !button) return;
  if ("camera" in button.dataset) openCamera(form);
  if ("snap" in button.dataset) snap(form);
  if ("stop" in button.dataset) {
    letGo(form);
    say(form, "cameraOff");
    one(form, "camera").focus();
  }
});

for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const form = current();
    if (!form) return;
    event.preventDefault(); // a photo dropped beside the target must not replace the page
    one(form, "drop").classList.toggle("over", type === "dragover");
    if (type === "drop" && event.dataTransfer.files.length) take(form, event.dataTransfer.files[0]);
  });
}

document.addEventListener("paste", (event) => {
  const form = current();
  const file = [...(event.clipboardData?.files ?? [])].find((each) => each.type.startsWith("image/"));
  if (form && file) take(form, file);
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
    say(form, "cameraOff");
  }
});
window.addEventListener("pagehide", () => letGo(current()));
window.addEventListener("pageshow", (event) => {
  const form = current();
  if (event.persisted && form) {
    letGo(form);
    say(form, "letGo");
  }
});
