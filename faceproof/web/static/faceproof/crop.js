// A plain cut by hand: the chosen photo is drawn here, in the page, and goes nowhere until the button is pressed.
// The three numbers of the form are the cut; dragging, zooming and keys only write them. Nothing looks into the photo.
const SIDE = 800; // px of the canvas
const form = document.querySelector("[data-crop]");
const one = (name) => form.querySelector(`[data-${name}]`);
const canvas = form && one("canvas");
const fingers = new Map();
let photo = null; // ImageBitmap
let apart = 0; // px between two fingers, at the last move

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const number = (name) => clamp(Number(form[name].value) || 0, name === "size" ? 10 : 0, 100);

// In pixels of the photo: the square's side, and the room beside it.
function square() {
  const side = (Math.min(photo.width, photo.height) * number("size")) / 100;
  return { side, wide: photo.width - side, high: photo.height - side };
}

function draw() {
  if (!photo) return;
  const { side, wide, high } = square();
  canvas.getContext("2d").drawImage(photo, (wide * number("left")) / 100, (high * number("top")) / 100, side, side, 0, 0, SIDE, SIDE);
}

function write(values) {
  for (const [name, value] of Object.entries(values)) form[name].value = Math.round(clamp(value, name === "size" ? 10 : 0, 100));
  draw();
}

// Whole per cents of a small room would make the photo jump: what a drag leaves over is carried to its next move.
const rest = { left: 0, top: 0 };
function move(dx, dy) {
  const { side, wide, high } = square();
  const to = {};
  for (const [name, by, room] of [["left", dx, wide], ["top", dy, high]]) {
    if (room < 1) continue;
    const wish = number(name) + rest[name] + (by * side * 100) / room;
    to[name] = clamp(Math.round(wish), 0, 100);
    rest[name] = clamp(wish, 0, 100) - to[name];
  }
  write(to);
}

// The middle of the square stays where it is.
function zoom(by) {
  const before = square();
  const x = (before.wide * number("left")) / 100 + before.side / 2;
  const y = (before.high * number("top")) / 100 + before.side / 2;
  form.size.value = Math.round(clamp(number("size") - by, 10, 100));
  const { side, wide, high } = square();
  write({ left: wide ? ((x - side / 2) * 100) / wide : 50, top: high ? ((y - side / 2) * 100) / high : 50 });
}

let later = 0;
function tell() {
  clearTimeout(later); // once the hand rests, or a screen reader would never be silent
  later = setTimeout(() => {
    const said = one("says");
    said.textContent = said.dataset.at.replace(/\{(\w+)\}/g, (_all, name) => number(name));
  }, 700);
}

function letGo() {
  photo?.close();
  photo = null;
  canvas.width = canvas.height = 0;
  shown(false, false);
}

function shown(drawn, look) {
  for (const name of ["view", "zoom", "how"]) one(name).hidden = !drawn;
  one("guide").toggleAttribute("hidden", drawn);
  for (const part of form.querySelectorAll("[data-look]")) part.classList.toggle("shown", look);
}

async function take() {
  letGo();
  const file = form.photo.files[0];
  const said = one("says");
  said.textContent = "";
  if (!file) return;
  if (file.size > form.dataset.limit) {
    form.photo.value = "";
    said.textContent = said.dataset.tooLong;
    return;
  }
  try {
    photo = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    shown(false, true); // HEIC, for example
    said.textContent = said.dataset.cannotDraw;
    return;
  }
  canvas.width = canvas.height = SIDE;
  shown(true, false);
  said.textContent = said.dataset.chosen;
  draw();
}

function keys(event) {
  const step = event.shiftKey ? 0.1 : 0.02;
  const ways = {
    ArrowLeft: () => move(step, 0), ArrowRight: () => move(-step, 0), ArrowUp: () => move(0, step), ArrowDown: () => move(0, -step),
    "+": () => zoom(2), "=": () => zoom(2), "-": () => zoom(-2),
  };
  if (!photo || !ways[event.key] || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  ways[event.key]();
  tell();
}

function pointer(event) {
  const known = fingers.get(event.pointerId);
  if (event.type === "pointerdown") {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
    apart = 0;
  } else if (event.type !== "pointermove") {
    fingers.delete(event.pointerId);
    apart = 0;
  } else if (photo && known) {
    fingers.set(event.pointerId, event);
    const across = canvas.getBoundingClientRect().width;
    if (fingers.size === 1) {
      move((known.clientX - event.clientX) / across, (known.clientY - event.clientY) / across);
    } else {
      const [first, second] = [...fingers.values()];
      const now = Math.hypot(first.clientX - second.clientX, first.clientY - second.clientY);
      if (apart && Math.abs(now - apart) < 2) return;
      if (apart) zoom(number("size") * (1 - apart / now));
      apart = now;
    }
    tell();
  }
}

if (form) {
  form.photo.addEventListener("change", take);
  for (const name of ["size", "left", "top"]) form[name].addEventListener("input", draw);
  for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) canvas.addEventListener(type, pointer);
  canvas.addEventListener("keydown", keys);
  canvas.addEventListener("wheel", (event) => {
    if (!photo) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 3 : -3);
    tell();
  }, { passive: false });
  one("zoom").addEventListener("click", (event) => {
    const by = event.target.closest("[data-by]")?.dataset.by;
    if (photo && by) {
      zoom(Number(by));
      tell();
    }
  });
  for (const type of ["dragover", "drop"]) {
    form.addEventListener(type, (event) => {
      event.preventDefault(); // a photo dropped beside the target must not replace the page
      one("crop-drop").classList.toggle("over", type === "dragover");
      if (type !== "drop" || !event.dataTransfer.files.length) return;
      const carrier = new DataTransfer();
      carrier.items.add(event.dataTransfer.files[0]);
      form.photo.files = carrier.files;
      take();
    });
  }
  window.addEventListener("pagehide", () => {
    letGo();
    form.photo.value = "";
  });
}
