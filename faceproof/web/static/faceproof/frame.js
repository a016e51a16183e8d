// What one small camera frame says, in numbers: light, nearness, tilt. No face is looked for: colours inside the
// oval are compared with those of the edges, and the oval's left half with its right. So it can be wrong: in front
// of a wall in the colour of the skin it sees nobody, a lamp or a coat in the oval counts as a head, and a head too near
// looks to it like one too far: the hint for both says neither.
export const OVAL = { x: 0.5, y: 0.48, rx: 0.232, ry: 0.311 }; // shares of the square, as parts/camera.html draws it
const BINS = 6; // a channel; 216 colours are enough to tell a wall from a person
const TILTS = [-24, -18, -12, -6, 0, 6, 12, 18, 24]; // degrees

// pixels: RGBA; before: the luma of the frame before, or null.
// Gives lit (the oval's light parts: skin of every colour has some), middle and around (0..255), washed and filled
// (shares of the oval), sharp (strength of edges), moved (0..255), tilt (degrees, positive to the right).
export function measure(pixels, side, before = null) {
  const width = side, height = side;
  const luma = new Uint8Array(width * height);
  const colour = new Uint8Array(width * height);
  for (let i = 0, p = 0; i < luma.length; i++, p += 4) {
    luma[i] = (pixels[p] * 54 + pixels[p + 1] * 183 + pixels[p + 2] * 19) >> 8;
    colour[i] = bin(pixels[p]) * BINS * BINS + bin(pixels[p + 1]) * BINS + bin(pixels[p + 2]);
  }
  const cx = OVAL.x * width, cy = OVAL.y * height, rx = OVAL.rx * height, ry = OVAL.ry * height;
  const around = new Float32Array(BINS ** 3);
  const shades = new Uint16Array(256); // of the oval
  const sum = { inN: 0, out: 0, outN: 0, moved: 0, edges: 0 };
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x, far = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2;
      if (far <= 1) {
        shades[luma[i]]++;
        sum.inN++;
        sum.edges += Math.abs(4 * luma[i] - luma[i - 1] - luma[i + 1] - luma[i - width] - luma[i + width]);
        if (before) sum.moved += Math.abs(luma[i] - before[i]);
      } else if (y < cy + ry * 0.4 && (far > 3.2 || y < height * 0.06)) {
        sum.out += luma[i];
        sum.outN++;
        around[colour[i]]++;
      }
    }
  }
  const filled = figure(colour, around, sum.outN, width, cx, cy, rx, ry);
  return {
    luma, filled,
    lit: quantile(shades, sum.inN, 0.9), middle: quantile(shades, sum.inN, 0.5),
    around: sum.out / (sum.outN || 1), washed: shades.subarray(248).reduce((n, each) => n + each, 0) / sum.inN,
    sharp: sum.edges / sum.inN, moved: before ? sum.moved / sum.inN : 0,
    tilt: tilt(luma, width, height, cx, cy, rx, ry),
  };
}

function quantile(shades, count, share) {
  let shade = 0;
  for (let seen = shades[0]; seen < count * share; seen += shades[++shade]);
  return shade;
}

const bin = (value) => (value * BINS) >> 8;

// How much of the oval has a colour that the edges of the frame lack: a head that is far away leaves most of it
// to the wall. Below the chin there are shoulders, so the lowest part does not count.
function figure(colour, around, count, width, cx, cy, rx, ry) {
  const rare = count * 0.012;
  let filled = 0, inside = 0;
  for (let y = Math.ceil(cy - ry); y < cy + ry * 0.7; y++) {
    for (let x = Math.ceil(cx - rx); x < cx + rx; x++) {
      if (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 > 1) continue;
      inside++;
      filled += around[colour[y * width + x]] < rare;
    }
  }
  return filled / inside;
}

// The lean at which the two halves of the oval mirror each other best; 0 when none is clearly better.
function tilt(luma, width, height, cx, cy, rx, ry) {
  const scores = TILTS.map((degrees) => Math.max(...[-0.12, -0.04, 0.04, 0.12].map((aside) => mirrored(luma, width, height, cx + aside * rx, cy, rx * 0.8, ry * 0.72, degrees))));
  const best = scores.indexOf(Math.max(...scores));
  return scores[best] - scores[TILTS.indexOf(0)] > 0.12 && scores[best] > 0.5 ? TILTS[best] : 0;
}

// Correlation of the right half with the mirrored left half about an axis leaning by `degrees`.
function mirrored(luma, width, height, cx, cy, rx, ry, degrees) {
  const sin = Math.sin((degrees * Math.PI) / 180), cos = Math.cos((degrees * Math.PI) / 180), step = rx / 9;
  let n = 0, a = 0, b = 0, aa = 0, bb = 0, ab = 0;
  for (let v = -ry; v <= ry; v += step) {
    for (let u = step / 2; u <= rx; u += step) {
      const one = at(luma, width, height, cx + u * cos - v * sin, cy + u * sin + v * cos);
      const two = at(luma, width, height, cx - u * cos - v * sin, cy - u * sin + v * cos);
      n++;
      a += one;
      b += two;
      aa += one * one;
      bb += two * two;
      ab += one * two;
    }
  }
  const spread = Math.sqrt((aa - (a * a) / n) * (bb - (b * b) / n));
  return spread > n * 30 ? (ab - (a * b) / n) / spread : 0;
}

function at(luma, width, height, x, y) {
  const column = Math.min(width - 1, Math.max(0, Math.round(x))), row = Math.min(height - 1, Math.max(0, Math.round(y)));
  return luma[row * width + column];
}
