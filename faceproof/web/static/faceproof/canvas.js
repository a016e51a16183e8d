// Pictures on canvases: no address is made for them (the policy admits none), and an emptied canvas holds nothing.

// The photo upright. Null for what this browser cannot read, HEIC for example: the studio can.
export async function opened(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
}

// The whole photo, `side` px on its longer side. Tells whether it could be read.
export async function draw(canvas, file, side) {
  const photo = await opened(file);
  if (!photo) return false;
  const scale = Math.min(1, side / Math.max(photo.width, photo.height));
  canvas.width = Math.round(photo.width * scale);
  canvas.height = Math.round(photo.height * scale);
  canvas.getContext("2d").drawImage(photo, 0, 0, canvas.width, canvas.height);
  photo.close();
  return true;
}

// A square out of the middle, a little above it: faces are there.
export async function drawSquare(canvas, file, side) {
  const photo = await opened(file);
  if (!photo) return false;
  const least = Math.min(photo.width, photo.height);
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(photo, (photo.width - least) / 2, (photo.height - least) * 0.3, least, least, 0, 0, side, side);
  photo.close();
  return true;
}

export function empty(canvases) {
  for (const canvas of canvases) canvas.width = canvas.height = 0;
}
