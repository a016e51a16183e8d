// Choose, drop or paste: one photo or several, looked at on this device, told what is wrong with them before they go.
import { draw } from "./canvas.js";
import { current, formOf, one, put, reset, say, show, wipe } from "./form.js";
import { letGo } from "./held.js";

const PREVIEW = 720; // px, longest side of the preview
const STRIP = 160; // px, longest side of one of several

const flaw = (form, file) =>
  !file.type.startsWith("image/") ? "notPicture" : file.size > form.dataset.limit ? "tooLong" : "";

// Why these files cannot be sent together; those that could not be sent at all are not among them.
function tooMuch(form, files) {
  if (files.length > form.dataset.most) return "tooMany";
  return files.reduce((sum, file) => sum + file.size, 0) > form.dataset.together ? "tooLongTogether" : "";
}

export function take(form, files) {
  put(form, files);
  return chosen(form);
}

async function chosen(form) {
  const all = [...form.photo.files];
  letGo(); // of the one before
  if (!all.length) return;
  const files = all.filter((file) => !flaw(form, file));
  const stop = files.length ? tooMuch(form, files) : flaw(form, all[0]);
  if (stop) return say(form, [stop]);
  put(form, files);
  if (files.length === 1) {
    const drawn = await draw(one(form, "preview"), files[0], PREVIEW);
    show(form, { preview: drawn, guide: !drawn });
  } else {
    await strip(form, files);
  }
  form.setAttribute("data-chosen", ""); // the next step is now the other button
  show(form, { busy: false, offline: false });
  const out = all.length - files.length;
  say(form, files.length > 1 ? ["severalChosen", files.length] : ["oneChosen"], ...(out ? [["leftOut", out]] : []));
}

async function strip(form, files) {
  const list = one(form, "strip");
  show(form, { guide: false, strip: true });
  for (const [place, file] of files.entries()) {
    const item = document.createElement("li"), canvas = document.createElement("canvas");
    const number = document.createElement("span");
    canvas.setAttribute("aria-hidden", "true");
    canvas.width = canvas.height = 0;
    number.textContent = place + 1;
    item.append(canvas, number);
    list.append(item);
    await draw(canvas, file, STRIP);
    if (item.isConnected) continue;
    canvas.width = canvas.height = 0; // let go meanwhile
    return;
  }
}

document.addEventListener("change", (event) => {
  const form = formOf(event);
  if (form && event.target === form.photo) chosen(form);
  if (form && event.target.name === "keep_days") form.querySelector("[value=sealed]").checked = true;
  if (form && event.target.name === "strength") form.querySelector("[value=hand]").checked = true;
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
