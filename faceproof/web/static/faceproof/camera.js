// The camera: on only between start() and stop(); one frame leaves it, as a JPEG file that only the form holds.
const WISH = { width: { ideal: 1920 }, height: { ideal: 1440 }, facingMode: "user" };

export class Camera {
  #video;
  #stream = null;
  #stopped = false;

  constructor(video) {
    this.#video = video;
  }

  async start() {
    const stream = await navigator.mediaDevices.getUserMedia({ video: WISH, audio: false });
    this.#stream = stream;
    if (this.#stopped) return this.stop(); // closed while the person was being asked for permission
    this.#video.srcObject = stream;
    await this.#video.play();
  }

  async picture() {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (!width) return null;
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d").drawImage(this.#video, 0, 0);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.95));
    canvas.width = canvas.height = 0;
    return blob && new File([blob], "photo.jpg", { type: "image/jpeg" });
  }

  stop() {
    this.#stopped = true;
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#video.srcObject = null;
  }
}
