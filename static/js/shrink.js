// A photograph with more pixels or bytes than are taken is made smaller, so that nobody has to do it on a telephone.

// Enough to read a page of small print.
const PIXELS = 12_000_000;
const QUALITY = 0.88;
// A picture may be made so that reading it takes hours; in ms.
const PATIENCE = 20_000;

// The same picture as a smaller file; null when it is no picture that this browser can read, or got no smaller.
export async function smaller(file) {
  if (!/^image\/(png|jpeg|webp)$/.test(file.type) || !globalThis.OffscreenCanvas) return null;
  const late = new Promise((done) => setTimeout(done, PATIENCE, null));
  const picture = await Promise.race([createImageBitmap(file).catch(() => null), late]);
  if (!picture) return null;
  const scale = Math.min(1, Math.sqrt(PIXELS / (picture.width * picture.height)));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)));
  const pen = canvas.getContext("2d");
  // What was transparent would turn black.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY }).catch(() => null);
  if (!blob || (scale === 1 && blob.size >= file.size)) return null;
  return new File([blob], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: blob.type });
}
