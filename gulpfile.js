// What tsc does not carry into dist/: icons and codex files.
const { rm } = require('node:fs/promises');
const { dest, parallel, src } = require('gulp');

const icons = () => src('icons/*.svg', { encoding: false }).pipe(dest('dist/icons'));
const codex = () => src('nodes/**/*.node.json').pipe(dest('dist/nodes'));

exports.clean = () => rm('dist', { recursive: true, force: true });
exports.assets = parallel(icons, codex);
