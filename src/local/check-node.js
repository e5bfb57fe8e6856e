// Loaded before the first TypeScript file, and JavaScript for that reason: an older Node cannot read .ts and
// would only say that it does not know the extension.
const NEEDED = [22, 18];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(
    `ghost-session needs Node ${NEEDED.join(".")} or newer, this is ${process.versions.node}. Start it with npm start: npm ci brings a Node along.`,
  );
  process.exit(1);
}
