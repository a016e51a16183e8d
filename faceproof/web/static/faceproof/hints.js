// Live hints beside the camera: one short sentence at a time, computed here and sent nowhere. A hint comes when it was
// true for most of a second and goes when it was untrue for as long; a screen reader hears each new one, and no more
// than one in three seconds.
import { measure } from "./frame.js";

const SIDE = 120; // px of the square that is looked at: what the frame shows
const EVERY = 150; // ms
const TURNS = 5; // looks before a hint comes or goes
const PAUSE = 3000; // ms between two sentences

// In the order of what helps most. The second limit is for a hint that already stands: it goes later than it came.
const HINTS = [
  ["behind", (seen, stands) => seen.around - seen.lit > (stands ? 50 : 70)],
  ["dark", (seen, stands) => seen.lit < (stands ? 95 : 80)],
  ["bright", (seen, stands) => seen.washed > (stands ? 0.14 : 0.2)],
  ["still", (seen, stands) => seen.moved > (stands ? 9 : 14)],
  ["fit", (seen, stands) => seen.filled < (stands ? 0.52 : 0.45)],
  ["level", (seen, stands) => Math.abs(seen.tilt) >= (stands ? 6 : 12)],
];

export const judge = (seen, standing) => HINTS.find(([code, is]) => is(seen, code === standing))?.[0] ?? "good";

export class Hints {
  #video; #tell; #canvas; #timer = 0; #before = null; #standing = ""; #next = ""; #count = 0; #told = 0;

  // tell(code) is called with each new hint: behind, dark, bright, still, fit, level or good.
  constructor(video, tell) {
    this.#video = video;
    this.#tell = tell;
    this.#canvas = document.createElement("canvas");
    this.#timer = setInterval(() => requestAnimationFrame(() => this.#look()), EVERY);
  }

  #look() {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (!this.#timer || !width) return;
    const least = Math.min(width, height), canvas = this.#canvas;
    if (canvas.width !== SIDE) canvas.width = canvas.height = SIDE;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(this.#video, (width - least) / 2, (height - least) / 2, least, least, 0, 0, SIDE, SIDE);
    const seen = measure(context.getImageData(0, 0, SIDE, SIDE).data, SIDE, this.#before);
    this.#before = seen.luma;
    this.#weigh(judge(seen, this.#standing));
  }

  #weigh(code) {
    this.#count = code === this.#next ? this.#count + 1 : 1;
    this.#next = code;
    if (code === this.#standing || this.#count < TURNS || performance.now() - this.#told < PAUSE) return;
    this.#standing = code;
    this.#told = performance.now();
    this.#tell(code);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#before = null;
    this.#canvas.width = this.#canvas.height = 0;
  }
}
