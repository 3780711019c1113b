// Loads the program once; answers each request, or with nothing when it cannot be loaded.
import start, { draw } from "./drawing.js";

const started = start({ module_or_path: new URL("drawing.wasm", import.meta.url) });

onmessage = async ({ data }) => {
  let drawn;
  try {
    await started;
    drawn = draw(data);
  } catch (error) {
    console.error(error);
  }
  postMessage(drawn);
};
