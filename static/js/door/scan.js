/* Badges before the camera: read by the browser itself where it can, else by jsQR, which is fetched only then. */
(function () {
  "use strict";

  class Scanner {
    constructor(video, jsqr, onCode) {
      this.video = video;
      this.jsqr = jsqr;
      this.onCode = onCode;
      this.stream = null;
      this.seen = { text: "", at: 0 };
    }

    /* Resolves to false where there is no camera, or the person or the browser refuses it. */
    async start() {
      try {
        const wanted = { video: { facingMode: { ideal: "environment" } }, audio: false };
        this.stream = await navigator.mediaDevices.getUserMedia(wanted);
        this.read = await reader(this.jsqr);
        this.video.srcObject = this.stream;
        await this.video.play();
      } catch {
        this.stop();
        return false;
      }
      this.look();
      return true;
    }

    stop() {
      for (const track of this.stream?.getTracks() ?? []) track.stop();
      this.stream = null;
      this.video.srcObject = null;
    }

    async look() {
      if (!this.stream) return;
      try {
        const text = this.video.readyState >= 2 ? await this.read(this.video) : "";
        const again = text === this.seen.text && Date.now() - this.seen.at < 4000;
        if (text && !again) this.onCode(text);
        if (text) this.seen = { text, at: Date.now() };
      } catch {
        /* a frame that cannot be read: the next one can */
      }
      setTimeout(() => this.look(), 150);
    }
  }

  async function reader(jsqr) {
    const formats = (await window.BarcodeDetector?.getSupportedFormats?.()) ?? [];
    if (formats.includes("qr_code")) {
      const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
      return async (video) => (await detector.detect(video))[0]?.rawValue ?? "";
    }
    await load(jsqr);
    const canvas = document.createElement("canvas");
    return async (video) => {
      const scale = Math.min(1, 640 / video.videoWidth);
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      const drawn = canvas.getContext("2d", { willReadFrequently: true });
      drawn.drawImage(video, 0, 0, canvas.width, canvas.height);
      const { data, width, height } = drawn.getImageData(0, 0, canvas.width, canvas.height);
      return window.jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data ?? "";
    };
  }

  function load(url) {
    if (window.jsQR) return Promise.resolve();
    return new Promise((done, refuse) => {
      const script = document.createElement("script");
      script.src = url;
      script.onload = done;
      script.onerror = refuse;
      document.head.append(script);
    });
  }

  window.Door.Scanner = Scanner;
})();
