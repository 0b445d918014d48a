// jest's own loader wants the attribute that TypeScript refuses for CommonJS, which the package is built as.
export { default } from '../package.json' with { type: 'json' };
