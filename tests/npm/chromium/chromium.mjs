// Unpacks the Chromium of @sparticuz/chromium once, with its libraries and a font, and prints its path.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const place = fileURLToPath(new URL("node_modules/.chromium", import.meta.url));
mkdirSync(place, { recursive: true });
process.env.TMPDIR = place;
// The package unpacks the libraries that a bare machine lacks on this platform only.
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs22.x";
const { default: chromium } = await import("@sparticuz/chromium");
const program = await chromium.executablePath();
writeFileSync(
  `${place}/fonts/fonts.conf`,
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
  <dir>${place}/fonts/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${place}/fonts/cache</cachedir></fontconfig>\n`,
);
console.log(program);
