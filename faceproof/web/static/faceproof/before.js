// The photo in the frame of the finished picture: whole while it is worked on, then exactly below the picture, by the
// similarity that the server names: data-before="a b c d e f" carries shares of the photo to shares of the picture.
import { opened } from "./canvas.js";
import { held } from "./held.js";

const SIDE = 720; // px of the canvas

// Returns whether there was a photo to draw.
export async function drawWhole(canvas) {
  return drawn(canvas, (photo) => {
    const scale = SIDE / Math.max(photo.width, photo.height);
    const left = (SIDE - photo.width * scale) / 2, top = (SIDE - photo.height * scale) / 2;
    place(canvas.parentElement, photo, scale);
    return [scale, 0, 0, scale, left, top];
  });
}

// Faces lie on the photo, not on the frame: their buttons are placed in a box of the photo's own shape.
function place(frame, photo, scale) {
  const faces = frame.querySelector("[data-faces]");
  if (!faces) return;
  faces.style.inlineSize = `${(100 * photo.width * scale) / SIDE}%`;
  faces.style.blockSize = `${(100 * photo.height * scale) / SIDE}%`;
  for (const face of faces.children) {
    for (const [side, name] of [["left", "x"], ["top", "y"], ["width", "w"], ["height", "h"]]) {
      face.style[side] = `${face.dataset[name]}%`;
    }
  }
}

// data-before="a b x y": u = a·s − b·t + x, v = b·s + a·t + y; s and t in widths of the photo, u and v in widths of the picture.
export async function drawAligned(canvas, before) {
  if (!before) return false;
  const [a, b, x, y] = before.split(" ").map(Number);
  return drawn(canvas, (photo) => {
    const scale = SIDE / photo.width;
    return [a * scale, b * scale, -b * scale, a * scale, x * SIDE, y * SIDE];
  });
}

async function drawn(canvas, matrix) {
  const file = held(Number(canvas.dataset.selfie) || 1);
  const photo = file && (await opened(file));
  if (!photo) return false;
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.setTransform(...matrix(photo));
  context.drawImage(photo, 0, 0);
  photo.close();
  return true;
}
